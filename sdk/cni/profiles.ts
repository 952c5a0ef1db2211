/** All profiles, by name. Canal is Calico's policy engine, k3s has kube-router's. */
import { antrea } from "./profiles/antrea.ts";
import { awsVpcCni } from "./profiles/aws-vpc-cni.ts";
import { azureNpm } from "./profiles/azure-npm.ts";
import { calico } from "./profiles/calico.ts";
import { cilium } from "./profiles/cilium.ts";
import { flannel } from "./profiles/flannel.ts";
import { flannelNetpol } from "./profiles/flannel-netpol.ts";
import { gkeDpv2 } from "./profiles/gke-dpv2.ts";
import { k3s } from "./profiles/k3s.ts";
import { kindnet } from "./profiles/kindnet.ts";
import { kubeNetworkPolicies } from "./profiles/kube-network-policies.ts";
import { kubeRouter } from "./profiles/kube-router.ts";
import { ovnKubernetes } from "./profiles/ovn-kubernetes.ts";
import { weave } from "./profiles/weave.ts";
import type { CniName, CniProfile } from "./types.ts";

const PROFILES: Readonly<Record<Exclude<CniName, "canal" | "k3s">, CniProfile>> = {
  flannel,
  "flannel-netpol": flannelNetpol,
  calico,
  cilium,
  antrea,
  "kube-router": kubeRouter,
  weave,
  "kube-network-policies": kubeNetworkPolicies,
  kindnet,
  "ovn-kubernetes": ovnKubernetes,
  "aws-vpc-cni": awsVpcCni,
  "azure-npm": azureNpm,
  "gke-dpv2": gkeDpv2,
};

export function profileOf(name: CniName): CniProfile {
  if (name === "canal") return { ...calico, name, title: "Canal (Flannel with Calico's policies)" };
  if (name === "k3s") return k3s();
  return PROFILES[name];
}

export const cniNames = (): readonly CniName[] => [...(Object.keys(PROFILES) as CniName[]), "canal", "k3s"];

export const isCniName = (name: string): name is CniName => (cniNames() as readonly string[]).includes(name);
