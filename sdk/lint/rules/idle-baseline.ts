import type { Direction } from "../../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../../model/namespaces.ts";
import type { LintContext } from "../context.ts";
import type { LintRule } from "../rule.ts";

export const idleBaseline: LintRule = {
  id: "idle-baseline",
  severity: "info",
  title: "a Baseline policy whose pods are all isolated by NetworkPolicies, which decide before it",
  help: "keep it as a safety net for pods to come, or remove it: the Baseline tier decides only for pods that are not isolated",
  silent:
    "where its subject is not of namespaces by name (`kubernetes.io/metadata.name`), so that it is meant for those to come too, or selects no pods",
  *run(context) {
    for (const policy of context.policies) {
      const { tier, namespace, directions } = policy.policy;
      if (tier !== "baseline" && tier !== "baseline-v1alpha1") continue;
      const pods = context.selected(policy);
      const isByName =
        typeof namespace === "number" ||
        namespace.some(({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === "In");
      if (pods.length === 0 || !isByName) continue;
      for (const direction of directions) {
        const isolated = isolatedPods(context, direction);
        if (!pods.every(({ endpoint }) => isolated.has(endpoint))) continue;
        const message = `NetworkPolicies isolate all ${pods.length} pods that it selects for ${direction}, so its rules decide nothing today`;
        yield context.at(policy, ["spec", direction], message);
      }
    }
  },
};

function isolatedPods(context: LintContext, direction: Direction): ReadonlySet<number> {
  const isolated = new Set<number>();
  for (const policy of context.policies) {
    if (policy.policy.tier !== "additive" || !policy.policy.directions.includes(direction)) continue;
    for (const { endpoint } of context.surelySelected(policy)) isolated.add(endpoint);
  }
  return isolated;
}
