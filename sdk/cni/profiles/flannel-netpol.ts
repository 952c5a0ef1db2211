/** What Flannel with `netpol.enabled=true` does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";
import { kubeNetworkPoliciesFacts } from "./kube-network-policies.ts";

export const flannelNetpol: CniProfile = {
  name: "flannel-netpol",
  title: "Flannel with `netpol.enabled=true`",
  read: "flannel chart v0.28.9 (cdf76059) + kube-network-policies v1.0.0",
  // What does something at import stays in every bundle.
  facts: /* @__PURE__ */ kubeNetworkPoliciesFacts([
    {
      topic: "enforces",
      finding:
        "yes, via a second container kube-network-policies:v1.0.0 in DaemonSet kube-flannel-ds (option since Flannel v0.25.5, off by default)",
      effect: "as-specified",
      status: "verified in source",
      sources: [
        "flannel-io/flannel@cdf76059 chart/kube-flannel/values.yaml:107-114",
        "flannel-io/flannel@cdf76059 chart/kube-flannel/templates/daemonset.yaml:124-146",
        "flannel-io/flannel@cdf76059 Documentation/netpol.md:3",
      ],
    },
    {
      topic: "pod-to-own-node",
      finding: "not enforced at v1.0.0 (INPUT chain came in v1.1.0)",
      effect: "own-node-open",
      status: "verified in source",
      derived: true,
      sources: ["kubernetes-sigs/kube-network-policies@5f81cc3 pkg/dataplane/controller.go:744-760"],
    },
    {
      topic: "startup",
      finding: "fail-open default; NRI socket not mounted by the chart, so the pod-IP race stays",
      effect: "none",
      status: "verified in source",
      derived: true,
      sources: ["flannel-io/flannel@cdf76059 chart/kube-flannel/templates/daemonset.yaml:124-146"],
    },
    {
      topic: "recognition",
      finding: "DaemonSet kube-flannel-ds with a container whose image contains kube-network-policies",
      effect: "none",
      status: "verified in source",
      sources: ["flannel-io/flannel@cdf76059 chart/kube-flannel/templates/daemonset.yaml:124-146"],
    },
  ]),
};
