/**
 * Port records: which row answers for a port.
 *
 * Ports fall into intervals; an interval is known by its last port. Up to fifteen such bounds are compared at once by SIMD,
 * in a wide record up to thirty-one, more by binary search in a list. Bounds are biased by 0x8000, because SIMD compares
 * signed numbers. Wide records lie among the lists, on lines of 64 bytes.
 *
 * ┌────── Port record, 64 bytes, one line ──────┐    ┌─────────────── Port list ───────────────┐
 * │ 0 bounds i16 × 16       │ 32 rows u16 × 16  │    │ count │ bounds u32 × n │ rows u32 × n+1 │
 * └─────────────────────────────────────────────┘    └─────────────────────────────────────────┘
 */
import {
  MAX_RECORD_ROW,
  PORT_LIST_FLAG,
  PORT_RECORD_BOUNDS,
  PORT_RECORD_BYTES,
  PORT_RECORD_ROWS,
  PORT_WIDE_BOUNDS,
  PORT_WIDE_FLAG,
} from "./abi";
import { Build } from "./build";
import { intern } from "./intern";
import { addressOf, append, at, cleared, push, pushMany, Vec, word } from "./vec";

const RECORD_WORDS: u32 = PORT_RECORD_BYTES >> 2;
/** Ports are compared as signed numbers: the lowest becomes the least. */
export const BIAS: u32 = 0x8000;
export const LAST_PORT: u32 = 0xffff;

/** The record of intervals that end at `bounds` (ascending, the last one open) and answer with `rows` (one more). */
export function internPortRecord(build: Build, bounds: Vec, rows: Vec): u32 {
  assert(rows.length == bounds.length + 1, "one row more than bounds");
  if (bounds.length > <u32>PORT_WIDE_BOUNDS || highestOf(rows) > <u32>MAX_RECORD_ROW)
    return internList(build, bounds, rows) | PORT_LIST_FLAG;
  if (bounds.length > <u32>PORT_RECORD_BOUNDS) {
    const lines = cleared(build.spans.lines);
    pushMany(lines, 0, RECORD_WORDS * 2);
    writeLine(lines.data, bounds, rows, 0);
    writeLine(addressOf(lines, RECORD_WORDS), bounds, rows, PORT_RECORD_BOUNDS + 1);
    return internLines(build, lines) | PORT_WIDE_FLAG;
  }
  writeLine(build.key, bounds, rows, 0);
  return intern(build.portRecords, build.key, RECORD_WORDS);
}

/** Writes sixteen bounds and rows from `first` on. */
function writeLine(record: usize, bounds: Vec, rows: Vec, first: u32): void {
  for (let i = first; i < first + PORT_RECORD_BOUNDS + 1; ++i, record += 2) {
    // No port is above the highest bound, so spare bounds never count.
    store<u16>(record, <u16>((i < bounds.length ? at(bounds, i) : LAST_PORT) ^ BIAS));
    store<u16>(record, i < rows.length ? <u16>at(rows, i) : 0, PORT_RECORD_ROWS);
  }
}

/** The row for `port`. `records` and `lists` are the query tables. */
export function rowOfPort(records: usize, lists: usize, record: u32, port: u32): u32 {
  if (record & (PORT_LIST_FLAG | PORT_WIDE_FLAG))
    return rowOfInterval(records, lists, record, intervalOfPort(records, lists, record, port));
  return rowInRecord(records, record, keyOf(port));
}

/** The rows of two records for one port, the second above the first: its key is made once, and neither waits for the other. */
export function rowsOfPort(records: usize, lists: usize, first: u32, second: u32, port: u32): u64 {
  if ((first | second) & (PORT_LIST_FLAG | PORT_WIDE_FLAG))
    return <u64>rowOfPort(records, lists, first, port) | ((<u64>rowOfPort(records, lists, second, port)) << 32);
  const key = keyOf(port);
  return <u64>rowInRecord(records, first, key) | ((<u64>rowInRecord(records, second, key)) << 32);
}

