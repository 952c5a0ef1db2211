import { formatPath, formatReference } from "../../errors.ts";
import { rulePath } from "../../explain/places.ts";
import { Containment } from "../containment.ts";
import type { LintRuleOfPolicy } from "../context.ts";
import type { LintRule } from "../types.ts";

export const unreachableTierRule: LintRule = {
  id: "unreachable-tier-rule",
  severity: "warning",
  title:
    "a rule of a cluster-wide policy that no flow can reach: earlier ones of its tier decide all that it speaks of",
  help: "put it before them (an earlier place, or a lower `priority`), or remove it: Accept, Deny and Pass all end the tier",
  silent:
    "where only the labels or addresses of today make it so, and not what is written; for policies of equal priority",
  *run(context) {
    const containment = new Containment(context.full.namespaces.list);
    const all = [...context.rules()].filter(({ namespace }) => namespace === undefined);
    for (const rule of all) {
      const earlier = all.filter(
        (one) =>
          one.policy.tier === rule.policy.tier &&
          one.rule.direction === rule.rule.direction &&
          isEarlier(one, rule) &&
          containment.scope(one.policy, rule.policy),
      );
      const covers = (by: readonly LintRuleOfPolicy[]): boolean =>
        containment.rule(
          by.map((one) => one.rule),
          rule.rule,
        );
      const by = earlier.find((one) => covers([one]));
      if (by !== undefined) {
        const path = formatPath(rulePath(by.policy, by.index));
        yield context.atRule(rule, `${path} of \`${formatReference(by.reference)}\` decides all that it speaks of`);
      } else if (covers(earlier)) {
        yield context.atRule(rule, "earlier rules together decide all that it speaks of");
      }
    }
  },
};

function isEarlier(one: LintRuleOfPolicy, rule: LintRuleOfPolicy): boolean {
  if (one.number === rule.number) return one.index < rule.index;
  return (one.policy.priority ?? 0) < (rule.policy.priority ?? 0);
}
