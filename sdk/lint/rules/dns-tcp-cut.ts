import { cutFromDns } from "../dns.ts";
import type { LintRule } from "../rule.ts";

export const dnsTcpCut: LintRule = {
  id: "dns-tcp-cut",
  severity: "info",
  title: "DNS gets through over UDP and not over TCP, which long answers need",
  help: "let the pods reach the cluster's DNS over TCP too",
  silent: "as `dns-cut`, and where that rule fires",
  run: (context) => cutFromDns(context, "TCP", (isOpen) => isOpen("UDP") && !isOpen("TCP")),
};
