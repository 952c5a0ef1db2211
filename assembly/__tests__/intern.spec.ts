import { contains, hashWords, intern, newTuples, tupleAt, tupleCount, tupleLength } from "../intern";
import { word } from "../vec";
import { wordsAt } from "./input";

describe("intern", () => {
  it("equal tuples get equal ids, counted from 0 in the order of their coming", () => {
    const tuples = newTuples();
    expect<u32>(intern(tuples, wordsAt([7, 8]), 2)).toBe(0);
    expect<u32>(intern(tuples, wordsAt([8, 7]), 2)).toBe(1);
    expect<u32>(intern(tuples, wordsAt([7, 8]), 2)).toBe(0);
    expect<u32>(tupleCount(tuples)).toBe(2);
  });

  it("a tuple and its beginning are two tuples", () => {
    const tuples = newTuples();
    expect<u32>(intern(tuples, wordsAt([1, 0]), 2)).toBe(0);
    expect<u32>(intern(tuples, wordsAt([1]), 1)).toBe(1);
    expect<u32>(intern(tuples, wordsAt([1, 0, 0]), 3)).toBe(2);
  });

  it("the empty tuple and tuples of zeros have ids like any other", () => {
    const tuples = newTuples();
    expect<u32>(intern(tuples, wordsAt([0]), 1)).toBe(0);
    expect<u32>(intern(tuples, wordsAt([0]), 0)).toBe(1);
    expect<u32>(intern(tuples, wordsAt([0]), 0)).toBe(1);
    expect<u32>(tupleLength(tuples, 1)).toBe(0);
  });

  it("asking whether a tuple is there does not add it", () => {
    const tuples = newTuples();
    intern(tuples, wordsAt([5, 6]), 2);
    expect<bool>(contains(tuples, wordsAt([5, 6]), 2)).toBe(true);
    expect<bool>(contains(tuples, wordsAt([5]), 1)).toBe(false);
    expect<u32>(tupleCount(tuples)).toBe(1);
  });

  it("ids and words survive growth", () => {
    const tuples = newTuples();
    const key = wordsAt([0, 0]);
    for (let i: u32 = 0; i < 5000; ++i) {
      store<u32>(key, i * 2654435761);
      store<u32>(key, i % 3, 4);
      intern(tuples, key, 2);
    }
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 5000; ++i) {
      store<u32>(key, i * 2654435761);
      store<u32>(key, i % 3, 4);
      if (intern(tuples, key, 2) != i || word(tupleAt(tuples, i), 0) != i * 2654435761) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(tupleCount(tuples)).toBe(5000);
  });

  it("tuples whose hashes share a slot are still told apart", () => {
    // Fresh tables have 64 slots: gather words whose hashes agree in the last six bits.
    const tuples = newTuples();
    const key = wordsAt([0]);
    const target = hashWords(key, 1) & 63;
    let found: u32 = 0;
    for (let value: u32 = 0; found < 8; ++value) {
      store<u32>(key, value);
      if ((hashWords(key, 1) & 63) != target) continue;
      expect<u32>(intern(tuples, key, 1)).toBe(found);
      ++found;
    }
    expect<u32>(tupleCount(tuples)).toBe(8);
    expect<bool>(contains(tuples, wordsAt([0]), 1)).toBe(true);
  });

  it("a hash depends on every word and on the length", () => {
    const hash = hashWords(wordsAt([1, 2]), 2);
    expect<u32>(hashWords(wordsAt([1, 2]), 2)).toBe(hash);
    expect<u32>(hashWords(wordsAt([2, 1]), 2)).not.toBe(hash);
    expect<u32>(hashWords(wordsAt([1, 2, 0]), 3)).not.toBe(hash);
  });
});
