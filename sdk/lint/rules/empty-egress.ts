import type { LintRule } from "../rule.ts";

export const emptyEgress: LintRule = {
  id: "empty-egress",
  severity: "warning",
  title: "an empty list of egress rules in a policy without `policyTypes`, which does not isolate for egress",
  help: "write `policyTypes: [Egress]` (and `Ingress` if that is meant): without it the API server takes an empty list for none",
  silent: "where `policyTypes` is there; for objects that come from the API server, which leaves empty lists out",
  *run(context) {
    for (const { namespace, name, emptyEgress, origin } of context.full.objects.networkPolicies) {
      if (emptyEgress === undefined) continue;
      const path = ["spec", "egress"];
      yield {
        message:
          "an empty `egress` without `policyTypes` isolates nothing for egress, and the policy isolates for ingress",
        object: { kind: "NetworkPolicy", namespace, name },
        path,
        source: origin.locate(path),
      };
    }
  },
};
