import type { LivePodEntry } from "../../model/directory.ts";
import type { LintContext } from "../context.ts";
import type { LintPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";

export const impliedIngress: LintRule = {
  id: "implied-ingress",
  severity: "warning",
  title: "egress rules in a policy without `policyTypes`, which isolates for ingress too and lets nobody in",
  help: "write `policyTypes: [Egress]`, or `[Ingress, Egress]` if that is meant: without it the API server always takes Ingress",
  silent:
    "where `policyTypes` or `ingress` is there; where other policies isolate the pods for ingress too; for objects that come from the API server, which writes what it takes",
  *run(context) {
    const implied = new Set(
      context.full.objects.networkPolicies
        .filter(({ impliedIngress }) => impliedIngress)
        .map(({ namespace, name }) => `${namespace}/${name}`),
    );
    if (implied.size === 0) return;
    for (const policy of context.policies) {
      if (policy.namespace === undefined || !implied.has(`${policy.namespace}/${policy.policy.name}`)) continue;
      const cut = context.surelySelected(policy).find((pod) => isCutBy(context, policy, pod));
      if (cut === undefined) continue;
      const message = `without \`policyTypes\` it is for ingress too, and lets nobody reach \`${cut.display}\``;
      yield context.at(policy, ["spec", "egress"], message);
    }
  },
};

/** Whether no other policy isolates a pod. */
function isCutBy(context: LintContext, policy: LintPolicy, pod: LivePodEntry): boolean {
  return context.isolating(pod, "ingress").every(({ number }) => number === policy.number);
}
