import {
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  PORT_BOUNDS_BYTES,
  PORT_JOINS,
  PORT_SETS_WORDS,
  SIDE_EGRESS,
  SIDE_INGRESS,
  SIDE_OWN_NODE,
  SLOT_PORTLESS,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { Build } from "../build";
import { joinVerdicts, verdictIn, egressRowOf, ingressRowOf } from "../evaluate";
import { findBounds, joinSets, PortSets, settle, writeCells, writeSide } from "../port-sets";
import { word } from "../vec";
import { class4 } from "./ask";
import { isIn, pod, range } from "./input";
import { cluster, DB_POD, DBS, TEAM, TEN, WEB_POD, WEBS } from "./pair";

function zeroed(bytes: usize): usize {
  const at = heap.alloc(bytes + 15);
  memory.fill(at, 0, bytes + 15);
  return (at + 15) & ~15;
}

/** Room for so many sets, as the host makes it. */
function newSets(build: Build, capacity: u32, halves: u32 = 2): PortSets {
  const sets = changetype<PortSets>(zeroed(PORT_SETS_WORDS << 2));
  sets.bounds = zeroed(PORT_BOUNDS_BYTES);
  sets.intervals = findBounds(build.arena, sets.bounds);
  sets.halves = halves;
  sets.bytes = ((sets.intervals * 3 + 128) >> 7) * 16 * halves;
  sets.joins = zeroed(PORT_JOINS << 4);
  sets.key = zeroed(sets.bytes << 1);
  makeRoom(sets, capacity);
  return sets;
}

function makeRoom(sets: PortSets, capacity: u32): void {
  const bits = zeroed(<usize>capacity * sets.bytes);
  memory.copy(bits, sets.bits, <usize>sets.count * sets.bytes);
  sets.bits = bits;
  sets.capacity = capacity;
  sets.mask = capacity * 2 - 1;
  sets.slots = zeroed(capacity << 3);
  sets.memo = zeroed(capacity << 3);
  settle(sets);
}

function sideOf(build: Build, sets: PortSets, id: u32, side: u32, peer: u32): u32 {
  const out = zeroed(2048);
  writeSide(build.arena, sets, id, side, peer >> 9, 1, out);
  return word(out, peer & 511);
}

/** The set of a pair of endpoints. */
function pairOf(build: Build, sets: PortSets, source: u32, destination: u32): u32 {
  const from = class4(build, source);
  const to = class4(build, destination);
  return joinSets(sets, sideOf(build, sets, from, SIDE_EGRESS, to), sideOf(build, sets, to, SIDE_INGRESS, from));
}

/** How a set answers for a port: as the verdicts do. */
function answerIn(sets: PortSets, set: u32, slot: u32, port: u32): u32 {
  let interval: u32 = slot * sets.intervals;
  for (let below: u32 = 0; below < port; ++below) {
    interval += (load<u8>(sets.bounds + (below >> 3)) >> <u8>(below & 7)) & 1;
  }
  const bits = sets.bits + <usize>set * sets.bytes;
  if ((load<u8>(bits + (interval >> 3)) >> <u8>(interval & 7)) & 1) return VERDICT_ALLOW;
  if (sets.halves == 1) return VERDICT_DENY;
  return ((load<u8>(bits + (sets.bytes >> 1) + (interval >> 3)) >> <u8>(interval & 7)) & 1) != 0 ? 2 : VERDICT_DENY;
}

describe("port sets", () => {
  it("of a pair answer every port as the two rows of the pair do", () => {
    const input = cluster();
    const open = input.namespace([], true);
    input.add(pod(open).at4(TEN + 9));
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    const maybe = input.podsBy(input.selector([isIn(TEAM, [5])]));
    input.allow(DIRECTION_INGRESS, [maybe], [range(SLOT_TCP, 80, 90), range(SLOT_UDP, 53, 53)]);
    input.allow(DIRECTION_INGRESS, [], [range(SLOT_TCP, 90, 91)]);
    input.networkPolicy(0, WEBS, DIRECTION_EGRESS);
    input.allow(DIRECTION_EGRESS, [], [range(SLOT_TCP, 85, 300), range(SLOT_UDP, 1, 60)]);
    const build = input.compile();
    const sets = newSets(build, 64);
    for (let source: u32 = 0; source < 4; ++source) {
      for (let destination: u32 = 0; destination < 4; ++destination) {
        const set = pairOf(build, sets, source, destination);
        const from = class4(build, source);
        const to = class4(build, destination);
        for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
          for (let port: u32 = slot == SLOT_PORTLESS ? 0 : 1; port < (slot == SLOT_PORTLESS ? 1 : 310); ++port) {
            const expected = joinVerdicts(
              verdictIn(build.arena, egressRowOf(build.arena, from, slot, port), to),
              verdictIn(build.arena, ingressRowOf(build.arena, to, slot, port, false), from),
            );
            if (answerIn(sets, set, slot, port) != expected) expect<u32>(port).toBe(0xffffffff, "a wrong port");
          }
        }
      }
    }
    expect<u32>(sets.full).toBe(0);
  });

  it("that are equal have one number, and the empty one is 0", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    const build = input.compile();
    const sets = newSets(build, 64, 1);
    expect<u32>(pairOf(build, sets, WEB_POD, DB_POD)).toBe(0);
    expect<u32>(pairOf(build, sets, DB_POD, WEB_POD)).toBe(pairOf(build, sets, WEB_POD, WEB_POD));
    expect<bool>(pairOf(build, sets, DB_POD, WEB_POD) == 0).toBe(false);
  });

  it("of the own node are those of its record", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    const build = input.compile();
    const sets = newSets(build, 64, 1);
    const db = class4(build, DB_POD);
    const web = class4(build, WEB_POD);
    expect<u32>(sideOf(build, sets, db, SIDE_INGRESS, web)).toBe(0);
    expect<u32>(sideOf(build, sets, db, SIDE_OWN_NODE, web)).toBe(sideOf(build, sets, web, SIDE_INGRESS, db));
  });

  it("say so when there is no room for one more, and keep their numbers in more room", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsIn(0, WEBS)], [range(SLOT_TCP, 80, 80)]);
    input.allow(DIRECTION_INGRESS, [input.podsIn(0, DBS)], [range(SLOT_TCP, 81, 81)]);
    const build = input.compile();
    const sets = newSets(build, 2, 1);
    const first = sideOf(build, sets, class4(build, WEB_POD), SIDE_EGRESS, class4(build, DB_POD));
    expect<u32>(first).toBe(1);
    expect<u32>(sets.full).toBe(0);
    pairOf(build, sets, WEB_POD, DB_POD);
    expect<u32>(sets.full).toBe(1);
    makeRoom(sets, 16);
    expect<u32>(sets.full).toBe(0);
    expect<u32>(sideOf(build, sets, class4(build, WEB_POD), SIDE_EGRESS, class4(build, DB_POD))).toBe(first);
    const set = pairOf(build, sets, WEB_POD, DB_POD);
    expect<u32>(sets.full).toBe(0);
    expect<u32>(answerIn(sets, set, SLOT_TCP, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(answerIn(sets, set, SLOT_TCP, 81)).toBe(VERDICT_DENY);
  });

  it("make the cells of a source: a place and a set for each destination that it reaches", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    const build = input.compile();
    const sets = newSets(build, 64, 1);
    const web = class4(build, WEB_POD);
    const db = class4(build, DB_POD);
    const egress = zeroed(2048);
    writeSide(build.arena, sets, web, SIDE_EGRESS, 0, 1, egress);
    const classes = zeroed(8);
    store<u32>(classes, db);
    store<u32>(classes, web, 4);
    const sides = zeroed(8);
    for (let i: u32 = 0; i < 2; ++i) {
      const side = zeroed(2048);
      writeSide(build.arena, sets, word(classes, i), SIDE_INGRESS, 0, 1, side);
      store<u32>(sides + ((<usize>i) << 2), <u32>side);
    }
    const to = zeroed(64);
    const ports = zeroed(64);
    expect<u32>(writeCells(sets, egress, classes, sides, 2, web, 70, to, ports)).toBe(1, "db is closed");
    expect<u32>(word(to, 0)).toBe(71);
    expect<u32>(word(ports, 0)).toBe(pairOf(build, sets, WEB_POD, WEB_POD));
    expect<u32>(word(to, 1)).toBe(0);
  });
});
