import {
  ANSWER_EGRESS_ISOLATED,
  ANSWER_INGRESS_ISOLATED,
  ARENA_GENERATION_OFFSET,
  CLASS_SPECIAL,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ENDPOINT_NAMED,
  NODE_NAMED,
  NONE,
  SLOT_TCP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { Build } from "../build";
import { nodeWord } from "../evaluate";
import { endpointOf4, endpointOf6 } from "../index";
import { tupleCount } from "../intern";
import { addPolicyRecord, removePolicyRecord, setEndpointRecord } from "../update";
import { at } from "../vec";
import { answer, class4, class6, external, verdict } from "./ask";
import { addLate, Input, ip4, isIn, named, pod, prefix4, range, wordsAt } from "./input";

const APP: u32 = 11;
const TEAM: u32 = 12;
const WEB: u32 = 101;
const DB: u32 = 102;
const ADMIN: u32 = 103;
const HTTP: u32 = 201;
const METRICS: u32 = 202;
const TEN = ip4(10, 0, 0, 0);

const WEB_POD: u32 = 0;
const DB_POD: u32 = 1;

/** web (10.0.0.1) and db (10.0.0.2) in namespace 0; db takes from web, and egress to the port `http` is allowed from db. */
function shop(): Input {
  const input = new Input();
  const namespace = input.namespace();
  const web = input.selector([isIn(APP, [WEB])]);
  const db = input.selector([isIn(APP, [DB])]);
  input.networkPolicy(namespace, db, DIRECTION_INGRESS | DIRECTION_EGRESS);
  input.allow(DIRECTION_INGRESS, [input.podsIn(namespace, web)]);
  input.allow(DIRECTION_EGRESS, [], [named(SLOT_TCP, HTTP)]);
  input.ipBlock(prefix4(TEN, 16));
  input.add(pod(namespace, [APP, WEB]).at4(TEN + 1));
  input.add(
    pod(namespace, [APP, DB])
      .at4(TEN + 2)
      .at6(0xfd000000, 0, 0, 2),
  );
  return input;
}

function generation(build: Build): u32 {
  return load<u32>(build.arena, ARENA_GENERATION_OFFSET);
}

/** A stream with a policy over the pods of namespace 0 that `requirements` select, allowing ingress from nobody. */
function isolating(build: Build, requirements: u32[][], directions: u32 = DIRECTION_INGRESS): usize {
  const late = Input.after(build);
  late.networkPolicy(0, requirements.length == 0 ? NONE : late.selector(requirements), directions);
  return late.stream();
}

describe("an endpoint that is added", () => {
  it("of a known class adds no class, and its address leads to it", () => {
    const build = shop().compile();
    const classes = tupleCount(build.classes);
    const before = generation(build);
    const late = addLate(build, pod(0, [APP, WEB]).at4(TEN + 3));
    expect<u32>(late).toBe(2);
    expect<u32>(tupleCount(build.classes)).toBe(classes);
    expect<u32>(class4(build, late)).toBe(class4(build, WEB_POD));
    expect<u32>(endpointOf4(build.arena, TEN + 3)).toBe(late);
    expect<u32>(verdict(build, late, DB_POD)).toBe(VERDICT_ALLOW);
    expect<bool>(generation(build) > before).toBe(true);
  });

  it("of a new class is a new column of rows that were there", () => {
    const build = shop().compile();
    // Outside 10.0.0.0/16, so of a signature that no pod had.
    const late = addLate(build, pod(0, [APP, WEB]).at4(ip4(10, 9, 0, 1)));
    expect<u32>(verdict(build, late, DB_POD)).toBe(VERDICT_ALLOW);
    const other = addLate(build, pod(0, [APP, ADMIN]).at4(ip4(10, 9, 0, 2)));
    expect<u32>(verdict(build, other, DB_POD)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, DB_POD, other)).toBe(VERDICT_DENY);
  });

  it("gives a named port a new number for all who name it", () => {
    const build = shop().compile();
    expect<u32>(verdict(build, DB_POD, WEB_POD, 8080)).toBe(VERDICT_DENY);
    const late = addLate(
      build,
      pod(0, [APP, WEB])
        .ports([HTTP, SLOT_TCP, 8080])
        .at4(TEN + 3),
    );
    expect<u32>(verdict(build, DB_POD, late, 8080)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, DB_POD, late, 8081)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, DB_POD, WEB_POD, 8080)).toBe(VERDICT_DENY, "web has no such port");
  });

  it("fills a chunk of classes that was not there before", () => {
    const build = shop().compile();
    const first = tupleCount(build.classes);
    // Each port of its own is a class of its own.
    for (let i: u32 = 0; i < 1100; ++i) {
      addLate(
        build,
        pod(0, [APP, i & 1 ? WEB : ADMIN])
          .ports([HTTP, SLOT_TCP, 1000 + i])
          .at4(TEN + 256 + i),
      );
    }
    expect<u32>(tupleCount(build.classes)).toBe(first + 1100);
    let wrong: u32 = 0;
    for (let i: u32 = 0; i < 1100; ++i) {
      if (verdict(build, 2 + i, DB_POD) != (i & 1 ? VERDICT_ALLOW : VERDICT_DENY)) ++wrong;
      if (verdict(build, DB_POD, 2 + i, 1000 + i) != VERDICT_ALLOW) ++wrong;
      if (verdict(build, DB_POD, 2 + i, 1001 + i) != VERDICT_DENY) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });
});

