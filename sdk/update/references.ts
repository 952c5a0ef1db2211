/** What `remove` names: references, or Kubernetes objects. */
import { formatReference, type Issue, type ObjectReference } from "../errors.ts";
import { isRecord, typeName } from "../read/fields.ts";
import { CLUSTER_KINDS, classify, groupOf } from "../read/kinds.ts";
import type { Edits } from "./edits.ts";
import { keyIn, unmodelledName } from "./keys.ts";
import type { ListName, Store } from "./store.ts";

const LISTS: Readonly<Record<string, ListName>> = {
  Namespace: "namespaces",
  Pod: "pods",
  Node: "nodes",
  Service: "services",
  EndpointSlice: "endpointSlices",
  Endpoints: "endpoints",
  NetworkPolicy: "networkPolicies",
  ClusterNetworkPolicy: "tierPolicies",
  AdminNetworkPolicy: "tierPolicies",
  BaselineAdminNetworkPolicy: "tierPolicies",
  Deployment: "workloads",
  ReplicaSet: "workloads",
  StatefulSet: "workloads",
  DaemonSet: "workloads",
  ReplicationController: "workloads",
  Job: "workloads",
  CronJob: "workloads",
};

const KEYS: ReadonlySet<string> = new Set(["apiVersion", "kind", "namespace", "name"]);

/** Adds the removals to the edits, and each that cannot be made to the issues. */
export function readRemovals(
  remove: unknown,
  store: Store,
  defaultNamespace: string,
  edits: Edits,
  issues: Issue[],
): void {
  const fail = (code: Issue["code"], message: string, path: Issue["path"], object?: ObjectReference): void => {
    issues.push({ code, message, ...(object && { object }), path });
  };
  if (typeof remove !== "object" || remove === null) {
    const message = `\`remove\` must be a reference, an object, or an iterable of them, not ${typeName(remove)}`;
    fail("invalid-input", message, ["remove"]);
    return;
  }
  if (Symbol.asyncIterator in remove || ("then" in remove && typeof remove.then === "function")) {
    const message = "`remove` must be there already: await it, and collect an async iterable, before";
    fail("invalid-input", message, ["remove"]);
    return;
  }
  const isOne = !(Symbol.iterator in remove);
  const groups = new GroupsByKind(store);
  let index = 0;
  for (const entry of isOne ? [remove] : (remove as Iterable<unknown>)) {
    const path = isOne ? ["remove"] : ["remove", index++];
    const named = readReference(entry);
    if (typeof named === "string") {
      fail("invalid-input", named, path);
      continue;
    }
    const { kind, name } = named;
    const namespace = named.namespace === "" ? defaultNamespace : named.namespace;
    if (removeNamed(store, groups, edits, { ...named, namespace })) continue;
    const reference: ObjectReference = CLUSTER_KINDS.has(kind) ? { kind, name } : { kind, namespace, name };
    fail("unknown-object", `${formatReference(reference)} is not loaded, so it cannot be removed`, path, reference);
  }
}

interface Named {
  readonly apiVersion: string | undefined;
  readonly kind: string;
  /** `""` where none is given. */
  readonly namespace: string;
  readonly name: string;
}

/** A reference's or an object's kind and name, or what is wrong with it. */
function readReference(entry: unknown): Named | string {
  if (!isRecord(entry))
    return `a reference must be \`{ kind, namespace?, name }\` or an object, not ${typeName(entry)}`;
  const isObject = isRecord(entry.metadata);
  if (!isObject) {
    for (const key of Object.keys(entry)) {
      if (!KEYS.has(key)) return `\`${key}\` is no part of a reference: there are ${[...KEYS].join(", ")}`;
    }
  }
  const { apiVersion, kind } = entry;
  const { namespace: written, name } = isRecord(entry.metadata) ? entry.metadata : entry;
  const namespace = written ?? "";
  if (typeof kind !== "string" || kind === "") return "a reference needs a `kind`";
  if (typeof name !== "string" || name === "") return "a reference needs a `name`";
  if (typeof namespace !== "string") return `a reference's \`namespace\` must be a string, not ${typeName(namespace)}`;
  if (apiVersion !== undefined && typeof apiVersion !== "string") return "`apiVersion` must be a string";
  return { apiVersion, kind, namespace, name };
}

/** Without an API version, a kind that is modelled comes before others of its name. */
function removeNamed(
  store: Store,
  groups: GroupsByKind,
  edits: Edits,
  { apiVersion, kind, namespace, name }: Named,
): boolean {
  const action = apiVersion === undefined ? undefined : classify(apiVersion, kind).do;
  const list = Object.hasOwn(LISTS, kind) ? LISTS[kind] : undefined;
  if (list !== undefined && (action === undefined || action === "read")) {
    if (edits.remove(list, keyIn(list, kind, namespace, name))) return true;
  }
  for (const [other, reason] of [
    ["unmodelled", "name"],
    ["skipped", "skip"],
  ] as const) {
    if (action !== undefined && action !== reason) continue;
    const meant = apiVersion === undefined ? groups.of(other, kind) : [groupOf(apiVersion)];
    const bases = [...meant].flatMap((group) =>
      // A kind that is not modelled may be one without namespaces.
      [namespace, ""].map((space) => unmodelledName({ reference: { kind, name }, group, namespace: space })),
    );
    const removed = bases.filter((base) => edits.remove(other, `${base}#0`));
    for (const base of removed) {
      for (let i = 1; store[other].has(`${base}#${i}`); i++) edits.remove(other, `${base}#${i}`);
    }
    if (removed.length > 0) return true;
  }
  return false;
}

/** The API groups of the objects of a kind that are not modelled, gone through once for all references. */
class GroupsByKind {
  readonly #store: Store;
  readonly #groups = new Map<"unmodelled" | "skipped", ReadonlyMap<string, ReadonlySet<string>>>();

  constructor(store: Store) {
    this.#store = store;
  }

  of(list: "unmodelled" | "skipped", kind: string): ReadonlySet<string> {
    let groups = this.#groups.get(list);
    if (groups === undefined) {
      groups = groupsByKind(this.#store[list]);
      this.#groups.set(list, groups);
    }
    return groups.get(kind) ?? new Set();
  }
}

function groupsByKind(objects: ReadonlyMap<string, unknown>): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const key of objects.keys()) {
    const [kind = "", group = ""] = key.split("/", 2);
    const known = groups.get(kind);
    if (known === undefined) groups.set(kind, new Set([group]));
    else known.add(group);
  }
  return groups;
}
