import {
  ANSWER_EGRESS_BLOCK_ON_POD,
  ANSWER_EGRESS_ISOLATED,
  ANSWER_INGRESS_BLOCK_ON_POD,
  ANSWER_INGRESS_ISOLATED,
  ANSWER_VERDICT_MASK,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  REASON_NO_RULE,
  REASON_NOT_A_SUBJECT,
  REASON_NOT_ISOLATED,
  REASON_OWN_NODE,
  REASON_RULE,
  REASON_SAME_POD,
  SLOT_TCP,
  VERDICT_ALLOW,
  VERDICT_DENY,
} from "../abi";
import { isOwnNode } from "../evaluate";
import { answer, egressOf, egressReasonOf, external, ingressOf, ingressReasonOf, verdict } from "./ask";
import { addLate, Input, ip4, isIn, nodeAddress, pod, prefix4, prefix6 } from "./input";

const APP: u32 = 11;
const WEB: u32 = 101;
const DB: u32 = 102;
const TEN = ip4(10, 0, 0, 0);

// Endpoints of `shop`: web may reach db on 5432, and nothing else may; web's egress is closed but for that.
const WEB_POD: u32 = 0;
const DB_POD: u32 = 1;
const FREE_POD: u32 = 2;
const NODE_A: u32 = 3;
const NODE_B: u32 = 4;
const HOST_POD: u32 = 5;

function shop(): Input {
  const input = new Input();
  const namespace = input.namespace();
  const other = input.namespace();
  const a = input.node();
  const b = input.node();
  const webs = input.selector([isIn(APP, [WEB])]);
  const dbs = input.selector([isIn(APP, [DB])]);
  input.networkPolicy(namespace, webs, DIRECTION_EGRESS);
  input.allow(DIRECTION_EGRESS, [input.podsIn(namespace, dbs)], [[SLOT_TCP, 0, 5432, 5432]]);
  input.networkPolicy(namespace, dbs, DIRECTION_INGRESS);
  input.allow(DIRECTION_INGRESS, [input.podsIn(namespace, webs)], [[SLOT_TCP, 0, 5432, 5432]]);
  input.add(
    pod(namespace, [APP, WEB])
      .at4(TEN + 1)
      .on(a),
  );
  input.add(
    pod(namespace, [APP, DB])
      .at4(TEN + 2)
      .on(a),
  );
  input.add(
    pod(other)
      .at4(TEN + 3)
      .on(b),
  );
  input.add(nodeAddress(a).at4(ip4(192, 168, 0, 1)));
  input.add(nodeAddress(b).at4(ip4(192, 168, 0, 2)));
  input.add(
    nodeAddress(a)
      .at4(ip4(192, 168, 0, 1))
      .sharesAddress(),
  );
  return input;
}

