/** Changes that may stop a flow: a denial, an isolation that is missing, or what lets it pass taken out of its policies. */
import type { Direction } from "../model/model.ts";
import type { FullState } from "../state.ts";
import { type Candidate, listWords, policyWords } from "./candidates.ts";
import { isolatingPolicy } from "./new-policies.ts";
import type { CandidatePair } from "./parts.ts";
import { type Edit, edited, reductions, removals } from "./rule-edits.ts";
import { deletion, insertedBefore, isBefore, tierAgainst, tierPolicy } from "./tier-candidates.ts";

/** A policy of the Admin tier that denies this flow alone, where there are policies of ordered tiers; or a rule before the one that accepts it. */
export function denial(full: FullState, facts: CandidatePair, direction: Direction): Candidate | undefined {
  if (full.objects.tierPolicies.length === 0) return undefined;
  const policy = tierPolicy(full, facts, direction, "Deny", tierAgainst(facts.pair[direction], "deny") ?? "Admin");
  if (policy !== undefined) {
    return {
      message: `add ${policyWords(policy)}, which denies this flow for ${direction}`,
      apply: [policy],
      remove: [],
    };
  }
  const inserted = insertedBefore(full, [{ facts, direction }], "Deny");
  if (inserted === undefined || inserted.apply.length === 0) return undefined;
  const message = `put a rule that denies it for ${direction} before ${listWords(inserted.words)}`;
  return { message, apply: inserted.apply, remove: [] };
}

/** By NetworkPolicies: the least of what lets the flow pass taken out, and the rules whole; an isolation where none is certain. */
export function cutting(full: FullState, facts: CandidatePair, direction: Direction): Candidate[] {
  const side = facts.pair[direction];
  if (side.reason === "same-pod" || side.verdict === "deny") return [];
  // A tier that accepts it, or may, is asked before.
  if (side.decidedBy.some((rule) => rule.action === "allow" && isBefore(rule))) return [];
  const whole = removals(side);
  if (whole.length > 0) {
    const least = reductions(full, facts, direction);
    const isSame = least.every(({ words }, i) => words === whole[i]?.words);
    return (isSame ? [whole] : [least, whole]).flatMap((edits) => takingOut(full, direction, edits) ?? []);
  }
  const policy = side.isolatedBy.some(({ certain }) => certain) ? undefined : isolatingPolicy(full, facts, direction);
  if (policy === undefined) return [];
  const message = `isolate \`${side.subject}\` for ${direction} with ${policyWords(policy)}, which allows nothing`;
  return [{ message, apply: [policy], remove: [] }];
}

function takingOut(full: FullState, direction: Direction, edits: readonly Edit[]): Candidate | undefined {
  if (edits.length === 0) return undefined;
  return {
    message: `take out what allows it for ${direction}: ${edits.map(({ words }) => words).join(", ")}`,
    apply: edited(full, edits),
    remove: [],
    parts: edits.map(({ key }) => key),
    without: (parts) =>
      takingOut(
        full,
        direction,
        edits.filter(({ key }) => !parts.has(key)),
      ),
  };
}

/** Where nothing else is left: the policy that accepts it deleted. */
export function deleting(facts: CandidatePair, direction: Direction): Candidate | undefined {
  const accepting = deletion({ facts, direction }, "allow");
  if (accepting === undefined) return undefined;
  return {
    message: `delete ${accepting.words}, which accepts this flow`,
    apply: [],
    remove: [accepting.policy],
  };
}
