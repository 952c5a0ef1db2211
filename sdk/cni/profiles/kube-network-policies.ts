/** What kube-network-policies (also inside kindnet, kind, Flannel `netpol`) does with NetworkPolicies. */
import type { CniFact, CniProfile } from "../types.ts";

export const kubeNetworkPolicies: CniProfile = {
  name: "kube-network-policies",
  title: "kube-network-policies (also inside kindnet, kind, Flannel `netpol`)",
  read: "5f81cc3 (v1.1.1-4, 2026-08-03)",
  facts: [
    {
      topic: "enforces",
      finding: "yes: ingress and egress (userspace verdict on the first packet through NFQUEUE)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/networkpolicy.go:170-190",
        "kubernetes-sigs/kube-network-policies@5f81cc3 pkg/networkpolicy/engine.go",
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
      finding: "enforced since v1.1.0 (INPUT chain); not enforced before",
      effect: "as-specified",
      status: "verified in source",
      detail: "Commit b3e8382. Deviates from the spec sentence 'traffic to and from the node is always allowed'.",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go:744-760"],
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
      finding:
        "re-evaluated by a periodic conntrack scan (≥30 s) when --strict-mode (default true since v1.0.0); otherwise kept",
      effect: "none",
      status: "verified in source",
      sources: [
        "kubernetes-sigs/kube-network-policies@5f81cc3 pkg/cmd/cmd.go:45",
        "github.com/kubernetes-sigs/kube-network-policies/pull/268",
      ],
    },
    {
      topic: "startup",
      finding:
        "fail-open by default (--fail-open=true, nfqueue bypass); pod-IP race closed by NRI unless --disable-nri",
      effect: "none",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/cmd/cmd.go:39-44"],
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
        "DaemonSet kube-network-policies (app / k8s-app=kube-network-policies) in kube-system; image registry.k8s.io/networking/kube-network-policies",
      effect: "none",
      status: "verified in source",
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 install.yaml"],
    },
  ],
};

/** Its facts for a plugin that it is part of, those on some topics replaced. */
export function kubeNetworkPoliciesFacts(differing: readonly CniFact[]): readonly CniFact[] {
  return kubeNetworkPolicies.facts.map((fact) => differing.find(({ topic }) => topic === fact.topic) ?? fact);
}
