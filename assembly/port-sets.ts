/**
 * Sets of ports, as bits over intervals that no policy cuts, each distinct set once; and what the pairs of a source with all
 * its destinations allow, as numbers of such sets.
 *
 *   a profile's rows ─refine─▶ per peer class: the set of ports that this side lets through
 *   egress set AND ingress set ─▶ the pair's set                                              0 is the empty set
 *
 * A set is bits of the intervals for TCP, for UDP, for SCTP, then one bit for protocols without ports. Where rows are open, a second
 * half says the same of what is possible. Everything lies in room that the host gives; where there are more sets than room
 * for them, `full` is set and what was written means nothing.
 */
import {
  ARENA_ROW_STRIDE_OFFSET,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  CLASS_INFO_BYTES,
  CLASS_PORTS_BYTES,
  CLASS_PORTS_INGRESS,
  PORT_BOUNDS_BYTES,
  PORT_JOINS,
  PORT_SETS_BITS,
  PORT_SETS_BOUNDS,
  PORT_SETS_BYTES,
  PORT_SETS_CAPACITY,
  PORT_SETS_COUNT,
  PORT_SETS_FULL,
  PORT_SETS_HALVES,
  PORT_SETS_INTERVALS,
  PORT_SETS_JOINS,
  PORT_SETS_KEY,
  PORT_SETS_MASK,
  PORT_SETS_MEMO,
  PORT_SETS_SLOTS,
  PORT_SETS_STAMP,
  PORT_SETS_WORDS,
  ROW_NONE,
  SECTION_CHUNKS,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_ROW_CHUNKS,
  SIDE_INGRESS,
  SIDE_OWN_NODE,
  SLOT_PORTLESS,
} from "./abi";
import { sectionAt, sectionBytes } from "./arena";
import { setBit, setRun } from "./bits";
import { hashWords } from "./intern";
import { meantRow } from "./matrix";
import { LAST_PORT, lastPortOf, rowOfInterval } from "./port-record";
import { word } from "./vec";

/** Where the sets are; the host writes it. */
@unmanaged
export class PortSets {
  /** PORT_BOUNDS_BYTES: what `findBounds` writes. */
  bounds: usize;
  /** `bytes` a set, in the order of their numbers. */
  bits: usize;
  /** Bytes of a set: a multiple of 16 for each half. */
  bytes: u32;
  /** 2 where some row is open. */
  halves: u32;
  /** As `findBounds` gave it. */
  intervals: u32;
  count: u32;
  capacity: u32;
  /** Open addressing over `mask` + 1 words: a set's number + 1. */
  slots: usize;
  mask: u32;
  /** Two words a set: the set that it becomes in this step, and the step. */
  memo: usize;
  stamp: u32;
  /** PORT_JOINS entries of four words: what two sets have in common. */
  joins: usize;
  /** Room for two sets. */
  key: usize;
  full: u32;
}

if (offsetof<PortSets>("bounds") != PORT_SETS_BOUNDS << 2) ERROR("PORT_SETS_BOUNDS");
if (offsetof<PortSets>("bits") != PORT_SETS_BITS << 2) ERROR("PORT_SETS_BITS");
if (offsetof<PortSets>("bytes") != PORT_SETS_BYTES << 2) ERROR("PORT_SETS_BYTES");
if (offsetof<PortSets>("halves") != PORT_SETS_HALVES << 2) ERROR("PORT_SETS_HALVES");
if (offsetof<PortSets>("intervals") != PORT_SETS_INTERVALS << 2) ERROR("PORT_SETS_INTERVALS");
if (offsetof<PortSets>("count") != PORT_SETS_COUNT << 2) ERROR("PORT_SETS_COUNT");
if (offsetof<PortSets>("capacity") != PORT_SETS_CAPACITY << 2) ERROR("PORT_SETS_CAPACITY");
if (offsetof<PortSets>("slots") != PORT_SETS_SLOTS << 2) ERROR("PORT_SETS_SLOTS");
if (offsetof<PortSets>("mask") != PORT_SETS_MASK << 2) ERROR("PORT_SETS_MASK");
if (offsetof<PortSets>("memo") != PORT_SETS_MEMO << 2) ERROR("PORT_SETS_MEMO");
if (offsetof<PortSets>("stamp") != PORT_SETS_STAMP << 2) ERROR("PORT_SETS_STAMP");
if (offsetof<PortSets>("joins") != PORT_SETS_JOINS << 2) ERROR("PORT_SETS_JOINS");
if (offsetof<PortSets>("key") != PORT_SETS_KEY << 2) ERROR("PORT_SETS_KEY");
if (offsetof<PortSets>("full") != PORT_SETS_FULL << 2) ERROR("PORT_SETS_FULL");
if (offsetof<PortSets>() != PORT_SETS_WORDS << 2) ERROR("PORT_SETS_WORDS");

