import {
  ABI_VERSION,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ERROR_VERSION,
  NONE,
  SLOT_PORTLESS,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { Build } from "../build";
import { nextEndpoint } from "../compile";
import { endpointOf4 as endpointAt4, endpointOf6 as endpointAt6 } from "../index";
import { tupleCount } from "../intern";
import { readNamespaces } from "../records";
import { answer, class4, external, verdict } from "./ask";
import {
  addLate,
  Endpoint,
  exists,
  Input,
  ip4,
  isIn,
  named,
  nodeAddress,
  notIn,
  pod,
  prefix4,
  prefix6,
  range,
  wordsAt,
} from "./input";

const APP: u32 = 11;
const TEAM: u32 = 12;
const WEB: u32 = 101;
const DB: u32 = 102;
const HTTP: u32 = 201;
const TEN = ip4(10, 0, 0, 0);

function endpointOf6(build: Build, words: u32[]): u32 {
  return endpointAt6(build.arena, wordsAt(words));
}

function endpointOf4(build: Build, address: u32): u32 {
  return endpointAt4(build.arena, address);
}

describe("compiling", () => {
  it("an empty stream gives a state that knows the two roots and allows everything", () => {
    const build = new Input().compile();
    expect<i32>(build.error).toBe(0);
    expect<u32>(build.endpointNode.length).toBe(2);
    expect<u32>(verdict(build, external(build), external(build))).toBe(VERDICT_ALLOW);
    expect<u32>(endpointOf4(build, TEN)).toBe(external(build));
    expect<u32>(endpointOf6(build, [1, 2, 3, 4])).toBe(external(build, 1));
  });

  it("a stream of another version is refused before anything is read", () => {
    const input = new Input();
    input.version = ABI_VERSION + 1;
    const build = input.compile();
    expect<i32>(build.error).toBe(ERROR_VERSION);
    expect<usize>(build.arena).toBe(0);
  });

  it("endpoints are numbered as they come, later ones after them, external ones below 0", () => {
    const input = new Input();
    const shop = input.namespace();
    expect<u32>(
      input.add(
        pod(shop, [APP, WEB])
          .ports([HTTP, SLOT_TCP, 80])
          .at4(TEN + 1),
      ),
    ).toBe(0);
    expect<u32>(input.add(pod(shop).at4(TEN + 2))).toBe(1);
    input.ipBlock(prefix4(TEN, 8));
    const build = input.compile();
    expect<u32>(build.firstEndpoint).toBe(3);
    expect<u32>(endpointOf4(build, 0)).toBe(-3);
    expect<u32>(addLate(build, pod(shop).at4(TEN + 3))).toBe(2);
  });

  it("an endpoint record is stepped over by its labels and ports", () => {
    const record = pod(0, [APP, WEB, TEAM, DB]).ports([HTTP, SLOT_TCP, 80]).record();
    expect<usize>(nextEndpoint(record) - record).toBe((13 + 4 + 3) * 4);
  });
});

describe("addresses", () => {
  it("lead to their endpoint, else to the longest prefix around them", () => {
    const input = new Input();
    const shop = input.namespace();
    input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 1, 0, 0), 16)]);
    input.ipBlock(prefix6(0xfd000000, 0, 0, 0, 8));
    const web = input.add(
      pod(shop)
        .at4(ip4(10, 1, 0, 7))
        .at6(0xfd000000, 0, 0, 7),
    );
    const build = input.compile();
    expect<u32>(endpointOf4(build, ip4(10, 1, 0, 7))).toBe(web);
    expect<u32>(endpointOf4(build, ip4(10, 1, 0, 8))).toBe(external(build, 2));
    expect<u32>(endpointOf4(build, ip4(10, 2, 0, 0))).toBe(external(build, 1));
    expect<u32>(endpointOf4(build, ip4(9, 0, 0, 0))).toBe(external(build));
    expect<u32>(endpointOf6(build, [0xfd000000, 0, 0, 7])).toBe(web);
    expect<u32>(endpointOf6(build, [0xfd000000, 0, 0, 8])).toBe(external(build, 4));
    expect<u32>(endpointOf6(build, [0xfe000000, 0, 0, 8])).toBe(external(build, 3));
  });

  it("a host-network pod's address leads to its node", () => {
    const input = new Input();
    const node = input.node();
    const hosted = input.add(nodeAddress(node).at4(TEN).at6(0xfd000000, 0, 0, 1).sharesAddress());
    const address = input.add(nodeAddress(node).at4(TEN).at6(0xfd000000, 0, 0, 1));
    const after = input.add(nodeAddress(node).at4(TEN).at6(0xfd000000, 0, 0, 1).sharesAddress());
    const build = input.compile();
    expect<u32>(endpointOf4(build, TEN)).toBe(address);
    expect<u32>(endpointOf6(build, [0xfd000000, 0, 0, 1])).toBe(address);
    expect<u32>(class4(build, hosted)).toBe(class4(build, after));
  });

  it("many IPv6 hosts are all found", () => {
    const input = new Input();
    const shop = input.namespace();
    for (let i: u32 = 0; i < 300; ++i) input.add(pod(shop).at6(0xfd000000, i, 0, i * 7));
    const build = input.compile();
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 300; ++i) if (endpointOf6(build, [0xfd000000, i, 0, i * 7]) != i) ++wrong;
    expect<u32>(wrong).toBe(0);
  });

  it("lead to a late endpoint only if it owns them", () => {
    const input = new Input();
    const shop = input.namespace();
    const build = input.compile();
    addLate(build, pod(shop).at4(TEN).sharesAddress());
    expect<u32>(endpointOf4(build, TEN)).toBe(external(build));
    expect<u32>(addLate(build, pod(shop).at4(TEN))).toBe(1);
    expect<u32>(endpointOf4(build, TEN)).toBe(1);
  });
});

