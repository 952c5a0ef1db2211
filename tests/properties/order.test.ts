import { expect, it } from "vitest";
import type { Random } from "../fuzz/random.ts";
import { answers, isPolicy, samples } from "./clusters.ts";

it("the order of objects, rules, peers, ports and requirements does not matter", { timeout: 300_000 }, () => {
  for (const sample of samples(300)) {
    const { objects, random } = sample;
    const shuffled = random
      .shuffle(objects)
      .map((object) => (isPolicy(object) ? shuffleLists(random, object) : object));
    const first = answers(objects, sample);
    const second = answers(shuffled, sample);
    const wrong = sample.flows
      .map((flow, index) => ({ flow, before: first[index], after: second[index] }))
      .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
    expect(wrong, sample.seed).toEqual([]);
  }
});

function shuffleLists<T>(random: Random, value: T): T {
  if (Array.isArray(value)) return random.shuffle(value.map((item) => shuffleLists(random, item))) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    random.shuffle(Object.entries(value)).map(([key, child]) => [key, shuffleLists(random, child)]),
  ) as T;
}
