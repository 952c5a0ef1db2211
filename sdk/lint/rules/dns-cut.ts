import { cutFromDns, DNS_NOT_CUT } from "../dns.ts";
import type { LintRule } from "../types.ts";

export const dnsCut: LintRule = {
  id: "dns-cut",
  severity: "error",
  title: "a policy isolates pods for egress, and DNS does not get through",
  help: "let them reach the cluster's DNS on port 53, UDP and TCP",
  silent: `${DNS_NOT_CUT}; once for each policy that isolates`,
  *run(context) {
    for (const { policy, pod, server } of cutFromDns(context, (isOpen) => !isOpen("UDP"))) {
      yield context.at(policy, ["spec"], `\`${pod.display}\` cannot reach \`${server.display}\` on 53/UDP`);
    }
  },
};
