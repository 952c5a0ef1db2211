/** What objects are kept under in a store: one key for each that a cluster could tell apart. */
import { workloadKey } from "../model/workloads.ts";
import type { UnmodelledPolicy, WorkloadObject } from "../read/objects.ts";
import type { ListName } from "./store.ts";

/** Of all that has a namespace and is alone in its list under its name. */
export function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** Of policies without a namespace. */
export function tierPolicyName({ kind, name }: { readonly kind: string; readonly name: string }): string {
  return `${kind}/${name}`;
}

export function workloadName({ namespace, kind, name }: Pick<WorkloadObject, "namespace" | "kind" | "name">): string {
  return workloadKey(namespace, kind, name);
}

/** Of what is not modelled, as reading names objects that are only counted. */
export function unmodelledName({
  reference,
  group,
  namespace,
}: Omit<UnmodelledPolicy, "origin" | "annotations">): string {
  return `${reference.kind}/${group}/${namespace}/${reference.name}`;
}

/** The key in the list of a kind that is read. */
export function keyIn(list: ListName, kind: string, namespace: string, name: string): string {
  if (list === "namespaces" || list === "nodes") return name;
  if (list === "tierPolicies") return tierPolicyName({ kind, name });
  return list === "workloads" ? workloadKey(namespace, kind, name) : nameOf({ namespace, name });
}
