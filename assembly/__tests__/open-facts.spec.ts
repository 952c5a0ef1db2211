import {
  ACTION_DENY,
  ANSWER_VERDICT_MASK,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  OPEN_ADDRESS,
  OPEN_NAMESPACE_LABELS,
  REASON_UNSETTLED,
  SLOT_TCP,
  TIER_ADMIN,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "../abi";
import { answer, egressOf, ingressOf, ingressReasonOf, openFactsOfEgress, openFactsOfIngress, verdict } from "./ask";
import { exists, Input, ip4, pod, prefix4, range } from "./input";

const TEAM: u32 = 12;
const TEN = ip4(10, 0, 0, 0);

// Endpoints of `cluster`.
const KNOWN: u32 = 0;
const UNLABELLED: u32 = 1;
const ADDRESSLESS: u32 = 2;
const NEITHER: u32 = 3;

/** A namespace whose pods accept, on two ports, a labelled namespace and a block; and pods that lack facts. */
function cluster(): Input {
  const input = new Input();
  const known = input.namespace([TEAM, 5]);
  const unknown = input.namespace([], true);
  const set = input.addressSet([prefix4(TEN, 8)]);
  const teams = input.podsBy(input.selector([exists(TEAM)]));
  const block = input.ipBlock(prefix4(TEN, 16));
  input.networkPolicy(known, NONE, DIRECTION_INGRESS | DIRECTION_EGRESS);
  input.allow(DIRECTION_INGRESS, [teams], [range(SLOT_TCP, 80, 81)]);
  input.allow(DIRECTION_INGRESS, [block], [range(SLOT_TCP, 81, 82)]);
  input.allow(DIRECTION_EGRESS, [block], [range(SLOT_TCP, 82, 82)]);
  input.add(pod(known).at4(TEN + 1));
  input.add(pod(unknown).at4(ip4(11, 0, 0, 1)));
  input.add(pod(known).oneOf4(set));
  input.add(pod(unknown).oneOf4(set));
  return input;
}

describe("an answer that waits for a fact", () => {
  it("is undetermined where that side alone is, and unsettled is its reason", () => {
    const input = new Input();
    const known = input.namespace([TEAM, 5]);
    const unknown = input.namespace([], true);
    input.networkPolicy(known, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([exists(TEAM)]))]);
    const web = input.add(pod(unknown).at4(TEN + 1));
    const db = input.add(pod(known).at4(TEN + 2));
    const build = input.compile();
    const bits = answer(build, web, db);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_UNDETERMINED);
    expect<u32>(egressOf(bits)).toBe(VERDICT_ALLOW);
    expect<u32>(ingressOf(bits)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(ingressReasonOf(bits)).toBe(REASON_UNSETTLED);
  });

  it("leaves those alone that no fact lets in", () => {
    const input = new Input();
    const known = input.namespace([TEAM, 5]);
    const unknown = input.namespace([], true);
    const plain = input.namespace();
    input.networkPolicy(known, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([exists(TEAM)]))]);
    const web = input.add(pod(unknown).at4(TEN + 1));
    const db = input.add(pod(known).at4(TEN + 2));
    const stranger = input.add(pod(plain).at4(TEN + 3));
    const build = input.compile();
    expect<u32>(verdict(build, web, db)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(verdict(build, stranger, db)).toBe(VERDICT_DENY);
  });

  it("is deny where the other side denies", () => {
    const input = new Input();
    const known = input.namespace([TEAM, 5]);
    const unknown = input.namespace([], true);
    input.networkPolicy(known, NONE, DIRECTION_INGRESS);
    input.allow(DIRECTION_INGRESS, [input.podsBy(input.selector([exists(TEAM)]))]);
    input.networkPolicy(unknown, NONE, DIRECTION_EGRESS);
    const web = input.add(pod(unknown).at4(TEN + 1));
    const db = input.add(pod(known).at4(TEN + 2));
    const bits = answer(input.compile(), web, db);
    expect<u32>(bits & ANSWER_VERDICT_MASK).toBe(VERDICT_DENY);
    expect<u32>(ingressOf(bits)).toBe(VERDICT_UNDETERMINED);
  });
});

describe("the facts that an undetermined answer waits for", () => {
  it("are the namespace's labels where only a selector is open", () => {
    const build = cluster().compile();
    expect<u32>(verdict(build, UNLABELLED, KNOWN, 80)).toBe(VERDICT_UNDETERMINED);
    expect<u32>(openFactsOfIngress(build, UNLABELLED, KNOWN, 80)).toBe(OPEN_NAMESPACE_LABELS);
    expect<u32>(openFactsOfIngress(build, UNLABELLED, KNOWN, 81)).toBe(OPEN_NAMESPACE_LABELS);
  });

  it("are the address where only a block is", () => {
    const build = cluster().compile();
    expect<u32>(openFactsOfIngress(build, ADDRESSLESS, KNOWN, 82)).toBe(OPEN_ADDRESS);
    expect<u32>(openFactsOfEgress(build, KNOWN, ADDRESSLESS, 82)).toBe(OPEN_ADDRESS);
  });

  it("are both where both are", () => {
    const build = cluster().compile();
    const both: u32 = OPEN_ADDRESS | OPEN_NAMESPACE_LABELS;
    expect<u32>(openFactsOfIngress(build, NEITHER, KNOWN, 81)).toBe(both);
  });

  it("are none where everything is known", () => {
    const build = cluster().compile();
    expect<u32>(openFactsOfIngress(build, KNOWN, ADDRESSLESS, 81)).toBe(0);
    expect<u32>(openFactsOfEgress(build, KNOWN, UNLABELLED, 82)).toBe(0);
  });

  it("are of the port that was asked", () => {
    const build = cluster().compile();
    expect<u32>(openFactsOfIngress(build, UNLABELLED, KNOWN, 82)).toBe(0);
    expect<u32>(openFactsOfEgress(build, KNOWN, ADDRESSLESS, 80)).toBe(0);
  });

  it("are the subject's namespace labels where a cluster policy's subject is open", () => {
    const input = cluster();
    input.clusterPolicy(TIER_ADMIN, input.selector([exists(TEAM)]), NONE, DIRECTION_INGRESS);
    input.rule(DIRECTION_INGRESS, ACTION_DENY, []);
    const build = input.compile();
    expect<u32>(verdict(build, KNOWN, UNLABELLED, 443)).not.toBe(VERDICT_UNDETERMINED, "its egress denies");
    expect<u32>(openFactsOfIngress(build, KNOWN, UNLABELLED, 443)).toBe(OPEN_NAMESPACE_LABELS);
  });
});
