/** Other evaluators on the same cluster and flows, in the same rounds as ours. */
import { allows, evaluateBatch, type Flow, loadState } from "../../bindings/inline.ts";
import { Core, encodeObjects } from "../core.ts";
import type { Flows } from "../flows/draw.ts";
import { indexed, makeMixes, podIndices } from "../flows/mixes.ts";
import { type Candidate, measure } from "../harness/measure.ts";
import { quartiles } from "../harness/ratio.ts";
import { alone, compared, type Result } from "../harness/result.ts";
import { ArrayEvaluator } from "../peers/arrays.ts";
import { compareVerdicts } from "../peers/compare.ts";
import { buildGo, GO_PEERS, GoProcess } from "../peers/go.ts";
import { NaiveEvaluator } from "../peers/naive.ts";
import type { Context, Disagreement, Group, Outcome } from "./group.ts";

const OURS = "Netverdict, batch";
const SINGLE = "Netverdict, allows by index";
const ARRAYS = "same design in JavaScript, batch";
const NAIVE = "naive TypeScript";
const PROTOCOLS: Record<number, "TCP" | "UDP" | "SCTP"> = { 6: "TCP", 17: "UDP", 132: "SCTP" };

/** Flows that those who are slow are asked for their verdicts, as a multiple of those that are timed. */
const COMPARED = 5;

export const peers: Group = {
  name: "peers",
  every: "size",
  async run(context: Context): Promise<Outcome> {
    const { size, cluster, effort } = context;
    const state = loadState(cluster.objects);
    const flows = makeMixes(state, cluster, effort.calls)["50/50"];
    const columns = state.columns(effort.calls);
    const { from, to, port, protocol, out } = columns;
    const byIndex = indexed(flows, podIndices(state, cluster));
    from.set(byIndex.from);
    to.set(byIndex.to);
    port.set(flows.port);
    protocol.set(flows.protocol);
    const ours = evaluateBatch(state, columnsOf(byIndex)).slice();
    const slow = effort.slowCalls;

    const arrays = new ArrayEvaluator(new Core(encodeObjects(cluster.objects)).compile());
    const arraysOut = new Uint8Array(effort.calls);
    const [naiveBuild, naive] = timed(() => new NaiveEvaluator(cluster.objects));
    const naiveAllows = (i: number): boolean =>
      naive.allows(
        flows.from[i] ?? 0,
        flows.to[i] ?? 0,
        flows.port[i] ?? 0,
        PROTOCOLS[flows.protocol[i] ?? 6] ?? "TCP",
      );
    const go = await startGo(context, flows);

    arrays.evaluate(byIndex.from, byIndex.to, flows.port, flows.protocol, arraysOut);
    const verdicts: [string, ArrayLike<number>][] = [
      [ARRAYS, arraysOut],
      [NAIVE, Array.from(flows.port, (_, i) => (naiveAllows(i) ? 1 : 0))],
      ...go.running.map(({ name, process }): [string, ArrayLike<number>] => [name, process.verdicts]),
    ];
    const disagreements: Disagreement[] = verdicts.flatMap(([name, theirs]) =>
      compareVerdicts(name, size.name, cluster, flows, ours, theirs),
    );

    const single: Flow[] = Array.from(byIndex.from, (source, i) => ({
      from: source,
      to: byIndex.to[i] ?? 0,
      port: flows.port[i] ?? 0,
      protocol: PROTOCOLS[flows.protocol[i] ?? 6] ?? "TCP",
    }));
    const candidates: Candidate[] = [
      { name: OURS, operations: effort.calls, run: () => evaluateBatch(state, { from, to, port, protocol }, out) },
      { name: SINGLE, operations: effort.calls, run: () => single.filter((flow) => allows(state, flow)).length },
      {
        name: ARRAYS,
        operations: effort.calls,
        run: () => arrays.evaluate(byIndex.from, byIndex.to, flows.port, flows.protocol, arraysOut),
      },
      {
        name: NAIVE,
        operations: slow,
        run: () => {
          let passed = 0;
          for (let i = 0; i < slow; i++) if (naiveAllows(i)) passed++;
          return passed;
        },
      },
      ...go.running.map(({ name, process }) => ({
        name,
        operations: slow,
        timesItself: true,
        run: () => process.time(slow),
      })),
    ];
    const times = await measure(candidates, effort.rounds);
    for (const { process } of go.running) process.stop();

    const place = { group: "peers", size: size.name } as const;
    const builds: [string, number][] = [
      [`${NAIVE}, build`, naiveBuild],
      ...go.running.map(({ name, process }): [string, number] => [`${name}, build`, process.buildNanoseconds]),
    ];
    return {
      results: [
        alone(times, place, OURS),
        ...candidates.slice(1).map(({ name }) => compared(times, place, name, OURS)),
        ...builds.map(([name, time]): Result => ({ ...place, case: name, unit: "ns", value: quartiles([time]) })),
      ],
      disagreements,
      compared: Object.fromEntries(verdicts.map(([name, theirs]) => [name, theirs.length])),
      skipped: go.skipped,
    };
  },
};

interface Running {
  readonly name: string;
  readonly process: GoProcess;
}

/** The Go evaluators that can be had, on the first flows. */
async function startGo({ cluster, effort }: Context, flows: Flows): Promise<{ running: Running[]; skipped: string[] }> {
  const running: Running[] = [];
  const skipped: string[] = [];
  for (const peer of GO_PEERS) {
    const built = buildGo(peer);
    if ("missing" in built) skipped.push(`${peer.name}: ${built.missing}`);
    else {
      const first = Math.min(effort.calls, COMPARED * effort.slowCalls);
      const process = await GoProcess.start(built.program, cluster.objects, {
        from: flows.from.subarray(0, first),
        to: flows.to.subarray(0, first),
        port: flows.port.subarray(0, first),
        protocol: flows.protocol.subarray(0, first),
      });
      running.push({ name: peer.name, process });
    }
  }
  return { running, skipped };
}

function columnsOf({ from, to, port, protocol }: Flows): Flows {
  return { from, to, port, protocol };
}

function timed<T>(run: () => T): [nanoseconds: number, result: T] {
  const start = performance.now();
  const result = run();
  return [(performance.now() - start) * 1e6, result];
}
