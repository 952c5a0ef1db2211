/** The Go evaluators, each a process that reads the same cluster and flows and times itself. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Flows } from "../flows/draw.ts";

export interface GoPeer {
  /** The module's name, and its program's folder below `go/`. */
  readonly name: string;
  /** No version is pinned: the newest that there is to be had. */
  readonly newest?: boolean;
}

export const GO_PEERS: readonly GoPeer[] = [
  { name: "kube-network-policies" },
  { name: "netpol-analyzer", newest: true },
];

const SOURCES = fileURLToPath(new URL("./go/", import.meta.url));
const BUILT = fileURLToPath(new URL("../../dist/bench/go/", import.meta.url));
const LONGEST_STEP = 10 * 60_000;

/** A peer's program, built from a copy of its sources; or why there is none. */
export function buildGo({ name, newest }: GoPeer): { readonly program: string } | { readonly missing: string } {
  const go = findGo();
  if (go === undefined) return { missing: "there is no Go toolchain (GO may name one)" };
  cpSync(SOURCES, BUILT, { recursive: true });
  const folder = join(BUILT, name);
  const program = join(folder, name);
  for (const step of [...(newest === true ? [["mod", "tidy"]] : []), ["build", "-o", program, "."]]) {
    const { status, stderr, error } = spawnSync(go, step, { cwd: folder, encoding: "utf8", timeout: LONGEST_STEP });
    if (status !== 0) return { missing: firstProblem(stderr ?? "") || error?.message || `go ${step[0]} failed` };
  }
  return { program };
}

/** The one that GO names, the one on the PATH, or the one where Go's own instructions put it. */
function findGo(): string | undefined {
  const places = process.env.GO === undefined ? ["go", "/usr/local/go/bin/go"] : [process.env.GO];
  return places.find((place) => spawnSync(place, ["version"]).status === 0);
}

/** What Go complains of first; of a module that it cannot get, without the addresses of servers. */
function firstProblem(stderr: string): string {
  const refused = /module (\S+?)[@:][^\n]*?(\d{3} [A-Z]\w+|no such host|timeout|connection refused)/.exec(stderr);
  if (refused !== null) return `its module cannot be had here: ${refused[2]}`;
  const [line = ""] = stderr.split("\n").filter((text) => !/^go: (downloading|finding|found)/.test(text));
  return line.replace(/https?:\/\/\S+/g, "its server:").trim();
}

/** A running peer. */
export class GoProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  readonly buildNanoseconds: number;
  /** 1 for allow, 0 for deny, for every flow. */
  readonly verdicts: readonly number[];

  private constructor(
    process: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    folder: string,
    first: Ready,
  ) {
    this.#process = process;
    this.#lines = lines;
    this.#folder = folder;
    this.buildNanoseconds = first.buildNanoseconds;
    this.verdicts = first.verdicts;
  }

  /** Starts a program on a cluster and flows between its pods, by their places. */
  static async start(program: string, objects: readonly object[], flows: Flows): Promise<GoProcess> {
    const folder = mkdtempSync(join(tmpdir(), "netverdict-bench-"));
    const cluster = join(folder, "cluster.json");
    const flowsFile = join(folder, "flows.json");
    writeFileSync(cluster, JSON.stringify({ items: objects }));
    const rows = Array.from(flows.from, (from, i) => [from, flows.to[i], flows.port[i], flows.protocol[i]]);
    writeFileSync(flowsFile, JSON.stringify(rows));
    // One thread for the work, as ours has; Go's garbage collector may use others.
    const process = spawn(program, [cluster, flowsFile]);
    process.stderr.resume();
    const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    const first = await next<Ready>(lines);
    return new GoProcess(process, lines, folder, first);
  }

  /** Nanoseconds that the first `count` flows take. */
  async time(count: number): Promise<number> {
    this.#process.stdin.write(`${count}\n`);
    return (await next<{ nanoseconds: number }>(this.#lines)).nanoseconds;
  }

  stop(): void {
    this.#process.stdin.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Ready {
  readonly buildNanoseconds: number;
  readonly verdicts: readonly number[];
}

async function next<T>(lines: AsyncIterator<string>): Promise<T> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error("the peer stopped");
  return JSON.parse(value as string) as T;
}