/** The bounds: a bit per port, then per 64 ports how many bounds lie below. */
const BOUND_BITS: usize = 8192;

if (BOUND_BITS + 4096 != PORT_BOUNDS_BYTES) ERROR("PORT_BOUNDS_BYTES");

// ── Intervals that no policy cuts ───────────────────────────────────────────────────────────────────────────────────

/** Finds the intervals of all classes' records, and gives their number. */
export function findBounds(arena: usize, bounds: usize): u32 {
  memory.fill(bounds, 0, PORT_BOUNDS_BYTES);
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  const classes = sectionBytes(arena, SECTION_CLASS_INFO) / CLASS_INFO_BYTES;
  for (let id: u32 = 0; id < classes; ++id) {
    for (let side: u32 = 0; side < 3; ++side) {
      for (let slot: u32 = 0; slot < <u32>SLOT_PORTLESS; ++slot) {
        const record = recordOf(arena, id, side, slot);
        for (let i: u32 = 0; ; ++i) {
          const last = lastPortOf(records, lists, record, i);
          if (last == LAST_PORT) break;
          setBit(bounds, last);
        }
      }
    }
  }
  let rank: u32 = 0;
  for (let i: usize = 0; i < 1024; ++i) {
    store<u32>(bounds + BOUND_BITS + (i << 2), rank);
    rank += <u32>popcnt(load<u64>(bounds + (i << 3)));
  }
  return rank + 1;
}

/** The interval of a port: how many bounds lie below it. */
function intervalOf(bounds: usize, port: u32): u32 {
  const below = load<u64>(bounds + ((<usize>(port >> 6)) << 3)) & (((<u64>1) << (<u64>port & 63)) - 1);
  return load<u32>(bounds + BOUND_BITS + ((<usize>(port >> 6)) << 2)) + <u32>popcnt(below);
}

/** The port record id of a class's side (abi: SIDE_…). */
function recordOf(arena: usize, id: u32, side: u32, slot: u32): u32 {
  const section = side == SIDE_OWN_NODE ? SECTION_CLASS_INFO : SECTION_CLASS_PORTS;
  const records = sectionAt(arena, section) + <usize>id * CLASS_PORTS_BYTES;
  const offset: usize = side == SIDE_INGRESS ? <usize>CLASS_PORTS_INGRESS : 0;
  return load<u32>(records + offset + ((<usize>slot) << 2));
}

// ── One side ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Writes for `chunks` × 512 peer classes the number of the set of ports that a class's side lets through. */
export function writeSide(
  arena: usize,
  sets: PortSets,
  id: u32,
  side: u32,
  firstChunk: u32,
  chunks: u32,
  out: usize,
): void {
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  memory.fill(out, 0, (<usize>chunks) << (CHUNK_SHIFT + 2));
  for (let half: u32 = 0; half < sets.halves; ++half) {
    for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
      const record = recordOf(arena, id, side, slot);
      for (let i: u32 = 0; ; ++i) {
        const row = meantRow(arena, rowOfInterval(records, lists, record, i), half != 0);
        // The first interval of a row speaks for all that have it.
        if (row != ROW_NONE && takePorts(arena, sets, id, side, half, row) == ((slot << 16) | i)) {
          refine(arena, sets, row, firstChunk, chunks, out);
        }
        if (lastPortOf(records, lists, record, i) == LAST_PORT) break;
      }
    }
  }
}

/** Makes the key the ports that `row` answers for, and gives where they come first: slot above, interval below. */
function takePorts(arena: usize, sets: PortSets, id: u32, side: u32, half: u32, row: u32): u32 {
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  const key = sets.key + <usize>half * (sets.bytes / sets.halves);
  let place: u32 = 0xffffffff;
  memory.fill(sets.key, 0, sets.bytes);
  for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
    const record = recordOf(arena, id, side, slot);
    // Port 0 is no port, but a slot without ports has nothing else.
    let first: u32 = slot == SLOT_PORTLESS ? 0 : 1;
    for (let i: u32 = 0; ; ++i) {
      const last = slot == SLOT_PORTLESS ? 0 : lastPortOf(records, lists, record, i);
      if (meantRow(arena, rowOfInterval(records, lists, record, i), half != 0) == row) {
        place = min<u32>(place, (slot << 16) | i);
        const base = slot * sets.intervals;
        setRun(key, base + intervalOf(sets.bounds, first), base + intervalOf(sets.bounds, last) + 1);
      }
      if (last == LAST_PORT || slot == SLOT_PORTLESS) break;
      first = last + 1;
    }
  }
  return place;
}

