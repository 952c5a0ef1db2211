/** One call's changes: for each object that it touches, what was there before and what is there after. */
import type { LoadedObjects, PodObject } from "../read/objects.ts";
import type { Caveat } from "../types.ts";
import { nameOf, tierPolicyName, unmodelledName, workloadName } from "./keys.ts";
import {
  caveatsByPolicy,
  LIST_NAMES,
  type ListName,
  numbered,
  type Store,
  type StoredKinds,
  skippedObject,
} from "./store.ts";

export interface Edit<T> {
  /** Undefined for an object that is new. */
  readonly before: T | undefined;
  /** Undefined for an object that is removed. */
  readonly after: T | undefined;
  /** It was removed and is loaded again in one call: another object, and the last one. */
  readonly renewed: boolean;
}

type EditLists = { readonly [L in ListName]: Map<string, Edit<StoredKinds[L]>> };

export class Edits {
  readonly lists: EditLists = {
    namespaces: new Map(),
    pods: new Map(),
    nodes: new Map(),
    services: new Map(),
    endpointSlices: new Map(),
    endpoints: new Map(),
    workloads: new Map(),
    networkPolicies: new Map(),
    tierPolicies: new Map(),
    unmodelled: new Map(),
    skipped: new Map(),
  };
  /** What reading said of the policies among them. */
  #caveats: ReadonlyMap<string, readonly Caveat[]> = new Map();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Removes an object; false where it is not loaded, or has been removed already. */
  remove<L extends ListName>(list: L, key: string): boolean {
    const before = (this.#store[list] as Map<string, StoredKinds[L]>).get(key);
    const edits = this.lists[list] as Map<string, Edit<StoredKinds[L]>>;
    if (before === undefined || edits.has(key)) return false;
    edits.set(key, { before, after: undefined, renewed: false });
    return true;
  }

  /** Takes in all that was read; removals must have come before. */
  upsert(objects: Omit<LoadedObjects, "skipped">): void {
    for (const object of objects.namespaces) this.#put("namespaces", object.name, object);
    for (const object of objects.pods) this.#put("pods", nameOf(object), object);
    for (const object of objects.nodes) this.#put("nodes", object.name, object);
    for (const object of objects.services) this.#put("services", nameOf(object), object);
    for (const object of objects.endpointSlices) this.#put("endpointSlices", nameOf(object), object);
    for (const object of objects.endpoints) this.#put("endpoints", nameOf(object), object);
    for (const object of objects.workloads) this.#put("workloads", workloadName(object), object);
    for (const object of objects.networkPolicies) this.#put("networkPolicies", nameOf(object), object);
    for (const object of objects.tierPolicies) this.#put("tierPolicies", tierPolicyName(object), object);
    numbered(objects.unmodelled, unmodelledName, (key, object) => {
      this.#dropOthers("unmodelled", key);
      this.#put("unmodelled", key, object);
    });
    numbered(
      objects.skippedNames,
      (name) => name,
      (key, name) => {
        this.#dropOthers("skipped", key);
        this.#put("skipped", key, skippedObject(name, objects));
      },
    );
    this.#caveats = caveatsByPolicy(objects.caveats);
  }

  /** Takes in what all pods together make of one that will be there. */
  settlePod(pod: PodObject): void {
    const key = nameOf(pod);
    const edit = this.lists.pods.get(key) ?? { before: this.#store.pods.get(key), renewed: false };
    this.lists.pods.set(key, { ...edit, after: pod });
  }

  /** Whether nothing is touched. */
  get isEmpty(): boolean {
    return LIST_NAMES.every((list) => this.lists[list].size === 0);
  }

  /** How many objects there are more, or fewer, afterwards. */
  get growth(): number {
    let growth = 0;
    for (const list of LIST_NAMES) {
      for (const { before, after } of this.lists[list].values()) {
        growth += Number(after !== undefined) - Number(before !== undefined);
      }
    }
    return growth;
  }

  /** Makes the changes in a store: an object that is replaced keeps its place, a new one comes last. */
  commit(store: Store): void {
    for (const list of LIST_NAMES) this.#commitList(store, list);
    for (const key of [...this.lists.networkPolicies.keys(), ...this.lists.tierPolicies.keys()]) {
      const caveats = this.#caveats.get(key);
      if (caveats === undefined) store.caveats.delete(key);
      else store.caveats.set(key, caveats);
    }
  }

  #commitList<L extends ListName>(store: Store, list: L): void {
    const objects = store[list] as Map<string, StoredKinds[L]>;
    for (const [key, { after, renewed }] of this.lists[list] as Map<string, Edit<StoredKinds[L]>>) {
      if (after === undefined || renewed) objects.delete(key);
      if (after !== undefined) objects.set(key, after);
    }
  }

  #put<L extends ListName>(list: L, key: string, after: StoredKinds[L]): void {
    const edits = this.lists[list] as Map<string, Edit<StoredKinds[L]>>;
    const removed = edits.get(key);
    // What comes again comes last.
    edits.delete(key);
    const before = (this.#store[list] as Map<string, StoredKinds[L]>).get(key);
    edits.set(key, { before, after, renewed: removed !== undefined && removed.after === undefined });
  }

  /** The first of a name takes the place of all that were loaded under it. */
  #dropOthers(list: "unmodelled" | "skipped", key: string): void {
    if (!key.endsWith("#0")) return;
    const base = key.slice(0, -1);
    for (let i = 1; this.#store[list].has(`${base}${i}`); i++) this.remove(list, `${base}${i}`);
  }
}
