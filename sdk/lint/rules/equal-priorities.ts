import { addTo } from "../../add-to.ts";
import { formatReference } from "../../errors.ts";
import { Containment } from "../containment.ts";
import { Neighbours } from "../neighbours.ts";
import { type LintPolicy, rulesOf } from "../policies.ts";
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
      if (policy.namespace === undefined) addTo(tiers, `${policy.policy.tier} ${policy.policy.priority}`, policy);
    }
    for (const tied of tiers.values()) {
      if (tied.length < 2) continue;
      const before = new Map(tied.map((policy, place) => [policy.policy, place]));
      const neighbours = new Neighbours(containment, tied.flatMap(rulesOf));
      for (const [place, policy] of tied.entries()) {
        // Earlier policies with a rule that does something else with what this one has a rule for.
        const others = new Set(
          rulesOf(policy).flatMap((rule) =>
            neighbours
              .of(rule)
              .filter((one) => (before.get(one.policy) ?? place) < place && one.rule.action !== rule.rule.action)
              .filter((one) => containment.meets(one, rule))
              .map((one) => before.get(one.policy) ?? place),
          ),
        );
        const own = new Set(context.selected(policy));
        for (const other of [...others].sort((a, b) => a - b).map((one) => tied[one])) {
          const shared = other && context.selected(other).find((pod) => own.has(pod));
          if (other === undefined || shared === undefined) continue;
          const message = `it has the priority of \`${formatReference(other.reference)}\`, and both select \`${shared.display}\``;
          yield context.at(policy, ["spec", "priority"], message);
          break;
        }
      }
    }
  },
};
