/**
 * Verdicts by the rows of both ends, for states of any number of classes.
 *
 *   class ─▶ port record ─▶ row ─▶ chunk ─▶ bit of the other end's class        once a direction
 *
 * The port records of classes are kept by column, one for each direction and slot: what flows use of them is then small
 * enough to stay in the nearest cache.
 */
import {
  ARENA_OPEN_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  CHUNK_SHIFT,
  CLASS_PORTS_BYTES,
  PORT_LIST_FLAG,
  PORT_RECORD_BYTES,
  PORT_RECORD_ROWS,
  PORT_WIDE_FLAG,
  SECTION_CHUNKS,
  SECTION_CLASS_PORTS,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_ROW_CHUNKS,
} from "./abi";
import { sectionAt } from "./arena";
import { egressRowOf, ingressRowOf, joinVerdicts, verdictIn } from "./evaluate";
import { ANSWER_SINGLY } from "./pair-table";

const COLUMNS: u32 = 8;
/** In a column, with the address of a port record: it is a wide one. */
const COLUMN_WIDE: u32 = 1;
/** In place of one: the class has a list there; the class is looked at singly. */
const COLUMN_LIST: u32 = 2;
const COLUMN_SINGLY: u32 = 4;
/** A line of bounds that no port is above, behind the columns. */
const SPARE_BYTES: usize = 64;

function columnBytes(classes: u32): usize {
  return (((<usize>classes) << 2) + 67) & ~63;
}

export function portColumnsBytes(classes: u32): usize {
  return columnBytes(classes) * COLUMNS + SPARE_BYTES;
}

/** Fills the columns: four of egress, four of ingress; the class after the last is the one that is looked at singly. */
export function startPortColumns(columns: usize, arena: usize, classes: u32): void {
  const classPorts = sectionAt(arena, SECTION_CLASS_PORTS);
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  for (let column: u32 = 0; column < COLUMNS; ++column) {
    const base = columns + columnBytes(classes) * column;
    for (let id: u32 = 0; id < classes; ++id) {
      const record = load<u32>(classPorts + <usize>id * CLASS_PORTS_BYTES + ((<usize>column) << 2));
      let entry = <u32>records + record * PORT_RECORD_BYTES;
      if (record & PORT_LIST_FLAG) entry = COLUMN_LIST;
      else if (record & PORT_WIDE_FLAG) entry = <u32>(lists + ((record & ~PORT_WIDE_FLAG) << 2)) | COLUMN_WIDE;
      store<u32>(base + ((<usize>id) << 2), entry);
    }
    store<u32>(base + ((<usize>classes) << 2), COLUMN_SINGLY);
  }
  for (let i: usize = 0; i < SPARE_BYTES; i += 2) store<u16>(columns + columnBytes(classes) * COLUMNS + i, 0x7fff);
}

/** Verdicts for `size` flows, as `answerByPairs` gives them; `scratch` has ROW_SCRATCH_BYTES for each. */
export function answerByRows(
  columns: usize,
  arena: usize,
  classCount: u32,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  out: usize,
  size: u32,
  scratch: usize,
): void {
  const singly = findRows(columns, arena, classCount, classes, sources, destinations, slots, ports, size, scratch);
  joinBits(arena, out, size, scratch);
  if (load<u32>(arena, ARENA_OPEN_OFFSET) != 0) joinOpen(arena, out, size, scratch);
  if (!singly) return;
  for (let i: u32 = 0; i < size; ++i) {
    const ends = load<u32>(scratch + ((<usize>i) << 4), 8);
    if ((ends & 0xffff) == classCount || ends >> 16 == classCount) store<u8>(out + i, <u8>ANSWER_SINGLY);
  }
}

