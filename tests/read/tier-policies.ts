/** Policies of the ordered tiers as JSON text, for the tests of their reading. */
import type { TierPolicyKind, TierPolicyObject } from "../../sdk/read/objects.ts";
import { read } from "./support.ts";

const VERSIONS: Readonly<Record<TierPolicyKind, string>> = {
  ClusterNetworkPolicy: "v1alpha2",
  AdminNetworkPolicy: "v1alpha1",
  BaselineAdminNetworkPolicy: "v1alpha1",
};

const REQUIRED: Readonly<Record<TierPolicyKind, string>> = {
  ClusterNetworkPolicy: `"tier": "Admin", "priority": 10, "subject": {"namespaces": {}}`,
  AdminNetworkPolicy: `"priority": 10, "subject": {"namespaces": {}}`,
  BaselineAdminNetworkPolicy: `"subject": {"namespaces": {}}`,
};

/** The whole spec, without its braces, is `spec`. */
export function written(kind: TierPolicyKind, spec: string, name = "default"): string {
  return `{"apiVersion": "policy.networking.k8s.io/${VERSIONS[kind]}", "kind": "${kind}", "metadata": {"name": "${name}"}, "spec": {${spec}}}`;
}

/** The same of a ClusterNetworkPolicy in v1beta1. */
export function inBeta(text: string): string {
  return text.replace("/v1alpha2", "/v1beta1");
}

/** With what every policy of the kind needs, and `more`. */
export function policyOf(kind: TierPolicyKind, more: string): string {
  return written(kind, `${REQUIRED[kind]}, ${more}`);
}

/** A ClusterNetworkPolicy with one egress rule, which accepts and has `rule`. */
export function egress(rule: string, kind: TierPolicyKind = "ClusterNetworkPolicy"): string {
  const action = kind === "ClusterNetworkPolicy" ? "Accept" : "Allow";
  return policyOf(kind, `"egress": [{"action": "${action}", ${rule}}]`);
}

/** The same with one peer. */
export function toPeer(peer: string, kind: TierPolicyKind = "ClusterNetworkPolicy"): string {
  return egress(`"to": [${peer}]`, kind);
}

/** The same to every pod, at some ports. */
export function atPorts(ports: string, kind: TierPolicyKind = "ClusterNetworkPolicy"): string {
  const key = kind === "ClusterNetworkPolicy" ? "protocols" : "ports";
  return egress(`"to": [{"namespaces": {}}], "${key}": ${ports}`, kind);
}

export function readOne(text: string): TierPolicyObject {
  const { tierPolicies } = read(text);
  if (tierPolicies.length !== 1) throw new Error("expected one policy");
  return tierPolicies[0]!;
}

/** `count` copies of a JSON value, as a list. */
export function times(count: number, item: string): string {
  return `[${Array.from({ length: count }, () => item).join(", ")}]`;
}
