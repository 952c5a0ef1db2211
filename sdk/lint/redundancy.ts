/** NetworkPolicies and rules that could be taken out, all together, without a change of any verdict. */
import type { Direction, ModelPolicy, ModelRule } from "../model/model.ts";
import { Containment } from "./containment.ts";
import type { LintContext, LintPolicy, LintRuleOfPolicy } from "./context.ts";

export interface RedundantPolicy {
  readonly policy: LintPolicy;
  /** Those that isolate its pods and allow what it does. */
  readonly others: readonly LintPolicy[];
  /** The other one says the very same. */
  readonly isTwin: boolean;
}

export interface RedundantRule {
  readonly rule: LintRuleOfPolicy;
  /** A rule that allows all of it; undefined where it takes several. */
  readonly by: LintRuleOfPolicy | undefined;
}

/** Policies, and rules of the other policies. */
export interface Redundancy {
  readonly policies: readonly RedundantPolicy[];
  readonly rules: readonly RedundantRule[];
}

export function findRedundancy(context: LintContext): Redundancy {
  const containment = new Containment(context.full.namespaces.list);
  const byNamespace = new Map<string, LintPolicy[]>();
  for (const policy of context.policies) {
    const { namespace } = policy;
    if (namespace === undefined) continue;
    const list = byNamespace.get(namespace);
    if (list === undefined) byNamespace.set(namespace, [policy]);
    else list.push(policy);
  }
  const policies: RedundantPolicy[] = [];
  const rules: RedundantRule[] = [];
  for (const all of byNamespace.values()) {
    const kept = new Set(all);
    policies.push(...takePolicies(containment, kept));
    rules.push(...takeRules(containment, kept));
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

function takeRules(containment: Containment, kept: ReadonlySet<LintPolicy>): RedundantRule[] {
  const redundant: RedundantRule[] = [];
  const taken = new Set<ModelRule>();
  for (const policy of [...kept].reverse()) {
    const wider = [...kept].filter((one) => containment.scope(one.policy, policy.policy)).flatMap(rulesOf);
    for (const rule of rulesOf(policy).reverse()) {
      const others = wider.filter(
        (one) => one.rule !== rule.rule && one.rule.direction === rule.rule.direction && !taken.has(one.rule),
      );
      const covers = (by: readonly LintRuleOfPolicy[]): boolean =>
        containment.rule(
          by.map((one) => one.rule),
          rule.rule,
        );
      const by = others.find((one) => covers([one]));
      if (by === undefined && !covers(others)) continue;
      taken.add(rule.rule);
      redundant.push({ rule, by });
    }
  }
  return redundant.reverse();
}

const rulesOf = (policy: LintPolicy): LintRuleOfPolicy[] =>
  policy.policy.rules.map((rule, index) => ({ ...policy, rule, index }));

/** Other policies that select whatever this one does, and isolate and allow all that it does: one if one is enough. */
function coverOf(
  containment: Containment,
  policy: LintPolicy,
  among: Iterable<LintPolicy>,
): readonly LintPolicy[] | undefined {
  const { directions, rules } = policy.policy;
  const wider = [...among].filter((one) => one !== policy && containment.scope(one.policy, policy.policy));
  const denies = (one: ModelPolicy, direction: Direction): boolean =>
    one.directions.includes(direction) && one.rules.every((rule) => rule.direction !== direction);
  // What denies by default is there for the day that the others go: only another such policy stands for it.
  const covers = (others: readonly LintPolicy[]): boolean =>
    directions.every((direction) =>
      others.some((one) =>
        denies(policy.policy, direction) ? denies(one.policy, direction) : one.policy.directions.includes(direction),
      ),
    ) &&
    rules.every((rule) =>
      containment.rule(
        others.flatMap((one) => one.policy.rules.filter(({ direction }) => direction === rule.direction)),
        rule,
      ),
    );
  const single = wider.find((one) => covers([one]));
  if (single !== undefined) return [single];
  return covers(wider) ? wider : undefined;
}
