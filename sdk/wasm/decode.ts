/** The core's answers in the SDK's words. */
import {
  ANSWER_BASELINE_BESIDE_POLICY,
  ANSWER_BOTH_APIS,
  ANSWER_EGRESS_BLOCK_ON_POD,
  ANSWER_EGRESS_ISOLATED,
  ANSWER_EGRESS_OPEN_SHIFT,
  ANSWER_EGRESS_REASON_SHIFT,
  ANSWER_EGRESS_SHIFT,
  ANSWER_EGRESS_TIERS_SHIFT,
  ANSWER_INGRESS_BLOCK_ON_POD,
  ANSWER_INGRESS_ISOLATED,
  ANSWER_INGRESS_OPEN_SHIFT,
  ANSWER_INGRESS_REASON_SHIFT,
  ANSWER_INGRESS_SHIFT,
  ANSWER_INGRESS_TIERS_SHIFT,
  ANSWER_OPEN_MASK,
  ANSWER_REASON_MASK,
  ANSWER_VERDICT_MASK,
  ANSWER_VERDICT_SHIFT,
  OPEN_TIERS_SHIFT,
  REASON_ADMIN_ALLOW,
  REASON_ADMIN_DENY,
  REASON_BASELINE_ALLOW,
  REASON_BASELINE_DENY,
  REASON_NO_RULE,
  REASON_NOT_A_SUBJECT,
  REASON_NOT_ISOLATED,
  REASON_OWN_NODE,
  REASON_RULE,
  REASON_SAME_POD,
  REASON_UNSETTLED,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "../../assembly/abi.ts";
import { NetverdictError } from "../errors.ts";
import type { Reason, Side, Verdict } from "../types.ts";

/** One pair of endpoints' answer. */
export interface Answer {
  readonly verdict: Verdict;
  readonly egress: Side;
  readonly ingress: Side;
  /** The side's policies isolate its subject, whatever they say of this flow. */
  readonly egressIsolated: boolean;
  readonly ingressIsolated: boolean;
  /** The side allows because an `ipBlock` matched a pod's address, and for nothing else. */
  readonly egressBlockOnPod: boolean;
  readonly ingressBlockOnPod: boolean;
  /** The facts (abi: OPEN_…) that an undetermined side waits for. */
  readonly egressOpen: number;
  readonly ingressOpen: number;
  /** One of the pods has policies of ClusterNetworkPolicy and of its predecessors. */
  readonly bothAPIs: boolean;
  /** The Baseline tier denies for a pod that NetworkPolicies isolate in the other direction. */
  readonly baselineBesidePolicy: boolean;
}

const VERDICTS: Record<number, Verdict> = {
  [VERDICT_DENY]: "deny",
  [VERDICT_ALLOW]: "allow",
  [VERDICT_UNDETERMINED]: "undetermined",
};

const REASONS: Record<number, Reason> = {
  [REASON_NOT_ISOLATED]: "not-isolated",
  [REASON_RULE]: "rule",
  [REASON_NO_RULE]: "no-rule",
  [REASON_NOT_A_SUBJECT]: "not-a-subject",
  [REASON_SAME_POD]: "same-pod",
  [REASON_OWN_NODE]: "own-node",
  [REASON_UNSETTLED]: "unsettled",
  [REASON_ADMIN_ALLOW]: "admin-allow",
  [REASON_ADMIN_DENY]: "admin-deny",
  [REASON_BASELINE_ALLOW]: "baseline-allow",
  [REASON_BASELINE_DENY]: "baseline-deny",
};

/** @throws NetverdictError `core-failure` for bits that mean nothing. */
export function decodeAnswer(bits: number): Answer {
  return {
    verdict: verdictAt(bits, ANSWER_VERDICT_SHIFT),
    egress: { verdict: verdictAt(bits, ANSWER_EGRESS_SHIFT), reason: reasonAt(bits, ANSWER_EGRESS_REASON_SHIFT) },
    ingress: { verdict: verdictAt(bits, ANSWER_INGRESS_SHIFT), reason: reasonAt(bits, ANSWER_INGRESS_REASON_SHIFT) },
    egressIsolated: (bits & ANSWER_EGRESS_ISOLATED) !== 0,
    ingressIsolated: (bits & ANSWER_INGRESS_ISOLATED) !== 0,
    egressBlockOnPod: (bits & ANSWER_EGRESS_BLOCK_ON_POD) !== 0,
    ingressBlockOnPod: (bits & ANSWER_INGRESS_BLOCK_ON_POD) !== 0,
    egressOpen: openFacts(bits, ANSWER_EGRESS_OPEN_SHIFT, ANSWER_EGRESS_TIERS_SHIFT),
    ingressOpen: openFacts(bits, ANSWER_INGRESS_OPEN_SHIFT, ANSWER_INGRESS_TIERS_SHIFT),
    bothAPIs: (bits & ANSWER_BOTH_APIS) !== 0,
    baselineBesidePolicy: (bits & ANSWER_BASELINE_BESIDE_POLICY) !== 0,
  };
}

function openFacts(bits: number, shift: number, tiersShift: number): number {
  const ofTiers = (bits >>> tiersShift) & ANSWER_OPEN_MASK;
  return ((bits >>> shift) & ANSWER_OPEN_MASK) | (ofTiers << OPEN_TIERS_SHIFT);
}

function verdictAt(bits: number, shift: number): Verdict {
  return VERDICTS[(bits >>> shift) & ANSWER_VERDICT_MASK] ?? unknownBits(bits);
}

function reasonAt(bits: number, shift: number): Reason {
  return REASONS[(bits >>> shift) & ANSWER_REASON_MASK] ?? unknownBits(bits);
}

function unknownBits(bits: number): never {
  throw new NetverdictError([
    { code: "core-failure", message: `the core answered ${bits}, which means nothing`, path: [] },
  ]);
}