function findRows(
  columns: usize,
  arena: usize,
  classCount: u32,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  size: u32,
  scratch: usize,
): bool {
  const spare = columns + columnBytes(classCount) * COLUMNS;
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  const perSlot = <u32>(columnBytes(classCount) >> 5);
  const toIngress = columnBytes(classCount) << 2;
  const end = scratch + ((<usize>size) << 4);
  let singly = false;
  while (scratch < end) {
    const from = <u32>load<u16>(classes + ((<usize>load<u32>(sources)) << 1));
    const to = <u32>load<u16>(classes + ((<usize>load<u32>(destinations)) << 1));
    const column = columns + <usize>(<u32>load<u8>(slots) * perSlot);
    const egress = load<u32>(column + ((<usize>from) << 2));
    const ingress = load<u32>(column + toIngress + ((<usize>to) << 2));
    let egressRow: u32 = 0;
    let ingressRow: u32 = 0;
    if (((egress | ingress) & (COLUMN_LIST | COLUMN_SINGLY)) == 0) {
      const port = v128.load16_splat(ports);
      egressRow = rowIn(egress, spare, port);
      ingressRow = rowIn(ingress, spare, port);
    } else if ((egress | ingress) & COLUMN_SINGLY) {
      singly = true;
    } else {
      const slot = <u32>load<u8>(slots) >> 5;
      const port = <u32>load<u16>(ports) ^ 0x8000;
      egressRow = egressRowOf(arena, from, slot, port);
      ingressRow = ingressRowOf(arena, to, slot, port, false);
    }
    store<u32>(scratch, egressRow * stride + (to >> CHUNK_SHIFT));
    store<u32>(scratch, ingressRow * stride + (from >> CHUNK_SHIFT), 4);
    store<u32>(scratch, from | (to << 16), 8);
    sources += 4;
    destinations += 4;
    slots += 1;
    ports += 2;
    scratch += 16;
  }
  return singly;
}

/** The row of a record at a column's address: without a branch for the wide ones, which would be guessed wrong. */
function rowIn(entry: u32, spare: usize, port: v128): u32 {
  const line = <usize>(entry & ~COLUMN_WIDE);
  const second = select(line + PORT_RECORD_BYTES, spare, entry & COLUMN_WIDE);
  const low = i8x16.narrow_i16x8_s(i16x8.gt_s(port, v128.load(line)), i16x8.gt_s(port, v128.load(line, 16)));
  const high = i8x16.narrow_i16x8_s(i16x8.gt_s(port, v128.load(second)), i16x8.gt_s(port, v128.load(second, 16)));
  const i = popcnt(i8x16.bitmask(low) | (i8x16.bitmask(high) << 16));
  // From sixteen on it is in the second line.
  return load<u16>(line + ((<usize>(i + (i & 16))) << 1), PORT_RECORD_ROWS);
}

function joinBits(arena: usize, out: usize, size: u32, scratch: usize): void {
  const rowChunks = sectionAt(arena, SECTION_ROW_CHUNKS);
  const chunks = sectionAt(arena, SECTION_CHUNKS);
  const end = out + size;
  while (out < end) {
    const egressChunk = <u32>load<u16>(rowChunks + ((<usize>load<u32>(scratch)) << 1));
    const ingressChunk = <u32>load<u16>(rowChunks + ((<usize>load<u32>(scratch, 4)) << 1));
    const ends = load<u32>(scratch, 8);
    const egressBits = load<u32>(chunks + ((<usize>egressChunk) << 6) + ((ends >> 19) & 60));
    const ingressBits = load<u32>(chunks + ((<usize>ingressChunk) << 6) + ((ends >> 3) & 60));
    store<u8>(out, <u8>((egressBits >> (ends >> 16)) & (ingressBits >> ends) & 1));
    scratch += 16;
    out += 1;
  }
}

function joinOpen(arena: usize, out: usize, size: u32, scratch: usize): void {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  for (let i: u32 = 0; i < size; ++i, scratch += 16) {
    if (load<u8>(out + i) != 0) continue;
    const ends = load<u32>(scratch, 8);
    const egress = verdictIn(arena, load<u32>(scratch) / stride, ends >> 16);
    const ingress = verdictIn(arena, load<u32>(scratch, 4) / stride, ends & 0xffff);
    store<u8>(out + i, <u8>joinVerdicts(egress, ingress));
  }
}
