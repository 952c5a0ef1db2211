import { evaluateInFull } from "../../evaluate.ts";
import type { LintRule } from "../types.ts";

/** The label that cluster DNS has in nearly every distribution. */
const DNS_LABEL = "k8s-app";
const DNS_VALUES: ReadonlySet<string> = new Set(["kube-dns", "coredns"]);

export const dnsCut: LintRule = {
  id: "dns-cut",
  severity: "error",
  title: "a policy isolates pods for egress, and DNS does not get through",
  help: "let them reach the cluster's DNS on port 53, UDP and TCP",
  silent:
    "where no DNS pods were loaded, or no address of the pod's family is shared with them; once for each policy that isolates",
  *run(context) {
    const servers = context.pods.filter(({ labels }) => DNS_VALUES.has(labels[DNS_LABEL] ?? ""));
    if (servers.length === 0) return;
    const told = new Set<number>();
    for (const policy of context.policies) {
      if (policy.policy.tier !== "additive" || !policy.policy.directions.includes("egress")) continue;
      const cut = context
        .selected(policy)
        .find((pod) => !told.has(pod.endpoint) && !servers.includes(pod) && isCut(pod.endpoint));
      if (cut === undefined) continue;
      for (const { endpoint } of context.selected(policy)) told.add(endpoint);
      yield context.at(policy, ["spec"], `\`${cut.display}\` cannot reach \`${servers[0]?.display}\` on 53/UDP`);
    }

    function isCut(endpoint: number): boolean {
      const egress = servers.flatMap(({ endpoint: server }) => {
        try {
          return evaluateInFull(context.internals, { from: endpoint, to: server, port: 53, protocol: "UDP" }).egress
            .verdict;
        } catch {
          return [];
        }
      });
      return egress.length > 0 && egress.every((verdict) => verdict === "deny");
    }
  },
};
