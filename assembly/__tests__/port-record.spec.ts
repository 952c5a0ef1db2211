import { PORT_LIST_FLAG, PORT_RECORD_BOUNDS, PORT_WIDE_BOUNDS, PORT_WIDE_FLAG } from "../abi";
import { Build, newBuild } from "../build";
import { tupleCount } from "../intern";
import { internPortRecord, lastPortOf, rowOfInterval, rowOfPort } from "../port-record";
import { newVec, push, Vec } from "../vec";
import { pushAll } from "./input";

function record(build: Build, bounds: u32[], rows: u32[]): u32 {
  const boundVec = newVec(bounds.length + 1);
  const rowVec = newVec(rows.length + 1);
  pushAll(boundVec, bounds);
  pushAll(rowVec, rows);
  return internPortRecord(build, boundVec, rowVec);
}

function row(build: Build, id: u32, port: u32): u32 {
  return rowOfPort(build.portRecords.words.data, build.portLists.words.data, id, port);
}

/** `count` bounds 100, 200, …, and rows 10, 11, …. */
function ladder(build: Build, count: u32): u32 {
  const bounds: u32[] = [];
  const rows: u32[] = [10];
  for (let i: u32 = 1; i <= count; ++i) {
    bounds.push(i * 100);
    rows.push(10 + i);
  }
  return record(build, bounds, rows);
}

describe("a port record", () => {
  it("without bounds answers every port with its one row", () => {
    const build = newBuild();
    const id = record(build, [], [7]);
    expect<u32>(row(build, id, 0)).toBe(7);
    expect<u32>(row(build, id, 1)).toBe(7);
    expect<u32>(row(build, id, 65535)).toBe(7);
  });

  it("a bound is the last port of its interval", () => {
    const build = newBuild();
    const id = record(build, [79, 80], [1, 2, 3]);
    expect<u32>(row(build, id, 79)).toBe(1);
    expect<u32>(row(build, id, 80)).toBe(2);
    expect<u32>(row(build, id, 81)).toBe(3);
  });

  it("bounds at both ends of the ports are kept", () => {
    const build = newBuild();
    const id = record(build, [0, 1, 65534], [1, 2, 3, 4]);
    expect<u32>(row(build, id, 0)).toBe(1);
    expect<u32>(row(build, id, 1)).toBe(2);
    expect<u32>(row(build, id, 2)).toBe(3);
    expect<u32>(row(build, id, 65534)).toBe(3);
    expect<u32>(row(build, id, 65535)).toBe(4);
  });

  it("ports on both sides of 32768 compare as unsigned numbers", () => {
    const build = newBuild();
    const id = record(build, [32767, 32768], [1, 2, 3]);
    expect<u32>(row(build, id, 1)).toBe(1);
    expect<u32>(row(build, id, 32767)).toBe(1);
    expect<u32>(row(build, id, 32768)).toBe(2);
    expect<u32>(row(build, id, 32769)).toBe(3);
    expect<u32>(row(build, id, 65535)).toBe(3);
  });

  it("each number of bounds from none to forty answers as a scan does", () => {
    const build = newBuild();
    let wrong: u32 = 0;
    for (let count: u32 = 0; count <= 40; ++count) {
      const id = ladder(build, count);
      for (let i: u32 = 0; i <= count + 1; ++i) {
        // Just above bound i, and on bound i + 1: both are in interval i.
        const interval = min(i, count);
        if (row(build, id, i * 100 + 1) != 10 + interval) ++wrong;
        if (row(build, id, i * 100 + 100) != 10 + interval) ++wrong;
      }
      if (row(build, id, 65535) != 10 + count) ++wrong;
      if (row(build, id, 0) != 10) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });

  it("fifteen bounds are a record, sixteen a wide one, thirty-two a list", () => {
    const build = newBuild();
    const flags: u32 = PORT_LIST_FLAG | PORT_WIDE_FLAG;
    expect<u32>(ladder(build, PORT_RECORD_BOUNDS) & flags).toBe(0);
    expect<u32>(ladder(build, PORT_RECORD_BOUNDS + 1) & flags).toBe(PORT_WIDE_FLAG);
    expect<u32>(ladder(build, PORT_WIDE_BOUNDS) & flags).toBe(PORT_WIDE_FLAG);
    expect<u32>(ladder(build, PORT_WIDE_BOUNDS + 1) & flags).toBe(PORT_LIST_FLAG);
  });

  it("its intervals can be walked, whatever its form", () => {
    const build = newBuild();
    let wrong: u32 = 0;
    for (let count: u32 = 0; count <= 40; ++count) {
      const id = ladder(build, count);
      const records = build.portRecords.words.data;
      const lists = build.portLists.words.data;
      for (let i: u32 = 0; i < count; ++i) if (lastPortOf(records, lists, id, i) != (i + 1) * 100) ++wrong;
      for (let i: u32 = 0; i <= count; ++i) if (rowOfInterval(records, lists, id, i) != 10 + i) ++wrong;
      if (lastPortOf(records, lists, id, count) != 65535) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });

  it("wide records lie on lines of 64 bytes among the lists", () => {
    const build = newBuild();
    ladder(build, 40);
    const wide = ladder(build, 20) & ~PORT_WIDE_FLAG;
    expect<u32>(wide & 15).toBe(0);
    expect<u32>(build.portLists.words.length - wide).toBe(32);
  });

  it("a row that needs more than 16 bits is in a list", () => {
    const build = newBuild();
    const low = record(build, [80], [0xffff, 1]);
    const high = record(build, [80], [1, 0x10000]);
    expect<u32>(low & PORT_LIST_FLAG).toBe(0);
    expect<u32>(high & PORT_LIST_FLAG).toBe(PORT_LIST_FLAG);
    expect<u32>(row(build, low, 80)).toBe(0xffff);
    expect<u32>(row(build, high, 81)).toBe(0x10000);
  });

  it("equal records are one", () => {
    const build = newBuild();
    const first = record(build, [80], [1, 2]);
    expect<u32>(record(build, [80], [1, 2])).toBe(first);
    expect<u32>(record(build, [81], [1, 2])).not.toBe(first);
    expect<u32>(record(build, [80], [2, 1])).not.toBe(first);
    expect<u32>(tupleCount(build.portRecords)).toBe(3);
  });

  it("lists stand one behind the other, each with its own answers", () => {
    const build = newBuild();
    const first = ladder(build, 39);
    const bounds: Vec = newVec(16);
    const rows: Vec = newVec(16);
    for (let i: u32 = 0; i < 42; ++i) {
      push(bounds, 50000 + i);
      push(rows, 500 + i);
    }
    push(rows, 999);
    const second = internPortRecord(build, bounds, rows);
    expect<u32>(row(build, first, 3901)).toBe(49);
    expect<u32>(row(build, first, 50005)).toBe(49);
    expect<u32>(row(build, second, 3901)).toBe(500);
    expect<u32>(row(build, second, 50005)).toBe(505);
    expect<u32>(row(build, second, 65535)).toBe(999);
  });

  throws("one row more than bounds is asked for", () => {
    record(newBuild(), [80], [1]);
  });
});
