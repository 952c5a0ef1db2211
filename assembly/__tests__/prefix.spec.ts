import {
  addPrefix,
  comparePrefixes,
  holdsPrefix,
  longestMatch,
  newPrefixTree,
  numberOf,
  numberPrefixes,
  prefixAt,
  prefixCount,
  PrefixTree,
} from "../prefix";
import { at } from "../vec";
import { ip4, prefix4, prefix6, wordsAt } from "./input";

function treeOf(prefixes: u32[][]): PrefixTree {
  const tree = newPrefixTree();
  for (let i = 0; i < prefixes.length; ++i) addPrefix(tree, wordsAt(prefixes[i]));
  numberPrefixes(tree);
  return tree;
}

function number(tree: PrefixTree, prefix: u32[]): u32 {
  return numberOf(tree, wordsAt(prefix));
}

function match4(tree: PrefixTree, address: u32): u32 {
  return longestMatch(tree, wordsAt(prefix4(address, 32)));
}

/** The longest prefix that holds an address, by looking at all of them. */
function longestByScan(tree: PrefixTree, address: usize): u32 {
  let best: u32 = 0;
  let length: i32 = -1;
  for (let i: u32 = 0; i < prefixCount(tree); ++i) {
    const prefix = prefixAt(tree, i);
    if (holdsPrefix(prefix, address) && <i32>load<u32>(prefix, 4) > length) {
      best = i;
      length = <i32>load<u32>(prefix, 4);
    }
  }
  return best;
}

const TEN = ip4(10, 0, 0, 0);

describe("prefixes", () => {
  it("a prefix holds itself and longer ones below it, never shorter ones", () => {
    const ten8 = wordsAt(prefix4(TEN, 8));
    const ten16 = wordsAt(prefix4(TEN, 16));
    expect<bool>(holdsPrefix(ten8, ten8)).toBe(true);
    expect<bool>(holdsPrefix(ten8, ten16)).toBe(true);
    expect<bool>(holdsPrefix(ten16, ten8)).toBe(false);
    expect<bool>(holdsPrefix(ten8, wordsAt(prefix4(ip4(11, 0, 0, 0), 16)))).toBe(false);
  });

  it("families never hold one another", () => {
    expect<bool>(holdsPrefix(wordsAt(prefix6(0, 0, 0, 0, 0)), wordsAt(prefix4(TEN, 8)))).toBe(false);
    expect<bool>(holdsPrefix(wordsAt(prefix4(0, 0)), wordsAt(prefix6(0, 0, 0, 0, 128)))).toBe(false);
  });

  it("lengths at a word's edge count exactly their bits", () => {
    const lengths: u32[] = [31, 32, 33, 63, 64, 65, 96, 127, 128];
    for (let i = 0; i < lengths.length; ++i) {
      const length = lengths[i];
      const outer: u32[] = prefix6(0x20010db8, 0, 0, 0, length);
      const inner: u32[] = prefix6(0x20010db8, 0, 0, 0, 128);
      expect<bool>(holdsPrefix(wordsAt(outer), wordsAt(inner))).toBe(true);
      // Its last bit differs: outside. The bit after it: inside.
      inner[2 + ((length - 1) >> 5)] ^= 0x80000000 >> ((length - 1) & 31);
      expect<bool>(holdsPrefix(wordsAt(outer), wordsAt(inner))).toBe(false);
      if (length == 128) continue;
      const after: u32[] = prefix6(0x20010db8, 0, 0, 0, 128);
      after[2 + (length >> 5)] ^= 0x80000000 >> (length & 31);
      expect<bool>(holdsPrefix(wordsAt(outer), wordsAt(after))).toBe(true);
    }
  });

  it("order is by family, then address as unsigned numbers, then length", () => {
    expect<bool>(comparePrefixes(wordsAt(prefix4(ip4(255, 0, 0, 0), 8)), wordsAt(prefix6(0, 0, 0, 0, 0))) < 0).toBe(
      true,
    );
    expect<bool>(comparePrefixes(wordsAt(prefix4(ip4(128, 0, 0, 0), 8)), wordsAt(prefix4(TEN, 8))) > 0).toBe(true);
    expect<bool>(comparePrefixes(wordsAt(prefix4(TEN, 8)), wordsAt(prefix4(TEN, 9))) < 0).toBe(true);
    expect<i32>(comparePrefixes(wordsAt(prefix4(TEN, 8)), wordsAt(prefix4(TEN, 8)))).toBe(0);
  });
});

