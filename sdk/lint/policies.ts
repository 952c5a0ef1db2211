/** Policies, their rules and peers, as rules of lint speak of them. */
import type { ObjectReference } from "../errors.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { ModelPeer, ModelPolicy, ModelRule } from "../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../model/namespaces.ts";
import type { Selector } from "../read/objects.ts";
import { compareText } from "./order.ts";

/** A policy and its number in the core. */
export interface LintPolicy {
  readonly number: number;
  readonly policy: ModelPolicy;
  readonly reference: ObjectReference;
  /** A NetworkPolicy's own namespace. */
  readonly namespace: string | undefined;
}

export interface LintRuleOfPolicy extends LintPolicy {
  readonly rule: ModelRule;
  /** Place among all rules of the policy. */
  readonly index: number;
}

export const rulesOf = (policy: LintPolicy): LintRuleOfPolicy[] =>
  policy.policy.rules.map((rule, index) => ({ ...policy, rule, index }));

/** A peer that speaks of pods. */
export type PodsPeer = Extract<ModelPeer, { kind: "pods" }>;

export function isPodsPeer(peer: ModelPeer): peer is PodsPeer {
  return peer.kind === "pods";
}

/** The namespaces that a selector names, if it says nothing else. */
export function namesOf(selector: Selector): readonly string[] | undefined {
  const [only, ...more] = selector;
  return more.length === 0 && only?.key === NAMESPACE_NAME_LABEL && only.operator === "In" ? only.values : undefined;
}

/** The order of their names, so that findings do not depend on that of the objects. */
export function byDisplay(a: LivePodEntry, b: LivePodEntry): number {
  return compareText(a.display, b.display);
}
