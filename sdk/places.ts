/** Where a model's policies, rules and entries stand in the objects that they come from. */
import type { ObjectReference, Path } from "./errors.ts";
import type { Place, TierName } from "./explain/types.ts";
import type { ModelPolicy, ModelRule } from "./model/model.ts";
import type { FullState } from "./state.ts";

const TIERS: Readonly<Record<ModelPolicy["tier"], { readonly name: TierName; readonly kind: string }>> = {
  admin: { name: "admin", kind: "ClusterNetworkPolicy" },
  "admin-v1alpha1": { name: "admin-v1alpha1", kind: "AdminNetworkPolicy" },
  additive: { name: "network-policy", kind: "NetworkPolicy" },
  baseline: { name: "baseline", kind: "ClusterNetworkPolicy" },
  "baseline-v1alpha1": { name: "baseline-v1alpha1", kind: "BaselineAdminNetworkPolicy" },
};

export function tierOf(policy: ModelPolicy): TierName {
  return TIERS[policy.tier].name;
}

export function referenceOf(full: FullState, policy: ModelPolicy): ObjectReference {
  const { kind } = TIERS[policy.tier];
  if (typeof policy.namespace !== "number") return { kind, name: policy.name };
  return { kind, namespace: full.namespaces.list[policy.namespace]?.name ?? "", name: policy.name };
}

export function placeOf(full: FullState, policy: ModelPolicy, path: Path): Place {
  const source = policy.origin.locate(path);
  return { policy: referenceOf(full, policy), path, ...(source !== undefined && { source }) };
}

/** The path of the selector of a policy's pods. */
export function subjectPath({ tier }: ModelPolicy): Path {
  return ["spec", tier === "additive" ? "podSelector" : "subject"];
}

/** The path of a rule, by its place among all rules of the model's policy. */
export function rulePath(policy: ModelPolicy, index: number): Path {
  const rule = policy.rules[index];
  return rule === undefined ? ["spec"] : ["spec", rule.direction, rule.place];
}

export function peerPath(policy: ModelPolicy, index: number, peer: number): Path {
  const rule = policy.rules[index];
  const list = [...rulePath(policy, index), rule?.direction === "egress" ? "to" : "from"];
  const model = rule?.peers[peer];
  const place = model?.written ?? peer;
  // One that stands for a whole list of which an entry is not known.
  return model?.kind === "nodes" && model.nobody && model.written === undefined ? list : [...list, place];
}

export function portPath(policy: ModelPolicy, index: number, port: number): Path {
  const place = policy.rules[index]?.ports[port]?.written ?? port;
  const isCluster = policy.tier === "admin" || policy.tier === "baseline";
  return [...rulePath(policy, index), isCluster ? "protocols" : "ports", place];
}

/** Which end of a flow a rule's peers are asked about. */
export function peerOf<T>(rule: Pick<ModelRule, "direction">, ends: { readonly from: T; readonly to: T }): T {
  return rule.direction === "egress" ? ends.to : ends.from;
}