/** A cluster with every kind of peer, named ports, open labels and open addresses; its endpoints are `endpoints()`. */
function mixed(): Input {
  const input = new Input();
  const shop = input.namespace([TEAM, 5]);
  const bank = input.namespace([TEAM, 6]);
  input.namespace([], true);
  input.node([APP, WEB]);
  input.node([], true);
  const webs = input.selector([isIn(APP, [WEB])]);
  const others = input.selector([notIn(APP, [WEB, DB])]);
  const set = input.addressSet([prefix4(ip4(10, 244, 0, 0), 16)]);
  assert(set == 0);
  const inShop = input.podsIn(shop, webs);
  const teams = input.podsBy(input.selector([isIn(TEAM, [6])]), NONE);
  const block = input.ipBlock(prefix4(TEN, 8), [prefix4(ip4(10, 244, 1, 0), 24)]);
  const six = input.ipBlock(prefix6(0xfd000000, 0, 0, 0, 16));
  input.networkPolicy(shop, webs, DIRECTION_INGRESS | DIRECTION_EGRESS);
  input.allow(DIRECTION_INGRESS, [inShop, teams], [named(SLOT_TCP, HTTP), range(SLOT_TCP, 443, 445)]);
  input.allow(DIRECTION_EGRESS, [block, six], [named(SLOT_TCP, HTTP), range(SLOT_UDP, 53, 53)]);
  input.allow(DIRECTION_EGRESS, [teams]);
  input.networkPolicy(bank, others, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [block, input.nodesBy(webs)], [range(SLOT_TCP, 1, 1000)]);
  input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([exists(TEAM)]), webs)], [named(SLOT_UDP, HTTP)]);
  return input;
}

function endpoints(): Endpoint[] {
  return [
    pod(0, [APP, WEB])
      .ports([HTTP, SLOT_TCP, 8080])
      .at4(TEN + 1)
      .at6(0xfd000000, 0, 0, 1)
      .on(0),
    pod(1)
      .ports([HTTP, SLOT_UDP, 7000])
      .at4(TEN + 2)
      .at6(0xfd010000, 0, 0, 2),
    nodeAddress(0)
      .at4(ip4(192, 168, 0, 1))
      .at6(0xfe000000, 0, 0, 1),
    pod(2, [APP, WEB])
      .at4(TEN + 3)
      .at6(0xfd000000, 0, 0, 3),
    pod(0, [APP, DB])
      .ports([HTTP, SLOT_TCP, 9090])
      .at4(ip4(10, 244, 1, 7))
      .at6(0xfd000000, 0, 0, 4),
    pod(1, [APP, 7])
      .ports([HTTP, SLOT_TCP, 9191, HTTP, SLOT_UDP, 7001])
      .at4(ip4(11, 0, 0, 1))
      .on(1),
    pod(0, [APP, WEB]).ports([HTTP, SLOT_TCP, 8080]).oneOf4(0).on(0),
    nodeAddress(1).at4(ip4(10, 244, 1, 9)),
    pod(1, [APP, WEB]).ports([HTTP, SLOT_TCP, 8080]).oneOf4(0),
    pod(0, [APP, WEB])
      .ports([HTTP, SLOT_TCP, 8081])
      .at4(TEN + 9)
      .on(0),
  ];
}

