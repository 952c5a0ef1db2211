import { cutFromDns, DNS_NOT_CUT } from "../dns.ts";
import type { LintRule } from "../rule.ts";

export const dnsCut: LintRule = {
  id: "dns-cut",
  severity: "error",
  title: "a policy isolates pods for egress, and DNS does not get through",
  help: "let them reach the cluster's DNS, UDP and TCP, on the port that its pods listen on (mostly 53)",
  get silent() {
    return `${DNS_NOT_CUT}; pods are told of together, at the policy that isolates the most of them or the cluster-wide rule that denies it`;
  },
  run: (context) => cutFromDns(context, "UDP", (isOpen) => !isOpen("UDP")),
};
