/** What each tier made of a flow in one direction: its rules that matched, read in the order in which tiers are asked. */
import type { ExplainedSide, MatchedRule, TierName, TierOutcome, TierStep } from "./types.ts";

/** What of a side the steps are read from. */
export type Decided = Pick<ExplainedSide, "isolatedBy" | "decidedBy">;

/** A policy that selects the subject, by its tier. */
export interface AskedTier {
  readonly tier: TierName;
  /** The flow may come to it: nothing before it decides for certain. */
  readonly reached: boolean;
}

/**
 * @param policies in the order in which they decide
 * @param ownNode the source's address is of the subject's own node, which passes its NetworkPolicies
 */
export function tierSteps(policies: readonly AskedTier[], side: Decided, ownNode: boolean): TierStep[] {
  const reached = new Set(policies.filter((one) => one.reached).map(({ tier }) => tier));
  let decided = false;
  return [...new Set(policies.map(({ tier }) => tier))].map((tier) => {
    if (decided || !reached.has(tier)) return { tier, outcome: "not-reached" };
    const rules = side.decidedBy.filter((rule) => rule.tier === tier);
    const outcome = tier === "network-policy" ? additiveOutcome(rules, side, ownNode) : orderedOutcome(rules);
    decided = outcome === "allow" || outcome === "deny";
    return { tier, outcome };
  });
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
