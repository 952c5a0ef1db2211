/**
 * Port records: which row answers for a port.
 *
 * Ports fall into intervals; an interval is known by its last port. Up to eight such bounds are compared by one SIMD
 * instruction, more by binary search in a list. Bounds are biased by 0x8000, because SIMD compares signed numbers.
 *
 * ┌──────────── Port record, 64 bytes ────────────┐    ┌─────────────── Port list ───────────────┐
 * │ 0 bounds i16 × 8 │ 16 rows u32 × 9 │ 52 …     │    │ count │ bounds u32 × n │ rows u32 × n+1 │
 * └───────────────────────────────────────────────┘    └─────────────────────────────────────────┘
 */
import { PORT_LIST_FLAG, PORT_RECORD_BOUNDS, PORT_RECORD_BYTES, PORT_RECORD_ROWS } from "./abi";
import { Build } from "./build";
import { intern } from "./intern";
import { at, push, Vec, word } from "./vec";

const RECORD_WORDS: u32 = PORT_RECORD_BYTES >> 2;
const BIAS: u32 = 0x8000;

/** The record of intervals that end at `bounds` (ascending, the last one open) and answer with `rows` (one more). */
export function internPortRecord(build: Build, bounds: Vec, rows: Vec): u32 {
  assert(rows.length == bounds.length + 1, "one row more than bounds");
  if (bounds.length > <u32>PORT_RECORD_BOUNDS) return addList(build, bounds, rows) | PORT_LIST_FLAG;
  const record = build.key;
  memory.fill(record, 0, PORT_RECORD_BYTES);
  for (let i: u32 = 0; i < <u32>PORT_RECORD_BOUNDS; ++i) {
    // No port is above the highest bound, so spare bounds never count.
    const bound: u32 = i < bounds.length ? at(bounds, i) : 0xffff;
    store<u16>(record + ((<usize>i) << 1), <u16>(bound ^ BIAS));
  }
  for (let i: u32 = 0; i < rows.length; ++i) store<u32>(record + PORT_RECORD_ROWS + ((<usize>i) << 2), at(rows, i));
  return intern(build.portRecords, record, RECORD_WORDS);
}

/** The row for `port`. `records` and `lists` are the query tables. */
export function rowOfPort(records: usize, lists: usize, record: u32, port: u32): u32 {
  if (record & PORT_LIST_FLAG) return rowInList(lists + ((<usize>(record & ~PORT_LIST_FLAG)) << 2), port);
  const base = records + <usize>record * PORT_RECORD_BYTES;
  const above = i16x8.gt_s(i16x8.splat(<i16>(port ^ BIAS)), v128.load(base));
  return load<u32>(base + ((<usize>popcnt(i16x8.bitmask(above))) << 2), PORT_RECORD_ROWS);
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
