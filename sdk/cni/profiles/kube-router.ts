/** What kube-router does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const kubeRouter: CniProfile = {
  name: "kube-router",
  title: "kube-router",
  read: "7c2c2779 (v2.11.0-1, 2026-08-16)",
  facts: [
    {
      topic: "enforces",
      finding: "yes if --run-firewall=true (some shipped manifests set false); denied packets are REJECTed",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "cloudnativelabs/kube-router@7c2c2779 daemonset/kube-router-proxy-daemonset.yaml:49",
        "cloudnativelabs/kube-router@7c2c2779 daemonset/generic-kuberouter-only-advertise-routes.yaml:29",
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/pod.go",
      ],
    },
    {
      topic: "end-port",
      finding: "yes, since v1.3.0",
      effect: "as-specified",
      status: "verified in source",
      detail: "commit 21473edf",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go:236"],
    },
    {
      topic: "sctp",
      finding: "rule generated with -p SCTP; feature request still open, untested",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: [
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go:456-492",
        "github.com/cloudnativelabs/kube-router/issues/1019",
      ],
    },
    {
      topic: "named-ports",
      finding:
        "with pod peers: ingress and egress; egress without `to`: resolved from pods of the policy's namespace and allowed to ANY destination. Quirk: a rule with pod peers and only unresolvable named ports allows ALL ports",
      effect: "unresolved-names-open",
      status: "verified in source",
      derived: true,
      sources: [
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go:242-251",
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go:389-398",
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go:411-417",
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/npc_nftables.go:704",
        "github.com/cloudnativelabs/kube-router/issues/1036",
      ],
    },
    {
      topic: "ip-families",
      finding: "IPv4, IPv6, dual stack (v2)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/utils/iptables.go:219-262"],
    },
    {
      topic: "ip-block",
      finding:
        "any address incl. pods and nodes; `except` as ipset nomatch, but all ipBlocks of one rule share one set, so one peer's except can mask a sibling peer; IPv6 `::/0` is narrowed to 2000::/3 + fd00::/8",
      effect: "except-shared-by-rule",
      status: "verified in source",
      derived: true,
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go:820-840"],
    },
    {
      topic: "icmp",
      finding:
        "echo-request ALWAYS allowed, even under default deny (also dest-unreachable, time-exceeded, NDP, ICMPv6 echo-reply); port-less allow: all ICMP",
      effect: "echo-open",
      status: "verified in source",
      detail: "since v0.2.4 (4da8ee70)",
      sources: [
        "cloudnativelabs/kube-router@7c2c2779 pkg/utils/iptables.go:218-262",
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/npc_iptables.go:783-791",
      ],
    },
    {
      topic: "host-network-target",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/utils.go:34-36"],
    },
    {
      topic: "host-network-peer",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/utils.go:34-36"],
    },
    {
      topic: "node-to-local-pod",
      finding: "always allowed (--src-type LOCAL ACCEPT)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/pod.go:252"],
    },
    {
      topic: "node-to-remote-pod",
      finding: "enforced; only ipBlock can allow it",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/pod.go:252"],
    },
    {
      topic: "pod-to-own-node",
      finding: "enforced in INPUT, except ClusterIP range, node-port range (tcp/udp/sctp) and external/LB ranges",
      effect: "own-node-ports-open",
      status: "verified in source",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/npc_iptables.go:366-453"],
    },
    {
      topic: "pod-to-itself",
      finding:
        "pod IP: allowed; via Service: same pod chain run for source and destination: passes if one of its directions is open or any rule of either direction matches",
      effect: "hairpin-either-side",
      status: "verified in source",
      derived: true,
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/pod.go"],
    },
    {
      topic: "service-translation",
      finding: "post-DNAT",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/npc_iptables.go:366-453"],
    },
    {
      topic: "existing-connections",
      finding: "kept (RELATED,ESTABLISHED ACCEPT)",
      effect: "none",
      status: "verified in source",
      sources: [
        "cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/npc_iptables.go:774-781",
        "cloudnativelabs/kube-router@7c2c2779 docs/troubleshoot.md:629-665",
      ],
    },
    {
      topic: "startup",
      finding: "fail-open until the next sync; fail-closed with --netpol-default-deny (since v2.10.0)",
      effect: "none",
      status: "documented",
      sources: [
        "cloudnativelabs/kube-router@7c2c2779 docs/troubleshoot.md:649-665",
        "cloudnativelabs/kube-router@7c2c2779 docs/user-guide.md:466-480",
      ],
    },
    {
      topic: "own-policies",
      finding: "none",
      effect: "tiers-ignored",
      status: "verified in source",
      sources: ["cloudnativelabs/kube-router@7c2c2779 pkg/controllers/netpol/policy.go"],
    },
    {
      topic: "limits",
      finding: "none found",
      effect: "none",
      status: "unknown",
      sources: [],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet kube-router (k8s-app=kube-router, tier=node) in kube-system; ConfigMap kube-router-cfg; image cloudnativelabs/kube-router; node annotations kube-router.io/*. k3s embeds the policy part with no DaemonSet",
      effect: "none",
      status: "verified in source",
      detail: "Read args: --run-firewall, --netpol-default-deny, --use-nftables-for-netpol.",
      sources: ["cloudnativelabs/kube-router@7c2c2779 daemonset/kubeadm-kuberouter.yaml"],
    },
  ],
};
