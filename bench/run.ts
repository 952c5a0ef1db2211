/**
 * Ratios, measured side by side: each round runs every candidate once, one after the other, and a ratio is the median over
 * the rounds. Absolute times are printed for orientation only: they mean little on a shared machine.
 *
 *   npm run bench [-- S M L XL]
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { allows, evaluate, evaluateBatch, type Flow, loadState } from "../bindings/inline.ts";
import { makeCluster, randomFrom, SIZES, type Size } from "./cluster.ts";

const FLOWS = 1_000_000;
const SINGLE_FLOWS = 20_000;
const ROUNDS = 9;
const FLOOR = new URL("../dist/bench/floor.wasm", import.meta.url);

/** What is measured, as nanoseconds a flow, and against what. */
interface Candidate {
  readonly name: string;
  readonly flows: number;
  readonly run: () => unknown;
}

interface Result {
  readonly size: string;
  readonly candidate: string;
  readonly nanoseconds: number;
  readonly against: string;
  readonly ratio: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Times every candidate in every round; gives nanoseconds a flow by round. */
function measure(candidates: readonly Candidate[]): Map<string, number[]> {
  const times = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const { name, flows, run } of candidates) {
      const start = performance.now();
      run();
      // The first round warms up.
      if (round >= 0) times.get(name)?.push(((performance.now() - start) * 1e6) / flows);
    }
  }
  return times;
}

function compare(size: string, times: Map<string, number[]>, candidate: string, against: string): Result {
  const own = times.get(candidate) ?? [];
  const other = times.get(against) ?? [];
  return {
    size,
    candidate,
    nanoseconds: median(own),
    against,
    ratio: median(own.map((time, round) => time / (other[round] ?? Number.NaN))),
  };
}

function floor(): () => number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(FLOOR)), {});
  const { start, run } = exports as { start(count: number): number; run(tables: number, count: number): number };
  const tables = start(FLOWS);
  return () => run(tables, FLOWS);
}

function benchSize(size: Size, runFloor: () => number): Result[] {
  const random = randomFrom(0x5eed);
  const { objects, podNames } = makeCluster(size, random);
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const state = loadState(objects);
  const columns = state.columns(FLOWS);
  const { from, to, port, protocol, out } = columns;
  const indices = podNames.map((name) => state.podIndex(...(name.split("/") as [string, string])));
  for (let i = 0; i < FLOWS; i++) {
    from[i] = indices[random(indices.length)] ?? 0;
    to[i] = indices[random(indices.length)] ?? 0;
    port[i] = [80, 443, 5432, 8080, 9090, 9_050, 1 + random(65_535)][random(7)] ?? 80;
    protocol[i] = 6;
  }
  const flows: Flow[] = Array.from({ length: SINGLE_FLOWS }, () => ({
    from: podNames[random(podNames.length)] ?? "",
    to: podNames[random(podNames.length)] ?? "",
    port: 8080,
  }));
  const names = new Map(podNames.map((name, i) => [name, i]));
  const times = measure([
    { name: "floor", flows: FLOWS, run: runFloor },
    { name: "batch by pod", flows: FLOWS, run: () => evaluateBatch(state, { from, to, port, protocol }, out) },
    {
      name: "Map pair",
      flows: SINGLE_FLOWS,
      run: () =>
        flows.reduce(
          (sum, flow) => sum + (names.get(flow.from as string) ?? 0) + (names.get(flow.to as string) ?? 0),
          0,
        ),
    },
    { name: "allows", flows: SINGLE_FLOWS, run: () => flows.filter((flow) => allows(state, flow)).length },
    {
      name: "evaluate",
      flows: SINGLE_FLOWS,
      run: () => flows.filter((flow) => evaluate(state, flow).verdict === "allow").length,
    },
  ]);
  const loads = measure([
    { name: "JSON.parse", flows: 1, run: () => JSON.parse(text) },
    { name: "loadState of objects", flows: 1, run: () => loadState(objects) },
  ]);
  return [
    compare(size.name, times, "batch by pod", "floor"),
    compare(size.name, times, "allows", "Map pair"),
    compare(size.name, times, "evaluate", "allows"),
    compare(size.name, loads, "loadState of objects", "JSON.parse"),
  ];
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const chosen = SIZES.filter(({ name }) => (wanted.length === 0 ? name !== "XL" : wanted.includes(name)));
const runFloor = floor();
console.log("size  candidate             ns a flow (or load)  against     ratio");
for (const size of chosen) {
  for (const { candidate, nanoseconds, against, ratio } of benchSize(size, runFloor)) {
    const time = nanoseconds.toFixed(1).padStart(19);
    console.log(`${size.name.padEnd(5)} ${candidate.padEnd(21)} ${time}  ${against.padEnd(11)} ${ratio.toFixed(2)}`);
  }
}
