/**
 * Verdicts by pairs of classes: a square of port set numbers, for states of few classes. It is filled as pairs are asked
 * for, and holds only what it can say exactly; the rest is answered singly.
 *
 * ┌─ sets in use, their room, 128 bytes ─┬─ sets, 128 bytes each ─┬─ hash, u16 ─┬─ cells, u16: (classes + 1)² ─┐
 * └──────────────────────────────────────┴────────────────────────┴─────────────┴──────────────────────────────┘
 *   set = i16 × 16 bounds for each protocol slot, biased by 0x8000: a port passes if an odd number of bounds is below it;
 *   spare bounds are 65535, which no port is above. Set 0 has no other, so that zeroed cells deny.
 */
import { SLOT_PORTLESS, VERDICT_DENY, VERDICT_UNDETERMINED } from "./abi";
import { hashWords } from "./intern";
import { portRuns, RUN_PORT_SHIFT, RUN_VERDICT_MASK } from "./pair-ports";
import { word } from "./vec";

/** With more classes the cells would no longer fit the caches. */
export const MAX_PAIR_CLASSES: u32 = 512;
/** In place of a verdict, and above all of them: the flow has to be answered singly. */
export const ANSWER_SINGLY: u32 = 4;

const BOUNDS: u32 = 16;
const SET_SHIFT: u32 = 7;
const SET_BYTES: usize = 128;
const MAX_SETS: u32 = 1024;
/** Twice the sets, so that a free place ends every search. */
const HASH_SIZE: u32 = 2048;
/** Where the runs of a set in the making are, in the first line. */
const RUNS: usize = 16;
const SETS: usize = 128;
const HASH: usize = SETS + ((<usize>MAX_SETS) << SET_SHIFT);
const CELLS: usize = HASH + ((<usize>HASH_SIZE) << 1);
const BIAS: u32 = 0x8000;
const SPARE_BOUND: u16 = 0x7fff;

/** In a cell: the pair is answered singly, because it is not known yet, or because no set can say it. */
const CELL_SINGLY: u32 = 0x8000;
const CELL_UNKNOWN: u32 = 0x8080;
const CELL_SET_MASK: u32 = 0x3ff;

export function pairTableBytes(classes: u32): usize {
  return CELLS + ((<usize>(classes + 1) * (classes + 1)) << 1);
}

/** Starts a table in which no pair is known. */
export function startPairTable(table: usize, classes: u32): void {
  for (let i: usize = 0; i < SET_BYTES; i += 2) store<u16>(table + SETS + i, SPARE_BOUND);
  memory.fill(table + HASH, 0, (<usize>HASH_SIZE) << 1);
  memory.fill(table + CELLS, <u8>CELL_UNKNOWN, (<usize>(classes + 1) * (classes + 1)) << 1);
  store<u32>(table, 1);
}

/**
 * Verdicts for `size` flows, ANSWER_SINGLY or more where there is none.
 *
 * `sources` and `destinations` are words, `classes` what they lead to; `slots` and `ports` are as in batch-room.ts.
 */
export function answerByPairs(
  table: usize,
  classCount: u32,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  out: usize,
  size: u32,
): void {
  const cells = table + CELLS;
  const sets = table + SETS;
  const stride = classCount + 1;
  const end = out + size;
  while (out < end) {
    const row = <u32>load<u16>(classes + ((<usize>load<u32>(sources)) << 1));
    const column = <u32>load<u16>(classes + ((<usize>load<u32>(destinations)) << 1));
    const cell = <u32>load<u16>(cells + ((<usize>(row * stride + column)) << 1));
    const bounds = sets + ((<usize>(cell & CELL_SET_MASK)) << SET_SHIFT) + load<u8>(slots);
    const port = v128.load16_splat(ports);
    const above = i8x16.narrow_i16x8_s(i16x8.gt_s(port, v128.load(bounds)), i16x8.gt_s(port, v128.load(bounds, 16)));
    store<u8>(out, <u8>((<u32>popcnt(i8x16.bitmask(above)) & 1) | (cell >> 13)));
    sources += 4;
    destinations += 4;
    slots += 1;
    ports += 2;
    out += 1;
  }
}

/** Finds the port set of a pair that is not known yet. */
export function learnPair(table: usize, classCount: u32, arena: usize, source: u32, destination: u32): void {
  if (source >= classCount || destination >= classCount) return;
  const cell = table + CELLS + ((<usize>(source * (classCount + 1) + destination)) << 1);
  if (load<u16>(cell) != <u16>CELL_UNKNOWN) return;
  store<u16>(cell, <u16>setOf(table, arena, source, destination));
}

/** The set's number, or CELL_SINGLY where there is none that says it all. */
function setOf(table: usize, arena: usize, source: u32, destination: u32): u32 {
  const count = load<u32>(table);
  if (count == MAX_SETS) return CELL_SINGLY;
  const set = table + SETS + ((<usize>count) << SET_SHIFT);
  for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
    if (!writeBounds(arena, source, destination, slot, set + ((<usize>slot) << 5), table + RUNS)) return CELL_SINGLY;
  }
  let place = hashWords(set, <u32>SET_BYTES >> 2) & (HASH_SIZE - 1);
  while (true) {
    const entry = table + HASH + ((<usize>place) << 1);
    const known = <u32>load<u16>(entry);
    if (known == 0) {
      store<u16>(entry, <u16>count);
      store<u32>(table, count + 1);
      return count;
    }
    if (memory.compare(table + SETS + ((<usize>known) << SET_SHIFT), set, SET_BYTES) == 0) return known;
    place = (place + 1) & (HASH_SIZE - 1);
  }
}

/** Whether the ports of one slot are settled and have no more bounds than a set holds. */
function writeBounds(arena: usize, source: u32, destination: u32, slot: u32, bounds: usize, runs: usize): bool {
  const count = portRuns(arena, source, destination, slot, runs, BOUNDS + 1);
  if (count > BOUNDS + 1) return false;
  let next: u32 = 0;
  let passing: u32 = VERDICT_DENY;
  let last: u32 = 0;
  for (let i: u32 = 0; i < count; ++i) {
    const verdict = word(runs, i) & RUN_VERDICT_MASK;
    if (verdict == VERDICT_UNDETERMINED) return false;
    if (verdict != passing) {
      if (next == BOUNDS) return false;
      store<u16>(bounds + ((<usize>next) << 1), <u16>(last ^ BIAS));
      ++next;
      passing = verdict;
    }
    last = word(runs, i) >> RUN_PORT_SHIFT;
  }
  for (; next < BOUNDS; ++next) store<u16>(bounds + ((<usize>next) << 1), SPARE_BOUND);
  return true;
}
