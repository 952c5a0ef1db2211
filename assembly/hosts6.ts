/**
 * IPv6 address → place: a dictionary of the blocks of 64 addresses that have known hosts, else binary search in the ranges
 * that the prefixes cut.
 *
 * Addresses of pods are handed out one after the other, from a network a node or from small blocks, so a block with more
 * than one host has a page: a word for each of its addresses. A lone host needs none.
 *
 * ┌──────────────── Block, 20 bytes ─────────────────┐  ┌─────────── Page, 256 bytes ───────────┐
 * │ 0 upper half u64 │ 8 lower half u64 │ 16 value    │  │ u32 × 64: the host's place + 1, or 0  │
 * └──────────────────────────────────────────────────┘  └───────────────────────────────────────┘
 *   value = 0: free, whatever the address (`::` is one); HOSTS6_PAGE_FLAG and a page; else the place + 1 of that address
 * ┌──────────────── Range, 20 bytes ─────────────────┐
 * │ 0 upper half u64 │ 8 lower half u64 │ 16 place    │  from this address to before the next range's
 * └──────────────────────────────────────────────────┘
 */
import { HOSTS6_BLOCK_BYTES, HOSTS6_PAGE_FLAG, HOSTS6_PAGE_WORDS, NONE } from "./abi";
import { Build } from "./build";
import { take } from "./heap";
import { holdsPrefix, prefixAt, prefixCount } from "./prefix";
import { addressOf, at, cleared, pushMany, Vec, word } from "./vec";

const BLOCK_WORDS: u32 = HOSTS6_BLOCK_BYTES >> 2;
/** The bits of an address within its block. */
const IN_BLOCK: u64 = HOSTS6_PAGE_WORDS - 1;

/** IPv4-mapped addresses, `::ffff:0:0/96`: the lower halves of the first and of the one after the last. */
const MAPPED_FIRST: u64 = 0xffff00000000;
const MAPPED_AFTER: u64 = 0x1000000000000;
/** The place of the IPv4 addresses that no longer prefix holds. */
const ROOT4: u32 = 0;

/** Starts without hosts. */
export function startHosts6(build: Build): void {
  pushMany(cleared(build.hosts6), 0, 8 * BLOCK_WORDS);
  cleared(build.pages6);
  build.blocks6Count = 0;
}

/** Leads the address of four words, most significant first, to `place`, whoever had it before. */
export function putHost6(build: Build, address: usize, place: u32): void {
  const upper = halfAt(address);
  const lower = halfAt(address + 8);
  // At most half full, so that a search is short and always ends.
  if ((build.blocks6Count + 1) * 2 > build.hosts6.length / BLOCK_WORDS) growHosts6(build.hosts6);
  const block = findBlock(build.hosts6.data, build.hosts6.length / BLOCK_WORDS, upper, lower);
  let value = load<u32>(block, 16);
  if (value != 0 && !(value & HOSTS6_PAGE_FLAG) && load<u64>(block, 8) != lower) {
    const page = (pushMany(build.pages6, 0, HOSTS6_PAGE_WORDS) / HOSTS6_PAGE_WORDS) | HOSTS6_PAGE_FLAG;
    store<u32>(hostIn(build.pages6.data, page, load<u64>(block, 8)), value);
    store<u32>(block, page, 16);
    value = page;
  }
  if (value & HOSTS6_PAGE_FLAG) {
    store<u32>(hostIn(build.pages6.data, value, lower), place + 1);
    return;
  }
  build.blocks6Count += <u32>(value == 0);
  store<u64>(block, upper);
  store<u64>(block, lower, 8);
  store<u32>(block, place + 1, 16);
}

/** The place of an address among the hosts, or `NONE`. */
export function hostAt6(build: Build, address: usize): u32 {
  const size = build.hosts6.length / BLOCK_WORDS;
  const found = findHost(build.hosts6.data, size, build.pages6.data, halfAt(address), halfAt(address + 8));
  return found == 0 ? NONE : found - 1;
}

