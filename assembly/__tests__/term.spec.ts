import { NONE, SLOT_TCP, SLOT_UDP } from "../abi";
import { Build } from "../build";
import { tupleCount } from "../intern";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "../match";
import { internTerm, isBlockTerm } from "../term";
import { TERM_ANY, termCertain, termPossible } from "../term-bits";
import { addLate, Endpoint, exists, Input, ip4, isIn, named, nodeAddress, pod, prefix4 } from "./input";
import { class4, external, termMatch } from "./ask";

const APP: u32 = 11;
const ZONE: u32 = 12;
const TEAM: u32 = 13;
const WEB: u32 = 101;
const DB: u32 = 102;
const EAST: u32 = 103;
const SHOP: u32 = 104;
const HTTP: u32 = 201;

function match(build: Build, peer: u32, endpoint: u32): u32 {
  return termMatch(build, internTerm(build, peer, 0, 0, 0), class4(build, endpoint));
}

const TEN = ip4(10, 0, 0, 0);

describe("the term of everyone", () => {
  it("is term 0 and holds every class, later ones too", () => {
    const input = new Input();
    const namespace = input.namespace();
    const web = input.add(pod(namespace).at4(TEN));
    const build = input.compile();
    expect<u32>(internTerm(build, NONE, 0, 0, 0)).toBe(TERM_ANY);
    expect<u32>(termMatch(build, TERM_ANY, class4(build, web))).toBe(MATCH_YES);
    const late = addLate(
      build,
      pod(build.namespaces.length - 1)
        .at4(TEN + 1)
        .on(NONE),
    );
    expect<u32>(termMatch(build, TERM_ANY, class4(build, late))).toBe(MATCH_YES);
  });
});

describe("a term of pods", () => {
  it("in one namespace holds that namespace's pods alone", () => {
    const input = new Input();
    const shop = input.namespace();
    const bank = input.namespace();
    const node = input.node();
    const peer = input.podsIn(shop);
    const inShop = input.add(pod(shop).at4(TEN));
    const inBank = input.add(pod(bank).at4(TEN));
    const nodeOne = input.add(nodeAddress(node).at4(TEN));
    const build = input.compile();
    expect<u32>(match(build, peer, inShop)).toBe(MATCH_YES);
    expect<u32>(match(build, peer, inBank)).toBe(MATCH_NO);
    expect<u32>(match(build, peer, nodeOne)).toBe(MATCH_NO, "a node's address is no pod");
    expect<u32>(match(build, peer, external(build))).toBe(MATCH_NO, "an external address is no pod");
  });

  it("by pod selector holds the pods whose labels match", () => {
    const input = new Input();
    const shop = input.namespace();
    const peer = input.podsIn(shop, input.selector([isIn(APP, [WEB])]));
    const web = input.add(pod(shop, [APP, WEB]).at4(TEN));
    const db = input.add(pod(shop, [APP, DB]).at4(TEN));
    const bare = input.add(pod(shop).at4(TEN));
    const build = input.compile();
    expect<u32>(match(build, peer, web)).toBe(MATCH_YES);
    expect<u32>(match(build, peer, db)).toBe(MATCH_NO);
    expect<u32>(match(build, peer, bare)).toBe(MATCH_NO);
  });

  it("by namespace selector holds the pods of the namespaces that match; both selectors must hold", () => {
    const input = new Input();
    const shop = input.namespace([TEAM, SHOP]);
    const bank = input.namespace();
    const team = input.selector([isIn(TEAM, [SHOP])]);
    const all = input.podsBy(team);
    const webs = input.podsBy(team, input.selector([isIn(APP, [WEB])]));
    const web = input.add(pod(shop, [APP, WEB]).at4(TEN));
    const db = input.add(pod(shop, [APP, DB]).at4(TEN));
    const other = input.add(pod(bank, [APP, WEB]).at4(TEN));
    const build = input.compile();
    expect<u32>(match(build, all, web)).toBe(MATCH_YES);
    expect<u32>(match(build, all, db)).toBe(MATCH_YES);
    expect<u32>(match(build, all, other)).toBe(MATCH_NO);
    expect<u32>(match(build, webs, web)).toBe(MATCH_YES);
    expect<u32>(match(build, webs, db)).toBe(MATCH_NO);
    expect<u32>(match(build, webs, other)).toBe(MATCH_NO);
  });

  it("is open where the namespace's labels are, unless the pod's own labels miss", () => {
    const input = new Input();
    const unknown = input.namespace([], true);
    const peer = input.podsBy(input.selector([isIn(TEAM, [SHOP])]), input.selector([isIn(APP, [WEB])]));
    const anyNamespace = input.podsBy(input.selector([]));
    const web = input.add(pod(unknown, [APP, WEB]).at4(TEN));
    const db = input.add(pod(unknown, [APP, DB]).at4(TEN));
    const build = input.compile();
    expect<u32>(match(build, peer, web)).toBe(MATCH_OPEN);
    expect<u32>(match(build, peer, db)).toBe(MATCH_NO);
    expect<u32>(match(build, anyNamespace, web)).toBe(MATCH_YES, "a selector without requirements is settled");
  });

  it("keeps one set until something is open in it", () => {
    const input = new Input();
    const known = input.namespace([TEAM, SHOP]);
    const unknown = input.namespace([], true);
    const settled = input.podsIn(known);
    const open = input.podsBy(input.selector([exists(TEAM)]));
    const certain = input.add(pod(known).at4(TEN));
    const maybe = input.add(pod(unknown).at4(TEN));
    const build = input.compile();
    const settledTerm = internTerm(build, settled, 0, 0, 0);
    const openTerm = internTerm(build, open, 0, 0, 0);
    expect<bool>(termCertain(build, settledTerm) == termPossible(build, settledTerm)).toBe(true);
    expect<bool>(termCertain(build, openTerm) == termPossible(build, openTerm)).toBe(false);
    expect<u32>(termMatch(build, openTerm, class4(build, certain))).toBe(MATCH_YES);
    expect<u32>(termMatch(build, openTerm, class4(build, maybe))).toBe(MATCH_OPEN);
  });
});

