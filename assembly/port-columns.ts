/**
 * Rows by class, for ports that are asked about often: a column for each interval of ports that no class of the state tells
 * apart. One load then stands for a class's port record and the search in it, however many bounds the record has.
 *
 * ┌─ columns made, flows without one ─┬─ column of each slot and port, u8 ─┬─ columns ────────────────────────────────┐
 * │            16 bytes               │ 4 × 64 KB; 0: not made             │ u16: egress rows of classes, ingress rows │
 * └───────────────────────────────────┴────────────────────────────────────┴──────────────────────────────────────────┘
 *
 * A column takes as long to make as it takes to answer a flow without for every fourth class or so; it is made when so many
 * flows have come without. A state that changes between small batches then makes none.
 */
import {
  CLASS_PORTS_BYTES,
  CLASS_PORTS_INGRESS,
  MAX_RECORD_ROW,
  ROW_NONE,
  SECTION_CLASS_PORTS,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
} from "./abi";
import { sectionAt } from "./arena";
import { intervalOfPort, lastPortOf, rowOfInterval } from "./port-record";

@unmanaged
export class PortColumns {
  /** Columns made; their numbers count from 1. */
  made: u32;
  /** Flows that have come without a column since the last one was made. */
  without: u32;
}

const NUMBERS: usize = 16;
const NUMBERS_BYTES: usize = 0x40000;
/** In place of a column's number, and above all of them: there is none to come. */
export const NEVER: u32 = 255;
const MAX_COLUMNS: u32 = 254;
/** What all columns may take: with more classes there are fewer. */
const MAX_BYTES: usize = 0x800000;
/** From a slot as batch-room.ts has it to its ports. */
export const PER_SLOT: u32 = 11;
const BIAS: u32 = 0x8000;
const LAST_PORT: u32 = 0xffff;
/** No interval: its first port would be above its last. */
const NO_PORTS: u32 = 0x10000;

/** Rows of one direction: of all classes, and of the number after the last, which denies. */
export function sideBytes(classes: u32): usize {
  return (((<usize>(classes + 1)) << 1) + 63) & ~63;
}

function columnsFor(classes: u32): u32 {
  return min<u32>(MAX_COLUMNS, <u32>(MAX_BYTES / (sideBytes(classes) << 1)));
}

export function portColumnsBytes(classes: u32): usize {
  return NUMBERS + NUMBERS_BYTES + <usize>columnsFor(classes) * (sideBytes(classes) << 1);
}

export function startPortColumns(columns: PortColumns): void {
  columns.made = 0;
  columns.without = 0;
  memory.fill(changetype<usize>(columns) + NUMBERS, 0, NUMBERS_BYTES);
}

/** Where the numbers of columns are: by slot × 65536 + biased port. */
export function columnNumbers(columns: PortColumns): usize {
  return changetype<usize>(columns) + NUMBERS;
}

/** Where the first column is. */
export function firstColumn(columns: PortColumns): usize {
  return changetype<usize>(columns) + NUMBERS + NUMBERS_BYTES;
}

/**
 * Notes a flow over a port (biased) that has no column. Where enough such flows have come, makes one for the ports around it.
 */
export function wantColumn(columns: PortColumns, arena: usize, classes: u32, slot: u32, port: u32): void {
  columns.without += 1;
  if (columns.without < classes >> 2) return;
  columns.without = 0;
  const numbers = columnNumbers(columns) + ((<usize>slot) << 16);
  if (load<u8>(numbers + port) != 0) return;
  let number = NEVER;
  // Where there is no column to come, this one port is not tried again.
  let ports = (port ^ BIAS) * 0x10001;
  if (columns.made < columnsFor(classes)) {
    const column = firstColumn(columns) + <usize>columns.made * (sideBytes(classes) << 1);
    const interval = fillColumn(column, arena, classes, slot, port ^ BIAS);
    if (interval != NO_PORTS) {
      ports = interval;
      number = columns.made += 1;
    }
  }
  for (let i = ports >> 16; i <= (ports & 0xffff); ++i) store<u8>(numbers + (i ^ BIAS), <u8>number);
}

/** Writes the rows for `port`; gives the first << 16 and the last of the ports that all of them are for, or NO_PORTS. */
function fillColumn(column: usize, arena: usize, classes: u32, slot: u32, port: u32): u32 {
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  let first: u32 = 0;
  let last: u32 = LAST_PORT;
  for (let side: u32 = 0; side < 2; ++side) {
    const rows = column + sideBytes(classes) * side;
    const ids = sectionAt(arena, SECTION_CLASS_PORTS) + <usize>(side * CLASS_PORTS_INGRESS + (slot << 2));
    for (let id: u32 = 0; id < classes; ++id) {
      const record = load<u32>(ids + <usize>id * CLASS_PORTS_BYTES);
      const interval = intervalOfPort(records, lists, record, port);
      const row = rowOfInterval(records, lists, record, interval);
      if (row > <u32>MAX_RECORD_ROW) return NO_PORTS;
      store<u16>(rows + ((<usize>id) << 1), <u16>row);
      last = min<u32>(last, lastPortOf(records, lists, record, interval));
      if (interval > 0) first = max<u32>(first, lastPortOf(records, lists, record, interval - 1) + 1);
    }
    store<u16>(rows + ((<usize>classes) << 1), ROW_NONE);
  }
  return (first << 16) | last;
}
