import { cutFromDns } from "../dns.ts";
import type { LintRule } from "../types.ts";

export const dnsTcpCut: LintRule = {
  id: "dns-tcp-cut",
  severity: "info",
  title: "DNS gets through over UDP and not over TCP, which long answers need",
  help: "let the pods reach the cluster's DNS on port 53 over TCP too",
  silent: "as `dns-cut`, and where that rule fires",
  *run(context) {
    for (const { policy, pod, server } of cutFromDns(context, (isOpen) => isOpen("UDP") && !isOpen("TCP"))) {
      yield context.at(policy, ["spec"], `\`${pod.display}\` cannot reach \`${server.display}\` on 53/TCP`);
    }
  },
};
