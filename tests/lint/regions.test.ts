/** Unions of boxes against every point of a small space, and against those that lie just outside of what is named. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Box, isCovered, isEmpty, meets } from "../../sdk/lint/regions/box.ts";
import { both, type LabelValues, valuesOf, without } from "../../sdk/lint/regions/label-values.ts";
import * as ranges from "../../sdk/lint/regions/ranges.ts";

const KEYS = ["app", "tier"];
/** The values that requirements name, one that none does, and none at all. */
const NAMED = ["a", "b", "c"];
const LABELS: readonly (string | undefined)[] = [...NAMED, "other", undefined];
const NUMBERS = [0n, 1n, 2n, 3n, 4n, 5n];

const requirement = fc.oneof(
  fc.record({ operator: fc.constantFrom("In", "NotIn"), values: fc.subarray(NAMED, { minLength: 1 }) }),
  fc.record({ operator: fc.constantFrom("Exists", "DoesNotExist"), values: fc.constant<string[]>([]) }),
);
const labelValues = requirement.map((one) => valuesOf({ key: "", ...one } as Parameters<typeof valuesOf>[0]));
const range = fc
  .tuple(fc.constantFrom(...NUMBERS), fc.constantFrom(...NUMBERS))
  .map(([a, b]) => (a < b ? { first: a, last: b } : { first: b, last: a }));
const someRanges = fc
  .array(range, { minLength: 1, maxLength: 3 })
  .map((all) => all.reduce<ranges.Ranges>((left, one) => ranges.without(left, [one]), [{ first: 0n, last: 5n }]));

const box: fc.Arbitrary<Box> = fc
  .record({
    port: range,
    address: range,
    labels: fc.dictionary(fc.constantFrom(...KEYS), labelValues, { maxKeys: 2 }),
  })
  .map(({ port, address, labels }) => ({
    axes: { peer: [{ first: 0n, last: 0n }], address: [address], port: [port] },
    labels: new Map(Object.entries(labels)),
  }));

const hasLabel = (value: string | undefined, { values, isAllBut, orAbsent }: LabelValues): boolean =>
  value === undefined ? orAbsent : values.has(value) !== isAllBut;
const hasNumber = (number: bigint, all: ranges.Ranges): boolean =>
  all.some(({ first, last }) => first <= number && number <= last);

interface Point {
  readonly port: bigint;
  readonly address: bigint;
  readonly labels: readonly (string | undefined)[];
}

const POINTS: readonly Point[] = NUMBERS.flatMap((port) =>
  NUMBERS.flatMap((address) => LABELS.flatMap((app) => LABELS.map((tier) => ({ port, address, labels: [app, tier] })))),
);

const isIn = ({ port, address, labels }: Point, { axes, labels: wanted }: Box): boolean =>
  hasNumber(port, axes.port) &&
  hasNumber(address, axes.address) &&
  KEYS.every((key, index) => {
    const values = wanted.get(key);
    return values === undefined || hasLabel(labels[index], values);
  });

describe("sets of values of a label", () => {
  it("hold what both do, and what the other does not", () => {
    fc.assert(
      fc.property(labelValues, labelValues, labelValues, (a, b, c) => {
        for (const value of LABELS) {
          const left = without(a, b);
          expect(hasLabel(value, left)).toBe(hasLabel(value, a) && !hasLabel(value, b));
          expect(hasLabel(value, both(left, c))).toBe(hasLabel(value, left) && hasLabel(value, c));
        }
      }),
    );
  });
});

describe("ranges", () => {
  it("hold what both do, what one of them does, and what the other does not, in order and apart", () => {
    fc.assert(
      fc.property(someRanges, someRanges, (a, b) => {
        for (const [found, holds] of [
          [ranges.both(a, b), (one: bigint) => hasNumber(one, a) && hasNumber(one, b)],
          [ranges.without(a, b), (one: bigint) => hasNumber(one, a) && !hasNumber(one, b)],
          [ranges.union([...a, ...b]), (one: bigint) => hasNumber(one, a) || hasNumber(one, b)],
        ] as const) {
          for (const number of NUMBERS) expect(hasNumber(number, found)).toBe(holds(number));
          found.slice(1).forEach(({ first }, index) => {
            expect(first).toBeGreaterThan((found[index]?.last ?? first) + 1n);
          });
        }
      }),
    );
  });
});

describe("a box", () => {
  it("is covered by others if each of its points is in one of them", () => {
    let covered = 0;
    fc.assert(
      fc.property(box, fc.array(box, { maxLength: 7 }), (one, others) => {
        const points = POINTS.filter((point) => isIn(point, one));
        const isEach = points.every((point) => others.some((other) => isIn(point, other)));
        expect(isEmpty(one)).toBe(points.length === 0);
        expect(isEmpty(one) || isCovered(one, others)).toBe(isEach);
        for (const other of others) expect(meets(one, other)).toBe(points.some((point) => isIn(point, other)));
        if (isEach && points.length > 0 && !others.some((other) => isCovered(one, [other]))) covered++;
      }),
      { numRuns: 2000 },
    );
    // Not for want of unions that cover.
    expect(covered).toBeGreaterThan(5);
  });

  it("is covered by thousands that each hold a little of it", () => {
    const at = (first: number, last = first): Box => ({
      axes: {
        peer: [{ first: 0n, last: 0n }],
        address: [{ first: 0n, last: 0n }],
        port: [{ first: BigInt(first), last: BigInt(last) }],
      },
      labels: new Map(),
    });
    const each = Array.from({ length: 20_000 }, (_, index) => at(index));
    expect(isCovered(at(0, 19_999), each)).toBe(true);
    expect(isCovered(at(0, 20_000), each)).toBe(false);
  });

  it("is not covered, as far as is known, where that would take very long to know", () => {
    const axes = {
      peer: [{ first: 0n, last: 0n }],
      address: [{ first: 0n, last: 0n }],
      port: [{ first: 0n, last: 0n }],
    };
    const isOrNot = ["In", "NotIn"].map((operator) =>
      valuesOf({ key: "", operator, values: ["a"] } as Parameters<typeof valuesOf>[0]),
    );
    /** Every way in which some labels may each be `a` or not. */
    const partition = (keys: number): Box[] =>
      Array.from({ length: 2 ** keys }, (_, ways) => ({
        axes,
        labels: new Map(Array.from({ length: keys }, (_, key) => [`${key}`, isOrNot[(ways >> key) & 1]!])),
      }));
    const whole = { axes, labels: new Map() };
    expect(isCovered(whole, partition(5))).toBe(true);
    expect(isCovered(whole, partition(5).slice(1))).toBe(false);
    expect(isCovered(whole, partition(12))).toBe(false);
  });
});
