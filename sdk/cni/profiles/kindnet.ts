/** What kindnet (kubernetes-sigs/kindnet) and kind's kindnetd does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const kindnet: CniProfile = {
  name: "kindnet",
  title: "kindnet (kubernetes-sigs/kindnet) and kind's kindnetd",
  read: "kindnet 57aff7e (v1.0.0-130, kube-network-policies v1.1.0); kind fed26882",
  facts: [
    {
      topic: "enforces",
      finding: "kindnet: yes unless --network-policy=false; kind: since kind v0.24.0 (older kind does not enforce)",
      effect: "as-specified",
      status: "verified in source",
      detail: "kind commit e7903573 introduced it.",
      sources: [
        "kubernetes-sigs/kind@fed26882 images/kindnetd/cmd/kindnetd/main.go:225-266",
        "kubernetes-sigs/kindnet@57aff7e install-kindnet.yaml",
      ],
    },
    {
      topic: "end-port",
      finding: "yes, since v0.1.0",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/networkpolicy.go:525-567"],
    },
    {
      topic: "sctp",
      finding: "yes, since v0.1.0",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/network/packet.go:110-152"],
    },
    {
      topic: "named-ports",
      finding: "ingress and egress (resolved on the destination pod)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/networkpolicy.go:525-567"],
    },
    {
      topic: "ip-families",
      finding: "IPv4, IPv6, dual stack",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go:520-620"],
    },
    {
      topic: "ip-block",
      finding: "pure CIDR test on the packet's IP: pods, nodes and external; `except` honoured per peer",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/networkpolicy.go:498-523"],
    },
    {
      topic: "icmp",
      finding:
        "default deny: dropped; port-less allow: allowed if peer matches; rule with ports: not matched. ICMPv6 133-137 (NDP) always allowed",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      detail: 'Non TCP/UDP/SCTP packets carry protocol "", so a rule with `ports` cannot match.',
      sources: [
        "kubernetes-sigs/kube-network-policies@5f81cc3 pkg/network/packet.go:150-152",
        "kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go:550-617",
      ],
    },
    {
      topic: "host-network-target",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/networkpolicy.go:178"],
    },
    {
      topic: "host-network-peer",
      finding: "no (IP→pod resolver skips hostNetwork)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/podinfo/ipresolver.go:33"],
    },
    {
      topic: "node-to-local-pod",
      finding:
        "allowed only for host processes running as uid 0 (`meta skuid 0 accept`); non-root host processes are subject to policy",
      effect: "own-node-root-only",
      status: "verified in source",
      derived: true,
      detail: "kubelet runs as root, so probes pass. Since v0.7.0.",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go:625-645"],
    },
    {
      topic: "node-to-remote-pod",
      finding: "enforced; only ipBlock can allow it",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/networkpolicy.go:498-523"],
    },
    {
      topic: "pod-to-own-node",
      finding:
        "enforced at the commits read (kind pins kube-network-policies f67f0fb, kindnet v1.1.0; both contain b3e8382 of 2026-04-15); not enforced on older kind",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["kubernetes-sigs/kind@fed26882 images/kindnetd/go.mod:13", "kubernetes-sigs/kindnet@57aff7e go.mod:28"],
    },
    {
      topic: "pod-to-itself",
      finding:
        "pod IP: not seen by the dataplane; via Service: subject to both egress and ingress policy, no self exemption",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/engine.go"],
    },
    {
      topic: "service-translation",
      finding: "post-DNAT (POSTROUTING before SNAT; DNS udp/53 in PREROUTING after DNAT)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go:521-531"],
    },
    {
      topic: "existing-connections",
      finding: "kind: StrictMode not set → existing connections kept",
      effect: "none",
      status: "verified in source",
      derived: true,
      sources: ["kubernetes-sigs/kind@fed26882 images/kindnetd/cmd/kindnetd/main.go:225-266"],
    },
    {
      topic: "startup",
      finding: "kind: FailOpen true, no NRI → fail-open",
      effect: "none",
      status: "verified in source",
      sources: ["kubernetes-sigs/kind@fed26882 images/kindnetd/cmd/kindnetd/main.go:225-266"],
    },
    {
      topic: "own-policies",
      finding:
        "standard image: NetworkPolicy only; npa-v1alpha1 image: AdminNetworkPolicy/BANP; npa-v1alpha2: ClusterNetworkPolicy. Order Admin → NetworkPolicy → Baseline",
      effect: "tiers-not-sure",
      status: "verified in source",
      sources: [
        "kubernetes-sigs/kube-network-policies@5f81cc3 cmd/kube-network-policies/npa-v1alpha2/main.go",
        "kubernetes-sigs/kube-network-policies@5f81cc3 cmd/kube-network-policies/npa-v1alpha1/main.go",
      ],
    },
    {
      topic: "limits",
      finding: "NFQUEUE max queue length 1024; no policy/rule limit found",
      effect: "none",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go"],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet kindnet (app=kindnet, k8s-app=kindnet) in kube-system; image kindest/kindnetd (kind) or registry.k8s.io/networking/kindnet",
      effect: "none",
      status: "verified in source",
      sources: ["kubernetes-sigs/kindnet@57aff7e install-kindnet.yaml"],
    },
  ],
};
