import { DIRECTION_INGRESS, SLOT_PORTLESS, SLOT_SCTP, SLOT_TCP, SLOT_UDP, VERDICT_ALLOW, VERDICT_DENY } from "../abi";
import { Build } from "../build";
import { evaluateFlow } from "../evaluate";
import { tupleCount } from "../intern";
import { ANSWER_SINGLY, answerByPairs, learnPair, pairSets, pairTableBytes, startPairTable } from "../pair-table";
import { class4 } from "./ask";
import { Input, isIn, pod, range } from "./input";
import { cluster, DB_POD, DBS, TEAM, TEN, WEB_POD, WEBS } from "./pair";

function newTable(classes: u32): usize {
  const table = (heap.alloc(pairTableBytes(classes) + 63) + 63) & ~63;
  memory.fill(table, 0xcc, pairTableBytes(classes));
  startPairTable(table, classes);
  return table;
}

/** The table's answer to one flow between classes. */
function ask(table: usize, classCount: u32, source: u32, destination: u32, slot: u32, port: u32): u32 {
  const room = heap.alloc(64);
  store<u32>(room, 0);
  store<u32>(room, 1, 4);
  store<u16>(room, <u16>source, 8);
  store<u16>(room, <u16>destination, 10);
  store<u8>(room, <u8>(slot << 5), 12);
  store<u16>(room, <u16>(port ^ 0x8000), 14);
  answerByPairs(table, classCount, room + 8, room, room + 4, room + 12, room + 14, room + 16, 1);
  return load<u8>(room, 16);
}

/** Two pods, the second of which takes what `policed` says. */
function policed(input: Input): Build {
  input.networkPolicy(0, DBS, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_TCP, 10, 30), range(SLOT_TCP, 40000, 65535)]);
  input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_UDP, 1, 53), range(SLOT_SCTP, 7, 7)]);
  return input.compile();
}

describe("a pair table", () => {
  it("leaves a pair that it does not know", () => {
    const table = newTable(4);
    for (let source: u32 = 0; source <= 4; ++source) {
      for (let destination: u32 = 0; destination <= 4; ++destination) {
        expect<bool>(ask(table, 4, source, destination, SLOT_TCP, 80) >= ANSWER_SINGLY).toBe(true);
      }
    }
  });

  it("denies where it is zeroed", () => {
    const table = newTable(2);
    memory.fill(table + pairTableBytes(2) - 18, 0, 18);
    for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
      for (let port: u32 = 1; port <= 65535; port += 257) {
        expect<u32>(ask(table, 2, 1, 1, slot, port)).toBe(VERDICT_DENY);
      }
    }
  });

  it("answers a pair that it has learned at every bound of its ports, in every slot", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const table = newTable(classes);
    const ends = [WEB_POD, DB_POD];
    const ports: u32[] = [1, 6, 7, 8, 9, 10, 30, 31, 53, 54, 32767, 32768, 39999, 40000, 65534, 65535];
    let wrong: u32 = 0;
    const seen = [0, 0];
    for (let i = 0; i < 4; ++i) {
      const source = class4(build, ends[i & 1]);
      const destination = class4(build, ends[i >> 1]);
      learnPair(table, classes, build.arena, source, destination);
      for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
        for (let j = 0; j < ports.length; ++j) {
          const expected = evaluateFlow(build.arena, ends[i & 1], ends[i >> 1], 4, slot, ports[j], 1) & 3;
          if (ask(table, classes, source, destination, slot, ports[j]) != expected) ++wrong;
          seen[expected] += 1;
        }
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<bool>(seen[VERDICT_DENY] > 20 && seen[VERDICT_ALLOW] > 20).toBe(true);
  });

  it("keeps equal port sets once", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const table = newTable(classes);
    learnPair(table, classes, build.arena, class4(build, WEB_POD), class4(build, DB_POD));
    const one = pairSets(table);
    learnPair(table, classes, build.arena, class4(build, DB_POD), class4(build, WEB_POD));
    const two = pairSets(table);
    expect<u32>(two).toBe(one + 1);
    learnPair(table, classes, build.arena, class4(build, WEB_POD), class4(build, WEB_POD));
    learnPair(table, classes, build.arena, class4(build, DB_POD), class4(build, WEB_POD));
    expect<u32>(pairSets(table)).toBe(two);
  });

  it("leaves a pair that waits for a fact, and one with more ports than a set has bounds", () => {
    const input = cluster();
    const open = input.namespace([], true);
    input.add(pod(open).at4(TEN + 9));
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([isIn(TEAM, [5])]))], [range(SLOT_UDP, 53, 53)]);
    const ports: u32[][] = [];
    for (let i: u32 = 1; i <= 8; ++i) ports.push(range(SLOT_TCP, i * 100, i * 100));
    input.allow(DIRECTION_INGRESS, [], ports);
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    ports.push(range(SLOT_TCP, 900, 900));
    input.allow(DIRECTION_INGRESS, [], ports);
    const build = input.compile();
    const classes = tupleCount(build.classes);
    const table = newTable(classes);
    const web = class4(build, WEB_POD);
    const db = class4(build, DB_POD);
    const maybe = class4(build, 3);
    learnPair(table, classes, build.arena, maybe, db);
    learnPair(table, classes, build.arena, web, db);
    learnPair(table, classes, build.arena, db, web);
    expect<bool>(ask(table, classes, maybe, db, SLOT_TCP, 100) >= ANSWER_SINGLY).toBe(true);
    expect<bool>(ask(table, classes, db, web, SLOT_TCP, 100) >= ANSWER_SINGLY).toBe(true);
    expect<u32>(ask(table, classes, web, db, SLOT_TCP, 800)).toBe(VERDICT_ALLOW);
    expect<u32>(ask(table, classes, web, db, SLOT_TCP, 801)).toBe(VERDICT_DENY);
  });

  it("has nothing to learn of what is looked at singly", () => {
    const build = policed(cluster());
    const classes = tupleCount(build.classes);
    const table = newTable(classes);
    learnPair(table, classes, build.arena, classes, 0);
    learnPair(table, classes, build.arena, 0, classes);
    expect<u32>(pairSets(table)).toBe(1);
  });
});
