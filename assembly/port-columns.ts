/**
 * Rows by side of a class, for ports that are asked about often: a column for each interval of ports that no side of the state
 * tells apart. One load then stands for a side's port record and the search in it, however many bounds the record has.
 *
 * A side is a class's egress or ingress, known by its four port records. Sides with the same ones have one place in all
 * columns, so that the columns of a large state stay in the second cache.
 *
 * ┌─ header ─┬─ column of each slot and port, u8 ─┬─ places of sides, u16 ─┬─ columns, u16: copies of rows ─┬─ sides by place ─┐
 * │ 64 bytes │ 4 × 64 KB; 0: not made             │ 2 × class, and 1 more  │ of all places, and one denying │ key-numbers.ts   │
 * └──────────┴────────────────────────────────────┴────────────────────────┴────────────────────────────────┴──────────────────┘
 *
 * A column takes as long to make as it takes to answer a flow without for every fourth place or so; it is made when so many
 * flows have come without. A state that changes between small batches then makes none.
 */
import { CLASS_PORTS_INGRESS, ROW_NONE, SECTION_CLASS_PORTS, SECTION_PORT_LISTS, SECTION_PORT_RECORDS } from "./abi";
import { sectionAt } from "./arena";
import { KeyNumbers, keyNumbersBytes, NO_NUMBER, numberOfKey, startKeyNumbers } from "./key-numbers";
import { inLines } from "./lines";
import { BIAS, intervalOfPort, LAST_PORT, lastPortOf, rowOfInterval } from "./port-record";
import { copyOf, RowCopies } from "./row-copies";
import { word } from "./vec";

@unmanaged
export class PortColumns {
  /** Columns made; their numbers count from 1. */
  made: u32;
  /** Flows that have come without a column since the last one was made. */
  without: u32;
  /** Places of sides; 0 before the first column is wanted. */
  places: u32;
  /** Bytes from one column to the next. */
  columnBytes: u32;
  /** Where the places of sides are, and the first column. */
  sides: usize;
  first: usize;
  known: KeyNumbers;
}

const NUMBERS: usize = 64;
const NUMBERS_BYTES: usize = 0x40000;
/** In place of a column's number, and above all of them: there is none to come. */
export const NEVER: u32 = 255;
const MAX_COLUMNS: u32 = 254;
/** What all columns may take: with more places there are fewer. */
const MAX_BYTES: usize = 0x800000;
/** From a slot as batch-room.ts has it to its ports. */
export const PER_SLOT: u32 = 11;
const SIDE_BYTES: u32 = CLASS_PORTS_INGRESS;
/** A place's number has 16 bits, and one is for what denies. */
const MAX_PLACES: u32 = 0xffff;
/** No interval: its first port would be above its last. */
const NO_PORTS: u32 = 0x10000;

export function portColumnsBytes(classes: u32): usize {
  return sidesOffset(classes) + keyNumbersBytes(placesFor(classes), SIDE_BYTES);
}

export function startPortColumns(columns: PortColumns, classes: u32): void {
  const base = changetype<usize>(columns);
  columns.made = 0;
  columns.without = 0;
  columns.places = 0;
  columns.columnBytes = 0;
  columns.sides = base + NUMBERS + NUMBERS_BYTES;
  columns.first = base + columnsOffset(classes);
  columns.known = changetype<KeyNumbers>(base + sidesOffset(classes));
  memory.fill(base + NUMBERS, 0, NUMBERS_BYTES);
}

/** Where the numbers of columns are: by slot × 65536 + biased port. */
export function columnNumbers(columns: PortColumns): usize {
  return changetype<usize>(columns) + NUMBERS;
}

/**
 * Notes a flow over a port (biased) that has no column. Where enough such flows have come, makes one for the ports around it.
 */
export function wantColumn(
  columns: PortColumns,
  copies: RowCopies,
  arena: usize,
  classes: u32,
  slot: u32,
  port: u32,
): void {
  columns.without += 1;
  // For the first, sides are told apart.
  if (columns.without < (columns.places == 0 ? classes : columns.places) >> 2) return;
  columns.without = 0;
  const numbers = columnNumbers(columns) + ((<usize>slot) << 16);
  if (load<u8>(numbers + port) != 0) return;
  if (columns.places == 0) placeSides(columns, arena, classes);
  let number = NEVER;
  // Where there is no column to come, this one port is not tried again.
  let ports = (port ^ BIAS) * 0x10001;
  if (columns.made < columnsFor(columns, classes)) {
    const column = columns.first + <usize>columns.made * columns.columnBytes;
    const interval = fillColumn(columns, copies, column, arena, slot, port ^ BIAS);
    if (interval != NO_PORTS) {
      ports = interval;
      number = columns.made += 1;
    }
  }
  for (let i = ports >> 16; i <= (ports & 0xffff); ++i) store<u8>(numbers + (i ^ BIAS), <u8>number);
}

function placeSides(columns: PortColumns, arena: usize, classes: u32): void {
  const sides = classes << 1;
  startKeyNumbers(columns.known, placesFor(classes), SIDE_BYTES);
  let key = sectionAt(arena, SECTION_CLASS_PORTS);
  for (let side: usize = 0; side < <usize>sides; ++side, key += SIDE_BYTES)
    store<u16>(columns.sides + (side << 1), <u16>numberOfKey(columns.known, key));
  columns.places = columns.known.count;
  columns.columnBytes = <u32>bytesOfColumn(columns.places);
  // What has to be looked at singly has the number after the last class.
  store<u32>(columns.sides + ((<usize>sides) << 1), columns.places * 0x10001);
}

/** Writes the rows for `port`; gives the first << 16 and the last of the ports that all of them are for, or NO_PORTS. */
function fillColumn(columns: PortColumns, copies: RowCopies, column: usize, arena: usize, slot: u32, port: u32): u32 {
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  let first: u32 = 0;
  let last: u32 = LAST_PORT;
  for (let place: u32 = 0; place < columns.places; ++place) {
    const record = word(columns.known.keys + <usize>place * SIDE_BYTES, slot);
    const interval = intervalOfPort(records, lists, record, port);
    const copy = copyOf(copies, arena, rowOfInterval(records, lists, record, interval));
    if (copy == NO_NUMBER) return NO_PORTS;
    store<u16>(column + ((<usize>place) << 1), <u16>copy);
    last = min<u32>(last, lastPortOf(records, lists, record, interval));
    if (interval > 0) first = max<u32>(first, lastPortOf(records, lists, record, interval - 1) + 1);
  }
  store<u16>(column + ((<usize>columns.places) << 1), <u16>copyOf(copies, arena, ROW_NONE));
  return (first << 16) | last;
}

function placesFor(classes: u32): u32 {
  return min<u32>(classes << 1, MAX_PLACES);
}

/** None where some side has no place. */
function columnsFor(columns: PortColumns, classes: u32): u32 {
  if (columns.places == MAX_PLACES) return 0;
  return min<u32>(MAX_COLUMNS, <u32>(columnsBytes(classes) / columns.columnBytes));
}

function columnsOffset(classes: u32): usize {
  return NUMBERS + NUMBERS_BYTES + inLines(((<usize>classes + 1) << 1) << 1);
}

function sidesOffset(classes: u32): usize {
  return columnsOffset(classes) + columnsBytes(classes);
}

function columnsBytes(classes: u32): usize {
  return min<usize>(MAX_BYTES, <usize>MAX_COLUMNS * bytesOfColumn(placesFor(classes))) & ~63;
}

function bytesOfColumn(places: u32): usize {
  return inLines((<usize>places + 1) << 1);
}
