import { KeyNumbers, keyNumbersBytes, NO_NUMBER, numberOfKey, startKeyNumbers } from "../key-numbers";
import { word } from "../vec";
import { wordsAt } from "./input";

/** Room for `most` keys of two words, in memory that is not clean, with a word behind it that must stay. */
function newNumbers(most: u32): KeyNumbers {
  const bytes = keyNumbersBytes(most, 8);
  const numbers = changetype<KeyNumbers>(heap.alloc(bytes + 4));
  memory.fill(changetype<usize>(numbers), 0xcc, bytes + 4);
  startKeyNumbers(numbers, most, 8);
  return numbers;
}

describe("numbers of keys", () => {
  it("are equal for equal keys, and count from 0 in the order of their coming", () => {
    const numbers = newNumbers(3);
    expect<u32>(numberOfKey(numbers, wordsAt([7, 8]))).toBe(0);
    expect<u32>(numberOfKey(numbers, wordsAt([8, 7]))).toBe(1);
    expect<u32>(numberOfKey(numbers, wordsAt([7, 8]))).toBe(0);
    expect<u32>(numberOfKey(numbers, wordsAt([0, 0]))).toBe(2);
    expect<u32>(numbers.count).toBe(3);
  });

  it("lead to the keys, which lie one after another", () => {
    const numbers = newNumbers(2);
    numberOfKey(numbers, wordsAt([7, 8]));
    numberOfKey(numbers, wordsAt([9, 10]));
    for (let i: u32 = 0; i < 4; ++i) expect<u32>(word(numbers.keys, i)).toBe(7 + i);
  });

  it("are no more than there is room for: what is known has its number, another key has none", () => {
    const most: u32 = 1000;
    const numbers = newNumbers(most);
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < most; ++i) if (numberOfKey(numbers, wordsAt([i, 1])) != i) ++wrong;
    for (let i: u32 = 0; i < 100; ++i) if (numberOfKey(numbers, wordsAt([i, 2])) != NO_NUMBER) ++wrong;
    for (let i: u32 = 0; i < most; ++i) if (numberOfKey(numbers, wordsAt([i, 1])) != i) ++wrong;
    expect<u32>(wrong).toBe(0);
    expect<u32>(load<u32>(changetype<usize>(numbers) + keyNumbersBytes(most, 8))).toBe(0xcccccccc);
  });

  it("end at once where there is room for one key, or none", () => {
    expect<u32>(numberOfKey(newNumbers(0), wordsAt([1, 2]))).toBe(NO_NUMBER);
    const one = newNumbers(1);
    expect<u32>(numberOfKey(one, wordsAt([1, 2]))).toBe(0);
    expect<u32>(numberOfKey(one, wordsAt([2, 1]))).toBe(NO_NUMBER);
  });
});
