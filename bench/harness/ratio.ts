/** Medians and ratios of measured times. */
import type { Times } from "./measure.ts";

/** The middle, and the quarter points on both sides of it: half of all rounds lie between them. */
export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export function quartiles(values: readonly number[]): Quartiles {
  const sorted = [...values].sort((a, b) => a - b);
  return { low: at(sorted, 0.25), median: at(sorted, 0.5), high: at(sorted, 0.75) };
}

/** The value at a share of the way through, between two neighbours in proportion. */
function at(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** What one candidate takes of another's time, round by round: the two of a round met the same machine. */
export function ratios(times: Times, candidate: string, reference: string): number[] {
  const own = timesOf(times, candidate);
  const other = timesOf(times, reference);
  return own.map((value, round) => value / (other[round] ?? Number.NaN));
}

export function timesOf(times: Times, name: string): readonly number[] {
  const found = times.get(name);
  if (found === undefined) throw new RangeError(`nothing named \`${name}\` was measured`);
  return found;
}
