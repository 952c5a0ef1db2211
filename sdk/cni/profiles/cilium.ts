/** What Cilium does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const cilium: CniProfile = {
  name: "cilium",
  title: "Cilium",
  read: "single files of cilium/cilium, roughly 1.15–1.19 (commits in the cells)",
  facts: [
    {
      topic: "enforces",
      finding:
        "yes: ingress and egress; not if ConfigMap cilium-config has enable-policy=never or policy-audit-mode=true",
      effect: "as-specified",
      status: "documented",
      sources: [
        "cilium/cilium@038efb59 Documentation/network/kubernetes/policy.rst",
        "cilium/cilium@1ba78805 Documentation/security/policy/intro.rst",
        "cilium/cilium@010e7c21 bpf/lib/policy.h",
      ],
    },
    {
      topic: "end-port",
      finding: "since v1.16; before, endPort silently ignored and only `port` allowed",
      effect: "as-specified",
      status: "reported in issue",
      detail: "The newer pkg/k8s/network_policy.go has EndPort in parsePorts (seen in source).",
      sources: [
        "github.com/cilium/cilium/pull/32807",
        "github.com/cilium/cilium/issues/28684",
        "github.com/cilium/cilium/issues/16622",
        "cilium/cilium@ pkg/k8s/network_policy.go",
      ],
    },
    {
      topic: "sctp",
      finding: "beta, off by default (sctp.enabled=true needed)",
      effect: "sctp-off",
      status: "documented",
      sources: ["docs.cilium.io configuration/sctp", "github.com/cilium/cilium/pull/20033"],
    },
    {
      topic: "named-ports",
      finding: "ingress and egress; bug when the same name maps to different numbers on several egress peers",
      effect: "named-port-collides",
      status: "reported in issue",
      sources: [
        "github.com/cilium/cilium/issues/2942",
        "github.com/cilium/cilium/issues/24779",
        "github.com/cilium/cilium/issues/30003",
      ],
    },
    {
      topic: "ip-families",
      finding: "IPv4, IPv6, dual stack (Netpol e2e runs on dual-stack kind)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["cilium/cilium@00947d40 .github/workflows/k8s-kind-network-policies-e2e.yaml"],
    },
    {
      topic: "ip-block",
      finding:
        "matches only addresses OUTSIDE the cluster: not pods; nodes only with policy-cidr-match-mode=nodes (≥1.15). `except` works for external addresses",
      effect: "block-outside-only",
      status: "documented",
      detail:
        "Cilium's own CI skips three NetworkPolicy e2e tests for this reason. The host's own network namespace is a grey case (issue 16308).",
      sources: [
        "cilium/cilium@90ba5de5 Documentation/security/policy/layer3.rst",
        "cilium/cilium@038efb59 Documentation/network/kubernetes/policy.rst",
        "github.com/cilium/cilium/issues/9209",
        "github.com/cilium/cilium/issues/12277",
        "cilium/cilium@00947d40 .github/workflows/k8s-kind-network-policies-e2e.yaml",
      ],
    },
    {
      topic: "icmp",
      finding:
        "default deny: dropped; port-less (L3) allow: allowed; rule with ports: dropped. frag-needed (allow-icmp-frag-needed) and IPv6 NDP always allowed",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "cilium/cilium@010e7c21 bpf/lib/policy.h",
        "cilium/cilium@00025c98 bpf/bpf_lxc.c",
        "github.com/cilium/cilium/issues/2571",
      ],
    },
    {
      topic: "host-network-target",
      finding: "no (identity host / remote-node; host firewall through CCNP nodeSelector only)",
      effect: "as-specified",
      status: "documented",
      sources: ["cilium/cilium@90ba5de5 Documentation/security/policy/layer3.rst"],
    },
    {
      topic: "host-network-peer",
      finding: "no (selectors never match host / remote-node identity)",
      effect: "as-specified",
      status: "documented",
      sources: [
        "cilium/cilium@90ba5de5 Documentation/security/policy/layer3.rst",
        "github.com/cilium/cilium/issues/10405",
      ],
    },
    {
      topic: "node-to-local-pod",
      finding: "allowed by default (allow-localhost=auto); enforced if allow-localhost=policy",
      effect: "as-specified",
      status: "documented",
      sources: ["cilium/cilium@90ba5de5 Documentation/security/policy/layer3.rst"],
    },
    {
      topic: "node-to-remote-pod",
      finding:
        "enforced (identity remote-node); a K8s NetworkPolicy cannot allow it unless policy-cidr-match-mode=nodes",
      effect: "as-specified",
      status: "documented",
      sources: ["cilium/cilium@90ba5de5 Documentation/security/policy/layer3.rst"],
    },
    {
      topic: "pod-to-own-node",
      finding: "enforced (identity host is an ordinary egress peer; ipBlock does not match it by default)",
      effect: "as-specified",
      status: "documented",
      derived: true,
      sources: ["cilium/cilium@90ba5de5 Documentation/security/policy/layer3.rst"],
    },
    {
      topic: "pod-to-itself",
      finding: "pod IP: allowed; via Service: policy skipped in both directions (after fixes)",
      effect: "hairpin-open",
      status: "reported in issue",
      sources: [
        "github.com/cilium/cilium/pull/15321",
        "github.com/cilium/cilium/pull/22972",
        "github.com/cilium/cilium/pull/27798",
        "github.com/cilium/cilium/issues/27709",
      ],
    },
    {
      topic: "service-translation",
      finding: "post-DNAT (socket LB or per-packet LB before policy)",
      effect: "as-specified",
      status: "verified in source",
      sources: ["cilium/cilium@00025c98 bpf/bpf_lxc.c"],
    },
    {
      topic: "existing-connections",
      finding: "re-evaluated on every packet (except replies / related)",
      effect: "none",
      status: "verified in source",
      sources: ["cilium/cilium@00025c98 bpf/bpf_lxc.c", "github.com/cilium/cilium/pull/2700"],
    },
    {
      topic: "startup",
      finding:
        "endpoints are added/restored only after existing policies are synced (fail-closed leaning); whether CNI ADD waits for the new pod's policy: unknown",
      effect: "none",
      status: "reported in issue",
      sources: ["github.com/cilium/cilium/pull/5115", "github.com/cilium/cilium/issues/35993"],
    },
    {
      topic: "own-policies",
      finding:
        "CNP/CCNP are additive with NetworkPolicy; deny rules always win over any allow; enableDefaultDeny per rule. ClusterNetworkPolicy code exists, release unknown",
      effect: "tiers-not-sure",
      status: "documented",
      sources: [
        "cilium/cilium@038efb59 Documentation/network/kubernetes/policy.rst",
        "cilium/cilium@010e7c21 bpf/lib/policy.h",
        "cilium/cilium@0af241b4 pkg/policy/k8s/cluster_network_policy.go",
        "github.com/cilium/cilium/issues/23380",
      ],
    },
    {
      topic: "limits",
      finding: "policy map 16,384 entries per endpoint by default; 40 ports per CNP toPorts rule",
      effect: "none",
      status: "documented",
      sources: ["docs.cilium.io network/ebpf/maps", "github.com/cilium/cilium/issues/16622"],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet cilium (k8s-app=cilium) in kube-system; Deployment cilium-operator; ConfigMap cilium-config; CRDs *.cilium.io; node annotations network.cilium.io/* (older io.cilium.network.*); taint node.cilium.io/agent-not-ready",
      effect: "none",
      status: "verified in source",
      detail:
        "Read cilium-config: enable-policy, policy-audit-mode, policy-cidr-match-mode, enable-sctp, allow-localhost.",
      sources: ["cilium/cilium@023375f6 pkg/annotation/k8s.go"],
    },
  ],
};
