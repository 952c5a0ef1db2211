/** The loaded objects by name, each kind in its order: what a fresh load would be given. */
import { addTo } from "../add-to.ts";
import { skippedKinds } from "../read/load.ts";
import type {
  EndpointSliceObject,
  EndpointsObject,
  LoadedObjects,
  NamespaceObject,
  NetworkPolicyObject,
  NodeObject,
  PodObject,
  ServiceCall,
  ServiceObject,
  TierPolicyObject,
  UnmodelledPolicy,
  WorkloadObject,
} from "../read/objects.ts";
import type { Caveat } from "../types.ts";
import { nameOf, tierPolicyName, unmodelledName, workloadName } from "./keys.ts";

/** An object of a kind that no verdict depends on: only counted. */
export interface SkippedObject {
  readonly kind: string;
  readonly calls?: readonly ServiceCall[] | undefined;
  /** Of one that makes pods, its namespace. */
  readonly makesPodsIn?: string | undefined;
  readonly ranges?: readonly string[] | undefined;
}

/** What each list of a store holds. */
export interface StoredKinds {
  readonly namespaces: NamespaceObject;
  readonly pods: PodObject;
  readonly nodes: NodeObject;
  readonly services: ServiceObject;
  readonly endpointSlices: EndpointSliceObject;
  readonly endpoints: EndpointsObject;
  readonly workloads: WorkloadObject;
  readonly networkPolicies: NetworkPolicyObject;
  readonly tierPolicies: TierPolicyObject;
  readonly unmodelled: UnmodelledPolicy;
  readonly skipped: SkippedObject;
}

export type ListName = keyof StoredKinds;

export const LIST_NAMES: readonly ListName[] = [
  "namespaces",
  "pods",
  "nodes",
  "services",
  "endpointSlices",
  "endpoints",
  "workloads",
  "networkPolicies",
  "tierPolicies",
  "unmodelled",
  "skipped",
];

/**
 * Objects by key: `name`, `namespace/name`, of workloads `namespace/Kind/name`, of policies without a namespace `Kind/name`. Of the last two lists one load may hold
 * several objects of one name: their keys are `kind/group/namespace/name#n`.
 */
export type Store = { readonly [L in ListName]: Map<string, StoredKinds[L]> } & {
  /** What reading found to say of policies, by their keys. */
  readonly caveats: Map<string, readonly Caveat[]>;
};

export function newStore(objects: LoadedObjects): Store {
  const store: Store = {
    namespaces: new Map(objects.namespaces.map((object) => [object.name, object])),
    pods: new Map(objects.pods.map((object) => [nameOf(object), object])),
    nodes: new Map(objects.nodes.map((object) => [object.name, object])),
    services: new Map(objects.services.map((object) => [nameOf(object), object])),
    endpointSlices: new Map(objects.endpointSlices.map((object) => [nameOf(object), object])),
    endpoints: new Map(objects.endpoints.map((object) => [nameOf(object), object])),
    workloads: new Map(objects.workloads.map((object) => [workloadName(object), object])),
    networkPolicies: new Map(objects.networkPolicies.map((object) => [nameOf(object), object])),
    tierPolicies: new Map(objects.tierPolicies.map((object) => [tierPolicyName(object), object])),
    unmodelled: new Map(),
    skipped: new Map(),
    caveats: caveatsByPolicy(objects.caveats),
  };
  numbered(objects.unmodelled, unmodelledName, (key, object) => store.unmodelled.set(key, object));
  numbered(
    objects.skippedNames,
    (name) => name,
    (key, name) => store.skipped.set(key, skippedObject(name, objects)),
  );
  return store;
}

/** Another store with the same objects. */
export function copyStore(store: Store): Store {
  return {
    namespaces: new Map(store.namespaces),
    pods: new Map(store.pods),
    nodes: new Map(store.nodes),
    services: new Map(store.services),
    endpointSlices: new Map(store.endpointSlices),
    endpoints: new Map(store.endpoints),
    workloads: new Map(store.workloads),
    networkPolicies: new Map(store.networkPolicies),
    tierPolicies: new Map(store.tierPolicies),
    unmodelled: new Map(store.unmodelled),
    skipped: new Map(store.skipped),
    caveats: new Map(store.caveats),
  };
}

