/** What each tier made of a flow in one direction: its rules that matched, read in the order in which tiers are asked. */
import type { ExplainedSide, MatchedRule, TierName, TierOutcome, TierStep } from "./types.ts";

/** What of a side the steps are read from. */
export type Decided = Pick<ExplainedSide, "verdict" | "reason" | "isolatedBy" | "decidedBy">;

/**
 * @param tiers those that have policies for the subject, in their order
 * @param ownNode the source's address is of the subject's own node, which passes its NetworkPolicies
 */
export function tierSteps(tiers: readonly TierName[], side: Decided, ownNode: boolean): TierStep[] {
  let decided = false;
  return [...new Set(tiers)].map((tier) => {
    if (decided) return { tier, outcome: "not-reached" };
    const rules = side.decidedBy.filter((rule) => rule.tier === tier);
    const told = tier === "network-policy" ? additiveOutcome(rules, side, ownNode) : orderedOutcome(rules);
    // Whichever of several rules decides, the core found that it comes to the same.
    const outcome = told === "undetermined" && tier === settledIn(side) ? side.verdict : told;
    decided = outcome === "allow" || outcome === "deny";
    return { tier, outcome };
  });
}

/** The last tier with a matching rule of those that the reason speaks of; undefined where the reason is of no tier. */
function settledIn({ reason, decidedBy }: Decided): TierName | undefined {
  const named = reason === "rule" ? "network-policy" : reason.split("-")[0];
  return decidedBy.findLast(({ tier }) => tier === named || tier === `${named}-v1alpha1`)?.tier;
}

/** The first rule that matches decides: one that is certain, or several that lead to the same. */
function orderedOutcome(rules: readonly MatchedRule[]): TierOutcome {
  const [first] = rules;
  if (first === undefined) return "no-match";
  const agreed = rules.every(({ action }) => action === first.action) && rules.some(({ certain }) => certain);
  return agreed ? first.action : "undetermined";
}

/** Rules add up, and a pod that any policy isolates is denied the rest. */
function additiveOutcome(rules: readonly MatchedRule[], { isolatedBy }: Decided, ownNode: boolean): TierOutcome {
  if (ownNode || rules.some(({ certain }) => certain)) return "allow";
  return rules.length === 0 && isolatedBy.some(({ certain }) => certain) ? "deny" : "undetermined";
}