/** Ports at and beside every edge that the mixed cluster can have. */
const PORTS: u32[] = [0, 1, 53, 80, 442, 443, 445, 446, 1000, 1001, 7000, 7001, 8080, 8081, 9090, 9191, 65535];

/** Where two builds answer one pair of endpoints differently, over all ports and slots of IPv4. */
function differences(a: Build, sourceA: u32, targetA: u32, b: Build, sourceB: u32, targetB: u32): u32 {
  let wrong: u32 = 0;
  for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
    for (let i = 0; i < PORTS.length; ++i) {
      const port = slot == SLOT_PORTLESS ? 0 : PORTS[i];
      if (answer(a, sourceA, targetA, port, slot) != answer(b, sourceB, targetB, port, slot)) ++wrong;
    }
  }
  return wrong;
}

describe("late endpoints", () => {
  it("get and give what early ones would, wherever the cut between early and late is", () => {
    const all = endpoints();
    const count = <u32>all.length;
    const early = mixed();
    for (let i: u32 = 0; i < count; ++i) early.add(all[i]);
    const whole = early.compile();
    let verdicts: u32 = 0;
    for (let i: u32 = 0; i < count * count; ++i) {
      for (let j = 0; j < PORTS.length; ++j) verdicts |= 1 << verdict(whole, i / count, i % count, PORTS[j]);
    }
    expect<u32>(verdicts).toBe(0b111, "the cluster has all three verdicts");

    for (let cut: u32 = 0; cut <= count; ++cut) {
      const input = mixed();
      for (let i: u32 = 0; i < cut; ++i) input.add(all[i]);
      const build = input.compile();
      const numbers: u32[] = [];
      for (let i: u32 = 0; i < cut; ++i) numbers.push(i);
      for (let i = cut; i < count; ++i) numbers.push(addLate(build, all[i]));
      let wrong: u32 = 0;
      for (let source: u32 = 0; source < count; ++source) {
        for (let target: u32 = 0; target < count; ++target)
          wrong += differences(whole, source, target, build, numbers[source], numbers[target]);
      }
      expect<u32>(wrong).toBe(0, `${cut} early`);
      expect<u32>(tupleCount(build.classes)).toBe(tupleCount(whole.classes), `${cut} early`);
    }
  });

  it("a named port's new number opens it for the sources that are there", () => {
    const input = mixed();
    const web = input.add(pod(0, [APP, WEB]).at4(TEN + 1));
    const build = input.compile();
    const first = addLate(
      build,
      pod(0, [APP, DB])
        .ports([HTTP, SLOT_TCP, 6000])
        .at4(TEN + 2),
    );
    expect<u32>(verdict(build, web, first, 6000)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, web, first, 6001)).toBe(VERDICT_DENY);
    const second = addLate(
      build,
      pod(0, [APP, DB])
        .ports([HTTP, SLOT_TCP, 6001])
        .at4(TEN + 3),
    );
    expect<u32>(verdict(build, web, second, 6001)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, web, first, 6001)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, web, first, 6000)).toBe(VERDICT_ALLOW);
  });

  it("a namespace that comes late has no policies, and selectors see its labels", () => {
    const input = mixed();
    const web = input.add(endpoints()[0]);
    const build = input.compile();
    readNamespaces(build, wordsAt([0, 1, TEAM, 6]), 1);
    readNamespaces(build, wordsAt([0, 1, TEAM, 7]), 1);
    const friend = addLate(build, pod(3).at4(TEN + 50));
    const stranger = addLate(build, pod(4).at4(TEN + 51));
    expect<u32>(verdict(build, friend, web, 443)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, stranger, web, 443)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, stranger, friend, 1)).toBe(VERDICT_ALLOW);
  });
});
