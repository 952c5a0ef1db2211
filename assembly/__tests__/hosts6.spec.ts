import { Build, newBuild } from "../build";
import { addHost6, buildRanges6, growHosts6, hosts6Full, lookUp6, startHosts6 } from "../hosts6";
import { addPrefix, longestMatch, numberPrefixes, prefixAt, prefixCount } from "../prefix";
import { newVec, Vec, word } from "../vec";
import { prefix6, wordsAt } from "./input";

const ROOT_ONLY: u32[] = [0, 0, 0, 0, 77];

function hostIn(hosts: Vec, address: usize): u32 {
  return lookUp6(hosts.data, hosts.length << 2, wordsAt(ROOT_ONLY), 20, address);
}

function rangesOf(prefixes: u32[][]): Build {
  const build = newBuild();
  for (let i = 0; i < prefixes.length; ++i) addPrefix(build.tree, wordsAt(prefixes[i]));
  numberPrefixes(build.tree);
  buildRanges6(build);
  startHosts6(build.hosts6, 0);
  return build;
}

function ranged(build: Build, address: usize): u32 {
  const hosts = build.hosts6;
  const ranges = build.ranges6;
  return lookUp6(hosts.data, hosts.length << 2, ranges.data, ranges.length << 2, address);
}

describe("IPv6 hosts", () => {
  it("a host is found, its neighbours are not", () => {
    const hosts = newVec(16);
    startHosts6(hosts, 2);
    addHost6(hosts, wordsAt([0x20010db8, 0, 0, 5]), 3);
    expect<u32>(hostIn(hosts, wordsAt([0x20010db8, 0, 0, 5]))).toBe(3);
    expect<u32>(hostIn(hosts, wordsAt([0x20010db8, 0, 0, 4]))).toBe(77);
    expect<u32>(hostIn(hosts, wordsAt([0x20010db8, 0, 1, 5]))).toBe(77);
    expect<u32>(hostIn(hosts, wordsAt([0x20010db9, 0, 0, 5]))).toBe(77);
  });

  it("`::` can be a host, and is none unless it was added", () => {
    const hosts = newVec(16);
    startHosts6(hosts, 2);
    expect<u32>(hostIn(hosts, wordsAt([0, 0, 0, 0]))).toBe(77);
    addHost6(hosts, wordsAt([0, 0, 0, 0]), 0);
    expect<u32>(hostIn(hosts, wordsAt([0, 0, 0, 0]))).toBe(0);
    expect<u32>(hostIn(hosts, wordsAt([0, 0, 0, 1]))).toBe(77);
  });

  it("the last address of the space can be a host", () => {
    const hosts = newVec(16);
    startHosts6(hosts, 1);
    const last = wordsAt([0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
    addHost6(hosts, last, 9);
    expect<u32>(hostIn(hosts, last)).toBe(9);
  });

  it("an address added again leads to the later endpoint", () => {
    const hosts = newVec(16);
    startHosts6(hosts, 2);
    addHost6(hosts, wordsAt([1, 2, 3, 4]), 5);
    addHost6(hosts, wordsAt([1, 2, 3, 4]), 6);
    expect<u32>(hostIn(hosts, wordsAt([1, 2, 3, 4]))).toBe(6);
  });

  it("a table stays at most half full and keeps every host when it grows", () => {
    const hosts = newVec(16);
    startHosts6(hosts, 4);
    let growths = 0;
    for (let i: u32 = 0; i < 1000; ++i) {
      if (hosts6Full(hosts, i)) {
        growHosts6(hosts);
        ++growths;
      }
      addHost6(hosts, wordsAt([0xfd000000, 0, i >> 4, i]), i);
    }
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 1000; ++i) if (hostIn(hosts, wordsAt([0xfd000000, 0, i >> 4, i])) != i) ++wrong;
    expect<u32>(wrong).toBe(0);
    expect<u32>(hostIn(hosts, wordsAt([0xfd000000, 0, 0, 1000]))).toBe(77);
    expect<i32>(growths).toBe(8, "from 8 places to 2048");
    expect<u32>(hosts.length).toBe(2048 * 5);
  });
});

describe("IPv6 ranges", () => {
  it("the root alone is one range", () => {
    const build = rangesOf([]);
    expect<u32>(build.ranges6.length).toBe(5);
    expect<u32>(ranged(build, wordsAt([0, 0, 0, 0]))).toBe(1);
    expect<u32>(ranged(build, wordsAt([0xffffffff, 0, 0, 1]))).toBe(1);
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
    // ::, fd00::, fd01::, fdff::, fdff:ffff::, fe00::
    expect<u32>(build.ranges6.length / 5).toBe(6);
  });

  it("a prefix that ends the space hands back to nobody", () => {
    const build = rangesOf([
      prefix6(0xff000000, 0, 0, 0, 8),
      prefix6(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 128),
    ]);
    expect<u32>(build.ranges6.length / 5).toBe(3);
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
    addHost6(build.hosts6, wordsAt([0xfd000000, 0, 0, 1]), 4);
    expect<u32>(ranged(build, wordsAt([0xfd000000, 0, 0, 1]))).toBe(4);
    expect<u32>(ranged(build, wordsAt([0xfd000000, 0, 0, 2]))).toBe(build.tree.root6 + 1);
  });
});
