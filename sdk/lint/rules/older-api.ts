import type { LintRule } from "../rule.ts";

export const olderApi: LintRule = {
  id: "older-api",
  severity: "info",
  title: "AdminNetworkPolicy and BaselineAdminNetworkPolicy, which ClusterNetworkPolicy replaces",
  help: "write it as a ClusterNetworkPolicy with `tier: Admin` or `tier: Baseline`",
  silent: "never: it is informational",
  *run(context) {
    for (const { kind, name, origin } of context.full.objects.tierPolicies) {
      if (kind === "ClusterNetworkPolicy") continue;
      yield {
        message: `${kind} is no longer part of the API`,
        object: { kind, name },
        path: [],
        source: origin.locate([]),
      };
    }
  },
};
