/**
 * Numbers for keys of one length: equal keys have one number, counted from 0 in the order of their first coming. What
 * intern.ts does for tables that grow, this does in memory that is given, of a size known before.
 *
 * ┌─ header, 64 bytes ─┬─ numbers by hash: number + 1, u32; at least half are 0 ─┬─ keys in their order ─┐
 * └────────────────────┴─────────────────────────────────────────────────────────┴───────────────────────┘
 */
import { hashWords } from "./intern";
import { inLines } from "./lines";

@unmanaged
export class KeyNumbers {
  count: u32;
  /** Keys that there is room for. */
  most: u32;
  keyBytes: u32;
  mask: u32;
  /** Where the first key is. */
  keys: usize;
}

/** In place of a number: there is no room for another key. */
export const NO_NUMBER: u32 = 0xffffffff;
const TABLE: usize = 64;

export function keyNumbersBytes(most: u32, keyBytes: u32): usize {
  return TABLE + tableBytes(most) + inLines(<usize>most * keyBytes);
}

function tableBytes(most: u32): usize {
  return inLines((<usize>4) << (33 - clz(most)));
}

/** Starts without keys, of `keyBytes` (whole words) each. */
export function startKeyNumbers(numbers: KeyNumbers, most: u32, keyBytes: u32): void {
  const table = changetype<usize>(numbers) + TABLE;
  numbers.count = 0;
  numbers.most = most;
  numbers.keyBytes = keyBytes;
  numbers.mask = <u32>(tableBytes(most) >> 2) - 1;
  numbers.keys = table + tableBytes(most);
  memory.fill(table, 0, tableBytes(most));
}

/** The number of the key at `key`, or NO_NUMBER. */
export function numberOfKey(numbers: KeyNumbers, key: usize): u32 {
  const table = changetype<usize>(numbers) + TABLE;
  const bytes = <usize>numbers.keyBytes;
  let place = hashWords(key, numbers.keyBytes >> 2);
  while (true) {
    place &= numbers.mask;
    const entry = load<u32>(table + ((<usize>place) << 2));
    if (entry == 0) break;
    if (memory.compare(numbers.keys + <usize>(entry - 1) * bytes, key, bytes) == 0) return entry - 1;
    place += 1;
  }
  if (numbers.count == numbers.most) return NO_NUMBER;
  const number = numbers.count++;
  memory.copy(numbers.keys + <usize>number * bytes, key, bytes);
  store<u32>(table + ((<usize>place) << 2), number + 1);
  return number;
}
