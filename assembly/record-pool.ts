/**
 * Records of one size, each kept once, in room that the host gives: what tables have many of that are alike.
 *
 * ┌─ kept, room for, bytes of one, 64 bytes ─┬─ records ─┬─ hash: u16 × twice as many ─┐
 * └──────────────────────────────────────────┴───────────┴─────────────────────────────┘
 *   hash = a record's number + 1, or 0; twice the records, so that a free place ends every search
 */
import { hashWords } from "./intern";
import { inLines } from "./lines";

@unmanaged
export class RecordPool {
  count: u32;
  /** A power of two, 32768 at the most. */
  capacity: u32;
  /** Whole words. */
  recordBytes: u32;
}

const RECORDS: usize = 64;

export function recordPoolBytes(capacity: u32, recordBytes: u32): usize {
  return inLines(RECORDS + <usize>capacity * recordBytes + ((<usize>capacity) << 2));
}

/** Starts a pool without records. */
export function startRecordPool(pool: RecordPool, capacity: u32, recordBytes: u32): void {
  pool.count = 0;
  pool.capacity = capacity;
  pool.recordBytes = recordBytes;
  memory.fill(hashOf(pool), 0, (<usize>capacity) << 2);
}

export function firstRecord(pool: RecordPool): usize {
  return changetype<usize>(pool) + RECORDS;
}

/** Where to write the record that `keepRecord` is to take in; 0 where there is no room for another. */
export function spareRecord(pool: RecordPool): usize {
  return pool.count == pool.capacity ? 0 : recordAt(pool, pool.count);
}

/** The number of the record that was written: its own, or that of an equal one. */
export function keepRecord(pool: RecordPool): u32 {
  const record = recordAt(pool, pool.count);
  const mask = (pool.capacity << 1) - 1;
  let place = hashWords(record, pool.recordBytes >> 2) & mask;
  while (true) {
    const entry = hashOf(pool) + ((<usize>place) << 1);
    const known = <u32>load<u16>(entry);
    if (known == 0) {
      store<u16>(entry, <u16>(pool.count + 1));
      return pool.count++;
    }
    if (memory.compare(recordAt(pool, known - 1), record, pool.recordBytes) == 0) return known - 1;
    place = (place + 1) & mask;
  }
}

function recordAt(pool: RecordPool, number: u32): usize {
  return firstRecord(pool) + <usize>number * pool.recordBytes;
}

function hashOf(pool: RecordPool): usize {
  return recordAt(pool, pool.capacity);
}