function growHosts6(hosts: Vec): void {
  const old = hosts.data;
  const oldWords = hosts.length;
  hosts.data = take((<usize>oldWords) << 3);
  hosts.capacity = oldWords << 1;
  pushMany(cleared(hosts), 0, oldWords << 1);
  for (let i: u32 = 0; i < oldWords; i += BLOCK_WORDS) {
    const block = old + ((<usize>i) << 2);
    if (load<u32>(block, 16) == 0) continue;
    const size = hosts.length / BLOCK_WORDS;
    memory.copy(findBlock(hosts.data, size, load<u64>(block), load<u64>(block, 8)), block, HOSTS6_BLOCK_BYTES);
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
  cutMapped(ranges);
}

/**
 * IPv4-mapped addresses are IPv4: they lead to the outside address of that family, which is in no class of this one, so that
 * batches look at their flows singly. No prefix begins among them (see prefix.ts).
 */
function cutMapped(ranges: Vec): void {
  let range = addressOf(ranges, ranges.length - BLOCK_WORDS);
  let moved: u32 = 0;
  for (; load<u64>(range) != 0 || load<u64>(range, 8) > MAPPED_FIRST; range -= HOSTS6_BLOCK_BYTES) moved += BLOCK_WORDS;
  const begins = moved > 0 && load<u64>(range, 20) == 0 && load<u64>(range, 28) == MAPPED_AFTER;
  const place = load<u32>(range, 16);
  const added = begins ? BLOCK_WORDS : BLOCK_WORDS * 2;
  pushMany(ranges, 0, added);
  const mapped = addressOf(ranges, ranges.length - added - moved);
  memory.copy(mapped + ((<usize>added) << 2), mapped, (<usize>moved) << 2);
  store<u64>(mapped, 0);
  store<u64>(mapped, MAPPED_FIRST, 8);
  store<u32>(mapped, ROOT4, 16);
  if (begins) return;
  store<u64>(mapped, 0, 20);
  store<u64>(mapped, MAPPED_AFTER, 28);
  store<u32>(mapped, place, 36);
}

/** Whether an address is IPv4-mapped; its lower 32 bits are then an IPv4 one. */
export function isMapped6(upper: u64, lower: u64): bool {
  return upper == 0 && lower >= MAPPED_FIRST && lower < MAPPED_AFTER;
}

/** The place of the address with these halves. `hosts`, `pages` and `ranges` are the query tables. */
export function lookUp6(
  hosts: usize,
  hostBytes: u32,
  pages: usize,
  ranges: usize,
  rangeBytes: u32,
  upper: u64,
  lower: u64,
): u32 {
  const found = findHost(hosts, hostBytes / HOSTS6_BLOCK_BYTES, pages, upper, lower);
  return found != 0 ? found - 1 : rangeOf(ranges, rangeBytes, upper, lower);
}

function rangeOf(ranges: usize, rangeBytes: u32, upper: u64, lower: u64): u32 {
  let range = ranges;
  for (let count = rangeBytes / HOSTS6_BLOCK_BYTES; count > 1; ) {
    const half = count >> 1;
    const middle = range + <usize>half * HOSTS6_BLOCK_BYTES;
    const first = load<u64>(middle);
    const after = <u32>(first > upper) | (<u32>(first == upper) & <u32>(load<u64>(middle, 8) > lower));
    range = select(range, middle, after);
    count -= half;
  }
  return load<u32>(range, 16);
}

/** The places of `count` addresses of 16 bytes, in network order, as words at `out`. */
export function lookUpMany6(
  hosts: usize,
  hostBytes: u32,
  pages: usize,
  ranges: usize,
  rangeBytes: u32,
  addresses: usize,
  count: u32,
  out: usize,
): void {
  const mask = hostBytes / HOSTS6_BLOCK_BYTES - 1;
  for (const end = out + ((<usize>count) << 2); out < end; out += 4, addresses += 16) {
    const bytes = v128.load(addresses);
    const halves = v128.shuffle<u8>(bytes, bytes, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const upper = v128.extract_lane<u64>(halves, 1);
    const lower = v128.extract_lane<u64>(halves, 0);
    // Most are in a page, and most pages are found at once.
    const block = hosts + <usize>(hashOf(upper, lower) & mask) * HOSTS6_BLOCK_BYTES;
    const value = load<u32>(block, 16);
    let found: u32 = 0;
    if (((load<u64>(block) ^ upper) | ((load<u64>(block, 8) ^ lower) & ~IN_BLOCK)) == 0 && value & HOSTS6_PAGE_FLAG) {
      found = load<u32>(hostIn(pages, value, lower));
    } else if (value != 0) {
      found = findHost(hosts, mask + 1, pages, upper, lower);
    }
    if (found == 0) found = rangeOf(ranges, rangeBytes, upper, lower) + 1;
    store<u32>(out, found - 1);
  }
}

/** Half an address, of two words, the more significant first. */
export function halfAt(words: usize): u64 {
  return ((<u64>load<u32>(words)) << 32) | load<u32>(words, 4);
}

/** The place + 1 of a known host, or 0. */
function findHost(hosts: usize, size: u32, pages: usize, upper: u64, lower: u64): u32 {
  const block = findBlock(hosts, size, upper, lower);
  const value = load<u32>(block, 16);
  if (value & HOSTS6_PAGE_FLAG) return load<u32>(hostIn(pages, value, lower));
  return load<u64>(block, 8) == lower ? value : 0;
}

/** The block that an address is in, or a free one. */
function findBlock(hosts: usize, size: u32, upper: u64, lower: u64): usize {
  let index = hashOf(upper, lower) & (size - 1);
  // A table without a free place comes from no build, but a snapshot can say anything.
  for (let left = size; left > 0; --left) {
    const block = hosts + <usize>index * HOSTS6_BLOCK_BYTES;
    if (load<u64>(block) == upper && (load<u64>(block, 8) ^ lower) <= IN_BLOCK) return block;
    if (load<u32>(block, 16) == 0) return block;
    index = (index + 1) & (size - 1);
  }
  return unreachable();
}

/** Two rounds of multiplying: the upper half of the product has seen all bits of the block's. */
function hashOf(upper: u64, lower: u64): u32 {
  return <u32>((((upper * 0x9e3779b97f4a7c15) ^ (lower & ~IN_BLOCK)) * 0xd6e8feb86659fd93) >> 32);
}

/** Where an address's word is in the page that a block's value names. */
function hostIn(pages: usize, value: u32, lower: u64): usize {
  return pages + ((<usize>((value & ~HOSTS6_PAGE_FLAG) * HOSTS6_PAGE_WORDS + <u32>(lower & IN_BLOCK))) << 2);
}

/** Starts a range; one that begins at the same address was empty and goes. */
function addRange(ranges: Vec, address: usize, place: u32): void {
  const upper = halfAt(address);
  const lower = halfAt(address + 8);
  if (ranges.length > 0) {
    const last = addressOf(ranges, ranges.length - BLOCK_WORDS);
    if (load<u64>(last) == upper && load<u64>(last, 8) == lower) ranges.length -= BLOCK_WORDS;
  }
  const range = addressOf(ranges, pushMany(ranges, place, BLOCK_WORDS));
  store<u64>(range, upper);
  store<u64>(range, lower, 8);
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
