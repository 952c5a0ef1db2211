import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  ANSWER_EGRESS_TIERS_SHIFT,
  ANSWER_INGRESS_REASON_SHIFT,
  ANSWER_INGRESS_TIERS_SHIFT,
  ANSWER_REASON_MASK,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  OPEN_DOMAIN,
  OPEN_TIE,
  OPEN_TIERS_SHIFT,
  REASON_ADMIN_ALLOW,
  REASON_ADMIN_DENY,
  REASON_BASELINE_ALLOW,
  REASON_BASELINE_DENY,
  REASON_NO_RULE,
  REASON_NOT_ISOLATED,
  REASON_RULE,
  REASON_UNSETTLED,
  SLOT_TCP,
  TIER_ADMIN,
  TIER_ADMIN_V1ALPHA1,
  TIER_BASELINE,
  TIER_BASELINE_V1ALPHA1,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "../abi";
import { Build } from "../build";
import { answer } from "./ask";
import { exists, Input, pod, range } from "./input";
import { cluster, DB_POD, DBS, egress, ingress, TEAM, TEN, WEB_POD, WEBS } from "./pair";

/** A policy over all pods with one ingress rule. */
function ingressRule(input: Input, tier: u32, priority: u32, action: u32, peers: u32[], ports: u32[][] = []): void {
  input.clusterPolicy(tier, input.selector([]), NONE, DIRECTION_INGRESS, priority);
  input.rule(DIRECTION_INGRESS, action, peers, ports);
}

function ingressReason(build: Build, from: u32, to: u32, port: u32 = 80): u32 {
  return (answer(build, from, to, port) >> ANSWER_INGRESS_REASON_SHIFT) & ANSWER_REASON_MASK;
}

describe("priorities", () => {
  it("put policies in order whatever their place in the stream", () => {
    const input = cluster();
    ingressRule(input, TIER_ADMIN, 60, ACTION_DENY, [WEBS]);
    ingressRule(input, TIER_ADMIN, 50, ACTION_ALLOW, [WEBS], [range(SLOT_TCP, 80, 80)]);
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, DB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 81)).toBe(VERDICT_DENY);
  });

  it("are compared within a tier only, and tiers of the older API come after their successors", () => {
    const input = cluster();
    ingressRule(input, TIER_ADMIN_V1ALPHA1, 0, ACTION_DENY, [WEBS]);
    ingressRule(input, TIER_ADMIN, 1000, ACTION_ALLOW, [WEBS], [range(SLOT_TCP, 80, 80)]);
    ingressRule(input, TIER_BASELINE_V1ALPHA1, 0, ACTION_DENY, [DBS]);
    ingressRule(input, TIER_BASELINE, 1000, ACTION_ALLOW, [DBS], [range(SLOT_TCP, 80, 80)]);
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, DB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 81)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 81)).toBe(VERDICT_DENY);
  });
});

describe("policies of one priority", () => {
  it("are undetermined where they disagree, and only there", () => {
    const input = cluster();
    ingressRule(input, TIER_ADMIN, 5, ACTION_ALLOW, [WEBS], [range(SLOT_TCP, 80, 81)]);
    ingressRule(input, TIER_ADMIN, 5, ACTION_DENY, [WEBS], [range(SLOT_TCP, 81, 82)]);
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, DB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 81)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 82)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 81)).toBe(VERDICT_ALLOW, "neither matches");
    const facts = (answer(build, WEB_POD, DB_POD, 81) >> ANSWER_INGRESS_TIERS_SHIFT) & 3;
    expect<u32>(facts).toBe(OPEN_TIE >> OPEN_TIERS_SHIFT);
    expect<u32>(ingressReason(build, WEB_POD, DB_POD, 81)).toBe(REASON_UNSETTLED);
  });

  it("are settled where what a pass leads to is the same", () => {
    const input = cluster();
    ingressRule(input, TIER_ADMIN, 5, ACTION_ALLOW, [WEBS]);
    ingressRule(input, TIER_ADMIN, 5, ACTION_PASS, [WEBS]);
    expect<u32>(ingress(input.compile(), WEB_POD, DB_POD)).toBe(VERDICT_ALLOW, "not isolated");
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    expect<u32>(ingress(input.compile(), WEB_POD, DB_POD)).toBe(VERDICT_UNDETERMINED, "isolated");
  });

  it("each follow the order of their own rules", () => {
    const input = cluster();
    const all = input.selector([]);
    for (let i = 0; i < 2; ++i) {
      input.clusterPolicy(TIER_ADMIN, all, NONE, DIRECTION_INGRESS, 5);
      input.rule(DIRECTION_INGRESS, ACTION_ALLOW, [WEBS], [range(SLOT_TCP, 80, 80)]);
      input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    }
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, DB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 81)).toBe(VERDICT_DENY);
  });

  it("leave the others of their tier what none of them decides", () => {
    const input = cluster();
    ingressRule(input, TIER_ADMIN, 5, ACTION_ALLOW, [WEBS]);
    ingressRule(input, TIER_ADMIN, 5, ACTION_ALLOW, [WEBS]);
    ingressRule(input, TIER_ADMIN, 6, ACTION_DENY, []);
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, DB_POD)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_DENY);
  });
});

