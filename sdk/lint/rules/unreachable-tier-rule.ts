import type { Tier } from "../../model/model.ts";
import { Containment } from "../containment.ts";
import { Neighbours } from "../neighbours.ts";
import type { LintRuleOfPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";
import { rulesText } from "../rules-text.ts";

/** The tier of the same API that decides before; nothing says how tiers of the other one stand to it. */
const TIER_BEFORE: Readonly<Partial<Record<Tier, Tier>>> = {
  baseline: "admin",
  "baseline-v1alpha1": "admin-v1alpha1",
};

export const unreachableTierRule: LintRule = {
  id: "unreachable-tier-rule",
  severity: "warning",
  title: "a rule of a cluster-wide policy that no flow can reach: earlier ones decide all that it speaks of",
  help: "put it before them (an earlier place, or a lower `priority`), or remove it: Accept, Deny and Pass all end the tier, and only Pass leaves a flow to the tiers after it",
  silent:
    "where only the labels or addresses of today make it so, and not what is written; for policies of equal priority; where it takes a rule of an earlier tier that comes after a Pass of some of its flows",
  *run(context) {
    const containment = new Containment(context.full.namespaces.list);
    const all = [...context.rules()].filter(({ namespace }) => namespace === undefined);
    const neighbours = new Neighbours(containment, all);
    const passes = (one: LintRuleOfPolicy, some: LintRuleOfPolicy): boolean =>
      one.rule.action === "pass" && mayComeBefore(one, some) && containment.meets(one, some);
    const ends = new Set(
      all.filter((rule) => rule.rule.action !== "pass" && !neighbours.of(rule).some((one) => passes(one, rule))),
    );
    for (const rule of all) {
      const isBefore = (one: LintRuleOfPolicy): boolean =>
        comesBefore(one, rule) || (ends.has(one) && one.policy.tier === TIER_BEFORE[rule.policy.tier]);
      const by = containment.smallest(neighbours.of(rule).filter(isBefore), rule);
      if (by === undefined) continue;
      const decide = by.length === 1 ? "decides" : "together decide";
      yield context.atRule(rule, `${rulesText(by)} ${decide} all that it speaks of`);
    }
  },
};

/** In their tier. */
function comesBefore(one: LintRuleOfPolicy, rule: LintRuleOfPolicy): boolean {
  if (one.policy.tier !== rule.policy.tier) return false;
  if (one.number === rule.number) return one.index < rule.index;
  return (one.policy.priority ?? 0) < (rule.policy.priority ?? 0);
}

/** The same where the order of policies of one priority is not settled. */
function mayComeBefore(one: LintRuleOfPolicy, rule: LintRuleOfPolicy): boolean {
  if (one.policy.tier !== rule.policy.tier || one.number === rule.number) return comesBefore(one, rule);
  return (one.policy.priority ?? 0) <= (rule.policy.priority ?? 0);
}
