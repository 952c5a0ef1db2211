import { addPieces, leavesGap } from "../address-set";
import { addPrefix, longestMatch, newPrefixTree, numberOf, numberPrefixes, PrefixTree } from "../prefix";
import { at, newVec, Vec } from "../vec";
import { ip4, prefix4, prefix6, wordsAt } from "./input";

function treeOf(prefixes: u32[][]): PrefixTree {
  const tree = newPrefixTree();
  for (let i = 0; i < prefixes.length; ++i) addPrefix(tree, wordsAt(prefixes[i]));
  numberPrefixes(tree);
  return tree;
}

/** The pieces of one prefix as text, ascending. */
function pieces(tree: PrefixTree, prefix: u32[]): string {
  const vec = newVec(4);
  addPieces(tree, wordsAt(prefix), vec);
  return textOf(vec);
}

function textOf(vec: Vec): string {
  const parts: string[] = [];
  for (let i: u32 = 0; i < vec.length; ++i) parts.push(at(vec, i).toString());
  return parts.join(" ");
}

function numbers(tree: PrefixTree, prefixes: u32[][]): string {
  const parts: string[] = [];
  for (let i = 0; i < prefixes.length; ++i) parts.push(numberOf(tree, wordsAt(prefixes[i])).toString());
  return parts.join(" ");
}

const TEN = ip4(10, 0, 0, 0);
const TEN8 = prefix4(TEN, 8);

describe("the pieces of an address set", () => {
  it("a set in no prefix has the root alone", () => {
    expect<string>(pieces(treeOf([]), TEN8)).toBe("0");
    const tree = treeOf([]);
    expect<string>(pieces(tree, prefix6(0xfd000000, 0, 0, 0, 8))).toBe(tree.root6.toString());
  });

  it("a prefix equal to the set, or around it, is the only piece", () => {
    const tree = treeOf([TEN8]);
    expect<string>(pieces(tree, TEN8)).toBe(numbers(tree, [TEN8]));
    expect<string>(pieces(tree, prefix4(TEN, 16))).toBe(numbers(tree, [TEN8]));
  });

  it("a prefix inside the set is one piece, what it leaves another", () => {
    const inner = prefix4(ip4(10, 1, 0, 0), 16);
    const tree = treeOf([inner]);
    expect<string>(pieces(tree, TEN8)).toBe(`0 ${numbers(tree, [inner])}`);
  });

  it("children that tile a set exactly leave nothing of what is around it", () => {
    const low = prefix4(TEN, 9);
    const high = prefix4(ip4(10, 128, 0, 0), 9);
    const tree = treeOf([low, high]);
    expect<string>(pieces(tree, TEN8)).toBe(numbers(tree, [low, high]));
  });

  it("a tiled prefix inside the set is no piece, its children are", () => {
    const mid = prefix4(TEN, 9);
    const tree = treeOf([TEN8, mid, prefix4(TEN, 10), prefix4(ip4(10, 64, 0, 0), 10)]);
    expect<string>(pieces(tree, TEN8)).toBe(numbers(tree, [TEN8, prefix4(TEN, 10), prefix4(ip4(10, 64, 0, 0), 10)]));
  });

  it("a gap at the front, in the middle and at the end each keeps the outer piece", () => {
    const quarters = [
      prefix4(TEN, 10),
      prefix4(ip4(10, 64, 0, 0), 10),
      prefix4(ip4(10, 128, 0, 0), 10),
      prefix4(ip4(10, 192, 0, 0), 10),
    ];
    for (let left = 0; left < 4; ++left) {
      const kept: u32[][] = [];
      for (let i = 0; i < 4; ++i) if (i != left) kept.push(quarters[i]);
      const tree = treeOf(kept);
      expect<string>(pieces(tree, TEN8)).toBe(`0 ${numbers(tree, kept)}`);
    }
    const full = treeOf(quarters);
    expect<string>(pieces(full, TEN8)).toBe(numbers(full, quarters));
  });

  it("the whole space can be tiled", () => {
    const low = prefix4(0, 1);
    const high = prefix4(0x80000000, 1);
    const tree = treeOf([low, high]);
    expect<string>(pieces(tree, prefix4(0, 0))).toBe(numbers(tree, [low, high]));
    const six = treeOf([prefix6(0, 0, 0, 0, 1), prefix6(0x80000000, 0, 0, 0, 1)]);
    expect<bool>(leavesGap(six, six.root6, wordsAt(prefix6(0, 0, 0, 0, 0)))).toBe(false);
    const half = treeOf([prefix6(0x80000000, 0, 0, 0, 1)]);
    expect<bool>(leavesGap(half, half.root6, wordsAt(prefix6(0, 0, 0, 0, 0)))).toBe(true);
  });

  it("a set of one address has one piece", () => {
    const host = prefix4(ip4(10, 0, 0, 7), 32);
    const tree = treeOf([TEN8, host]);
    expect<string>(pieces(tree, host)).toBe(numbers(tree, [host]));
    expect<string>(pieces(tree, prefix4(ip4(10, 0, 0, 8), 32))).toBe(numbers(tree, [TEN8]));
    const last = prefix4(0xffffffff, 32);
    const edge = treeOf([last]);
    expect<string>(pieces(edge, last)).toBe(numbers(edge, [last]));
  });

  it("tiling carries across the words of an IPv6 address", () => {
    // A /31 tiled by a /32, a /33 and two /34s: the middle borders lie on both sides of bit 32.
    const outer = prefix6(0x20010db8, 0, 0, 0, 31);
    const tiles = [
      prefix6(0x20010db8, 0, 0, 0, 33),
      prefix6(0x20010db8, 0x80000000, 0, 0, 34),
      prefix6(0x20010db8, 0xc0000000, 0, 0, 34),
      prefix6(0x20010db9, 0, 0, 0, 32),
    ];
    const tree = treeOf(tiles);
    expect<string>(pieces(tree, outer)).toBe(numbers(tree, tiles));
    const holed = treeOf([tiles[0], tiles[1], tiles[3]]);
    expect<string>(pieces(holed, outer)).toBe(`${holed.root6} ${numbers(holed, [tiles[0], tiles[1], tiles[3]])}`);
  });

  it("pieces are exactly the longest matches of the set's addresses", () => {
    // Random prefixes over the last four bits of 10.0.0.0/28, with the sixteen addresses tried one by one.
    let wrong: u32 = 0;
    let seed: u32 = 99;
    for (let round = 0; round < 200; ++round) {
      const prefixes: u32[][] = [];
      for (let length: u32 = 28; length <= 32; ++length) {
        for (let i: u32 = 0; i < (<u32>1) << (length - 28); ++i) {
          seed = seed * 1664525 + 1013904223;
          if (seed >> 31 == 0) prefixes.push(prefix4(TEN | (i << (32 - length)), length));
        }
      }
      const tree = treeOf(prefixes);
      for (let length: u32 = 27; length <= 31; ++length) {
        const vec = newVec(4);
        addPieces(tree, wordsAt(prefix4(TEN, length)), vec);
        let expected = 0;
        const seen: bool[] = new Array<bool>(64).fill(false);
        for (let i: u32 = 0; i < (<u32>1) << (32 - length); ++i) {
          const match = longestMatch(tree, wordsAt(prefix4(TEN | i, 32)));
          if (!seen[match]) ++expected;
          seen[match] = true;
        }
        if (vec.length != expected) ++wrong;
        for (let i: u32 = 0; i < vec.length; ++i) if (!seen[at(vec, i)]) ++wrong;
      }
    }
    expect<u32>(wrong).toBe(0);
  });
});