/** The row of an ordinary record, neither wide nor a list, for the port of `keyOf`. */
function rowInRecord(records: usize, record: u32, key: v128): u32 {
  const line = records + <usize>record * PORT_RECORD_BYTES;
  return rowIn(line, boundsBelow(line, key));
}

/** The interval that `port` is in: the first whose bound is not below it. */
export function intervalOfPort(records: usize, lists: usize, record: u32, port: u32): u32 {
  if (record & PORT_LIST_FLAG) return intervalInList(listAt(lists, record), port);
  const line = lineAt(records, lists, record, 0);
  const above = boundsBelow(line, keyOf(port));
  // Sixteen bounds below it are all of the first line of a wide record.
  return above > <u32>PORT_RECORD_BOUNDS ? above + boundsBelow(line + PORT_RECORD_BYTES, keyOf(port)) : above;
}

/** The last port of interval `i`; that of the last interval, and of any after it, is 65535. */
export function lastPortOf(records: usize, lists: usize, record: u32, i: u32): u32 {
  if (record & PORT_LIST_FLAG)
    return i < load<u32>(listAt(lists, record)) ? word(listAt(lists, record), 1 + i) : LAST_PORT;
  if (i >= <u32>(record & PORT_WIDE_FLAG ? PORT_WIDE_BOUNDS : PORT_RECORD_BOUNDS)) return LAST_PORT;
  return <u32>load<u16>(lineAt(records, lists, record, i) + ((<usize>(i & PORT_RECORD_BOUNDS)) << 1)) ^ BIAS;
}

/** The interval that `port` is in among the sixteen that are bounded on a line. */
export function intervalOnLine(line: usize, port: u32): u32 {
  return boundsBelow(line, keyOf(port));
}

/** The row of interval `i`. */
export function rowOfInterval(records: usize, lists: usize, record: u32, i: u32): u32 {
  if (record & PORT_LIST_FLAG) return word(listAt(lists, record), 1 + load<u32>(listAt(lists, record)) + i);
  return rowIn(lineAt(records, lists, record, i), i & PORT_RECORD_BOUNDS);
}

/** The line of a record that interval `i` is in. */
function lineAt(records: usize, lists: usize, record: u32, i: u32): usize {
  if (record & PORT_WIDE_FLAG)
    return (
      lists + ((<usize>(record & ~PORT_WIDE_FLAG)) << 2) + <usize>(i / (PORT_RECORD_BOUNDS + 1)) * PORT_RECORD_BYTES
    );
  return records + <usize>record * PORT_RECORD_BYTES;
}

function listAt(lists: usize, record: u32): usize {
  return lists + ((<usize>(record & ~PORT_LIST_FLAG)) << 2);
}

/** A port as bounds are compared with it; for functions of the core, which no host calls. */
function keyOf(port: u32): v128 {
  return i16x8.splat(<i16>(port ^ BIAS));
}

function boundsBelow(line: usize, key: v128): u32 {
  return popcnt(
    i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.gt_s(key, v128.load(line)), i16x8.gt_s(key, v128.load(line, 16)))),
  );
}

function rowIn(line: usize, i: u32): u32 {
  return load<u16>(line + ((<usize>i) << 1), PORT_RECORD_ROWS);
}

function intervalInList(list: usize, port: u32): u32 {
  let low: u32 = 0;
  let high = load<u32>(list);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (word(list, 1 + middle) < port) low = middle + 1;
    else high = middle;
  }
  return low;
}

function internList(build: Build, bounds: Vec, rows: Vec): u32 {
  const lines = cleared(build.spans.lines);
  push(lines, bounds.length);
  append(lines, bounds.data, bounds.length);
  append(lines, rows.data, rows.length);
  return internLines(build, lines);
}

/** Where the words begin among the port lists, on a line of their own. Equal ones are one: profiles that come again add nothing. */
function internLines(build: Build, lines: Vec): u32 {
  pushMany(lines, 0, -lines.length & (RECORD_WORDS - 1));
  return at(build.portLists.starts, intern(build.portLists, lines.data, lines.length));
}

function highestOf(words: Vec): u32 {
  let highest: u32 = 0;
  for (let i: u32 = 0; i < words.length; ++i) highest = max<u32>(highest, at(words, i));
  return highest;
}
