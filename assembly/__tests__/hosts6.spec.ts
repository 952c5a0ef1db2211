import { HOSTS6_BLOCK_BYTES, HOSTS6_PAGE_WORDS, NONE } from "../abi";
import { Build, newBuild } from "../build";
import { buildRanges6, halfAt, hostAt6, lookUp6, lookUpMany6, putHost6, startHosts6 } from "../hosts6";
import { addPrefix, longestMatch, numberPrefixes, prefixAt, prefixCount } from "../prefix";
import { at, newVec, pushMany, Vec, word } from "../vec";
import { prefix6, wordsAt } from "./input";

const BLOCK_WORDS: u32 = HOSTS6_BLOCK_BYTES >> 2;

function rangesOf(prefixes: u32[][]): Build {
  const build = newBuild();
  for (let i = 0; i < prefixes.length; ++i) addPrefix(build.tree, wordsAt(prefixes[i]));
  numberPrefixes(build.tree);
  buildRanges6(build);
  startHosts6(build);
  return build;
}

/** The place of an address, which one look-up and a look-up of many must agree on. */
function ranged(build: Build, address: usize): u32 {
  const hosts = build.hosts6;
  const ranges = build.ranges6;
  const place = lookUp6(
    hosts.data,
    hosts.length << 2,
    build.pages6.data,
    ranges.data,
    ranges.length << 2,
    halfAt(address),
    halfAt(address + 8),
  );
  assert(at(rangedMany(build, [address]), 0) == place, "many look-ups answer as one");
  return place;
}

/** The places of many addresses, a group's room and more for them. */
function rangedMany(build: Build, addresses: usize[]): Vec {
  const count = <u32>addresses.length;
  const network = heap.alloc((<usize>count) << 4);
  for (let i: u32 = 0; i < count; ++i) {
    for (let word: usize = 0; word < 16; word += 4) {
      store<u32>(network + ((<usize>i) << 4) + word, bswap<u32>(load<u32>(addresses[i] + word)));
    }
  }
  const places = newVec((count + 31) & ~15);
  pushMany(places, NONE, (count + 31) & ~15);
  lookUpMany6(
    build.hosts6.data,
    build.hosts6.length << 2,
    build.pages6.data,
    build.ranges6.data,
    build.ranges6.length << 2,
    network,
    count,
    places.data,
  );
  return places;
}

function pagesOf(build: Build): u32 {
  return build.pages6.length / HOSTS6_PAGE_WORDS;
}

/** What leads nowhere else: the range of ::/0. */
const NOBODY: u32 = 1;

