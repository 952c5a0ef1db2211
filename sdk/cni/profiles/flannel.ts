/** What Flannel (plain) does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const flannel: CniProfile = {
  name: "flannel",
  title: "Flannel (plain)",
  read: "cdf76059 (v0.28.9-8, 2026-08-14)",
  facts: [
    {
      topic: "enforces",
      finding: "no (neither direction)",
      effect: "not-enforced",
      status: "verified in source",
      detail:
        "README: flanneld does not natively enforce NetworkPolicy; `netpol.enabled` defaults to false. Every stored policy is inert.",
      sources: [
        "flannel-io/flannel@cdf76059 README.md",
        "flannel-io/flannel@cdf76059 chart/kube-flannel/values.yaml:107-114",
      ],
    },
    {
      topic: "end-port",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "sctp",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "named-ports",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "ip-families",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "ip-block",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "icmp",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "host-network-target",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "host-network-peer",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "node-to-local-pod",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "node-to-remote-pod",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "pod-to-own-node",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "pod-to-itself",
      finding: "not applicable (no enforcement)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "service-translation",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "existing-connections",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "startup",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "own-policies",
      finding: "none",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "limits",
      finding: "not applicable (no enforcement: all traffic allowed)",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 README.md"],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet kube-flannel-ds (labels app=flannel, tier=node), ns kube-flannel (older: kube-system); ConfigMap kube-flannel-cfg; image flannel/flannel; node annotations flannel.alpha.coreos.com/*; NO container kube-network-policies",
      effect: "none",
      status: "verified in source",
      detail:
        "Also check for a second policy engine on top: Canal (DaemonSet canal), Cilium chaining, k3s built-in netpol (no DaemonSet; node annotation k3s.io/node-args shows --disable-network-policy if turned off).",
      sources: [
        "flannel-io/flannel@cdf76059 chart/kube-flannel/templates/daemonset.yaml",
        "flannel-io/flannel@cdf76059 main.go:132",
      ],
    },
  ],
};
