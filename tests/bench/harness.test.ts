import { describe, expect, it } from "vitest";
import { type Candidate, measure } from "../../bench/harness/measure.ts";
import { quartiles, ratios } from "../../bench/harness/ratio.ts";
import { compared } from "../../bench/harness/result.ts";

/** Candidates whose runs take made-up times, on a clock that only they move. */
function madeUp(milliseconds: Record<string, readonly number[]>): {
  candidates: Candidate[];
  clock: () => number;
  order: string[];
} {
  let now = 0;
  const order: string[] = [];
  const candidates = Object.entries(milliseconds).map(([name, times]) => {
    let round = 0;
    return {
      name,
      operations: 1000,
      run: () => {
        order.push(name);
        now += times[round++] ?? Number.NaN;
      },
    };
  });
  return { candidates, clock: () => now, order };
}

describe("measuring", () => {
  it("runs every candidate once a round, each round starting one further", async () => {
    const { candidates, clock, order } = madeUp({ a: [1, 1, 1], b: [1, 1, 1], c: [1, 1, 1] });
    await measure(candidates, { warmUp: 1, kept: 2 }, clock);
    expect(order.join("")).toBe("abcbcacab");
  });

  it("keeps no time of the rounds that warm up, and tells nanoseconds an operation", async () => {
    const { candidates, clock } = madeUp({ a: [100, 100, 2, 3] });
    const times = await measure(candidates, { warmUp: 2, kept: 2 }, clock);
    expect(times.get("a")).toEqual([2_000, 3_000]);
  });

  it("does not time the preparation", async () => {
    let now = 0;
    const run = (): void => {
      now += 5;
    };
    const prepare = (): void => {
      now += 1_000;
    };
    const times = await measure([{ name: "a", operations: 1, run, prepare }], { warmUp: 0, kept: 1 }, () => now);
    expect(times.get("a")).toEqual([5e6]);
  });

  it("takes the word of a candidate that times itself", async () => {
    const candidate: Candidate = { name: "a", operations: 10, timesItself: true, run: async () => 420 };
    expect((await measure([candidate], { warmUp: 1, kept: 1 })).get("a")).toEqual([42]);
  });

  it("refuses two candidates of one name", async () => {
    const { candidates } = madeUp({ a: [1] });
    await expect(measure([...candidates, ...candidates], { warmUp: 0, kept: 1 })).rejects.toThrow(TypeError);
  });
});

describe("a ratio", () => {
  it("is the median of the rounds' own ratios, not the ratio of medians", async () => {
    // The machine is ten times slower in the last two rounds, for both.
    const { candidates, clock } = madeUp({ own: [2, 3, 40], other: [1, 10, 10] });
    const times = await measure(candidates, { warmUp: 0, kept: 3 }, clock);
    expect(ratios(times, "own", "other")).toEqual([2, 0.3, 4]);
    expect(compared(times, { group: "g", size: "S" }, "own", "other").ratio?.median).toBe(2);
  });

  it("of something that was not measured is an error", () => {
    expect(() => ratios(new Map([["own", [1]]]), "own", "other")).toThrow(RangeError);
  });
});

describe("quartiles", () => {
  it("lie between neighbours in proportion", () => {
    expect(quartiles([4, 1, 3, 2])).toEqual({ low: 1.75, median: 2.5, high: 3.25 });
  });

  it("of one value are that value", () => {
    expect(quartiles([7])).toEqual({ low: 7, median: 7, high: 7 });
  });
});
