import { DIRECTION_EGRESS, DIRECTION_INGRESS, SLOT_PORTLESS, SLOT_SCTP, SLOT_TCP, SLOT_UDP } from "../abi";
import { Build } from "../build";
import { egressRowOf, ingressRowOf } from "../evaluate";
import { tupleCount } from "../intern";
import {
  columnNumbers,
  firstColumn,
  NEVER,
  PortColumns,
  portColumnsBytes,
  sideBytes,
  startPortColumns,
  wantColumn,
} from "../port-columns";
import { Input, range } from "./input";
import { cluster, DBS, WEBS } from "./pair";

const BIAS: u32 = 0x8000;

function newColumns(classes: u32): PortColumns {
  const columns = changetype<PortColumns>(heap.alloc(portColumnsBytes(classes)));
  memory.fill(changetype<usize>(columns), 0xcc, portColumnsBytes(classes));
  startPortColumns(columns);
  return columns;
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

describe("a port column", () => {
  it("holds the rows of all classes for every port that has its number, and denies past the last class", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const columns = newColumns(classes);
    let wrong: u32 = 0;
    let covered: u32 = 0;
    for (let slot: u32 = SLOT_TCP; slot <= <u32>SLOT_PORTLESS; ++slot) {
      for (let asked: u32 = 1; asked <= 65535; asked += asked < 400 ? 1 : 97)
        wantColumn(columns, build.arena, classes, slot, asked ^ BIAS);
      for (let port: u32 = 1; port <= 65535; ++port) {
        const number = numberOf(columns, slot, port);
        if (number == 0) continue;
        ++covered;
        const rows = firstColumn(columns) + <usize>(number - 1) * (sideBytes(classes) << 1);
        for (let id: u32 = 0; id < classes; ++id) {
          const at = rows + ((<usize>id) << 1);
          if (load<u16>(at) != <u16>egressRowOf(build.arena, id, slot, port)) ++wrong;
          if (load<u16>(at + sideBytes(classes)) != <u16>ingressRowOf(build.arena, id, slot, port, false)) ++wrong;
        }
        if (load<u16>(rows + ((<usize>classes) << 1)) != 0) ++wrong;
        if (load<u16>(rows + sideBytes(classes) + ((<usize>classes) << 1)) != 0) ++wrong;
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<bool>(covered > 65000 * 4).toBe(true);
    expect<bool>(columns.made > 40).toBe(true);
  });

  it("is made only when as many flows have come without one as it takes to be worth it", () => {
    const build = policed(cluster());
    const columns = newColumns(400);
    for (let i = 0; i < 99; ++i) wantColumn(columns, build.arena, 400, SLOT_TCP, 80 ^ BIAS);
    expect<u32>(columns.made).toBe(0);
    expect<u32>(columns.without).toBe(99);
  });

  it("is not made where there is no room left for it: the port is not tried again", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const columns = newColumns(classes);
    columns.made = NEVER - 1;
    wantColumn(columns, build.arena, classes, SLOT_TCP, 80 ^ BIAS);
    expect<u32>(numberOf(columns, SLOT_TCP, 80)).toBe(NEVER);
    expect<u32>(numberOf(columns, SLOT_TCP, 79)).toBe(0);
    expect<u32>(numberOf(columns, SLOT_TCP, 81)).toBe(0);
    expect<u32>(columns.made).toBe(NEVER - 1);
  });
});
