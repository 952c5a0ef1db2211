import { addTo } from "../order.ts";
import type { LintRule } from "../types.ts";

export const unprotectedPods: LintRule = {
  id: "unprotected-pods",
  severity: "info",
  title: "pods that no policy selects for ingress",
  help: "add a policy that selects them, such as a default deny for the namespace",
  silent:
    "where no policy at all was loaded; where policies that are not modelled may select the pods; once for each namespace",
  *run(context) {
    if (context.policies.length === 0) return;
    const selected = new Set(
      context.policies
        .filter(({ policy }) => policy.directions.includes("ingress"))
        .flatMap((policy) => context.selected(policy).map(({ endpoint }) => endpoint)),
    );
    const open = new Map<string, string[]>();
    for (const { endpoint, namespace, display } of context.pods) {
      if (!selected.has(endpoint) && !context.hasUnmodelled(namespace)) addTo(open, namespace, display);
    }
    for (const [namespace, pods] of open) {
      const object = { kind: "Namespace", name: namespace };
      const origin = context.full.objects.namespaces.find(({ name }) => name === namespace)?.origin;
      const some = pods.slice(0, 3).join(", ");
      const more = pods.length > 3 ? ` and ${pods.length - 3} more` : "";
      yield { message: `no policy selects ${some}${more} for ingress`, object, path: [], source: origin?.locate([]) };
    }
  },
};