describe("a verdict", () => {
  it("is allow where both sides allow, each by its rule", () => {
    const bits = answer(shop().compile(), WEB_POD, DB_POD, 5432);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
    expect<u32>(egressOf(bits)).toBe(VERDICT_ALLOW);
    expect<u32>(ingressOf(bits)).toBe(VERDICT_ALLOW);
    expect<u32>(egressReasonOf(bits)).toBe(REASON_RULE);
    expect<u32>(ingressReasonOf(bits)).toBe(REASON_RULE);
    expect<u32>(bits & ANSWER_EGRESS_ISOLATED).toBe(ANSWER_EGRESS_ISOLATED);
    expect<u32>(bits & ANSWER_INGRESS_ISOLATED).toBe(ANSWER_INGRESS_ISOLATED);
  });

  it("is deny where one side denies, and tells the sides apart", () => {
    const build = shop().compile();
    const egress = answer(build, WEB_POD, FREE_POD);
    expect<u32>(egress & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(egressOf(egress)).toBe(VERDICT_DENY);
    expect<u32>(egressReasonOf(egress)).toBe(REASON_NO_RULE);
    expect<u32>(ingressOf(egress)).toBe(VERDICT_ALLOW);
    expect<u32>(ingressReasonOf(egress)).toBe(REASON_NOT_ISOLATED);
    const ingress = answer(build, FREE_POD, DB_POD, 5432);
    expect<u32>(ingress & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(egressOf(ingress)).toBe(VERDICT_ALLOW);
    expect<u32>(egressReasonOf(ingress)).toBe(REASON_NOT_ISOLATED);
    expect<u32>(ingressOf(ingress)).toBe(VERDICT_DENY);
    expect<u32>(ingressReasonOf(ingress)).toBe(REASON_NO_RULE);
  });

  it("depends on the port where a rule names one", () => {
    const build = shop().compile();
    expect<u32>(verdict(build, WEB_POD, DB_POD, 5431)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, WEB_POD, DB_POD, 5433)).toBe(VERDICT_DENY);
    expect<u32>(verdict(build, WEB_POD, DB_POD, 5432, 1)).toBe(VERDICT_DENY, "another protocol");
  });

  it("is allow where no policy selects either end", () => {
    const build = shop().compile();
    const bits = answer(build, DB_POD, FREE_POD);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
    expect<u32>(egressReasonOf(bits)).toBe(REASON_NOT_ISOLATED);
    expect<u32>(ingressReasonOf(bits)).toBe(REASON_NOT_ISOLATED);
    expect<u32>(bits & (ANSWER_EGRESS_ISOLATED | ANSWER_INGRESS_ISOLATED)).toBe(0);
  });

  it("of an end that is no pod has no subject on that side", () => {
    const build = shop().compile();
    const out = answer(build, DB_POD, external(build));
    expect<u32>(ingressReasonOf(out)).toBe(REASON_NOT_A_SUBJECT);
    expect<u32>(out & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
    const back = answer(build, external(build), DB_POD, 5432);
    expect<u32>(egressReasonOf(back)).toBe(REASON_NOT_A_SUBJECT);
    expect<u32>(egressOf(back)).toBe(VERDICT_ALLOW);
    expect<u32>(back & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(egressReasonOf(answer(build, NODE_B, FREE_POD))).toBe(REASON_NOT_A_SUBJECT);
  });
});

describe("one pod talking to itself", () => {
  it("is allowed whatever isolates it", () => {
    const build = shop().compile();
    const bits = answer(build, DB_POD, DB_POD, 1);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
    expect<u32>(egressReasonOf(bits)).toBe(REASON_SAME_POD);
    expect<u32>(ingressReasonOf(bits)).toBe(REASON_SAME_POD);
    expect<u32>(bits & ANSWER_INGRESS_ISOLATED).toBe(ANSWER_INGRESS_ISOLATED);
  });

  it("is a flow like any other where the ends are distinct all the same", () => {
    const build = shop().compile();
    const bits = answer(build, DB_POD, DB_POD, 1, SLOT_TCP, 4, 1);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(ingressReasonOf(bits)).toBe(REASON_NO_RULE);
  });

  it("is by identity: two pods of one class are not the same pod", () => {
    const input = shop();
    const twin = input.add(pod(0, [APP, DB]).at4(TEN + 9));
    const build = input.compile();
    expect<u32>(verdict(build, DB_POD, twin, 1)).toBe(VERDICT_DENY);
  });

  it("is of pods only", () => {
    const build = shop().compile();
    expect<u32>(egressReasonOf(answer(build, NODE_A, NODE_A))).toBe(REASON_NOT_A_SUBJECT);
  });
});

describe("traffic from a pod's own node", () => {
  it("passes the pod's ingress whatever its NetworkPolicies say", () => {
    const build = shop().compile();
    const bits = answer(build, NODE_A, DB_POD, 1);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
    expect<u32>(ingressReasonOf(bits)).toBe(REASON_OWN_NODE);
  });

  it("is judged like any other from another node", () => {
    const build = shop().compile();
    expect<u32>(verdict(build, NODE_B, DB_POD, 1)).toBe(VERDICT_DENY);
    expect<bool>(isOwnNode(build.arena, NODE_B, DB_POD)).toBe(false);
  });

  it("includes the node's host-network pods", () => {
    const build = shop().compile();
    expect<u32>(verdict(build, HOST_POD, DB_POD, 1)).toBe(VERDICT_ALLOW);
    expect<bool>(isOwnNode(build.arena, HOST_POD, DB_POD)).toBe(true);
  });

  it("names no reason of its own where the pod is not isolated", () => {
    const build = shop().compile();
    expect<u32>(ingressReasonOf(answer(build, NODE_B, FREE_POD))).toBe(REASON_NOT_ISOLATED);
  });

  it("is one way: a pod's egress to its node is judged", () => {
    const build = shop().compile();
    expect<u32>(verdict(build, WEB_POD, NODE_A)).toBe(VERDICT_DENY);
  });

  it("needs a node that both are known to be on", () => {
    const input = shop();
    const nowhere = input.add(nodeAddress(NONE).at4(ip4(192, 168, 0, 9)));
    const adrift = input.add(pod(0, [APP, DB]).at4(TEN + 8));
    const build = input.compile();
    expect<bool>(isOwnNode(build.arena, nowhere, adrift)).toBe(false);
    expect<bool>(isOwnNode(build.arena, NODE_A, adrift)).toBe(false);
    expect<u32>(verdict(build, nowhere, adrift)).toBe(VERDICT_DENY);
  });

  it("is not traffic from a pod on that node", () => {
    const build = shop().compile();
    expect<bool>(isOwnNode(build.arena, WEB_POD, DB_POD)).toBe(false);
    expect<u32>(verdict(build, WEB_POD, DB_POD, 1)).toBe(VERDICT_DENY);
  });
});

describe("what an answer notes beside the verdict", () => {
  it("an allow that rests on an ipBlock over a pod's address, per side", () => {
    const input = new Input();
    const one = input.namespace();
    const two = input.namespace();
    const block = input.ipBlock(prefix4(TEN, 8));
    input.networkPolicy(one, NONE, DIRECTION_EGRESS);
    input.allow(DIRECTION_EGRESS, [block]);
    input.networkPolicy(two, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [block]);
    const web = input.add(pod(one).at4(TEN + 1));
    const db = input.add(pod(two).at4(TEN + 2));
    const build = input.compile();
    const both = answer(build, web, db);
    expect<u32>(both & ANSWER_EGRESS_BLOCK_ON_POD).toBe(ANSWER_EGRESS_BLOCK_ON_POD);
    expect<u32>(both & ANSWER_INGRESS_BLOCK_ON_POD).toBe(ANSWER_INGRESS_BLOCK_ON_POD);
    const out = answer(build, web, external(build, 1));
    expect<u32>(out & (ANSWER_EGRESS_BLOCK_ON_POD | ANSWER_INGRESS_BLOCK_ON_POD)).toBe(0, "no pod is behind it");
    expect<u32>(out & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
  });

  it("each family is answered by its own classes", () => {
    const input = new Input();
    const shop = input.namespace();
    const other = input.namespace();
    input.networkPolicy(shop, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.ipBlock(prefix6(0xfd000000, 0, 0, 0, 8))]);
    const web = input.add(
      pod(other)
        .at4(TEN + 1)
        .at6(0xfd000000, 0, 0, 1),
    );
    const db = input.add(
      pod(shop)
        .at4(TEN + 2)
        .at6(0xfd000000, 0, 0, 2),
    );
    const build = input.compile();
    expect<u32>(answer(build, web, db, 80, SLOT_TCP, 4) & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(answer(build, web, db, 80, SLOT_TCP, 6) & ANSWER_VERDICT_MASK).toBe(VERDICT_ALLOW);
  });

  it("a late pod on a node has that node for its own", () => {
    const build = shop().compile();
    const late = addLate(
      build,
      pod(0, [APP, DB])
        .at4(TEN + 7)
        .on(0),
    );
    expect<u32>(verdict(build, NODE_A, late, 1)).toBe(VERDICT_ALLOW);
    expect<u32>(verdict(build, NODE_B, late, 1)).toBe(VERDICT_DENY);
  });
});
