import { dropRepeats, sortWords, sortWordsBy } from "../sort";
import { at, newVec, push, Vec, word } from "../vec";
import { pushAll } from "./input";

function vecOf(values: u32[]): Vec {
  const vec = newVec(values.length);
  pushAll(vec, values);
  return vec;
}

function textOf(vec: Vec, length: u32): string {
  const parts: string[] = [];
  for (let i: u32 = 0; i < length; ++i) parts.push(at(vec, i).toString());
  return parts.join(" ");
}

describe("sort", () => {
  it("words are ordered as unsigned numbers", () => {
    const vec = vecOf([3, 0xffffffff, 0, 0x80000000, 1]);
    sortWords(vec.data, vec.length);
    expect<string>(textOf(vec, 5)).toBe("0 1 3 2147483648 4294967295");
  });

  it("runs of no word and of one word stay as they are", () => {
    const vec = vecOf([9, 4]);
    sortWords(vec.data, 0);
    sortWords(vec.data, 1);
    expect<string>(textOf(vec, 2)).toBe("9 4");
  });

  it("every length from 2 to 40 comes out ordered with the words it had", () => {
    let disordered: u32 = 0;
    let seed: u32 = 12345;
    for (let length: u32 = 2; length <= 40; ++length) {
      const vec = newVec(length);
      let sum: u32 = 0;
      for (let i: u32 = 0; i < length; ++i) {
        seed = seed * 1664525 + 1013904223;
        sum += seed >> 27;
        push(vec, seed >> 27);
      }
      sortWords(vec.data, length);
      let sorted = at(vec, 0);
      for (let i: u32 = 1; i < length; ++i) {
        if (at(vec, i - 1) > at(vec, i)) ++disordered;
        sorted += at(vec, i);
      }
      if (sorted != sum) ++disordered;
    }
    expect<u32>(disordered).toBe(0);
  });

  it("the comparison sees its context", () => {
    // Indices ordered by the words that they stand for.
    const keys = vecOf([30, 10, 20]);
    const order = vecOf([0, 1, 2]);
    sortWordsBy(
      order.data,
      3,
      keys.data,
      (context: usize, a: u32, b: u32): bool => word(context, a) < word(context, b),
    );
    expect<string>(textOf(order, 3)).toBe("1 2 0");
  });

  it("repeats go and the rest keeps its order", () => {
    const vec = vecOf([1, 1, 2, 3, 3, 3, 9]);
    const length = dropRepeats(vec.data, 7);
    expect<string>(textOf(vec, length)).toBe("1 2 3 9");
    expect<u32>(dropRepeats(vec.data, 0)).toBe(0);
    expect<u32>(dropRepeats(vec.data, 1)).toBe(1);
  });
});
