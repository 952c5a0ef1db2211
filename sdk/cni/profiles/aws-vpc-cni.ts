/** What AWS VPC CNI network policy agent does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";

export const awsVpcCni: CniProfile = {
  name: "aws-vpc-cni",
  title: "AWS VPC CNI network policy agent",
  read: "agent c8619c0 (v1.4.0-75), controller ecc7e6a (v1.1.7), VPC CNI b5218838",
  facts: [
    {
      topic: "enforces",
      finding:
        "off by default; when on (VPC CNI ≥1.14, EC2 Linux): ingress and egress. Only pods with ownerReferences (Deployment etc.); standalone pods, Fargate, Windows not covered",
      effect: "switch-off",
      status: "verified in source",
      detail: "The ownerReferences limit is documented, not seen in source.",
      sources: [
        "aws/amazon-vpc-cni-k8s@b5218838 config/master/aws-k8s-cni.yaml:84",
        "aws/amazon-vpc-cni-k8s@b5218838 config/master/aws-k8s-cni.yaml:330",
        "AWS EKS user guide, 'Limit Pod traffic with Kubernetes network policies'",
      ],
    },
    {
      topic: "enforces",
      finding:
        "only pods with ownerReferences (of a Deployment and the like) are covered: policies do not reach standalone pods",
      effect: "owned-pods-only",
      status: "documented",
      sources: ["AWS EKS user guide, 'Limit Pod traffic with Kubernetes network policies'"],
    },
    {
      topic: "enforces",
      finding: "on EC2 Linux nodes: pods on Fargate and on Windows nodes are not covered",
      effect: "linux-ec2-only",
      status: "documented",
      sources: ["AWS EKS user guide, 'Limit Pod traffic with Kubernetes network policies'"],
    },
    {
      topic: "end-port",
      finding: "yes",
      effect: "as-specified",
      status: "verified in source",
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/ebpf/c/tc.v4ingress.bpf.c:150-215"],
    },
    {
      topic: "sctp",
      finding: "yes",
      effect: "as-specified",
      status: "verified in source",
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/ebpf/c/tc.v4ingress.bpf.c:373-379"],
    },
    {
      topic: "named-ports",
      finding: "resolved from the peer/target pods; ipBlock + named egress port is skipped",
      effect: "named-port-skips-blocks",
      status: "verified in source",
      sources: [
        "aws/amazon-network-policy-controller-k8s@ecc7e6a pkg/resolvers/endpoints.go:140-170",
        "aws/amazon-network-policy-controller-k8s@ecc7e6a pkg/resolvers/endpoints.go:211-224",
        "github.com/aws/amazon-network-policy-controller-k8s/issues/81",
      ],
    },
    {
      topic: "ip-families",
      finding: "IPv4 or IPv6 clusters, not dual stack",
      effect: "as-specified",
      status: "documented",
      sources: [
        "AWS EKS user guide, 'Limit Pod traffic with Kubernetes network policies'",
        "aws/aws-network-policy-agent@c8619c0 pkg/fwruleprocessor/fw_rule_processor.go:59-62",
      ],
    },
    {
      topic: "ip-block",
      finding:
        "any address (longest-prefix match); `except` is a deny entry for the whole pod, so it can override another rule's broader allow",
      effect: "except-shared-by-namespace",
      status: "verified in source",
      derived: true,
      sources: [
        "aws/aws-network-policy-agent@c8619c0 pkg/fwruleprocessor/fw_rule_processor.go:64-69",
        "aws/aws-network-policy-agent@c8619c0 pkg/fwruleprocessor/fw_rule_processor.go:144-160",
      ],
    },
    {
      topic: "icmp",
      finding: "default deny: dropped; port-less allow: allowed (any protocol); rule with ports: not matched",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/ebpf/c/tc.v4ingress.bpf.c:150-215"],
    },
    {
      topic: "host-network-target",
      finding: "no",
      effect: "as-specified",
      status: "verified in source",
      sources: ["aws/amazon-network-policy-controller-k8s@ecc7e6a pkg/resolvers/endpoints.go:287-317"],
    },
    {
      topic: "host-network-peer",
      finding: "YES: peer pods are resolved without a hostNetwork filter, so the node's IP is admitted",
      effect: "host-peer-matched",
      status: "verified in source",
      derived: true,
      sources: ["aws/amazon-network-policy-controller-k8s@ecc7e6a pkg/resolvers/endpoints.go:425-447"],
    },
    {
      topic: "node-to-local-pod",
      finding: "always allowed",
      effect: "as-specified",
      status: "verified in source",
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/fwruleprocessor/fw_rule_processor.go:81-85"],
    },
    {
      topic: "node-to-remote-pod",
      finding: "enforced; ipBlock (or a selected hostNetwork peer)",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/fwruleprocessor/fw_rule_processor.go:81-85"],
    },
    {
      topic: "pod-to-own-node",
      finding: "always allowed (node IP entry in both directions)",
      effect: "own-node-addresses-open",
      status: "verified in source",
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/fwruleprocessor/fw_rule_processor.go:81-85"],
    },
    {
      topic: "pod-to-itself",
      finding: "pod IP: unknown; via Service: ClusterIP must be allowed by egress (derived)",
      effect: "unknown",
      status: "unknown",
      sources: [],
    },
    {
      topic: "service-translation",
      finding:
        "PRE-DNAT at the pod veth. Controller adds ClusterIPs of Services whose spec.selector matches the peer podSelector; headless skipped; service port must equal container port; ipBlock of the pod CIDR does not cover ClusterIPs",
      effect: "service-port-must-match",
      status: "verified in source",
      sources: [
        "aws/amazon-network-policy-controller-k8s@ecc7e6a pkg/resolvers/endpoints.go:451-567",
        "aws/amazon-vpc-cni-k8s@b5218838 docs/network-policy-faq.md:57-59",
      ],
    },
    {
      topic: "existing-connections",
      finding: "cached verdict, re-evaluated only when the pod's policy state changes (none ↔ some)",
      effect: "none",
      status: "verified in source",
      sources: [
        "aws/aws-network-policy-agent@c8619c0 pkg/ebpf/c/tc.v4ingress.bpf.c:428-451",
        "github.com/aws/aws-network-policy-agent/issues/650",
      ],
    },
    {
      topic: "startup",
      finding:
        "`standard` (default): default allow until reconciled; `strict` (NETWORK_POLICY_ENFORCING_MODE, ≥v1.17.1): default deny, and the README says every pod must then have a policy (pods selected by none stay blocked; hostNetwork pods exempt)",
      effect: "none",
      status: "documented",
      sources: ["aws/amazon-vpc-cni-k8s@b5218838 README.md:738-748"],
    },
    {
      topic: "own-policies",
      finding:
        "ClusterNetworkPolicy Admin → NetworkPolicy → Baseline → default (agent ≥1.3.2); PolicyEndpoint / ClusterPolicyEndpoint are internal",
      effect: "admin-policies-not-sure",
      status: "verified in source",
      sources: ["aws/aws-network-policy-agent@c8619c0 pkg/ebpf/c/tc.v4ingress.bpf.c:223-318"],
    },
    {
      topic: "limits",
      finding: "24 port/protocol entries per CIDR; 65,536 LPM entries; PolicyEndpoint chunks of 200; conntrack 256K",
      effect: "none",
      status: "verified in source",
      sources: [
        "aws/aws-network-policy-agent@c8619c0 pkg/ebpf/c/tc.v4ingress.bpf.c:15",
        "AWS EKS user guide, 'Limit Pod traffic with Kubernetes network policies'",
      ],
    },
    {
      topic: "recognition",
      finding:
        "DaemonSet aws-node (k8s-app=aws-node) in kube-system with container aws-eks-nodeagent (arg --enable-network-policy=true); ConfigMap amazon-vpc-cni key enable-network-policy-controller=true; CRD policyendpoints.networking.k8s.aws",
      effect: "none",
      status: "verified in source",
      sources: [
        "aws/amazon-vpc-cni-k8s@b5218838 config/master/aws-k8s-cni.yaml:84",
        "aws/amazon-vpc-cni-k8s@b5218838 config/master/aws-k8s-cni.yaml:330",
      ],
    },
  ],
};
