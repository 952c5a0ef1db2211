/**
 * IPv6 address → endpoint: a hash of the known hosts, else binary search in the ranges that the prefixes cut.
 *
 * A host is five words, the address and endpoint + 1; 0 there means a free place, whatever the address (`::` is one).
 * A range is five words, its first address and its endpoint; it ends where the next one begins.
 */
import { NONE } from "./abi";
import { Build } from "./build";
import { hashWords } from "./intern";
import { holdsPrefix, prefixAt, prefixCount } from "./prefix";
import { addressOf, at, push, pushMany, Vec, word } from "./vec";

const ENTRY_WORDS: u32 = 5;

/** Makes room for `count` hosts, at most half full. */
export function startHosts6(hosts: Vec, count: u32): void {
  let size: u32 = 8;
  while (size < count * 2) size <<= 1;
  hosts.length = 0;
  pushMany(hosts, 0, size * ENTRY_WORDS);
}

/** Adds a host; the table must not be full (see `startHosts6`). */
export function addHost6(hosts: Vec, address: usize, endpoint: u32): void {
  const entry = findHost(hosts.data, hosts.length / ENTRY_WORDS, address);
  memory.copy(entry, address, 16);
  store<u32>(entry, endpoint + 1, 16);
}

/** Leads an address to `place`, whoever had it before. */
export function putHost6(build: Build, address: usize, place: u32): void {
  const known = hostAt6(build, address) != NONE;
  if (!known && hosts6Full(build.hosts6, build.hosts6Count)) growHosts6(build.hosts6);
  addHost6(build.hosts6, address, place);
  build.hosts6Count += <u32>!known;
}

/** The place of an address among the hosts, or `NONE`. */
export function hostAt6(build: Build, address: usize): u32 {
  const found = word(findHost(build.hosts6.data, build.hosts6.length / ENTRY_WORDS, address), 4);
  return found == 0 ? NONE : found - 1;
}

/** Whether one more host would fill the table past its half. */
export function hosts6Full(hosts: Vec, count: u32): bool {
  return (count + 1) * 2 > hosts.length / ENTRY_WORDS;
}

/** Makes a table twice as large with the same hosts. */
export function growHosts6(hosts: Vec): void {
  const old = hosts.data;
  const oldWords = hosts.length;
  hosts.data = heap.alloc((<usize>oldWords) << 3);
  hosts.capacity = oldWords << 1;
  hosts.length = 0;
  pushMany(hosts, 0, oldWords << 1);
  for (let i: u32 = 0; i < oldWords; i += ENTRY_WORDS) {
    const entry = old + ((<usize>i) << 2);
    if (word(entry, 4) != 0) addHost6(hosts, entry, word(entry, 4) - 1);
  }
}

/** Cuts the address space at the prefixes: each piece belongs to the longest one that holds it. */
export function buildRanges6(build: Build): void {
  const tree = build.tree;
  const ranges = build.ranges6;
  ranges.length = 0;
  let open = tree.root6;
  addRange(ranges, prefixAt(tree, open) + 8, open);
  for (let number = open + 1; number < prefixCount(tree); ++number) {
    const prefix = prefixAt(tree, number);
    while (!holdsPrefix(prefixAt(tree, open), prefix)) open = closeRange(build, open);
    addRange(ranges, prefix + 8, number);
    open = number;
  }
  while (open != tree.root6) open = closeRange(build, open);
}

/** The endpoint of the 16 bytes at `address`, as four words most significant first. */
export function lookUp6(hosts: usize, hostBytes: u32, ranges: usize, rangeBytes: u32, address: usize): u32 {
  const entry = findHost(hosts, hostBytes / (ENTRY_WORDS << 2), address);
  if (word(entry, 4) != 0) return word(entry, 4) - 1;
  let low: u32 = 0;
  let high = rangeBytes / (ENTRY_WORDS << 2);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (compareAddresses(ranges + <usize>middle * (ENTRY_WORDS << 2), address) <= 0) low = middle;
    else high = middle;
  }
  return word(ranges + <usize>low * (ENTRY_WORDS << 2), 4);
}

function findHost(hosts: usize, size: u32, address: usize): usize {
  let index = hashWords(address, 4) & (size - 1);
  // A table without a free place comes from no build, but a snapshot can say anything.
  for (let left = size; left > 0; --left) {
    const entry = hosts + <usize>index * (ENTRY_WORDS << 2);
    if (word(entry, 4) == 0 || memory.compare(entry, address, 16) == 0) return entry;
    index = (index + 1) & (size - 1);
  }
  return unreachable();
}

/** Starts a range; one that begins at the same address was empty and goes. */
function addRange(ranges: Vec, address: usize, endpoint: u32): void {
  if (ranges.length > 0 && memory.compare(addressOf(ranges, ranges.length - ENTRY_WORDS), address, 16) == 0) {
    ranges.length -= ENTRY_WORDS;
  }
  for (let i: u32 = 0; i < 4; ++i) push(ranges, word(address, i));
  push(ranges, endpoint);
}

/** Ends a prefix: after its last address its parent goes on, unless that ends there too. */
function closeRange(build: Build, number: u32): u32 {
  const tree = build.tree;
  const parent = at(tree.parents, number);
  const prefix = prefixAt(tree, number);
  const next = build.key;
  memory.copy(next, prefix + 8, 16);
  let bit = <i32>word(prefix, 1) - 1;
  for (; bit >= 0; --bit) {
    const place = next + ((<usize>(bit >> 5)) << 2);
    const mask: u32 = 0x80000000 >> (bit & 31);
    const value = load<u32>(place);
    store<u32>(place, value ^ mask);
    if (!(value & mask)) break;
  }
  // A carry out of the top means that the prefix was the last of the whole space.
  if (bit >= 0) addRange(build.ranges6, next, parent);
  return parent;
}

function compareAddresses(a: usize, b: usize): i32 {
  for (let i: u32 = 0; i < 4; ++i) {
    if (word(a, i) != word(b, i)) return word(a, i) < word(b, i) ? -1 : 1;
  }
  return 0;
}
