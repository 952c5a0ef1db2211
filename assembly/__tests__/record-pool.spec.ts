import { firstRecord, keepRecord, RecordPool, recordPoolBytes, spareRecord, startRecordPool } from "../record-pool";

function newPool(capacity: u32, bytes: u32): RecordPool {
  const size = recordPoolBytes(capacity, bytes);
  const pool = changetype<RecordPool>(heap.alloc(size));
  memory.fill(changetype<usize>(pool), 0xcc, size);
  startRecordPool(pool, capacity, bytes);
  return pool;
}

function keep(pool: RecordPool, a: u32, b: u32): u32 {
  const record = spareRecord(pool);
  store<u32>(record, a);
  store<u32>(record, b, 4);
  return keepRecord(pool);
}

describe("a record pool", () => {
  it("keeps equal records once, in the order in which they came", () => {
    const pool = newPool(16, 8);
    for (let i: u32 = 0; i < 10; ++i) expect<u32>(keep(pool, i, i * 7)).toBe(i);
    for (let i: u32 = 0; i < 10; ++i) expect<u32>(keep(pool, i, i * 7)).toBe(i);
    expect<u32>(keep(pool, 3, 0)).toBe(10);
    expect<u32>(pool.count).toBe(11);
    expect<u32>(load<u32>(firstRecord(pool) + 9 * 8, 4)).toBe(63);
  });

  it("has no place for a record past its room, and loses none before it", () => {
    const pool = newPool(8, 8);
    for (let i: u32 = 0; i < 8; ++i) expect<u32>(keep(pool, i, 1)).toBe(i);
    expect<usize>(spareRecord(pool)).toBe(0);
    for (let i: u32 = 0; i < 8; ++i) expect<u32>(load<u32>(firstRecord(pool) + i * 8)).toBe(i);
  });
});
