/** What k3s does with NetworkPolicies: it has kube-router's policies built in. */
import type { CniFact, CniProfile } from "../types.ts";
import { kubeRouter } from "./kube-router.ts";

const OWN: readonly CniFact[] = [
  {
    topic: "enforces",
    finding: "yes, unless k3s runs with --disable-network-policy; denied packets are REJECTed",
    effect: "as-specified",
    status: "documented",
    sources: ["docs.k3s.io networking/networking-services", "github.com/k3s-io/k3s/issues/7244"],
  },
  {
    topic: "recognition",
    finding: "no DaemonSet; node annotation k3s.io/node-args, which shows --disable-network-policy",
    effect: "none",
    status: "reported in issue",
    sources: ["github.com/k3s-io/k3s/issues/7244"],
  },
];

/** Made when asked for: nothing is done at import. The version that k3s builds in is its own matter: no version of kube-router's is told by k3s's. */
export const k3s = (): CniProfile => ({
  name: "k3s",
  title: "k3s (kube-router's policies, built in)",
  read: `kube-router ${kubeRouter.read}`,
  facts: kubeRouter.facts.map((fact) => OWN.find(({ topic }) => topic === fact.topic) ?? fact),
});
