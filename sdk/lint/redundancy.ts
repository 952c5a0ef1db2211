/** NetworkPolicies and rules that could be taken out, all together, without a change of any verdict. */
import { addTo } from "../add-to.ts";
import type { Direction, ModelPolicy } from "../model/model.ts";
import { Containment, smallest } from "./containment.ts";
import type { LintContext } from "./context.ts";
import { Neighbours } from "./neighbours.ts";
import { type LintPolicy, type LintRuleOfPolicy, rulesOf } from "./policies.ts";
import { type Superfluous, superfluous } from "./superfluous.ts";

export interface RedundantPolicy {
  readonly policy: LintPolicy;
  /** Those that isolate its pods and allow what it does. */
  readonly others: readonly LintPolicy[];
  /** The other one says the very same. */
  readonly isTwin: boolean;
}

/** Policies, and rules of the other policies. */
export interface Redundancy {
  readonly policies: readonly RedundantPolicy[];
  readonly rules: readonly Superfluous<LintRuleOfPolicy>[];
}

export function findRedundancy(context: LintContext): Redundancy {
  const containment = new Containment(context.full.namespaces.list);
  const byNamespace = new Map<string, LintPolicy[]>();
  for (const policy of context.policies) {
    if (policy.namespace !== undefined) addTo(byNamespace, policy.namespace, policy);
  }
  const policies: RedundantPolicy[] = [];
  const rules: Superfluous<LintRuleOfPolicy>[] = [];
  for (const all of byNamespace.values()) {
    const kept = new Set(all);
    policies.push(...takePolicies(containment, kept));
    rules.push(...superfluous(containment, [...kept].flatMap(rulesOf)));
  }
  return { policies, rules };
}

/** From the last to the first, each against those that stay: so of two alike the later one goes. */
function takePolicies(containment: Containment, kept: Set<LintPolicy>): RedundantPolicy[] {
  const redundant: RedundantPolicy[] = [];
  for (const policy of [...kept].reverse()) {
    const others = coverOf(containment, policy, kept);
    if (others === undefined) continue;
    kept.delete(policy);
    const [only, ...more] = others;
    const isTwin = more.length === 0 && only !== undefined && coverOf(containment, only, [policy]) !== undefined;
    redundant.push({ policy, others, isTwin });
  }
  return redundant.reverse();
}

/** Other policies that select whatever this one does, and isolate and allow all that it does: one if one is enough. */
function coverOf(
  containment: Containment,
  policy: LintPolicy,
  among: Iterable<LintPolicy>,
): readonly LintPolicy[] | undefined {
  const { directions } = policy.policy;
  const wider = [...among].filter((one) => one !== policy && containment.scope(one.policy, policy.policy));
  const denies = (one: ModelPolicy, direction: Direction): boolean =>
    one.directions.includes(direction) && one.rules.every((rule) => rule.direction !== direction);
  const rules = rulesOf(policy);
  // What denies by default is there for the day that the others go: only another such policy stands for it.
  const isolate = (others: readonly LintPolicy[]): boolean =>
    directions.every((direction) =>
      others.some((one) =>
        denies(policy.policy, direction) ? denies(one.policy, direction) : one.policy.directions.includes(direction),
      ),
    );
  const covers = (others: readonly LintPolicy[]): boolean => {
    if (!isolate(others)) return false;
    const neighbours = new Neighbours(containment, others.flatMap(rulesOf));
    return rules.every((rule) => containment.rule(neighbours.of(rule), rule));
  };
  return smallest(wider, covers);
}
