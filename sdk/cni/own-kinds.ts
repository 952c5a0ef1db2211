/** Whose policies those are that are not modelled: no other plugin reads them. Meshes and what works beside any plugin are left out. */
import type { CniName } from "./types.ts";

const OWNERS: Readonly<Record<string, { readonly title: string; readonly plugins: readonly CniName[] }>> = {
  "projectcalico.org": { title: "Calico", plugins: ["calico", "canal"] },
  "crd.projectcalico.org": { title: "Calico", plugins: ["calico", "canal"] },
  "cilium.io": { title: "Cilium", plugins: ["cilium", "gke-dpv2"] },
  "crd.antrea.io": { title: "Antrea", plugins: ["antrea"] },
  "k8s.ovn.org": { title: "OVN-Kubernetes", plugins: ["ovn-kubernetes"] },
  "networking.k8s.aws": { title: "the AWS VPC CNI", plugins: ["aws-vpc-cni"] },
  "vpcresources.k8s.aws": { title: "the AWS VPC CNI", plugins: ["aws-vpc-cni"] },
  "networking.gke.io": { title: "GKE Dataplane V2", plugins: ["gke-dpv2"] },
  "kubeovn.io": { title: "Kube-OVN", plugins: [] },
  "crd.nsx.vmware.com": { title: "NSX", plugins: [] },
};

/** Whether a plugin enforces policies of a group. */
export function isOwnGroup(group: string, plugin: CniName): boolean {
  return Object.hasOwn(OWNERS, group) && OWNERS[group]?.plugins.includes(plugin) === true;
}

/** The plugin that policies of a group are for, if it is another one than all of `plugins`. */
export function foreignOwner(group: string, plugins: readonly CniName[]): string | undefined {
  const owner = Object.hasOwn(OWNERS, group) ? OWNERS[group] : undefined;
  return owner?.plugins.some((name) => plugins.includes(name)) ? undefined : owner?.title;
}
