/** What all policies of one end say to a flow, tier by tier (semantics 5.3). */
import type { Reason } from "../../sdk/types.ts";
import { networkPolicies } from "./isolation.ts";
import { type Outcome, outcomesOfTier, type Question, type Tier } from "./tiers.ts";
import type { Truth } from "./truth.ts";

/** Each API's tiers around NetworkPolicy; ClusterNetworkPolicy's come before its predecessors' (design). */
const STEPS: readonly (Tier | "NetworkPolicy")[] = [
  "Admin",
  "AdminNetworkPolicy",
  "NetworkPolicy",
  "Baseline",
  "BaselineAdminNetworkPolicy",
];

/** Whether one end lets a flow pass, and every reason that this may have: one, where all is settled. */
export interface Ruling {
  readonly passes: Truth;
  readonly reasons: ReadonlySet<Reason>;
}

/** An end whose answer rests on no policy. */
export function without(reason: Reason): Ruling {
  return { passes: "yes", reasons: new Set([reason]) };
}

/**
 * What the policies that apply to the subject say. `fromOwnNode`: the flow comes from the node that the subject runs on, which
 * NetworkPolicy always lets in (semantics 3, own node); the tiers around it know no such exception.
 */
export function rule(question: Question, fromOwnNode: boolean): Ruling {
  const reasons = new Set(endsFrom(question, fromOwnNode, 0));
  const denials = [...reasons].filter((reason) => reason.endsWith("deny") || reason === "no-rule").length;
  return { passes: denials === 0 ? "yes" : denials === reasons.size ? "no" : "unknown", reasons };
}

/** Every way that it can end from a step on. */
function endsFrom(question: Question, fromOwnNode: boolean, place: number): readonly Reason[] {
  const step = STEPS[place];
  // No policy has decided: it passes.
  if (step === undefined) return ["not-isolated"];
  if (step === "NetworkPolicy") {
    const { cluster, subject, direction, peer, traffic, destination } = question;
    const answer = networkPolicies(cluster, subject, direction, peer, traffic, destination);
    // Isolation is a direction's own (semantics 5.3); an isolated pod's policies always decide.
    if (answer === "not isolated") return endsFrom(question, fromOwnNode, place + 1);
    if (fromOwnNode) return ["own-node"];
    return { yes: ["rule"] as const, no: ["no-rule"] as const, unknown: ["rule", "no-rule"] as const }[answer];
  }
  const outcomes = outcomesOfTier(question, step);
  const decided = (["allow", "deny"] as const)
    .filter((outcome: Outcome) => outcomes.has(outcome))
    .map((outcome): Reason => (step.startsWith("Admin") ? `admin-${outcome}` : `baseline-${outcome}`));
  const goesOn = outcomes.has("pass") || outcomes.has("none");
  return goesOn ? [...decided, ...endsFrom(question, fromOwnNode, place + 1)] : decided;
}