describe("an endpoint that is set anew", () => {
  it("keeps its number and is judged by its new labels", () => {
    const build = shop().compile();
    setEndpointRecord(
      build,
      WEB_POD,
      pod(0, [APP, ADMIN])
        .at4(TEN + 1)
        .record(),
    );
    expect<u32>(verdict(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY);
    expect<u32>(endpointOf4(build.arena, TEN + 1)).toBe(WEB_POD);
  });

  it("gives its old address back to the longest prefix around it", () => {
    const build = shop().compile();
    setEndpointRecord(
      build,
      DB_POD,
      pod(0, [APP, DB])
        .at4(TEN + 7)
        .record(),
    );
    expect<u32>(endpointOf4(build.arena, TEN + 7)).toBe(DB_POD);
    expect<u32>(endpointOf4(build.arena, TEN + 2)).toBe(external(build, 1));
    expect<u32>(endpointOf6(build.arena, wordsAt([0xfd000000, 0, 0, 2]))).toBe(external(build, 2));
    expect<u32>(class6(build, DB_POD)).toBe(NONE);
  });

  it("takes over an address in either order of the two changes", () => {
    for (let first: u32 = 0; first < 2; ++first) {
      const build = shop().compile();
      const web = pod(0, [APP, WEB])
        .at4(TEN + 2)
        .record();
      const db = pod(0, [APP, DB])
        .at4(TEN + 1)
        .record();
      setEndpointRecord(build, first == 0 ? WEB_POD : DB_POD, first == 0 ? web : db);
      setEndpointRecord(build, first == 0 ? DB_POD : WEB_POD, first == 0 ? db : web);
      expect<u32>(endpointOf4(build.arena, TEN + 1)).toBe(DB_POD);
      expect<u32>(endpointOf4(build.arena, TEN + 2)).toBe(WEB_POD);
    }
  });
});

describe("an endpoint that is taken away", () => {
  it("has no class and no name, and no address leads to it", () => {
    const input = shop();
    const named = pod(0).at4(TEN + 3);
    named.words[12] |= ENDPOINT_NAMED;
    input.add(named);
    const build = input.compile();
    expect<u32>(nodeWord(build.arena, 2) & NODE_NAMED).toBe(NODE_NAMED);
    setEndpointRecord(build, 2, 0);
    expect<u32>(class4(build, 2)).toBe(NONE);
    expect<u32>(class6(build, 2)).toBe(NONE);
    expect<u32>(at(build.endpointClass4, 2 + build.firstEndpoint) & CLASS_SPECIAL).toBe(CLASS_SPECIAL);
    expect<u32>(nodeWord(build.arena, 2) & NODE_NAMED).toBe(0);
    expect<u32>(endpointOf4(build.arena, TEN + 3)).toBe(external(build, 1));
  });

  it("does not take an address along that another has claimed since", () => {
    const build = shop().compile();
    const heir = addLate(
      build,
      pod(0, [APP, WEB])
        .at4(TEN + 9)
        .at6(0xfd000000, 0, 0, 2),
    );
    setEndpointRecord(build, DB_POD, 0);
    expect<u32>(endpointOf6(build.arena, wordsAt([0xfd000000, 0, 0, 2]))).toBe(heir);
    expect<u32>(endpointOf4(build.arena, TEN + 2)).toBe(external(build, 1));
  });

  it("gives its number to nobody", () => {
    const build = shop().compile();
    setEndpointRecord(build, DB_POD, 0);
    expect<u32>(addLate(build, pod(0, [APP, DB]).at4(TEN + 2))).toBe(2);
  });

  throws("traps where there is no such endpoint", () => {
    setEndpointRecord(shop().compile(), 2, 0);
  });

  throws("traps for an external endpoint", () => {
    const build = shop().compile();
    setEndpointRecord(build, external(build), 0);
  });
});

describe("a policy that is added", () => {
  it("isolates what it selects, in its own directions, and nobody else", () => {
    const build = shop().compile();
    expect<u32>(verdict(build, DB_POD, WEB_POD, 1)).toBe(VERDICT_DENY, "db's egress");
    const before = generation(build);
    expect<u32>(addPolicyRecord(build, isolating(build, [isIn(APP, [WEB])]))).toBe(1);
    const out = answer(build, WEB_POD, DB_POD);
    expect<u32>(out & ANSWER_EGRESS_ISOLATED).toBe(0);
    expect<u32>(out & 3).toBe(VERDICT_ALLOW);
    const back = answer(build, external(build), WEB_POD);
    expect<u32>(back & ANSWER_INGRESS_ISOLATED).toBe(ANSWER_INGRESS_ISOLATED);
    expect<u32>(back & 3).toBe(VERDICT_DENY);
    expect<bool>(generation(build) > before).toBe(true);
  });

  it("adds to what others allow", () => {
    const build = shop().compile();
    const late = Input.after(build);
    const everyone = late.ipBlock(prefix4(TEN, 16));
    late.networkPolicy(0, NONE, DIRECTION_INGRESS);
    late.allow(DIRECTION_INGRESS, [everyone], [range(SLOT_TCP, 80, 90)]);
    expect<u32>(addPolicyRecord(build, late.stream())).toBe(1);
    expect<u32>(verdict(build, external(build, 1), DB_POD, 85)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, external(build, 1), DB_POD, 91)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, WEB_POD, DB_POD, 91)).toBe(VERDICT_ALLOW);
  });

  it("selects pods that come later, of known and of new classes", () => {
    const build = shop().compile();
    addPolicyRecord(build, isolating(build, []));
    const known = addLate(build, pod(0, [APP, WEB]).at4(TEN + 3));
    const fresh = addLate(build, pod(0, [APP, ADMIN]).at4(TEN + 4));
    expect<u32>(verdict(build, WEB_POD, known)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, WEB_POD, fresh)).toBe(VERDICT_DENY);
  });

  it("needs a rebuild where it names a key, a value, a port or a prefix for the first time", () => {
    const build = shop().compile();
    const before = generation(build);
    expect<u32>(addPolicyRecord(build, isolating(build, [isIn(TEAM, [WEB])]))).toBe(NONE, "a key");
    expect<u32>(addPolicyRecord(build, isolating(build, [isIn(APP, [ADMIN])]))).toBe(NONE, "a value");

    const peer = Input.after(build);
    peer.networkPolicy(0, NONE, DIRECTION_INGRESS);
    peer.allow(DIRECTION_INGRESS, [peer.podsIn(0, peer.selector([isIn(APP, [ADMIN])]))]);
    expect<u32>(addPolicyRecord(build, peer.stream())).toBe(NONE, "a peer's value");

    const port = Input.after(build);
    port.networkPolicy(0, NONE, DIRECTION_INGRESS);
    port.allow(DIRECTION_INGRESS, [], [named(SLOT_TCP, METRICS)]);
    expect<u32>(addPolicyRecord(build, port.stream())).toBe(NONE, "a port");

    const block = Input.after(build);
    block.networkPolicy(0, NONE, DIRECTION_INGRESS);
    block.allow(DIRECTION_INGRESS, [block.ipBlock(prefix4(TEN, 16), [prefix4(TEN, 24)])]);
    expect<u32>(addPolicyRecord(build, block.stream())).toBe(NONE, "an except");

    expect<u32>(generation(build)).toBe(before);
    expect<u32>(build.policies.length).toBe(1);
    expect<u32>(verdict(build, external(build), WEB_POD)).toBe(VERDICT_ALLOW);
  });

  it("needs a rebuild where it uses a block that an earlier attempt left behind", () => {
    const build = shop().compile();
    const block = Input.after(build);
    const peer = block.ipBlock(prefix4(TEN, 24));
    block.networkPolicy(0, NONE, DIRECTION_INGRESS);
    block.allow(DIRECTION_INGRESS, [peer]);
    expect<u32>(addPolicyRecord(build, block.stream())).toBe(NONE);
    const again = Input.after(build);
    again.networkPolicy(0, NONE, DIRECTION_INGRESS);
    again.allow(DIRECTION_INGRESS, [peer]);
    expect<u32>(addPolicyRecord(build, again.stream())).toBe(NONE);
  });

  it("may name namespaces by labels that nobody has named before", () => {
    const build = shop().compile();
    const late = Input.after(build);
    late.networkPolicy(0, NONE, DIRECTION_INGRESS);
    late.allow(DIRECTION_INGRESS, [late.podsBy(late.selector([isIn(TEAM, [5])]))]);
    expect<u32>(addPolicyRecord(build, late.stream())).toBe(1);
    expect<u32>(verdict(build, DB_POD, WEB_POD)).toBe(VERDICT_DENY);
  });
});

