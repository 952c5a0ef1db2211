import { TRIE_BLOCK_WORDS, TRIE_ROOT_WORDS } from "../abi";
import { lookUp4, paint, startTrie } from "../trie4";
import { newVec, Vec } from "../vec";
import { ip4 } from "./input";

const OUTSIDE: u32 = 1000;

function newTrie(): Vec {
  const trie = newVec(16);
  startTrie(trie, OUTSIDE);
  return trie;
}

/** Expects one endpoint at both ends of an address range and another one beside them. */
function expectRange(trie: Vec, first: u32, last: u32, endpoint: u32, before: u32, after: u32): void {
  expect<u32>(lookUp4(trie.data, first)).toBe(endpoint, "first");
  expect<u32>(lookUp4(trie.data, last)).toBe(endpoint, "last");
  if (first != 0) expect<u32>(lookUp4(trie.data, first - 1)).toBe(before, "before");
  if (last != 0xffffffff) expect<u32>(lookUp4(trie.data, last + 1)).toBe(after, "after");
}

describe("the IPv4 trie", () => {
  it("every address leads to the outermost endpoint at first", () => {
    const trie = newTrie();
    expectRange(trie, 0, 0xffffffff, OUTSIDE, OUTSIDE, OUTSIDE);
    expect<u32>(trie.length).toBe(TRIE_ROOT_WORDS);
  });

  it("each prefix length holds exactly its addresses", () => {
    let wrong: u32 = 0;
    for (let length: u32 = 1; length <= 32; ++length) {
      const trie = newTrie();
      const bits: u32 = 32 - length;
      const first: u32 = (ip4(172, 21, 147, 201) >> bits) << bits;
      const last: u32 = first | <u32>(((<u64>1) << bits) - 1);
      paint(trie, first, length, 5);
      if (lookUp4(trie.data, first) != 5 || lookUp4(trie.data, last) != 5) ++wrong;
      if (first != 0 && lookUp4(trie.data, first - 1) != OUTSIDE) ++wrong;
      if (last != 0xffffffff && lookUp4(trie.data, last + 1) != OUTSIDE) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });

  it("0.0.0.0 and 255.255.255.255 are addresses like any other", () => {
    const trie = newTrie();
    paint(trie, 0, 32, 0);
    paint(trie, 0xffffffff, 32, 7);
    expectRange(trie, 0, 0, 0, OUTSIDE, OUTSIDE);
    expectRange(trie, 0xffffffff, 0xffffffff, 7, OUTSIDE, OUTSIDE);
  });

  it("prefixes painted from the outside in leave each address to the longest", () => {
    const trie = newTrie();
    paint(trie, ip4(10, 0, 0, 0), 8, 1);
    paint(trie, ip4(10, 20, 0, 0), 16, 2);
    paint(trie, ip4(10, 20, 30, 0), 23, 3);
    paint(trie, ip4(10, 20, 30, 0), 24, 4);
    paint(trie, ip4(10, 20, 30, 64), 26, 5);
    paint(trie, ip4(10, 20, 30, 65), 32, 6);
    expectRange(trie, ip4(10, 0, 0, 0), ip4(10, 19, 255, 255), 1, OUTSIDE, 2);
    expectRange(trie, ip4(10, 20, 0, 0), ip4(10, 20, 29, 255), 2, 1, 4);
    expectRange(trie, ip4(10, 20, 30, 0), ip4(10, 20, 30, 63), 4, 2, 5);
    expectRange(trie, ip4(10, 20, 30, 65), ip4(10, 20, 30, 65), 6, 5, 5);
    expectRange(trie, ip4(10, 20, 31, 0), ip4(10, 20, 31, 255), 3, 4, 2);
    expectRange(trie, ip4(10, 21, 0, 0), ip4(10, 255, 255, 255), 1, 2, OUTSIDE);
  });

  it("hosts of one /24 share its two blocks", () => {
    const trie = newTrie();
    for (let i: u32 = 0; i < 256; ++i) paint(trie, ip4(10, 1, 2, i), 32, i);
    expect<u32>(trie.length).toBe(TRIE_ROOT_WORDS + 2 * TRIE_BLOCK_WORDS);
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 256; ++i) if (lookUp4(trie.data, ip4(10, 1, 2, i)) != i) ++wrong;
    expect<u32>(wrong).toBe(0);
    expect<u32>(lookUp4(trie.data, ip4(10, 1, 3, 0))).toBe(OUTSIDE);
  });
});
