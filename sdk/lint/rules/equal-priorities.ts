import { addTo } from "../../add-to.ts";
import { formatReference } from "../../errors.ts";
import type { ModelPolicy } from "../../model/model.ts";
import { Containment } from "../containment.ts";
import type { LintPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";

export const equalPriorities: LintRule = {
  id: "equal-priorities",
  severity: "warning",
  title: "two policies of one tier and priority that select the same pods: which of them decides is not defined",
  help: "give them different priorities",
  silent:
    "where no pod that was loaded is selected by both; where no flow can meet rules of both that do different things: the order is no matter then",
  *run(context) {
    const containment = new Containment(context.full.namespaces.list);
    const tiers = new Map<string, LintPolicy[]>();
    for (const policy of context.policies) {
      if (policy.namespace !== undefined) continue;
      const key = `${policy.policy.tier} ${policy.policy.priority}`;
      const before = tiers.get(key) ?? [];
      const own = new Set(context.selected(policy));
      const other = before.find(
        (one) => context.selected(one).some((pod) => own.has(pod)) && disagree(containment, one.policy, policy.policy),
      );
      addTo(tiers, key, policy);
      if (other === undefined) continue;
      const shared = context.selected(other).find((pod) => own.has(pod));
      const message = `it has the priority of \`${formatReference(other.reference)}\`, and both select \`${shared?.display}\``;
      yield context.at(policy, ["spec", "priority"], message);
    }
  },
};

/** Whether the order of two policies may matter: what one has a rule for, the other may do something else with. */
function disagree(containment: Containment, one: ModelPolicy, other: ModelPolicy): boolean {
  return one.rules.some((rule) =>
    other.rules.some(
      (another) =>
        rule.direction === another.direction &&
        rule.action !== another.action &&
        containment.meets({ policy: one, rule }, { policy: other, rule: another }),
    ),
  );
}