describe("a policy that is taken away", () => {
  it("ends an isolation that was its alone", () => {
    const build = shop().compile();
    removePolicyRecord(build, 0);
    expect<u32>(verdict(build, DB_POD, external(build))).toBe(VERDICT_ALLOW);
    const out = answer(build, external(build), DB_POD);
    expect<u32>(out & 3).toBe(VERDICT_ALLOW);
    expect<u32>(out & ANSWER_INGRESS_ISOLATED).toBe(0);
  });

  it("leaves the others as they are", () => {
    const build = shop().compile();
    const late = addPolicyRecord(build, isolating(build, []));
    removePolicyRecord(build, 0);
    expect<u32>(verdict(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY, "still isolated, and nothing allows");
    removePolicyRecord(build, late);
    expect<u32>(verdict(build, WEB_POD, DB_POD)).toBe(VERDICT_ALLOW);
  });

  it("comes back under another number and says the same", () => {
    const build = shop().compile();
    const rows = tupleCount(build.rows);
    for (let i: u32 = 1; i < 20; ++i) {
      const late = addPolicyRecord(build, isolating(build, [isIn(APP, [WEB])]));
      expect<u32>(late).toBe(i);
      expect<u32>(verdict(build, external(build), WEB_POD)).toBe(VERDICT_DENY);
      removePolicyRecord(build, late);
      expect<u32>(verdict(build, external(build), WEB_POD)).toBe(VERDICT_ALLOW);
    }
    expect<bool>(tupleCount(build.rows) <= rows + 1).toBe(true, "rows are known by what they say");
  });
});
