/** What OVN-Kubernetes does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const ovnKubernetes: CniProfile = {
  name: "ovn-kubernetes",
  title: "OVN-Kubernetes",
  read: "8871cd9c (v1.3.0-748, 2026-08-21)",
  facts: [
    {
      topic: "enforces",
      finding: "yes: ingress and egress (OVN ACLs on port groups)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:387-404",
      ],
    },
    {
      topic: "end-port",
      finding: "yes",
      effect: "as-specified",
      status: "verified in source",
      detail: "Since which version: unknown.",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/gress_policy.go:110-125",
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/libovsdb/util/acl.go:281-296",
      ],
    },
    {
      topic: "sctp",
      finding: "yes",
      effect: "as-specified",
      status: "verified in source",
      sources: ["ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/libovsdb/util/acl.go:240-254"],
    },
    {
      topic: "named-ports",
      finding:
        "NOT resolved: IntVal (0) is used, so a rule whose only ports of a protocol are named allows ALL ports of that protocol; named next to numeric ports is ignored",
      effect: "named-port-opens-protocol",
      status: "verified in source",
      derived: true,
      detail: "Own docs say named ports work; cyclonus artifacts say 'ovn doesn't support named ports'.",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/gress_policy.go:110-125",
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/libovsdb/util/acl.go:281-316",
      ],
    },
    {
      topic: "ip-families",
      finding: "IPv4, IPv6, dual stack",
      effect: "as-specified",
      status: "verified in source",
      sources: ["ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/gress_policy.go:177-211"],
    },
    {
      topic: "ip-block",
      finding: "any address incl. pods and nodes; `except` honoured",
      effect: "as-specified",
      status: "verified in source",
      sources: ["ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/gress_policy.go:177-211"],
    },
    {
      topic: "icmp",
      finding:
        "default deny: dropped (only ARP/ND allowed); allowed if allow-icmp-network-policy is set (added 2026-02, default off); port-less allow: allowed",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:387-407",
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/config/config.go:1340",
      ],
    },
    {
      topic: "host-network-target",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:603-607",
        "Red Hat OpenShift docs, 'About network policy'",
      ],
    },
    {
      topic: "host-network-peer",
      finding:
        "YES when the peer has podSelector (even {}); NO when only namespaceSelector is given; empty namespaceSelector (or one matching it) also admits the special namespace ovn-host-network",
      effect: "host-peer-by-pod-selector",
      status: "verified in source",
      derived: true,
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:1147-1153",
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/addresssetmanager/addressset_manager.go:857-880",
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/addresssetmanager/addressset_manager.go:939-946",
        "Red Hat OpenShift docs, 'About network policy'",
      ],
    },
    {
      topic: "node-to-local-pod",
      finding: "allowed (from the node's management port IP)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:333-359",
      ],
    },
    {
      topic: "node-to-remote-pod",
      finding: "ipBlock, or the ovn-host-network / hostNetwork-peer rule above",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/addresssetmanager/addressset_manager.go:857-880",
      ],
    },
    {
      topic: "pod-to-own-node",
      finding: "enforced (egress deny ACL has no node exemption)",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:387-404",
      ],
    },
    {
      topic: "pod-to-itself",
      finding: "pod IP: allowed; via Service: always allowed (hairpin masquerade IP ACL)",
      effect: "hairpin-open",
      status: "verified in source",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/base_network_controller_policy.go:241-281",
      ],
    },
    {
      topic: "service-translation",
      finding: "post-DNAT (egress ACLs after load balancing)",
      effect: "as-specified",
      status: "verified in source",
      detail: "LportEgressAfterLB.",
      sources: ["ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/libovsdb/util/acl.go"],
    },
    {
      topic: "existing-connections",
      finding: "evaluated on every packet",
      effect: "none",
      status: "reported in issue",
      sources: ["github.com/kubernetes-sigs/network-policy-api/issues/305"],
    },
    {
      topic: "startup",
      finding: "CNI ADD waits for ovn-installed; order relative to policy ACLs: unknown",
      effect: "none",
      status: "verified in source",
      sources: ["ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/cni/ovs.go:209-253"],
    },
    {
      topic: "own-policies",
      finding:
        "AdminNetworkPolicy (tier 1) → NetworkPolicy (tier 2) → BaselineAdminNetworkPolicy (tier 3); also EgressFirewall; annotation k8s.ovn.org/acl-stateless",
      effect: "cluster-policies-not-sure",
      status: "documented",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c docs/features/network-security-controls/admin-network-policy.md:369",
      ],
    },
    {
      topic: "limits",
      finding: "ANP priorities 0–99; no NetworkPolicy limit found",
      effect: "none",
      status: "documented",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c docs/features/network-security-controls/admin-network-policy.md",
      ],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSets ovnkube-node and ovs-node, ns ovn-kubernetes (OpenShift: openshift-ovn-kubernetes); node annotations k8s.ovn.org/node-chassis-id, k8s.ovn.org/l3-gateway-config; CRDs k8s.ovn.org; namespace ovn-host-network",
      effect: "none",
      status: "verified in source",
      detail: "OpenShift namespace: documented only.",
      sources: [
        "ovn-kubernetes/ovn-kubernetes@8871cd9c go-controller/pkg/ovn/addresssetmanager/addressset_manager.go:863",
      ],
    },
  ],
};
