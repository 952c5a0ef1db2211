/** What all policies of one end say to a flow, tier by tier (semantics 5.3). */
import { networkPolicies } from "./isolation.ts";
import { outcomesOfTier, type Question, type Tier } from "./tiers.ts";
import type { Truth } from "./truth.ts";

/** Each API's tiers around NetworkPolicy; ClusterNetworkPolicy's come before its predecessors' (design). */
const STEPS: readonly (Tier | "NetworkPolicy")[] = [
  "Admin",
  "AdminNetworkPolicy",
  "NetworkPolicy",
  "Baseline",
  "BaselineAdminNetworkPolicy",
];

/**
 * Whether the policies that apply to the subject let the traffic pass. `fromOwnNode`: it comes from the node that the subject
 * runs on, which NetworkPolicy always lets in (semantics 3, own node); the tiers around it know no such exception.
 */
export function sideAllows(question: Question, fromOwnNode: boolean): Truth {
  const ends = endsFrom(question, fromOwnNode, STEPS);
  if (ends.size > 1) return "unknown";
  return ends.has("yes") ? "yes" : "no";
}

/** Every way that it can end from a step on. */
function endsFrom(question: Question, fromOwnNode: boolean, steps: typeof STEPS): ReadonlySet<"yes" | "no"> {
  const [step, ...rest] = steps;
  // No policy has decided: it passes.
  if (step === undefined) return new Set(["yes"] as const);
  if (step === "NetworkPolicy") {
    const { cluster, subject, direction, peer, traffic, destination } = question;
    const answer = networkPolicies(cluster, subject, direction, peer, traffic, destination);
    // Isolation is a direction's own (semantics 5.3); an isolated pod's policies always decide.
    if (answer === "not isolated") return endsFrom(question, fromOwnNode, rest);
    if (fromOwnNode) return new Set(["yes"] as const);
    return new Set(answer === "unknown" ? (["yes", "no"] as const) : [answer]);
  }
  const outcomes = outcomesOfTier(question, step);
  const ends = new Set<"yes" | "no">();
  if (outcomes.has("allow")) ends.add("yes");
  if (outcomes.has("deny")) ends.add("no");
  if (outcomes.has("pass") || outcomes.has("none")) {
    for (const end of endsFrom(question, fromOwnNode, rest)) ends.add(end);
  }
  return ends;
}
