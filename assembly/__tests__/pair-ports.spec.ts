import {
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  SLOT_PORTLESS,
  SLOT_SCTP,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "../abi";
import { Build } from "../build";
import { joinVerdicts, verdictIn, egressRowOf, ingressRowOf } from "../evaluate";
import { MAX_PORT_RUNS, portRuns, RUN_PORT_SHIFT, RUN_VERDICT_MASK } from "../pair-ports";
import { newVec, Vec, word } from "../vec";
import { class4 } from "./ask";
import { isIn, pod, range } from "./input";
import { cluster, DB_POD, DBS, TEAM, TEN, WEB_POD, WEBS } from "./pair";

function runsOf(build: Build, source: u32, destination: u32, slot: u32, room: u32 = 64): string {
  const runs = newVec(room + 1);
  store<u32>(runs.data + ((<usize>room) << 2), 0xabcdef);
  const count = portRuns(build.arena, class4(build, source), class4(build, destination), slot, runs.data, room);
  expect<u32>(word(runs.data, room)).toBe(0xabcdef, "nothing is written past the room");
  if (count > room) return "more";
  let text = "";
  for (let i: u32 = 0; i < count; ++i) {
    const run = word(runs.data, i);
    text += (run >> RUN_PORT_SHIFT).toString() + "=" + (run & RUN_VERDICT_MASK).toString() + " ";
  }
  return text;
}

/** The verdict of the run that a port is in. */
function verdictInRuns(runs: Vec, port: u32): u32 {
  let i: u32 = 0;
  while (word(runs.data, i) >> RUN_PORT_SHIFT < port) ++i;
  return word(runs.data, i) & RUN_VERDICT_MASK;
}

describe("the port set of a pair of classes", () => {
  it("without policies is one run of allow", () => {
    const build = cluster().compile();
    for (let slot: u32 = SLOT_TCP; slot <= <u32>SLOT_PORTLESS; ++slot) {
      expect<string>(runsOf(build, WEB_POD, DB_POD, slot)).toBe("65535=1 ");
    }
  });

  it("is what both sides let pass", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_TCP, 10, 30), range(SLOT_TCP, 50, 65535)]);
    input.networkPolicy(0, WEBS, DIRECTION_EGRESS);
    input.allow(DIRECTION_EGRESS, [DBS], [range(SLOT_TCP, 20, 60), range(SLOT_UDP, 53, 53)]);
    const build = input.compile();
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_TCP)).toBe("19=0 30=1 49=0 60=1 65535=0 ");
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_UDP)).toBe("65535=0 ");
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_SCTP)).toBe("65535=0 ");
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_PORTLESS)).toBe("65535=0 ");
    expect<string>(runsOf(build, DB_POD, WEB_POD, SLOT_TCP)).toBe("65535=1 ");
  });

  it("of every port from 1 on is one run: port 0 is none", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [], [range(SLOT_TCP, 1, 65535)]);
    expect<string>(runsOf(input.compile(), WEB_POD, DB_POD, SLOT_TCP)).toBe("65535=1 ");
  });

  it("keeps what is open apart from what is denied and what is allowed", () => {
    const input = cluster();
    const open = input.namespace([], true);
    input.add(pod(open).at4(TEN + 9));
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([isIn(TEAM, [5])]))], [range(SLOT_TCP, 80, 90)]);
    input.allow(DIRECTION_INGRESS, [], [range(SLOT_TCP, 90, 91)]);
    const build = input.compile();
    expect<string>(runsOf(build, 3, DB_POD, SLOT_TCP)).toBe("79=0 89=2 91=1 65535=0 ");
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_TCP)).toBe("79=0 91=1 65535=0 ");
  });

  it("is refused where it has more runs than there is room for", () => {
    const input = cluster();
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    const ports: u32[][] = [];
    for (let i: u32 = 1; i <= 20; ++i) ports.push(range(SLOT_TCP, i * 100, i * 100));
    input.allow(DIRECTION_INGRESS, [], ports);
    const build = input.compile();
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_TCP, 40)).toBe("more");
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_TCP, 0)).toBe("more");
    expect<string>(runsOf(build, WEB_POD, DB_POD, SLOT_TCP, 41)).not.toBe("more");
  });

  it("answers every port as the two rows of the pair do, whatever the records' forms", () => {
    let wrong: u32 = 0;
    let seed: u32 = 9;
    const seen = [0, 0, 0];
    for (let round = 0; round < 40; ++round) {
      const input = cluster();
      const open = input.namespace([], true);
      input.add(pod(open).at4(TEN + 9));
      const maybe = input.podsBy(input.selector([isIn(TEAM, [5])]));
      for (let side = 0; side < 2; ++side) {
        const direction = side == 0 ? DIRECTION_INGRESS : DIRECTION_EGRESS;
        input.networkPolicy(side == 0 ? 0 : open, side == 0 ? DBS : input.selector([]), direction);
        for (let rule = 0; rule < round / 2; ++rule) {
          seed = seed * 1664525 + 1013904223;
          const first = (seed >> 8) % 400;
          const last = min<u32>(first + ((seed >> 20) % 90), 399);
          const peers = side == 0 && rule % 3 == 0 ? [maybe] : new Array<u32>();
          input.allow(direction, peers, [range(SLOT_TCP, max<u32>(first, 1), max<u32>(last, 1))]);
        }
      }
      const build = input.compile();
      const source = class4(build, 3);
      const destination = class4(build, DB_POD);
      const runs = newVec(MAX_PORT_RUNS);
      runs.length = portRuns(build.arena, source, destination, SLOT_TCP, runs.data, MAX_PORT_RUNS);
      for (let port: u32 = 1; port < 405; ++port) {
        const expected = joinVerdicts(
          verdictIn(build.arena, egressRowOf(build.arena, source, SLOT_TCP, port), destination),
          verdictIn(build.arena, ingressRowOf(build.arena, destination, SLOT_TCP, port, false), source),
        );
        if (verdictInRuns(runs, port) != expected) ++wrong;
        seen[expected] += 1;
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<bool>(seen[VERDICT_DENY] > 100 && seen[VERDICT_ALLOW] > 100 && seen[VERDICT_UNDETERMINED] > 100).toBe(true);
  });
});
