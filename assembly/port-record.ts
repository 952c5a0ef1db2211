/**
 * Port records: which row answers for a port.
 *
 * Ports fall into intervals; an interval is known by its last port. Up to fifteen such bounds are compared at once by SIMD,
 * more by binary search in a list. Bounds are biased by 0x8000, because SIMD compares signed numbers.
 *
 * ┌────── Port record, 64 bytes, one line ──────┐    ┌─────────────── Port list ───────────────┐
 * │ 0 bounds i16 × 16       │ 32 rows u16 × 16  │    │ count │ bounds u32 × n │ rows u32 × n+1 │
 * └─────────────────────────────────────────────┘    └─────────────────────────────────────────┘
 */
import { MAX_RECORD_ROW, PORT_LIST_FLAG, PORT_RECORD_BOUNDS, PORT_RECORD_BYTES, PORT_RECORD_ROWS } from "./abi";
import { Build } from "./build";
import { intern } from "./intern";
import { at, push, Vec, word } from "./vec";

const RECORD_WORDS: u32 = PORT_RECORD_BYTES >> 2;
const BIAS: u32 = 0x8000;
const LAST_PORT: u32 = 0xffff;

/** The record of intervals that end at `bounds` (ascending, the last one open) and answer with `rows` (one more). */
export function internPortRecord(build: Build, bounds: Vec, rows: Vec): u32 {
  assert(rows.length == bounds.length + 1, "one row more than bounds");
  if (bounds.length > <u32>PORT_RECORD_BOUNDS || highestOf(rows) > <u32>MAX_RECORD_ROW)
    return addList(build, bounds, rows) | PORT_LIST_FLAG;
  const record = build.key;
  memory.fill(record, 0, PORT_RECORD_BYTES);
  for (let i: u32 = 0; i <= <u32>PORT_RECORD_BOUNDS; ++i) {
    // No port is above the highest bound, so spare bounds never count.
    const bound: u32 = i < bounds.length ? at(bounds, i) : LAST_PORT;
    store<u16>(record + ((<usize>i) << 1), <u16>(bound ^ BIAS));
  }
  for (let i: u32 = 0; i < rows.length; ++i) store<u16>(record + ((<usize>i) << 1), <u16>at(rows, i), PORT_RECORD_ROWS);
  return intern(build.portRecords, record, RECORD_WORDS);
}

/** The row for `port`. `records` and `lists` are the query tables. */
export function rowOfPort(records: usize, lists: usize, record: u32, port: u32): u32 {
  if (record & PORT_LIST_FLAG) return rowInList(lists + ((<usize>(record & ~PORT_LIST_FLAG)) << 2), port);
  const base = records + <usize>record * PORT_RECORD_BYTES;
  const key = i16x8.splat(<i16>(port ^ BIAS));
  const above = i8x16.narrow_i16x8_s(i16x8.gt_s(key, v128.load(base)), i16x8.gt_s(key, v128.load(base, 16)));
  return <u32>load<u16>(base + ((<usize>popcnt(i8x16.bitmask(above))) << 1), PORT_RECORD_ROWS);
}

/** The last port of interval `i`; that of the last interval, and of any after it, is 65535. */
export function lastPortOf(records: usize, lists: usize, record: u32, i: u32): u32 {
  if (record & PORT_LIST_FLAG) {
    const list = lists + ((<usize>(record & ~PORT_LIST_FLAG)) << 2);
    return i < load<u32>(list) ? word(list, 1 + i) : LAST_PORT;
  }
  return i < <u32>PORT_RECORD_BOUNDS
    ? <u32>load<u16>(records + <usize>record * PORT_RECORD_BYTES + ((<usize>i) << 1)) ^ BIAS
    : LAST_PORT;
}

/** The row of interval `i`. */
export function rowOfInterval(records: usize, lists: usize, record: u32, i: u32): u32 {
  if (record & PORT_LIST_FLAG) {
    const list = lists + ((<usize>(record & ~PORT_LIST_FLAG)) << 2);
    return word(list, 1 + load<u32>(list) + i);
  }
  return <u32>load<u16>(records + <usize>record * PORT_RECORD_BYTES + ((<usize>i) << 1), PORT_RECORD_ROWS);
}

/** The first interval whose bound is not below the port. */
function rowInList(list: usize, port: u32): u32 {
  const count = load<u32>(list);
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (word(list, 1 + middle) < port) low = middle + 1;
    else high = middle;
  }
  return word(list, 1 + count + low);
}

function addList(build: Build, bounds: Vec, rows: Vec): u32 {
  const lists = build.portLists;
  const first = push(lists, bounds.length);
  for (let i: u32 = 0; i < bounds.length; ++i) push(lists, at(bounds, i));
  for (let i: u32 = 0; i < rows.length; ++i) push(lists, at(rows, i));
  return first;
}

function highestOf(words: Vec): u32 {
  let highest: u32 = 0;
  for (let i: u32 = 0; i < words.length; ++i) highest = max<u32>(highest, at(words, i));
  return highest;
}
