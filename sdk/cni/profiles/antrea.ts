/** What Antrea does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const antrea: CniProfile = {
  name: "antrea",
  title: "Antrea",
  read: "fc70f2bb (v2.8.0-dev, 2026-08-21)",
  facts: [
    {
      topic: "enforces",
      finding: "yes: ingress and egress",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/controller/networkpolicy/networkpolicy_controller.go:733-876"],
    },
    {
      topic: "end-port",
      finding: "yes, since v1.1",
      effect: "as-specified",
      status: "documented",
      sources: ["antrea-io/antrea@fc70f2bb CHANGELOG/CHANGELOG-1.1.md:37", "github.com/antrea-io/antrea/pull/2190"],
    },
    {
      topic: "sctp",
      finding: "yes (IPv4 and IPv6)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/agent/openflow/network_policy.go"],
    },
    {
      topic: "named-ports",
      finding: "ingress and egress",
      effect: "as-specified",
      status: "verified in source",
      detail: "Windows: unknown.",
      sources: [
        "antrea-io/antrea@fc70f2bb pkg/controller/networkpolicy/networkpolicy_controller.go:857-876",
        "antrea-io/antrea@fc70f2bb pkg/agent/controller/networkpolicy/pod_reconciler.go",
      ],
    },
    {
      topic: "ip-families",
      finding: "IPv4, IPv6, dual stack",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/agent/openflow/network_policy.go"],
    },
    {
      topic: "ip-block",
      finding: "any address incl. pods and nodes; `except` honoured",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/controller/networkpolicy/networkpolicy_controller.go:733-754"],
    },
    {
      topic: "icmp",
      finding:
        "default deny: dropped (default rules drop all IP); port-less allow: allowed; rule with ports: not matched",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "antrea-io/antrea@fc70f2bb docs/design/ovs-pipeline.md:1276-1290",
        "antrea-io/antrea@fc70f2bb docs/design/ovs-pipeline.md:1795-1815",
        "antrea-io/antrea@fc70f2bb docs/antrea-network-policy.md:824",
      ],
    },
    {
      topic: "host-network-target",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/controller/networkpolicy/networkpolicy_controller.go:1440-1442"],
    },
    {
      topic: "host-network-peer",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/controller/networkpolicy/crd_utils.go:57-67"],
    },
    {
      topic: "node-to-local-pod",
      finding: "always allowed (HostLocalSourceMark bypasses ingress tables)",
      effect: "as-specified",
      status: "verified in source",
      detail: "Windows / userspace proxy: NodePort traffic masqueraded to the gateway also bypasses (issue 280).",
      sources: [
        "antrea-io/antrea@fc70f2bb pkg/agent/openflow/pipeline.go:2120-2165",
        "antrea-io/antrea@fc70f2bb docs/design/ovs-pipeline.md:1655-1657",
        "github.com/antrea-io/antrea/issues/280",
      ],
    },
    {
      topic: "node-to-remote-pod",
      finding: "enforced; ipBlock (or ACNP nodeSelector) can allow it",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["antrea-io/antrea@fc70f2bb pkg/agent/openflow/pipeline.go:2120-2165"],
    },
    {
      topic: "pod-to-own-node",
      finding: "enforced (EgressDefaultRule drops by source pod whatever the destination)",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["antrea-io/antrea@fc70f2bb docs/design/ovs-pipeline.md:1276-1290"],
    },
    {
      topic: "pod-to-itself",
      finding:
        "pod IP: allowed; via Service with AntreaProxy: ingress skipped, egress still evaluated; without AntreaProxy undefined",
      effect: "hairpin-ingress-open",
      status: "documented",
      sources: [
        "antrea-io/antrea@fc70f2bb docs/antrea-network-policy.md:1951-1961",
        "github.com/antrea-io/antrea/pull/5687",
      ],
    },
    {
      topic: "service-translation",
      finding: "post-DNAT with AntreaProxy (stagePreRouting before stageEgressSecurity)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb pkg/agent/openflow/framework.go:104-114"],
    },
    {
      topic: "existing-connections",
      finding: "kept",
      effect: "none",
      status: "documented",
      sources: [
        "antrea-io/antrea@fc70f2bb docs/antrea-network-policy.md:1948-1950",
        "antrea-io/antrea@fc70f2bb docs/design/ovs-pipeline.md:1200-1205",
      ],
    },
    {
      topic: "startup",
      finding:
        "fail-closed on agent (re)start since v1.15: pod network enabled only after initial policies are realised",
      effect: "none",
      status: "verified in source",
      sources: [
        "antrea-io/antrea@fc70f2bb pkg/agent/cniserver/server.go:128-129",
        "antrea-io/antrea@fc70f2bb pkg/agent/cniserver/server.go:449",
        "antrea-io/antrea@fc70f2bb CHANGELOG/CHANGELOG-1.15.md:77",
      ],
    },
    {
      topic: "own-policies",
      finding:
        "Antrea tiers emergency 50 → securityops 100 → networkops 150 → platform 200 → (ClusterNetworkPolicy Admin 220) → application 250 → K8s NetworkPolicy → baseline 253 → CNP Baseline. Allow/Drop/Reject/Pass. CNP alpha since v2.7, ANP/BANP alpha since 1.13 (deprecated), both off by default",
      effect: "tiers-not-sure",
      status: "documented",
      sources: [
        "antrea-io/antrea@fc70f2bb docs/antrea-network-policy.md:116-149",
        "antrea-io/antrea@fc70f2bb docs/cluster-network-policy.md:80-105",
      ],
    },
    {
      topic: "limits",
      finding: "about 20 tiers (soft), 10,000 distinct policy priorities, 50,000 rule priorities, 150 baseline",
      effect: "none",
      status: "documented",
      sources: ["antrea-io/antrea@fc70f2bb docs/antrea-network-policy.md:1918-1932"],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet antrea-agent (app=antrea, component=antrea-agent) and Deployment antrea-controller in kube-system; ConfigMap antrea-config*; images antrea/antrea-agent-*; CRDs crd.antrea.io; node annotations node.antrea.io/mac-address, node.antrea.io/transport-addresses",
      effect: "none",
      status: "verified in source",
      sources: ["antrea-io/antrea@fc70f2bb build/yamls/antrea.yml"],
    },
  ],
};
