/** What kindnet (kubernetes-sigs/kindnet) and kind's kindnetd does with NetworkPolicies. */
import type { CniProfile } from "../types.ts";
import { kubeNetworkPoliciesFacts } from "./kube-network-policies.ts";

export const kindnet: CniProfile = {
  name: "kindnet",
  title: "kindnet (kubernetes-sigs/kindnet) and kind's kindnetd",
  read: "kindnet 57aff7e (v1.0.0-130, kube-network-policies v1.1.0); kind fed26882",
  // What does something at import stays in every bundle.
  facts: /* @__PURE__ */ kubeNetworkPoliciesFacts([
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
      topic: "pod-to-own-node",
      finding:
        "enforced at the commits read (kind pins kube-network-policies f67f0fb, kindnet v1.1.0; both contain b3e8382 of 2026-04-15); not enforced on older kind",
      effect: "as-specified",
      status: "verified in source",
      derived: true,
      sources: ["kubernetes-sigs/kind@fed26882 images/kindnetd/go.mod:13", "kubernetes-sigs/kindnet@57aff7e go.mod:28"],
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
      topic: "recognition",
      finding:
        "DaemonSet kindnet (app=kindnet, k8s-app=kindnet) in kube-system; image kindest/kindnetd (kind) or registry.k8s.io/networking/kindnet",
      effect: "none",
      status: "verified in source",
      sources: ["kubernetes-sigs/kindnet@57aff7e install-kindnet.yaml"],
    },
  ]),
};
