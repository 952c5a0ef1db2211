/** The kinds of policy that a plugin has beside Kubernetes' own. Nothing is known of them but their names. */
import type { Caveat } from "../types.ts";
import type { CniName } from "./types.ts";

const KINDS: Readonly<Partial<Record<CniName, readonly string[]>>> = {
  calico: ["NetworkPolicy", "GlobalNetworkPolicy"],
  canal: ["NetworkPolicy", "GlobalNetworkPolicy"],
  cilium: ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"],
  antrea: ["NetworkPolicy", "ClusterNetworkPolicy"],
  "ovn-kubernetes": ["EgressFirewall"],
  "gke-dpv2": ["FQDNNetworkPolicy", "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"],
};

/** Whether what a decision leaves out are policies that the plugin enforces. */
export function namesOwnPolicies(name: CniName, caveats: readonly Caveat[]): boolean {
  return caveats.some(
    ({ code, objects = [] }) => code === "unmodelled-policy" && objects.some(({ kind }) => KINDS[name]?.includes(kind)),
  );
}
