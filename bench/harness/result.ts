/** What the suite finds out. */
import type { Size } from "../cluster/index.ts";
import type { Times } from "./measure.ts";
import { type Quartiles, quartiles, ratios, timesOf } from "./ratio.ts";

/** One measured case, against what it is measured. */
export interface Result {
  readonly group: string;
  /** Undefined for what does not depend on a cluster. */
  readonly size?: Size["name"];
  readonly case: string;
  /** Nanoseconds an operation, or `bytes`. Absolute times are for orientation only. */
  readonly unit: "ns" | "bytes";
  readonly value: Quartiles;
  /** The case that it is compared with; without one, `ratio` is missing. */
  readonly against?: string;
  /** The median over the rounds of the case's time by the other's in the same round. */
  readonly ratio?: Quartiles;
  /** What a reader must know of it. */
  readonly note?: string;
}

/** A case by another, from one measurement. */
export function compared(
  times: Times,
  place: { readonly group: string; readonly size: Size["name"] },
  candidate: string,
  against: string,
  note?: string,
): Result {
  return {
    ...alone(times, place, candidate, note),
    against,
    ratio: quartiles(ratios(times, candidate, against)),
  };
}

/** A case by itself: what others are compared with. */
export function alone(
  times: Times,
  place: { readonly group: string; readonly size: Size["name"] },
  candidate: string,
  note?: string,
): Result {
  return {
    ...place,
    case: candidate,
    unit: "ns",
    value: quartiles(timesOf(times, candidate)),
    ...(note === undefined ? {} : { note }),
  };
}

/** Bytes of something. */
export function bytes(group: string, size: Size["name"] | undefined, name: string, count: number): Result {
  return {
    group,
    ...(size === undefined ? {} : { size }),
    case: name,
    unit: "bytes",
    value: { low: count, median: count, high: count },
  };
}
