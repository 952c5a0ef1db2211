/** The pods whose ports a rule names: for ingress those that the policy selects, for egress those that its peers match. */
import type { LivePodEntry } from "../model/directory.ts";
import type { LintContext } from "./context.ts";
import type { LintRuleOfPolicy } from "./policies.ts";

export function destinationsOf(context: LintContext, rule: LintRuleOfPolicy): readonly LivePodEntry[] {
  if (rule.rule.direction === "ingress") return context.selected(rule);
  const { peers } = rule.rule;
  if (peers.length === 1) return context.matched(rule, 0);
  const pods = new Map<number, LivePodEntry>();
  for (const index of peers.keys()) {
    for (const pod of context.matched(rule, index)) pods.set(pod.endpoint, pod);
  }
  return [...pods.values()];
}
