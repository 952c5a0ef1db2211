import type { LintRule } from "../types.ts";

export const allowsAnyone: LintRule = {
  id: "allows-anyone",
  severity: "info",
  title: "a rule for anyone on every port, beside which no other NetworkPolicy can restrict the pods",
  help: "name peers or ports if the pods should not be open; an empty rule (`- {}`) is everything, no rule is nothing",
  silent: "where the rule names a peer or a port; for rules of cluster-wide policies; where the policy selects no pods",
  *run(context) {
    for (const rule of context.rules()) {
      const { direction, peers, ports } = rule.rule;
      if (rule.namespace === undefined || peers.length > 0 || ports.length > 0) continue;
      const [pod, ...more] = context.selected(rule);
      if (pod === undefined) continue;
      const who = more.length === 0 ? `\`${pod.display}\`` : `\`${pod.display}\` and ${more.length} more`;
      const what = direction === "ingress" ? `anyone reach ${who}` : `${who} reach anything`;
      yield context.atRule(rule, `it lets ${what} on every port`);
    }
  },
};
