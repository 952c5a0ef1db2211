import { subjectPath } from "../../places.ts";
import type { LintRule } from "../rule.ts";

export const hostNetworkSubject: LintRule = {
  id: "host-network-subject",
  severity: "warning",
  title: "a policy meant for pods on the host network, which no policy selects",
  help: "such pods are their node's addresses: protect them on the node, or take them off the host network",
  silent: "where the policy selects other pods too, or a workload that is scaled to zero has the labels",
  *run(context) {
    for (const policy of context.policies) {
      if (context.selected(policy).length + context.absentSelected(policy).length > 0) continue;
      const meant = context.meant(policy).find(({ hostNetwork, finished }) => hostNetwork && !finished);
      if (meant === undefined) continue;
      yield context.at(
        policy,
        subjectPath(policy.policy),
        `only \`${meant.namespace}/${meant.name}\` and its like have these labels, and they are on the host network`,
      );
    }
  },
};
