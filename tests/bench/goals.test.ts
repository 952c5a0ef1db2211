import { describe, expect, it } from "vitest";
import { GOALS, goalFor } from "../../bench/goals.ts";
import { GROUPS } from "../../bench/groups/index.ts";
import type { Result } from "../../bench/harness/result.ts";
import { shortfalls, withGoal } from "../../bench/report.ts";

type Asked = readonly [sizes: string, name: string, against: string | undefined, most: number];

/** Mixed tiers: "at the same speed". */
const SAME_SPEED = [
  "by pod, uniform",
  "by pod, log",
  "by IPv4, uniform",
  "by IPv4, log",
  "by IPv6, uniform",
  "by IPv6, log",
  "allows by index",
  "class matrix for a pair of classes",
  "exact port sets of a pair",
  "a snapshot's byte",
  "add a pod",
  "add a policy",
  "by pod in shared memory, uniform",
].map((name): Asked => ["S M L XL", `${name}, with tiers`, `${name}, without`, 1]);

/** What was asked for: where, what by what, at most. */
const ASKED: readonly Asked[] = [
  ["S M", "by pod, uniform", "floor", 1],
  ["S M", "by pod, log", "floor", 1],
  ["S M", "by pod, 50/50", "floor", 1],
  ["L", "by pod, log", "floor", 2],
  ["L", "by pod, uniform", "floor", 2.7],
  ["XL", "by pod, log", "floor", 3],
  ["XL", "by pod, uniform", "floor", 4.5],
  ["L", "by IPv4, uniform", "floor", 3.5],
  ["L", "by IPv4, log", "floor", 3.5],
  ["L", "by IPv6, uniform", "by IPv4, uniform", 1.6],
  ["L", "by IPv6, log", "by IPv4, log", 1.6],
  ["S M L XL", "allows by index", "bare Map pair", 0.5],
  ["S M L XL", "evaluate by index", "bare Map pair", 0.65],
  ["S M L XL", "allows by name", "its own two look-ups", 1.4],
  ["L", "all pairs, expanded", "copy of its bits", 2],
  ["L", "exact port sets", "copy of its bits", 30],
  ["L XL", "Wasm build", "JSON.parse", 0.25],
  ["L XL", "loadState of objects", "JSON.parse", 0.6],
  ["L", "add a pod of a known class, core", "bare Map pair", 20],
  ["L", "add a policy", "full build", 0.002],
  ["M L XL", "copy a snapshot", "memcpy", 1.2],
  ["L", "two workers", "one worker", 0.5],
  ["L", "hot tables", undefined, 500_000],
  ["XL", "hot tables", undefined, 3_000_000],
  ["", "core, gzip", undefined, 15_000],
  ["", "evaluate-only import, gzip", undefined, 40_000],
  ...SAME_SPEED,
];

const result = (size: Result["size"], median: number): Result => ({
  group: "batch",
  ...(size === undefined ? {} : { size }),
  case: "by pod, log",
  against: "floor",
  unit: "ns",
  value: { low: 1, median: 1, high: 1 },
  ratio: { low: 0, median, high: 100 },
});

describe("the goals", () => {
  it("are those that were asked for, all of them and no looser", () => {
    const listed = GOALS.map(({ sizes = [], case: name, against, most }) => [sizes.join(" "), name, against, most]);
    expect(listed).toEqual(ASKED);
  });

  it("are of groups that there are", () => {
    const groups = GROUPS.map(({ name }) => name);
    expect(GOALS.map(({ group }) => group).filter((group) => !groups.includes(group))).toEqual([]);
  });

  it("belong to one size each", () => {
    expect(goalFor(result("L", 0))).toBe(2);
    expect(goalFor(result("XL", 0))).toBe(3);
    expect(goalFor(result(undefined, 0))).toBeUndefined();
  });
});

describe("--check", () => {
  it("names a figure that is more than 25 % beyond its goal", () => {
    expect(shortfalls([withGoal(result("L", 2.51))])).toEqual(["L batch: by pod, log / floor: 2.51×, goal 2.00×"]);
  });

  it("lets pass what is within 25 %, and what has no goal", () => {
    expect(shortfalls([withGoal(result("L", 2.5)), withGoal(result(undefined, 99))])).toEqual([]);
  });

  it("names a figure that could not be told", () => {
    expect(shortfalls([withGoal(result("L", Number.NaN))])).toHaveLength(1);
  });
});
