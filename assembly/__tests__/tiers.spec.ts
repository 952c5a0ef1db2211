import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  ANSWER_INGRESS_ISOLATED,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  SLOT_TCP,
  TIER_ADMIN,
  TIER_BASELINE,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "../abi";
import { answer } from "./ask";
import { exists, isIn, pod, prefix4, range } from "./input";
import { APP, TEAM, WEB, TEN, cluster, WEB_POD, DB_POD, NODE, WEBS, DBS, ingress, egress } from "./pair";

describe("ordered tiers", () => {
  it("the first rule of a tier that matches decides, across policies in their order", () => {
    const input = cluster();
    const all = input.selector([]);
    input.clusterPolicy(TIER_ADMIN, all, NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_ALLOW, [WEBS], [range(SLOT_TCP, 80, 80)]);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, [WEBS]);
    input.clusterPolicy(TIER_ADMIN, all, NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_ALLOW, []);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, DB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD, 81)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 81)).toBe(VERDICT_ALLOW);
    expect<u32>(answer(build, WEB_POD, DB_POD) & ANSWER_INGRESS_ISOLATED).toBe(0, "only NetworkPolicies isolate");
  });

  it("admin decides before the NetworkPolicies, whatever stands first in the stream", () => {
    const input = cluster();
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, []);
    input.clusterPolicy(TIER_ADMIN, input.selector([]), WEBS, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, [DBS], [range(SLOT_TCP, 80, 80)]);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD, 80)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 81)).toBe(VERDICT_ALLOW);
  });

  it("pass leaves the tier to what comes after it", () => {
    const input = cluster();
    const all = input.selector([]);
    input.clusterPolicy(TIER_ADMIN, all, NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_PASS, [DBS]);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [DBS], [range(SLOT_TCP, 80, 80)]);
    const other = input.add(pod(0).at4(TEN + 9));
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, DB_POD, WEB_POD, 81)).toBe(VERDICT_DENY, "isolated");
    expect<u32>(ingress(build, other, WEB_POD, 80)).toBe(VERDICT_DENY, "denied by admin");
    expect<u32>(ingress(build, DB_POD, other, 81)).toBe(VERDICT_ALLOW, "passed, and not isolated");
  });

  it("baseline decides only where no NetworkPolicy isolates", () => {
    const input = cluster();
    input.clusterPolicy(TIER_BASELINE, input.selector([]), NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [DBS]);
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY);
  });

  it("the own node passes the NetworkPolicy tier, not the admin tier before it", () => {
    const input = cluster();
    const nodes = input.nodesBy(input.selector([]));
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    input.clusterPolicy(TIER_ADMIN, input.selector([]), WEBS, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, [nodes], [range(SLOT_TCP, 22, 22)]);
    const build = input.compile();
    expect<u32>(ingress(build, NODE, WEB_POD, 80)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, NODE, WEB_POD, 22)).toBe(VERDICT_DENY);
  });

  it("baseline after a NetworkPolicy has no say over the own node, and has it where none selects the pod", () => {
    const input = cluster();
    input.clusterPolicy(TIER_BASELINE, input.selector([]), NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    const bare = input.compile();
    expect<u32>(ingress(bare, NODE, WEB_POD)).toBe(VERDICT_DENY);
    input.networkPolicy(0, WEBS, DIRECTION_INGRESS);
    const policed = input.compile();
    expect<u32>(ingress(policed, NODE, WEB_POD)).toBe(VERDICT_ALLOW);
  });

  it("cluster policies select subjects by namespace and pod labels together", () => {
    const input = cluster();
    const other = input.namespace([TEAM, 6]);
    input.clusterPolicy(TIER_ADMIN, input.selector([isIn(TEAM, [5])]), WEBS, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    const stranger = input.add(pod(other, [APP, WEB]).at4(TEN + 9));
    const build = input.compile();
    expect<u32>(ingress(build, DB_POD, WEB_POD)).toBe(VERDICT_DENY);
    expect<u32>(ingress(build, WEB_POD, DB_POD)).toBe(VERDICT_ALLOW, "another label");
    expect<u32>(ingress(build, WEB_POD, stranger)).toBe(VERDICT_ALLOW, "another namespace");
  });

  it("a subject that is open leaves its rules' outcome open, and only theirs", () => {
    const input = cluster();
    const unknown = input.namespace([], true);
    input.clusterPolicy(TIER_ADMIN, input.selector([exists(TEAM)]), NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, [WEBS]);
    const subject = input.add(pod(unknown).at4(TEN + 9));
    const build = input.compile();
    expect<u32>(ingress(build, WEB_POD, subject)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(ingress(build, DB_POD, subject)).toBe(VERDICT_ALLOW);
    expect<u32>(ingress(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY, "its namespace is known");
  });

  it("an ordered tier's blocks over pod addresses are not noted", () => {
    const input = cluster();
    input.clusterPolicy(TIER_ADMIN, input.selector([]), NONE, DIRECTION_EGRESS);
    input.rule(DIRECTION_EGRESS, ACTION_DENY, [input.ipBlock(prefix4(TEN + 2, 32))]);
    const build = input.compile();
    expect<u32>(egress(build, WEB_POD, DB_POD)).toBe(VERDICT_DENY);
    expect<u32>(answer(build, WEB_POD, DB_POD) & 0x30000).toBe(0);
  });
});
