import type { LintRule } from "../rule.ts";

export const noRules: LintRule = {
  id: "no-rules",
  severity: "warning",
  title: "a cluster-wide policy without rules, which decides nothing",
  help: "write rules for what it is to accept, deny or pass, or remove it: unlike a NetworkPolicy it isolates nobody",
  silent: "never: such a policy has no effect",
  *run(context) {
    for (const policy of context.policies) {
      if (policy.namespace !== undefined || policy.policy.rules.length > 0) continue;
      yield context.at(policy, ["spec"], "it has no rules, so it decides nothing");
    }
  },
};