describe("a term of nodes", () => {
  it("holds the node addresses whose labels match, pods never", () => {
    const input = new Input();
    const shop = input.namespace();
    const east = input.node([ZONE, EAST]);
    const west = input.node();
    const peer = input.nodesBy(input.selector([isIn(ZONE, [EAST])]));
    const eastNode = input.add(nodeAddress(east).at4(TEN));
    const westNode = input.add(nodeAddress(west).at4(TEN));
    const web = input.add(pod(shop, [ZONE, EAST]).at4(TEN).on(east));
    const build = input.compile();
    expect<u32>(match(build, peer, eastNode)).toBe(MATCH_YES);
    expect<u32>(match(build, peer, westNode)).toBe(MATCH_NO);
    expect<u32>(match(build, peer, web)).toBe(MATCH_NO);
    expect<u32>(match(build, peer, external(build))).toBe(MATCH_NO);
  });

  it("is open for a node whose labels are not known, and for one that is nowhere declared", () => {
    const input = new Input();
    const undeclared = input.node([APP, WEB], true);
    const peer = input.nodesBy(input.selector([isIn(ZONE, [EAST])]));
    const other = input.nodesBy(input.selector([isIn(APP, [DB])]));
    const address = input.add(nodeAddress(undeclared).at4(TEN));
    const nowhere = input.add(nodeAddress(NONE).at4(TEN));
    const build = input.compile();
    expect<u32>(match(build, peer, address)).toBe(MATCH_OPEN);
    expect<u32>(match(build, other, address)).toBe(MATCH_NO, "a label that is listed decides");
    expect<u32>(match(build, peer, nowhere)).toBe(MATCH_OPEN);
    expect<u32>(match(build, other, nowhere)).toBe(MATCH_OPEN);
  });
});

