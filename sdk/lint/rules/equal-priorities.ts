import { formatReference } from "../../errors.ts";
import type { Direction, ModelPolicy } from "../../model/model.ts";
import type { LintPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";

export const equalPriorities: LintRule = {
  id: "equal-priorities",
  severity: "warning",
  title: "two policies of one tier and priority that select the same pods: which of them decides is not defined",
  help: "give them different priorities",
  silent:
    "where no pod that was loaded is selected by both; where their rules have no direction in common, or one action: the order is no matter then",
  *run(context) {
    const tiers = new Map<string, LintPolicy[]>();
    for (const policy of context.policies) {
      if (policy.namespace !== undefined) continue;
      const key = `${policy.policy.tier} ${policy.policy.priority}`;
      const before = tiers.get(key) ?? [];
      const own = new Set(context.selected(policy));
      const other = before.find(
        (one) =>
          one.policy.directions.some((direction) => disagree(one.policy, policy.policy, direction)) &&
          context.selected(one).some((pod) => own.has(pod)),
      );
      tiers.set(key, [...before, policy]);
      if (other === undefined) continue;
      const shared = context.selected(other).find((pod) => own.has(pod));
      const message = `it has the priority of \`${formatReference(other.reference)}\`, and both select \`${shared?.display}\``;
      yield context.at(policy, ["spec", "priority"], message);
    }
  },
};

/** Whether the order of two policies may matter: both have rules of a direction, of more than one action. */
function disagree(one: ModelPolicy, other: ModelPolicy, direction: Direction): boolean {
  const actionsOf = ({ rules }: ModelPolicy): string[] =>
    rules.filter((rule) => rule.direction === direction).map(({ action }) => action);
  const [own, others] = [actionsOf(one), actionsOf(other)];
  return own.length > 0 && others.length > 0 && new Set([...own, ...others]).size > 1;
}