/** Adds the key to the sets of all peers in a row. */
function refine(arena: usize, sets: PortSets, row: u32, firstChunk: u32, chunks: u32, out: usize): void {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  const rowChunks = sectionAt(arena, SECTION_ROW_CHUNKS) + ((<usize>(row * stride + firstChunk)) << 1);
  const bits = sectionAt(arena, SECTION_CHUNKS);
  const memo = sets.memo;
  const stamp = ++sets.stamp;
  for (let i: u32 = 0; i < chunks; ++i) {
    const chunk = bits + <usize>load<u16>(rowChunks + ((<usize>i) << 1)) * CHUNK_BYTES;
    for (let at: usize = 0; at < <usize>CHUNK_BYTES; at += 8) {
      let peers = load<u64>(chunk + at);
      const words = out + ((<usize>i) << (CHUNK_SHIFT + 2)) + (at << 5);
      while (peers != 0) {
        const peer = words + ((<usize>ctz(peers)) << 2);
        peers &= peers - 1;
        const entry = memo + ((<usize>load<u32>(peer)) << 3);
        if (load<u32>(entry, 4) != stamp) {
          store<u32>(entry, combine(sets, load<u32>(peer), sets.key, false));
          store<u32>(entry, stamp, 4);
        }
        store<u32>(peer, load<u32>(entry));
      }
    }
  }
}

// ── Sets ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Makes the empty set number 0, or brings the sets that were copied to new room back into its slots. */
export function settle(sets: PortSets): void {
  memory.fill(sets.slots, 0, (<usize>sets.mask + 1) << 2);
  memory.fill(sets.joins, 0, (<usize>PORT_JOINS) << 4);
  memory.fill(sets.memo, 0, (<usize>sets.capacity) << 3);
  sets.full = 0;
  if (sets.count == 0) {
    memory.fill(sets.bits, 0, sets.bytes);
    sets.count = 1;
  }
  for (let id: u32 = 0; id < sets.count; ++id) store<u32>(slotOf(sets, setAt(sets, id)), id + 1);
}

/** What two sets have in common. */
export function joinSets(sets: PortSets, a: u32, b: u32): u32 {
  const entry = sets.joins + ((<usize>((a * 0x9e3779b1 + b) & (PORT_JOINS - 1))) << 4);
  // No pair of sets is 0 and 0: an entry that was never written is none.
  if (load<u32>(entry) == a && load<u32>(entry, 4) == b) return load<u32>(entry, 8);
  const both = combine(sets, a, setAt(sets, b), true);
  store<u32>(entry, a);
  store<u32>(entry, b, 4);
  store<u32>(entry, both, 8);
  return both;
}

/** The number of a set with other bits, both together or in common; 0 and `full` where there is no room for it. */
function combine(sets: PortSets, id: u32, other: usize, common: bool): u32 {
  const key = sets.key + sets.bytes;
  const bits = setAt(sets, id);
  for (let i: usize = 0; i < <usize>sets.bytes; i += 16) {
    const a = v128.load(bits + i);
    const b = v128.load(other + i);
    v128.store(key + i, common ? v128.and(a, b) : v128.or(a, b));
  }
  const slot = slotOf(sets, key);
  const found = load<u32>(slot);
  if (found != 0) return found - 1;
  if (sets.count == sets.capacity) {
    sets.full = 1;
    return 0;
  }
  const made = sets.count++;
  memory.copy(setAt(sets, made), key, sets.bytes);
  store<u32>(slot, made + 1);
  return made;
}

function setAt(sets: PortSets, id: u32): usize {
  return sets.bits + <usize>id * sets.bytes;
}

/** The slot that holds a set, or the free one where it belongs. */
function slotOf(sets: PortSets, bits: usize): usize {
  let index = hashWords(bits, sets.bytes >> 2) & sets.mask;
  while (true) {
    const slot = sets.slots + ((<usize>index) << 2);
    const entry = load<u32>(slot);
    if (entry == 0 || isSame(setAt(sets, entry - 1), bits, sets.bytes)) return slot;
    index = (index + 1) & sets.mask;
  }
}

function isSame(a: usize, b: usize, bytes: u32): bool {
  for (let i: usize = 0; i < <usize>bytes; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  return true;
}

// ── Pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Writes the cells of one source: for each of `count` destinations with which it has ports in common, the place of that
 * destination to `to` and the set's number to `ports`. By place, `classes` has the destinations' classes and `sides` where
 * the sets of their ingress sides are, of which `source` is this source's; `egress` has the sets of its own side by class.
 * Places count from `first`. Gives the number of cells.
 */
export function writeCells(
  sets: PortSets,
  egress: usize,
  classes: usize,
  sides: usize,
  count: u32,
  source: u32,
  first: u32,
  to: usize,
  ports: usize,
): u32 {
  let cells: usize = 0;
  for (let i: u32 = 0; i < count; ++i) {
    const out = word(egress, word(classes, i));
    if (out == 0) continue;
    const into = word(word(sides, i), source);
    if (into == 0) continue;
    const set = joinSets(sets, out, into);
    if (set == 0) continue;
    store<u32>(to + cells, first + i);
    store<u32>(ports + cells, set);
    cells += 4;
  }
  return <u32>(cells >> 2);
}