/** Pods with http at 8080, http at 9090 (UDP), http at 8081, and none. */
function portsInput(): Input {
  const input = new Input();
  const shop = input.namespace();
  input.networkPolicy(shop, NONE, 2);
  input.allow(2, [], [named(SLOT_TCP, HTTP), named(SLOT_UDP, HTTP)]);
  input.podsIn(shop, input.selector([isIn(APP, [WEB])]));
  input.ipBlock(prefix4(TEN, 8));
  input.add(pod(shop, [APP, WEB]).ports([HTTP, SLOT_TCP, 8080]).at4(TEN));
  input.add(pod(shop, [APP, WEB]).ports([HTTP, SLOT_UDP, 8080]).at4(TEN));
  input.add(pod(shop, [APP, WEB]).ports([HTTP, SLOT_TCP, 8081]).at4(TEN));
  input.add(pod(shop, [APP, DB]).ports([HTTP, SLOT_TCP, 8080]).at4(TEN));
  return input;
}

function matched(build: Build, term: u32): string {
  let text = "";
  for (let endpoint: u32 = 0; endpoint < 4; ++endpoint)
    text += termMatch(build, term, class4(build, endpoint)).toString();
  return text;
}

describe("a term with a named port", () => {
  it("holds the part of its peer whose pods have that number under that name and protocol", () => {
    const build = portsInput().compile();
    expect<string>(matched(build, internTerm(build, 0, HTTP, SLOT_TCP, 8080))).toBe("2000");
    expect<string>(matched(build, internTerm(build, 0, HTTP, SLOT_UDP, 8080))).toBe("0200");
    expect<string>(matched(build, internTerm(build, 0, HTTP, SLOT_TCP, 8081))).toBe("0020");
    expect<string>(matched(build, internTerm(build, 0, HTTP, SLOT_TCP, 80))).toBe("0000");
  });

  it("of anyone holds the pods that have it and no external address", () => {
    const build = portsInput().compile();
    const term = internTerm(build, NONE, HTTP, SLOT_TCP, 8080);
    expect<string>(matched(build, term)).toBe("2002");
    expect<u32>(termMatch(build, term, class4(build, external(build)))).toBe(MATCH_NO);
    expect<bool>(isBlockTerm(build, term)).toBe(false);
  });

  it("of an ipBlock holds the pods in it that have it", () => {
    const build = portsInput().compile();
    const term = internTerm(build, 1, HTTP, SLOT_TCP, 8080);
    expect<string>(matched(build, term)).toBe("2002");
    expect<bool>(isBlockTerm(build, term)).toBe(true);
  });
});

describe("terms", () => {
  it("equal terms are one", () => {
    const input = new Input();
    const shop = input.namespace();
    const peer = input.podsIn(shop);
    const build = input.compile();
    const known = tupleCount(build.terms);
    const term = internTerm(build, peer, 0, 0, 0);
    expect<u32>(internTerm(build, peer, 0, 0, 0)).toBe(term);
    expect<u32>(tupleCount(build.terms)).toBe(known + 1);
  });

  it("a class that comes late is taken into every term that holds it", () => {
    const input = new Input();
    const shop = input.namespace();
    const unknown = input.namespace([], true);
    const webs = input.podsIn(shop, input.selector([isIn(APP, [WEB])]));
    const teams = input.podsBy(input.selector([exists(TEAM)]));
    const block = input.ipBlock(prefix4(TEN, 8));
    const build = input.compile();
    const peers: u32[] = [webs, teams, block];
    for (let i = 0; i < 3; ++i) internTerm(build, peers[i], 0, 0, 0);
    const endpoints: Endpoint[] = [
      pod(shop, [APP, WEB]).at4(TEN),
      pod(unknown, [APP, WEB]).at4(TEN),
      pod(shop, [APP, DB]).at4(ip4(11, 0, 0, 0)),
    ];
    const expected: string[] = ["202", "012", "000"];
    for (let i = 0; i < 3; ++i) {
      const late = addLate(build, endpoints[i]);
      let text = "";
      for (let j = 0; j < 3; ++j) text += match(build, peers[j], late).toString();
      expect<string>(text).toBe(expected[i]);
    }
  });
});