describe("the prefix tree", () => {
  it("both families have a root, whatever was added", () => {
    const tree = treeOf([]);
    expect<u32>(prefixCount(tree)).toBe(2);
    expect<u32>(tree.root6).toBe(1);
    expect<u32>(match4(tree, TEN)).toBe(0);
    expect<u32>(longestMatch(tree, wordsAt(prefix6(0xffffffff, 0, 0, 0, 128)))).toBe(1);
  });

  it("adding a root or a prefix twice changes nothing", () => {
    const tree = treeOf([prefix4(0, 0), prefix6(0, 0, 0, 0, 0), prefix4(TEN, 8), prefix4(TEN, 8)]);
    expect<u32>(prefixCount(tree)).toBe(3);
  });

  it("numbers are preorder whatever the order of adding", () => {
    const tree = treeOf([
      prefix4(ip4(10, 128, 0, 0), 9),
      prefix4(TEN, 24),
      prefix4(ip4(192, 168, 0, 0), 16),
      prefix4(TEN, 8),
      prefix4(TEN, 9),
    ]);
    expect<u32>(number(tree, prefix4(0, 0))).toBe(0);
    expect<u32>(number(tree, prefix4(TEN, 8))).toBe(1);
    expect<u32>(number(tree, prefix4(TEN, 9))).toBe(2);
    expect<u32>(number(tree, prefix4(TEN, 24))).toBe(3);
    expect<u32>(number(tree, prefix4(ip4(10, 128, 0, 0), 9))).toBe(4);
    expect<u32>(number(tree, prefix4(ip4(192, 168, 0, 0), 16))).toBe(5);
    expect<u32>(tree.root6).toBe(6);
  });

  it("everything inside prefix p is the range from p to the end of p", () => {
    const tree = treeOf([
      prefix4(TEN, 8),
      prefix4(TEN, 9),
      prefix4(TEN, 24),
      prefix4(ip4(10, 128, 0, 0), 9),
      prefix4(ip4(11, 0, 0, 0), 8),
      prefix6(0x20010db8, 0, 0, 0, 32),
      prefix6(0x20010db8, 0, 0, 0, 64),
      prefix6(0x20010db8, 0x80000000, 0, 0, 33),
    ]);
    let wrong: u32 = 0;
    for (let outer: u32 = 0; outer < prefixCount(tree); ++outer) {
      for (let inner: u32 = 0; inner < prefixCount(tree); ++inner) {
        const inRange = inner >= outer && inner < at(tree.ends, outer);
        if (inRange != holdsPrefix(prefixAt(tree, outer), prefixAt(tree, inner))) ++wrong;
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(at(tree.ends, 0)).toBe(tree.root6);
    expect<u32>(at(tree.ends, tree.root6)).toBe(prefixCount(tree));
  });

  it("a parent is the longest other prefix around; a root is its own", () => {
    const tree = treeOf([prefix4(TEN, 8), prefix4(TEN, 16), prefix4(ip4(10, 9, 0, 0), 16)]);
    expect<u32>(at(tree.parents, number(tree, prefix4(ip4(10, 9, 0, 0), 16)))).toBe(number(tree, prefix4(TEN, 8)));
    expect<u32>(at(tree.parents, number(tree, prefix4(TEN, 8)))).toBe(0);
    expect<u32>(at(tree.parents, 0)).toBe(0);
    expect<u32>(at(tree.parents, tree.root6)).toBe(tree.root6);
  });

  it("an address belongs to the longest prefix around it", () => {
    const tree = treeOf([prefix4(TEN, 8), prefix4(TEN, 16), prefix4(ip4(10, 0, 0, 7), 32)]);
    expect<u32>(match4(tree, ip4(10, 0, 0, 7))).toBe(number(tree, prefix4(ip4(10, 0, 0, 7), 32)));
    expect<u32>(match4(tree, ip4(10, 0, 0, 8))).toBe(number(tree, prefix4(TEN, 16)));
    expect<u32>(match4(tree, ip4(10, 1, 0, 0))).toBe(number(tree, prefix4(TEN, 8)));
    expect<u32>(match4(tree, ip4(9, 255, 255, 255))).toBe(0);
    expect<u32>(match4(tree, ip4(11, 0, 0, 0))).toBe(0);
  });

  it("the first and the last address of the space can be hosts", () => {
    const tree = treeOf([prefix4(0, 32), prefix4(0xffffffff, 32)]);
    expect<u32>(match4(tree, 0)).toBe(number(tree, prefix4(0, 32)));
    expect<u32>(match4(tree, 1)).toBe(0);
    expect<u32>(match4(tree, 0xfffffffe)).toBe(0);
    expect<u32>(match4(tree, 0xffffffff)).toBe(number(tree, prefix4(0xffffffff, 32)));
  });

  it("an IPv6 host prefix holds one address", () => {
    const host = prefix6(0x20010db8, 0, 0, 1, 128);
    const tree = treeOf([host, prefix6(0x20010db8, 0, 0, 0, 64)]);
    expect<u32>(longestMatch(tree, wordsAt(host))).toBe(number(tree, host));
    const next = longestMatch(tree, wordsAt(prefix6(0x20010db8, 0, 0, 2, 128)));
    expect<u32>(next).toBe(number(tree, prefix6(0x20010db8, 0, 0, 0, 64)));
    expect<u32>(longestMatch(tree, wordsAt(prefix6(0x20010db8, 0, 1, 0, 128)))).toBe(next);
    expect<u32>(longestMatch(tree, wordsAt(prefix6(0x20010db8, 1, 0, 0, 128)))).toBe(tree.root6);
  });

  it("the longest match agrees with looking at every prefix", () => {
    // All 31 prefixes of the upper four bits, thinned by a different mask each round.
    let wrong: u32 = 0;
    let seed: u32 = 7;
    for (let round = 0; round < 60; ++round) {
      const prefixes: u32[][] = [];
      for (let length: u32 = 0; length <= 4; ++length) {
        for (let i: u32 = 0; i < (<u32>1) << length; ++i) {
          seed = seed * 1664525 + 1013904223;
          if (seed >> 30 != 0) continue;
          const top: u32 = length == 0 ? 0 : i << (32 - length);
          prefixes.push(prefix4(top, length));
          prefixes.push(prefix6(0x20010db8, top, 0, 0, 32 + length));
        }
      }
      const tree = treeOf(prefixes);
      for (let i: u32 = 0; i < 16; ++i) {
        const four = wordsAt(prefix4((i << 28) | 5, 32));
        const six = wordsAt(prefix6(0x20010db8, i << 28, 0, 9, 128));
        if (longestMatch(tree, four) != longestByScan(tree, four)) ++wrong;
        if (longestMatch(tree, six) != longestByScan(tree, six)) ++wrong;
      }
    }
    expect<u32>(wrong).toBe(0);
  });
});
