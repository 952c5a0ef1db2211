import { DIRECTION_EGRESS, DIRECTION_INGRESS, SLOT_PORTLESS, SLOT_SCTP, SLOT_TCP, SLOT_UDP } from "../abi";
import { Build } from "../build";
import { egressRowOf, ingressRowOf } from "../evaluate";
import { tupleCount } from "../intern";
import { columnNumbers, NEVER, PortColumns, portColumnsBytes, startPortColumns, wantColumn } from "../port-columns";
import { copyOf, RowCopies, rowCopiesBytes, startRowCopies } from "../row-copies";
import { Input, range } from "./input";
import { cluster, DBS, WEBS } from "./pair";

const BIAS: u32 = 0x8000;

function newColumns(classes: u32): PortColumns {
  const columns = changetype<PortColumns>(heap.alloc(portColumnsBytes(classes)));
  memory.fill(changetype<usize>(columns), 0xcc, portColumnsBytes(classes));
  startPortColumns(columns, classes);
  return columns;
}

function newCopies(build: Build): RowCopies {
  const copies = changetype<RowCopies>(heap.alloc(rowCopiesBytes(build.arena)));
  startRowCopies(copies, build.arena);
  return copies;
}

/** Policies of both directions whose ports cut one another's intervals, some of them in more pieces than a record has. */
function policed(input: Input): Build {
  input.networkPolicy(0, DBS, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_TCP, 10, 30), range(SLOT_TCP, 40000, 65535)]);
  input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_UDP, 1, 53), range(SLOT_SCTP, 7, 7)]);
  input.networkPolicy(0, WEBS, DIRECTION_EGRESS);
  for (let i: u32 = 0; i < 40; ++i) input.allow(DIRECTION_EGRESS, [DBS], [range(SLOT_TCP, 20 + i * 9, 22 + i * 9)]);
  return input.compile();
}

function numberOf(columns: PortColumns, slot: u32, port: u32): u32 {
  return load<u8>(columnNumbers(columns) + ((<usize>slot) << 16) + (port ^ BIAS));
}

/** What a column says for a side. */
function copyIn(columns: PortColumns, number: u32, side: u32): u32 {
  const place = <usize>load<u16>(columns.sides + ((<usize>side) << 1));
  return load<u16>(columns.first + <usize>((number - 1) * columns.columnBytes) + (place << 1));
}

describe("a port column", () => {
  it("holds copies of the rows of all classes for every port that has its number, and denies past the last class", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const columns = newColumns(classes);
    const copies = newCopies(build);
    let wrong: u32 = 0;
    let covered: u32 = 0;
    for (let slot: u32 = SLOT_TCP; slot <= <u32>SLOT_PORTLESS; ++slot) {
      for (let asked: u32 = 1; asked <= 65535; asked += asked < 400 ? 1 : 97)
        wantColumn(columns, copies, build.arena, classes, slot, asked ^ BIAS);
      for (let port: u32 = 1; port <= 65535; ++port) {
        const number = numberOf(columns, slot, port);
        if (number == 0) continue;
        ++covered;
        for (let id: u32 = 0; id < classes; ++id) {
          const egress = egressRowOf(build.arena, id, slot, port);
          const ingress = ingressRowOf(build.arena, id, slot, port, false);
          if (copyIn(columns, number, id * 2) != copyOf(copies, build.arena, egress)) ++wrong;
          if (copyIn(columns, number, id * 2 + 1) != copyOf(copies, build.arena, ingress)) ++wrong;
        }
        if (copyIn(columns, number, classes * 2) != 0 || copyIn(columns, number, classes * 2 + 1) != 0) ++wrong;
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<bool>(covered > 65000 * 4).toBe(true);
    expect<bool>(columns.made > 40).toBe(true);
  });

  it("is made only when as many flows have come without one as it takes to be worth it", () => {
    const build = policed(cluster());
    const columns = newColumns(400);
    const copies = newCopies(build);
    for (let i = 0; i < 99; ++i) wantColumn(columns, copies, build.arena, 400, SLOT_TCP, 80 ^ BIAS);
    expect<u32>(columns.made).toBe(0);
    expect<u32>(columns.without).toBe(99);
  });

  it("is not made where there is no room left for it: the port is not tried again", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const columns = newColumns(classes);
    columns.made = NEVER - 1;
    wantColumn(columns, newCopies(build), build.arena, classes, SLOT_TCP, 80 ^ BIAS);
    expect<u32>(numberOf(columns, SLOT_TCP, 80)).toBe(NEVER);
    expect<u32>(numberOf(columns, SLOT_TCP, 79)).toBe(0);
    expect<u32>(numberOf(columns, SLOT_TCP, 81)).toBe(0);
    expect<u32>(columns.made).toBe(NEVER - 1);
  });

  it("is not made where a row of it has no copy", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const columns = newColumns(classes);
    const copies = newCopies(build);
    copies.copies.most = copies.copies.count;
    wantColumn(columns, copies, build.arena, classes, SLOT_TCP, 20 ^ BIAS);
    expect<u32>(numberOf(columns, SLOT_TCP, 20)).toBe(NEVER);
    expect<u32>(columns.made).toBe(0);
  });

  it("has one place for all sides with the same records", () => {
    const build = cluster().compile();
    const classes = tupleCount(build.classes);
    const columns = newColumns(classes);
    wantColumn(columns, newCopies(build), build.arena, classes, SLOT_TCP, 80 ^ BIAS);
    expect<u32>(columns.places).toBe(1);
    expect<u32>(numberOf(columns, SLOT_TCP, 1)).toBe(1);
    expect<u32>(numberOf(columns, SLOT_TCP, 65535)).toBe(1);
  });
});