describe("a policy whose subject is open", () => {
  it("applies as a whole or not at all", () => {
    const input = cluster();
    const unknown = input.namespace([], true);
    input.clusterPolicy(TIER_ADMIN, input.selector([exists(TEAM)]), NONE, DIRECTION_INGRESS, 1);
    input.rule(DIRECTION_INGRESS, ACTION_ALLOW, [WEBS]);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    const subject = input.add(pod(unknown).at4(TEN + 9));
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, subject)).toBe(VERDICT_ALLOW, "allowed, or asked by nobody");
    expect<u32>(ingress(build, DB_POD, subject)).toBe(VERDICT_UNDETERMINED);
    ingressRule(input, TIER_ADMIN, 2, ACTION_DENY, []);
    expect<u32>(ingress(input.compile(), WEB_POD, subject)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(ingress(input.compile(), DB_POD, subject)).toBe(VERDICT_DENY);
  });
});

describe("a peer that is not known", () => {
  it("may be anyone", () => {
    const input = cluster();
    input.clusterPolicy(TIER_ADMIN, input.selector([]), WEBS, DIRECTION_EGRESS);
    input.rule(DIRECTION_EGRESS, ACTION_ALLOW, [input.unknownPeer()], [range(SLOT_TCP, 443, 443)]);
    input.rule(DIRECTION_EGRESS, ACTION_DENY, []);
    const build = input.compile();
    expect<u32>(egress(build, WEB_POD, DB_POD, 443)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(egress(build, WEB_POD, DB_POD, 80)).toBe(VERDICT_DENY);
    const facts = (answer(build, WEB_POD, DB_POD, 443) >> ANSWER_EGRESS_TIERS_SHIFT) & 3;
    expect<u32>(facts).toBe(OPEN_DOMAIN >> OPEN_TIERS_SHIFT);
  });
});

describe("reasons", () => {
  it("name the tier that decides", () => {
    const input = cluster();
    ingressRule(input, TIER_ADMIN, 1, ACTION_DENY, [], [range(SLOT_TCP, 1, 1)]);
    ingressRule(input, TIER_ADMIN, 2, ACTION_ALLOW, [], [range(SLOT_TCP, 2, 2)]);
    ingressRule(input, TIER_ADMIN, 3, ACTION_PASS, []);
    input.networkPolicy(0, DBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [WEBS], [range(SLOT_TCP, 3, 3)]);
    ingressRule(input, TIER_BASELINE, 1, ACTION_ALLOW, [], [range(SLOT_TCP, 4, 4)]);
    ingressRule(input, TIER_BASELINE, 2, ACTION_DENY, [], [range(SLOT_TCP, 5, 5)]);
    const build = input.compile();
    expect<u32>(ingressReason(build, WEB_POD, DB_POD, 1)).toBe(REASON_ADMIN_DENY);
    expect<u32>(ingressReason(build, WEB_POD, DB_POD, 2)).toBe(REASON_ADMIN_ALLOW);
    expect<u32>(ingressReason(build, WEB_POD, DB_POD, 3)).toBe(REASON_RULE);
    expect<u32>(ingressReason(build, WEB_POD, DB_POD, 4)).toBe(REASON_NO_RULE);
    expect<u32>(ingressReason(build, DB_POD, WEB_POD, 1)).toBe(REASON_ADMIN_DENY);
    expect<u32>(ingressReason(build, DB_POD, WEB_POD, 4)).toBe(REASON_BASELINE_ALLOW);
    expect<u32>(ingressReason(build, DB_POD, WEB_POD, 5)).toBe(REASON_BASELINE_DENY);
    expect<u32>(ingressReason(build, DB_POD, WEB_POD, 6)).toBe(REASON_NOT_ISOLATED);
  });
});
