import { formatReference } from "../../errors.ts";
import type { LintPolicy } from "../context.ts";
import type { LintRule } from "../types.ts";

export const equalPriorities: LintRule = {
  id: "equal-priorities",
  severity: "warning",
  title: "two policies of one tier and priority that select the same pods: which of them decides is not defined",
  help: "give them different priorities",
  silent: "where no pod that was loaded is selected by both, or their rules have no direction in common",
  *run(context) {
    const tiers = new Map<string, LintPolicy[]>();
    for (const policy of context.policies) {
      if (policy.namespace !== undefined) continue;
      const key = `${policy.policy.tier} ${policy.policy.priority}`;
      const before = tiers.get(key) ?? [];
      const own = new Set(context.selected(policy));
      const other = before.find(
        (one) =>
          one.policy.directions.some((direction) => policy.policy.directions.includes(direction)) &&
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
