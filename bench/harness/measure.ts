/**
 * Times candidates side by side. Each round runs every candidate once, and starts one further than the round before: what a
 * shared machine does to one of them, it does to the others. The rounds before the first kept one warm up.
 */
import { performance } from "node:perf_hooks";

export interface Candidate {
  readonly name: string;
  /** Operations (flows, loads, bytes …) in one run: times are told for one of them. */
  readonly operations: number;
  /** Does the work; a promise is waited for. One that times itself (in another process) gives the nanoseconds that it took. */
  readonly run: () => unknown;
  readonly timesItself?: boolean;
  /** Makes ready for a run; not timed. */
  readonly prepare?: () => void;
}

/** A candidate's name → nanoseconds an operation, round by round. */
export type Times = ReadonlyMap<string, readonly number[]>;

export interface Rounds {
  readonly warmUp: number;
  readonly kept: number;
}

/** Runs all rounds. `clock` gives milliseconds. */
export async function measure(
  candidates: readonly Candidate[],
  { warmUp, kept }: Rounds,
  clock: () => number = () => performance.now(),
): Promise<Times> {
  const times = new Map(candidates.map(({ name }) => [name, [] as number[]]));
  if (times.size !== candidates.length) throw new TypeError("two candidates have one name");
  for (let round = -warmUp; round < kept; round++) {
    for (let place = 0; place < candidates.length; place++) {
      const candidate = candidates[(place + round + warmUp) % candidates.length];
      if (candidate === undefined) continue;
      const nanoseconds = await time(candidate, clock);
      if (round >= 0) times.get(candidate.name)?.push(nanoseconds / candidate.operations);
    }
  }
  return times;
}

async function time({ run, prepare, timesItself }: Candidate, clock: () => number): Promise<number> {
  prepare?.();
  if (timesItself === true) return Number(await run());
  const start = clock();
  const pending = run();
  if (pending instanceof Promise) await pending;
  return (clock() - start) * 1e6;
}
