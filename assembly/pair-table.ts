/**
 * Verdicts by pairs of classes: a square of port set numbers, for states of few classes. It is filled as pairs are asked
 * for, and holds only what it can say exactly; the rest is answered singly.
 *
 * ┌─ runs of a set in the making, 128 bytes ─┬─ sets: a record pool ─┬─ cells, u16: (classes + 1)² ─┐
 * └──────────────────────────────────────────┴───────────────────────┴──────────────────────────────┘
 *   set = i16 × 16 bounds for each protocol slot, biased by 0x8000: a port passes if an odd number of bounds is below it;
 *   spare bounds are 65535, which no port is above. Set 0 has no other, so that zeroed cells deny.
 */
import { SLOT_PORTLESS, VERDICT_DENY, VERDICT_UNDETERMINED } from "./abi";
import { portRuns, RUN_PORT_SHIFT, RUN_VERDICT_MASK } from "./pair-ports";
import { firstRecord, keepRecord, RecordPool, recordPoolBytes, spareRecord, startRecordPool } from "./record-pool";
import { word } from "./vec";
import { BIAS } from "./port-record";

/** With more classes the cells would no longer fit the caches. */
export const MAX_PAIR_CLASSES: u32 = 512;
/** In place of a verdict, and above all of them: the flow has to be answered singly. */
export const ANSWER_SINGLY: u32 = 4;

const BOUNDS: u32 = 16;
const SET_SHIFT: u32 = 7;
const SET_BYTES: usize = 128;
const MAX_SETS: u32 = 1024;
const POOL: usize = 128;
const SPARE_BOUND: u16 = 0x7fff;

/** In a cell: the pair is answered singly, because it is not known yet, or because no set can say it. */
const CELL_SINGLY: u32 = 0x8000;
const CELL_UNKNOWN: u32 = 0x8080;
const CELL_SET_MASK: u32 = 0x3ff;

export function pairTableBytes(classes: u32): usize {
  return POOL + poolBytes() + ((<usize>(classes + 1) * (classes + 1)) << 1);
}

/** Starts a table in which no pair is known. */
export function startPairTable(table: usize, classes: u32): void {
  const sets = poolOf(table);
  startRecordPool(sets, MAX_SETS, <u32>SET_BYTES);
  const first = spareRecord(sets);
  for (let i: usize = 0; i < SET_BYTES; i += 2) store<u16>(first + i, SPARE_BOUND);
  keepRecord(sets);
  memory.fill(cellsOf(table), <u8>CELL_UNKNOWN, (<usize>(classes + 1) * (classes + 1)) << 1);
}

/** The sets in use. */
export function pairSets(table: usize): u32 {
  return poolOf(table).count;
}

function poolBytes(): usize {
  return recordPoolBytes(MAX_SETS, <u32>SET_BYTES);
}

function poolOf(table: usize): RecordPool {
  return changetype<RecordPool>(table + POOL);
}

function cellsOf(table: usize): usize {
  return table + POOL + poolBytes();
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
  const cells = cellsOf(table);
  const sets = firstRecord(poolOf(table));
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
  const cell = cellsOf(table) + ((<usize>(source * (classCount + 1) + destination)) << 1);
  if (load<u16>(cell) != <u16>CELL_UNKNOWN) return;
  store<u16>(cell, <u16>setOf(table, arena, source, destination));
}

/** The set's number, or CELL_SINGLY where there is none that says it all. */
function setOf(table: usize, arena: usize, source: u32, destination: u32): u32 {
  const set = spareRecord(poolOf(table));
  if (set == 0) return CELL_SINGLY;
  for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
    if (!writeBounds(arena, source, destination, slot, set + ((<usize>slot) << 5), table)) return CELL_SINGLY;
  }
  return keepRecord(poolOf(table));
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