/** A store's objects as one load would have read them; each list is made when it is first asked for. */
export function objectsOf(store: Store): LoadedObjects {
  const lists = new Map<string, unknown>();
  const once = <T>(name: string, make: () => T): T => {
    if (!lists.has(name)) lists.set(name, make());
    return lists.get(name) as T;
  };
  const listOf = <L extends ListName>(name: L): StoredKinds[L][] =>
    once(name, () => [...store[name].values()] as StoredKinds[L][]);
  return {
    get namespaces() {
      return listOf("namespaces");
    },
    get pods() {
      return listOf("pods");
    },
    get nodes() {
      return listOf("nodes");
    },
    get services() {
      return listOf("services");
    },
    get endpointSlices() {
      return listOf("endpointSlices");
    },
    get endpoints() {
      return listOf("endpoints");
    },
    get workloads() {
      return listOf("workloads");
    },
    get networkPolicies() {
      return listOf("networkPolicies");
    },
    get tierPolicies() {
      return listOf("tierPolicies");
    },
    get unmodelled() {
      return listOf("unmodelled");
    },
    get skipped() {
      return once("counts", () => countKinds(store.skipped.values()));
    },
    get skippedNames() {
      return once("names", () => [...store.skipped.keys()].map(withoutNumber));
    },
    get serviceCalls() {
      return once("calls", () => saidBySkipped(store, ({ calls }) => calls));
    },
    get podMakers() {
      return once("makers", () => saidBySkipped(store, ({ makesPodsIn }) => makesPodsIn));
    },
    get serviceRanges() {
      return once("ranges", () => saidBySkipped(store, ({ ranges }) => ranges));
    },
    get caveats() {
      return once("caveats", () => [
        ...[...store.networkPolicies.keys(), ...store.tierPolicies.keys()].flatMap(
          (key) => store.caveats.get(key) ?? [],
        ),
        ...skippedKinds(countKinds(store.skipped.values())),
      ]);
    },
  };
}

/** `name` is `kind/group/namespace/name`. */
export function skippedObject(
  name: string,
  { serviceCalls, podMakers, serviceRanges }: Pick<LoadedObjects, "serviceCalls" | "podMakers" | "serviceRanges">,
): SkippedObject {
  return {
    kind: name.slice(0, name.indexOf("/")),
    calls: serviceCalls.get(name),
    makesPodsIn: podMakers.get(name),
    ranges: serviceRanges.get(name),
  };
}

/** What objects that are only counted say all the same, by their names. */
function saidBySkipped<T>(store: Store, said: (object: SkippedObject) => T | undefined): Map<string, T> {
  const byName = new Map<string, T>();
  for (const [key, object] of store.skipped) {
    const value = said(object);
    if (value !== undefined) byName.set(withoutNumber(key), value);
  }
  return byName;
}

/** The name that a numbered key begins with. */
function withoutNumber(key: string): string {
  return key.slice(0, key.lastIndexOf("#"));
}

/** Gives each object its name and which of that name it is as a key. */
export function numbered<T>(
  objects: Iterable<T>,
  name: (object: T) => string,
  take: (key: string, object: T) => void,
): void {
  const counts = new Map<string, number>();
  for (const object of objects) {
    const base = name(object);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    take(`${base}#${count}`, object);
  }
}

/** What reading said of policies, by policy; what it says of all objects together is said anew. */
export function caveatsByPolicy(caveats: readonly Caveat[]): Map<string, readonly Caveat[]> {
  const byPolicy = new Map<string, Caveat[]>();
  for (const caveat of caveats) {
    const policy = caveat.objects?.[0];
    if (policy === undefined) continue;
    const key =
      policy.namespace === undefined ? tierPolicyName(policy) : nameOf({ ...policy, namespace: policy.namespace });
    addTo(byPolicy, key, caveat);
  }
  return byPolicy;
}

function countKinds(objects: Iterable<SkippedObject>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
