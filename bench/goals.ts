/** What the project asks of itself, as the issue that set the goals words them. The only place that holds them. */
import type { Size } from "./cluster/index.ts";

export interface Goal {
  readonly group: string;
  readonly case: string;
  /** A ratio to this case; without it, bytes. */
  readonly against?: string;
  /** Undefined where no cluster is involved. */
  readonly sizes?: readonly Size["name"][];
  readonly most: number;
}

/** A figure falls short when it is beyond its goal by more than this share. */
export const SLACK = 0.25;

const ALL = ["S", "M", "L", "XL"] as const;
const FLOOR = "floor";
const KB = 1_000;
const MB = 1_000_000;

export const GOALS: readonly Goal[] = [
  // Batch by pod ≤ 1.0× the floor at ≤ 512 classes, which S and M have; 2.0× (log) and 2.7× (uniform) at L, 3× and 4.5× at XL.
  { group: "batch", case: "by pod, uniform", against: FLOOR, sizes: ["S", "M"], most: 1 },
  { group: "batch", case: "by pod, log", against: FLOOR, sizes: ["S", "M"], most: 1 },
  { group: "batch", case: "by pod, 50/50", against: FLOOR, sizes: ["S", "M"], most: 1 },
  { group: "batch", case: "by pod, log", against: FLOOR, sizes: ["L"], most: 2 },
  { group: "batch", case: "by pod, uniform", against: FLOOR, sizes: ["L"], most: 2.7 },
  { group: "batch", case: "by pod, log", against: FLOOR, sizes: ["XL"], most: 3 },
  { group: "batch", case: "by pod, uniform", against: FLOOR, sizes: ["XL"], most: 4.5 },
  // At L, IPv4 batch ≤ 3.5× the floor and IPv6 ≤ 1.6× IPv4.
  { group: "batch", case: "by IPv4, uniform", against: FLOOR, sizes: ["L"], most: 3.5 },
  { group: "batch", case: "by IPv4, log", against: FLOOR, sizes: ["L"], most: 3.5 },
  { group: "batch", case: "by IPv6, uniform", against: "by IPv4, uniform", sizes: ["L"], most: 1.6 },
  { group: "batch", case: "by IPv6, log", against: "by IPv4, log", sizes: ["L"], most: 1.6 },
  // By index `allows` ≤ 0.5× a bare Map pair and `evaluate` ≤ 0.65×; by names `allows` ≤ 1.4× its own two look-ups.
  { group: "single", case: "allows by index", against: "bare Map pair", sizes: ALL, most: 0.5 },
  { group: "single", case: "evaluate by index", against: "bare Map pair", sizes: ALL, most: 0.65 },
  { group: "single", case: "allows by name", against: "its own two look-ups", sizes: ALL, most: 1.4 },
  // All pairs at 10,000 pods for one port, expanded, ≤ 2× a copy of those bits; the exact port sets ≤ 30×.
  { group: "matrix", case: "all pairs, expanded", against: "copy of its bits", sizes: ["L"], most: 2 },
  { group: "matrix", case: "exact port sets", against: "copy of its bits", sizes: ["L"], most: 30 },
  // Wasm build ≤ 0.25× JSON.parse of the same objects, with the JavaScript front ≤ 0.6×, at the sizes where it takes long.
  { group: "build", case: "Wasm build", against: "JSON.parse", sizes: ["L", "XL"], most: 0.25 },
  { group: "build", case: "loadState of objects", against: "JSON.parse", sizes: ["L", "XL"], most: 0.6 },
  // At L, a pod of a known class is added in ≤ 20 bare Map pairs' time in the core, a policy in ≤ 1/500 of a full build.
  { group: "update", case: "add a pod of a known class, core", against: "bare Map pair", sizes: ["L"], most: 20 },
  { group: "update", case: "add a policy", against: "full build", sizes: ["L"], most: 1 / 500 },
  // Copying a snapshot ≤ 1.2× a memcpy of its bytes; its check is reported apart.
  { group: "snapshot", case: "copy a snapshot", against: "memcpy", sizes: ["M", "L", "XL"], most: 1.2 },
  // Two workers over one state give twice the batch rate.
  { group: "threads", case: "two workers", against: "one worker", sizes: ["L"], most: 0.5 },
  // Hot tables ≤ 0.5 MB at 10,000 pods and ≤ 3 MB at 100,000; core ≤ 15 KB gzip, evaluate-only import ≤ 40 KB gzip.
  { group: "tables", case: "hot tables", sizes: ["L"], most: 0.5 * MB },
  { group: "tables", case: "hot tables", sizes: ["XL"], most: 3 * MB },
  { group: "package", case: "core, gzip", most: 15 * KB },
  { group: "package", case: "evaluate-only import, gzip", most: 40 * KB },
  // Mixed tiers are evaluated at the same speed as the same cluster without them.
  ...["by pod, uniform", "by pod, log", "by IPv4, uniform", "by IPv4, log", "by IPv6, uniform", "by IPv6, log"].map(
    tiered,
  ),
  ...[
    "allows by index",
    "class matrix for a pair of classes",
    "exact port sets of a pair",
    "a snapshot's byte",
    "add a pod",
    "add a policy",
    "by pod in shared memory, uniform",
  ].map(tiered),
];

function tiered(name: string): Goal {
  return { group: "tiers", case: `${name}, with tiers`, against: `${name}, without`, sizes: ALL, most: 1 };
}

/** What a result is identified by. */
interface Place {
  readonly group: string;
  readonly case: string;
  readonly against?: string;
  readonly size?: Size["name"];
}

/** The goal for a result; undefined where there is none. */
export function goalFor(result: Place): number | undefined {
  return GOALS.find(
    (goal) =>
      goal.group === result.group &&
      goal.case === result.case &&
      goal.against === result.against &&
      (result.size === undefined ? goal.sizes === undefined : goal.sizes?.includes(result.size) === true),
  )?.most;
}
