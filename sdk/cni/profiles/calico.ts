/** What Calico (iptables/nftables; eBPF noted) does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const calico: CniProfile = {
  name: "calico",
  title: "Calico (iptables/nftables; eBPF noted)",
  read: "87c15906 (v3.34.0-0.dev-67, 2026-08-22)",
  facts: [
    {
      topic: "enforces",
      finding: "yes: ingress and egress",
      effect: "as-specified",
      status: "verified in source",
      detail:
        "A K8s NetworkPolicy becomes a Calico NetworkPolicy, tier `default`, order 1000. Rules that cannot be converted are dropped (fail closed).",
      sources: [
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:279-308",
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:360-362",
      ],
    },
    {
      topic: "end-port",
      finding: "yes, since v3.22.0",
      effect: "as-specified",
      status: "verified in source",
      detail: "commit 387e0c2ea1",
      sources: [
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:473-475",
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:697-708",
      ],
    },
    {
      topic: "sctp",
      finding: "iptables/nft: yes; eBPF: parser does not read SCTP ports, so port rules on SCTP will not match",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: [
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/workload_endpoint_default.go:291",
        "projectcalico/calico@87c15906 felix/bpf-gpl/parsing.h:144-247",
      ],
    },
    {
      topic: "named-ports",
      finding: "ingress and egress (IP+port sets)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 felix/calc/rule_scanner.go:75-141",
        "github.com/projectcalico/calico/pull/13668",
      ],
    },
    {
      topic: "ip-families",
      finding: "IPv4, IPv6, dual stack (one address per family)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:206-208"],
    },
    {
      topic: "ip-block",
      finding: "any address: pods, nodes, external; `except` = NotNets, honoured per rule",
      effect: "as-specified",
      status: "verified in source",
      sources: ["projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:661-688"],
    },
    {
      topic: "icmp",
      finding:
        "default deny: dropped; port-less allow: allowed (no protocol match); rule with ports: not matched. ICMPv6 NDP to the host always allowed",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:483-501",
        "projectcalico/calico@87c15906 felix/rules/endpoints.go:689-710",
        "projectcalico/calico@87c15906 felix/rules/static.go:372-406",
      ],
    },
    {
      topic: "host-network-target",
      finding: "no (not a workload endpoint)",
      effect: "as-specified",
      status: "verified in source",
      detail: "Host protection only through HostEndpoint + GlobalNetworkPolicy.",
      sources: [
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:138-147",
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:196-198",
        "github.com/projectcalico/calico/issues/4493",
      ],
    },
    {
      topic: "host-network-peer",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:138-147"],
    },
    {
      topic: "node-to-local-pod",
      finding: "always allowed (OUTPUT accepts; except IPVS service traffic)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 felix/rules/static.go:752-769",
        "projectcalico/calico@87c15906 felix/bpf-gpl/tc.c:585-593",
      ],
    },
    {
      topic: "node-to-remote-pod",
      finding: "enforced on the destination node; only ipBlock can allow it",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["projectcalico/calico@87c15906 felix/rules/static.go:657-671"],
    },
    {
      topic: "pod-to-own-node",
      finding:
        "enforced: egress policy first, then DefaultEndpointToHostAction (Felix default Drop; manifest and operator set ACCEPT)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 felix/rules/static.go:336-344",
        "projectcalico/calico@87c15906 felix/rules/static.go:453-467",
        "projectcalico/calico@87c15906 felix/config/config_params.go:342",
        "projectcalico/calico@87c15906 manifests/calico.yaml:12701",
      ],
    },
    {
      topic: "pod-to-itself",
      finding:
        "pod IP: allowed (never leaves the pod); via Service: subject to the pod's own egress and ingress policy, no exemption",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: [
        "projectcalico/calico@87c15906 felix/rules/static.go:658-671",
        "projectcalico/calico@87c15906 felix/bpf-gpl/tc.c:813-817",
      ],
    },
    {
      topic: "service-translation",
      finding: "post-DNAT",
      effect: "as-specified",
      status: "verified in source",
      detail: "iptables: filter FORWARD after nat PREROUTING; eBPF uses post-NAT destination.",
      sources: ["projectcalico/calico@87c15906 felix/rules/static.go:657-671"],
    },
    {
      topic: "existing-connections",
      finding: "kept (RELATED,ESTABLISHED accepted before policy)",
      effect: "none",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 felix/rules/endpoints.go:783-800",
        "github.com/projectcalico/calico/issues/6399",
      ],
    },
    {
      topic: "startup",
      finding:
        "fail-closed: unknown cali* interface is dropped; optional wait policy_setup_timeout_seconds (since v3.28.0, default 0)",
      effect: "none",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 felix/rules/dispatch.go:48-60",
        "projectcalico/calico@87c15906 felix/dataplane/linux/bpf_ep_mgr.go:3367",
        "projectcalico/calico@87c15906 cni-plugin/pkg/types/types.go:147-156",
      ],
    },
    {
      topic: "own-policies",
      finding:
        "tiers kube-admin (1,000) → user tiers by order → default (1,000,000) → kube-baseline (10,000,000); K8s NP sits in `default` at order 1000; Calico NP/GNP (Allow/Deny/Pass/Log) with a lower order or an earlier tier override it. ANP/BANP v3.29–3.31; ClusterNetworkPolicy since v3.32",
      effect: "admin-policies-not-sure",
      status: "verified in source",
      sources: [
        "projectcalico/calico@87c15906 api/pkg/apis/projectcalico/v3/tier.go:51-53",
        "projectcalico/calico@87c15906 libcalico-go/lib/backend/k8s/conversion/conversion.go:279-281",
        "kubernetes-sigs/network-policy-api@0eec1b0 site-src/implementations.md",
      ],
    },
    {
      topic: "limits",
      finding:
        "ClusterNetworkPolicy: peers `nodes` and `domainNames` and named ports are not supported; a rule with one of them is dropped if it accepts, else it denies everything. No limits of size found",
      effect: "tier-rules-unsupported",
      status: "verified in source",
      sources: ["projectcalico/calico@0fc2bbd2 libcalico-go/lib/backend/k8s/conversion/clusternetworkpolicy.go"],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet calico-node (k8s-app=calico-node), ns kube-system (manifest) or calico-system (operator); ConfigMap calico-config; image */calico/node; node annotations projectcalico.org/IPv4Address, IPv4VXLANTunnelAddr, IPv4IPIPTunnelAddr; CRDs crd.projectcalico.org, projectcalico.org, operator.tigera.io. Canal: DaemonSet canal, ConfigMap canal-config",
      effect: "none",
      status: "verified in source",
      detail: "FelixConfiguration.spec.bpfEnabled tells the dataplane.",
      sources: [
        "projectcalico/calico@87c15906 manifests/calico.yaml",
        "projectcalico/calico@87c15906 manifests/canal.yaml",
      ],
    },
  ],
};