describe("IPv6 hosts", () => {
  it("columns of any length are looked up, to their last address and no further", () => {
    const build = rangesOf([]);
    // In a page: 4096 to 4115. Alone in its block: 1. In none: 9.
    for (let host: u32 = 0; host < 20; ++host) putHost6(build, wordsAt([0x20010db8, 0, 0, 4096 + host]), 4096 + host);
    putHost6(build, wordsAt([0x20010db8, 0, 1, 1]), 7);
    for (let count: u32 = 1; count <= 50; ++count) {
      const addresses: usize[] = [];
      for (let i: u32 = 0; i < count; ++i) {
        if (i % 5 == 3) addresses.push(wordsAt([0x20010db8, 0, 1, 1]));
        else if (i % 3 == 0) addresses.push(wordsAt([0x20010db8, 0, 9, i]));
        else addresses.push(wordsAt([0x20010db8, 0, 0, 4096 + (i % 20)]));
      }
      const places = rangedMany(build, addresses);
      for (let i: u32 = 0; i < count; ++i) {
        const place = i % 5 == 3 ? 7 : i % 3 == 0 ? NOBODY : 4096 + (i % 20);
        assert(at(places, i) == place, "each has its place");
      }
      for (let i = count; i < places.length; ++i) assert(at(places, i) == NONE, "what is behind stays");
    }
  });

  it("a host is found, its neighbours are not", () => {
    const build = rangesOf([]);
    putHost6(build, wordsAt([0x20010db8, 0, 0, 5]), 3);
    expect<u32>(ranged(build, wordsAt([0x20010db8, 0, 0, 5]))).toBe(3);
    expect<u32>(hostAt6(build, wordsAt([0x20010db8, 0, 0, 5]))).toBe(3);
    expect<u32>(ranged(build, wordsAt([0x20010db8, 0, 0, 4]))).toBe(NOBODY);
    expect<u32>(ranged(build, wordsAt([0x20010db8, 0, 1, 5]))).toBe(NOBODY);
    expect<u32>(ranged(build, wordsAt([0x20010db9, 0, 0, 5]))).toBe(NOBODY);
    expect<u32>(hostAt6(build, wordsAt([0x20010db8, 0, 0, 4]))).toBe(NONE);
  });

  it("`::` can be a host, and is none unless it was added", () => {
    const build = rangesOf([]);
    expect<u32>(ranged(build, wordsAt([0, 0, 0, 0]))).toBe(NOBODY);
    putHost6(build, wordsAt([0, 0, 0, 0]), 0);
    expect<u32>(ranged(build, wordsAt([0, 0, 0, 0]))).toBe(0);
    expect<u32>(ranged(build, wordsAt([0, 0, 0, 1]))).toBe(NOBODY);
  });

  it("the last address of the space can be a host", () => {
    const build = rangesOf([]);
    const last = wordsAt([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    putHost6(build, last, 9);
    expect<u32>(ranged(build, last)).toBe(9);
  });

  it("an address leads to whoever had it last, alone in its block or in a page", () => {
    const build = rangesOf([]);
    putHost6(build, wordsAt([1, 2, 3, 4]), 5);
    putHost6(build, wordsAt([1, 2, 3, 4]), 6);
    expect<u32>(ranged(build, wordsAt([1, 2, 3, 4]))).toBe(6);
    expect<u32>(pagesOf(build)).toBe(0, "a lone host needs no page");
    putHost6(build, wordsAt([1, 2, 3, 5]), 7);
    putHost6(build, wordsAt([1, 2, 3, 4]), 8);
    expect<u32>(pagesOf(build)).toBe(1);
    expect<u32>(ranged(build, wordsAt([1, 2, 3, 4]))).toBe(8);
    expect<u32>(ranged(build, wordsAt([1, 2, 3, 5]))).toBe(7);
    expect<u32>(ranged(build, wordsAt([1, 2, 3, 6]))).toBe(NOBODY);
  });

  it("hosts of one block share a page, the next block has its own", () => {
    const build = rangesOf([]);
    for (let i: u32 = 0; i < 130; ++i) putHost6(build, wordsAt([0xfd000000, 0, 7, i]), 100 + i);
    expect<u32>(pagesOf(build)).toBe(3);
    expect<u32>(build.blocks6Count).toBe(3);
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 130; ++i) if (ranged(build, wordsAt([0xfd000000, 0, 7, i])) != 100 + i) ++wrong;
    expect<u32>(wrong).toBe(0);
    expect<u32>(ranged(build, wordsAt([0xfd000000, 0, 7, 130]))).toBe(NOBODY);
    expect<u32>(ranged(build, wordsAt([0xfd000000, 0, 8, 64]))).toBe(NOBODY);
  });

  it("a table stays at most half full and keeps every host when it grows", () => {
    const build = rangesOf([]);
    // Every second block has one host, the others two.
    for (let i: u32 = 0; i < 1000; ++i) {
      putHost6(build, wordsAt([0xfd000000, 0, i, i << 8]), 2 * i);
      if (i & 1) putHost6(build, wordsAt([0xfd000000, 0, i, (i << 8) | 63]), 2 * i + 1);
    }
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 1000; ++i) {
      if (ranged(build, wordsAt([0xfd000000, 0, i, i << 8])) != 2 * i) ++wrong;
      if (ranged(build, wordsAt([0xfd000000, 0, i, (i << 8) | 63])) != (i & 1 ? 2 * i + 1 : NOBODY)) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(build.hosts6.length).toBe(2048 * BLOCK_WORDS);
    expect<u32>(build.blocks6Count).toBe(1000);
    expect<u32>(pagesOf(build)).toBe(500);
  });

  throws("a table without a free place ends a search that finds nothing", () => {
    const hosts = newVec(8 * BLOCK_WORDS);
    for (let i: u32 = 0; i < 8 * BLOCK_WORDS; ++i) store<u32>(hosts.data + ((<usize>i) << 2), 0x01010101);
    lookUp6(hosts.data, 8 * HOSTS6_BLOCK_BYTES, hosts.data, hosts.data, HOSTS6_BLOCK_BYTES, 1, 2);
  });
});

describe("IPv6 ranges", () => {
  it("the root alone is one range, but for the IPv4-mapped addresses", () => {
    const build = rangesOf([]);
    expect<u32>(build.ranges6.length / 5).toBe(3);
    expect<u32>(ranged(build, wordsAt([0, 0, 0, 0]))).toBe(1);
    expect<u32>(ranged(build, wordsAt([0xffffffff, 0, 0, 1]))).toBe(1);
  });

  it("IPv4-mapped addresses lead out of this family, whatever prefix is around them", () => {
    // The second ends where they begin, the third begins where they end.
    const build = rangesOf([prefix6(0, 0, 0, 0, 64), prefix6(0, 0, 0xfffe, 0, 96), prefix6(0, 0, 0x10000, 0, 80)]);
    const root = build.tree.root6;
    expect<u32>(ranged(build, wordsAt([0, 0, 0xfffe, 0xffffffff]))).toBe(root + 2);
    expect<u32>(ranged(build, wordsAt([0, 0, 0xffff, 0]))).toBe(0);
    expect<u32>(ranged(build, wordsAt([0, 0, 0xffff, 0xffffffff]))).toBe(0);
    expect<u32>(ranged(build, wordsAt([0, 0, 0x10000, 0]))).toBe(root + 3);
    expect<u32>(ranged(build, wordsAt([0, 0, 0x20000, 0]))).toBe(root + 1);
    const bare = rangesOf([]);
    expect<u32>(ranged(bare, wordsAt([0, 0, 0xffff, 0x0a000001]))).toBe(0);
    expect<u32>(ranged(bare, wordsAt([0, 0, 0xfffe, 0xffffffff]))).toBe(bare.tree.root6);
    expect<u32>(ranged(bare, wordsAt([0, 0, 0x10000, 0]))).toBe(bare.tree.root6);
  });

  it("after its last address a prefix hands back to the one around it", () => {
    const build = rangesOf([prefix6(0x20010db8, 0, 0, 0, 32), prefix6(0x20010db8, 1, 0, 0, 64)]);
    const inner = build.tree.root6 + 2;
    expect<u32>(ranged(build, wordsAt([0x20010db8, 0, 0xffffffff, 0xffffffff]))).toBe(inner - 1);
    expect<u32>(ranged(build, wordsAt([0x20010db8, 1, 0, 0]))).toBe(inner);
    expect<u32>(ranged(build, wordsAt([0x20010db8, 1, 0xffffffff, 0xffffffff]))).toBe(inner);
    expect<u32>(ranged(build, wordsAt([0x20010db8, 2, 0, 0]))).toBe(inner - 1);
    expect<u32>(ranged(build, wordsAt([0x20010db9, 0, 0, 0]))).toBe(build.tree.root6);
  });

  it("prefixes that begin or end together leave no empty range", () => {
    const build = rangesOf([
      prefix6(0xfd000000, 0, 0, 0, 8),
      prefix6(0xfd000000, 0, 0, 0, 16),
      prefix6(0xfdff0000, 0, 0, 0, 16),
      prefix6(0xfdffffff, 0, 0, 0, 32),
    ]);
    let previous: usize = build.ranges6.data;
    for (let i: u32 = 5; i < build.ranges6.length; i += 5) {
      const next = build.ranges6.data + ((<usize>i) << 2);
      expect<bool>(memory.compare(previous, next, 16) != 0).toBe(true);
      previous = next;
    }
    // ::, ::ffff:0:0, ::1:0:0:0, fd00::, fd01::, fdff::, fdff:ffff::, fe00::
    expect<u32>(build.ranges6.length / 5).toBe(8);
  });

  it("a prefix that ends the space hands back to nobody", () => {
    const build = rangesOf([
      prefix6(0xff000000, 0, 0, 0, 8),
      prefix6(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 128),
    ]);
    expect<u32>(build.ranges6.length / 5).toBe(5);
    const last = wordsAt([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    expect<u32>(ranged(build, last)).toBe(build.tree.root6 + 2);
  });

  it("the range of an address is its longest match", () => {
    let wrong: u32 = 0;
    let asked: u32 = 0;
    let seed: u32 = 5;
    for (let round = 0; round < 60; ++round) {
      const prefixes: u32[][] = [];
      for (let length: u32 = 30; length <= 35; ++length) {
        for (let i: u32 = 0; i < (<u32>1) << (length - 30); ++i) {
          seed = seed * 1664525 + 1013904223;
          if (seed >> 30 != 0) continue;
          const low: u64 = (<u64>i) << (64 - length);
          prefixes.push(prefix6(0x20010db8 | <u32>(low >> 32), <u32>low, 0, 0, length));
        }
      }
      const build = rangesOf(prefixes);
      for (let number: u32 = build.tree.root6; number < prefixCount(build.tree); ++number) {
        const first = load<u64>(prefixAt(build.tree, number) + 8);
        const top: u64 = ((<u64>(<u32>first)) << 32) | (first >> 32);
        const length: u32 = word(prefixAt(build.tree, number), 1);
        const size: u64 = length == 0 ? 0 : (<u64>1) << (64 - length);
        const tries: u64[] = [top - 1, top, top + size - 1, top + size];
        for (let i = 0; i < tries.length; ++i) {
          const words = wordsAt(prefix6(<u32>(tries[i] >> 32), <u32>tries[i], 0xffffffff, 1, 128));
          if (ranged(build, words + 8) != longestMatch(build.tree, words)) ++wrong;
          ++asked;
        }
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(asked).toBeGreaterThan(500);
  });

  it("a known host comes before the range around it", () => {
    const build = rangesOf([prefix6(0xfd000000, 0, 0, 0, 8)]);
    putHost6(build, wordsAt([0xfd000000, 0, 0, 1]), 4);
    expect<u32>(ranged(build, wordsAt([0xfd000000, 0, 0, 1]))).toBe(4);
    expect<u32>(ranged(build, wordsAt([0xfd000000, 0, 0, 2]))).toBe(build.tree.root6 + 1);
  });
});
