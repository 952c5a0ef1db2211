/** Random sequences of updates over the fuzz's clusters: edits of every kind, several in a call. */
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { someFlow } from "../fuzz/flows.ts";
import { generateWorld, optionsOf } from "../fuzz/generate.ts";
import { policySpec } from "../fuzz/policies.ts";
import type { Random } from "../fuzz/random.ts";
import { isOrdered } from "../fuzz/tiers/kinds.ts";
import { anyFamily, clusterFamilies, someLabels, type World } from "../fuzz/world.ts";
import { changeTierPolicy, newTierPolicy } from "./tier-edits.ts";

// biome-ignore lint/suspicious/noExplicitAny: manifests are cut and pasted here, as people do
type Manifest = any;

export interface Reference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface Call {
  readonly upsert: readonly object[];
  readonly remove: readonly (Reference | object)[];
  /** What was done, for the reader of a failure. */
  readonly words: readonly string[];
}

/** A cluster that is edited; `objects` are those that are loaded, in their order. */
export class EditCase {
  readonly options: LoadOptions;
  readonly objects: Map<string, Manifest> = new Map();
  readonly #world: World;
  readonly #random: Random;
  /** Objects that are not loaded. */
  readonly #pool: Manifest[] = [];
  #made = 0;

  constructor(seed: number, index: number) {
    const { world, random } = generateWorld(seed, index, index % 3 === 0 ? "small" : "tiny");
    this.#world = world;
    this.#random = random;
    this.options = optionsOf(world);
    addOthers(world);
    for (const object of random.shuffle(world.objects)) {
      if (random.chance(0.75)) this.objects.set(this.#keyOf(object), object);
      else this.#pool.push(object);
    }
  }

  flows(count: number): Flow[] {
    return Array.from({ length: count }, () => someFlow(this.#world));
  }

  /** Makes a call, and what is loaded if it succeeds. */
  call(): { readonly call: Call; readonly after: Map<string, Manifest> } {
    const upsert = new Map<string, Manifest>();
    const remove: (Reference | object)[] = [];
    const removed = new Set<string>();
    const words: string[] = [];
    for (let left = this.#random.pick([1, 1, 1, 2, 3, 5]); left > 0; left--) this.#edit(upsert, remove, removed, words);
    const after = new Map(this.objects);
    for (const key of removed) after.delete(key);
    for (const [key, object] of upsert) after.set(key, object);
    return { call: { upsert: [...upsert.values()], remove, words }, after };
  }

  /** Takes over what a call has made of the objects. */
  accept(after: ReadonlyMap<string, Manifest>): void {
    for (const [key, object] of this.objects) if (!after.has(key)) this.#pool.push(object);
    this.objects.clear();
    for (const [key, object] of after) this.objects.set(key, object);
    for (let i = this.#pool.length - 1; i >= 0; i--) if (after.has(this.#keyOf(this.#pool[i]))) this.#pool.splice(i, 1);
  }

  #edit(upsert: Map<string, Manifest>, remove: (Reference | object)[], removed: Set<string>, words: string[]): void {
    const random = this.#random;
    const put = (object: Manifest): void => {
      upsert.delete(this.#keyOf(object));
      upsert.set(this.#keyOf(object), object);
    };
    const drop = (key: string): void => {
      const object = this.objects.get(key);
      if (object === undefined || removed.has(key)) return;
      removed.add(key);
      upsert.delete(key);
      remove.push(random.chance(0.5) ? object : referenceTo(object));
    };
    const loaded = [...this.objects.keys()];
    const target = loaded.length === 0 ? undefined : random.pick(loaded);
    switch (
      random.weighted({
        add: 3,
        drop: 2,
        change: 6,
        pod: 3,
        renew: 0.7,
        hand: 1.2,
        same: 0.5,
        policy: 2,
        tier: 1,
        rename: 0.7,
      })
    ) {
      case "add": {
        if (this.#pool.length === 0) return;
        const object = random.pick(this.#pool);
        words.push(`add ${this.#keyOf(object)}`);
        put(structuredClone(object));
        return;
      }
      case "drop":
        if (target === undefined) return;
        words.push(`drop ${target}`);
        drop(target);
        return;
      case "change": {
        const object =
          target === undefined ? undefined : structuredClone(upsert.get(target) ?? this.objects.get(target));
        if (object === undefined || removed.has(this.#keyOf(object))) return;
        words.push(`change ${target}: ${this.#change(object)}`);
        put(object);
        return;
      }
      case "pod": {
        const pod = this.#newPod();
        words.push(`new ${this.#keyOf(pod)}`);
        put(pod);
        return;
      }
      case "policy": {
        const policy = this.#newPolicy();
        words.push(`new ${this.#keyOf(policy)}`);
        put(policy);
        return;
      }
      case "tier": {
        if (this.#world.features.tiers === "none") return;
        const policy = newTierPolicy(this.#world, `late-${this.#made++}`);
        words.push(`new ${this.#keyOf(policy)}`);
        put(policy);
        return;
      }
      case "rename": {
        // Another name is another object; of tied policies it may be the one that comes first by name.
        const object = target === undefined ? undefined : structuredClone(this.objects.get(target));
        if (object === undefined || !isOrdered(object) || object.kind === "BaselineAdminNetworkPolicy") return;
        drop(target!);
        object.metadata.name = `${random.pick(["a", "z"])}-${this.#made++}`;
        words.push(`rename ${target} to ${object.metadata.name}`);
        put(object);
        return;
      }
      case "renew": {
        if (target === undefined) return;
        const object = structuredClone(this.objects.get(target));
        drop(target);
        if (random.chance(0.5)) this.#change(object);
        words.push(`renew ${target}`);
        put(object);
        return;
      }
      case "hand":
        this.#handAddress(put, drop, words);
        return;
      case "same":
        if (target === undefined || removed.has(target)) return;
        words.push(`same ${target}`);
        put(structuredClone(upsert.get(target) ?? this.objects.get(target)));
    }
  }

  /** An object's name for people. */
  #keyOf({ kind, metadata }: Manifest): string {
    const cluster = kind === "Namespace" || kind === "Node" || isOrdered({ kind });
    return cluster ? `${kind} ${metadata.name}` : `${kind} ${this.nameOf({ metadata })}`;
  }

  /** `namespace/name` of an object, or of a reference to one. */
  nameOf({ metadata, namespace, name }: Manifest): string {
    const given = metadata?.namespace || namespace || this.options.defaultNamespace || "default";
    return `${given}/${metadata?.name ?? name}`;
  }

  /** A pod goes, finishes or is being deleted, and another one gets its address. */
  #handAddress(put: (object: Manifest) => void, drop: (key: string) => void, words: string[]): void {
    const random = this.#random;
    const holders = [...this.objects.values()].filter(
      (object) => object.kind === "Pod" && object.status?.podIPs?.length > 0,
    );
    if (holders.length === 0) return;
    const holder = random.pick(holders);
    const heir = this.#newPod();
    heir.status = { phase: "Running", podIP: holder.status.podIPs[0].ip, podIPs: holder.status.podIPs };
    const give = (): void => {
      const copy = structuredClone(holder);
      const way = random.pick(["goes", "finishes", "is being deleted"]);
      if (way === "goes") drop(this.#keyOf(holder));
      else if (way === "finishes") put({ ...copy, status: { ...holder.status, phase: "Succeeded" } });
      else put({ ...copy, metadata: { ...copy.metadata, deletionTimestamp: this.#someTime() } });
    };
    words.push(`hand ${this.#keyOf(holder)} to ${this.#keyOf(heir)}`);
    if (random.chance(0.5)) {
      give();
      put(heir);
    } else {
      put(heir);
      give();
    }
  }

  #someTime(): string {
    return `2026-01-01T00:00:0${this.#random.below(10)}Z`;
  }

  #newPod(): Manifest {
    const world = this.#world;
    const random = this.#random;
    const name = random.chance(0.1) ? `pod-${random.below(6)}` : `late-${this.#made++}`;
    const namespace = random.chance(0.05) ? "elsewhere" : random.pick(world.namespaces);
    const addresses = clusterFamilies(world).map((family) => world.book.take(family));
    const node = world.nodes.length > 0 && random.chance(0.6) ? random.pick(world.nodes).name : undefined;
    const labels = someLabels(world);
    world.pods.push({ namespace, name, labels, addresses, hostNetwork: false, finished: false });
    const owner =
      random.chance(0.3) && world.workloads.length > 0 ? random.pick(world.workloads).split("/") : undefined;
    const owners = owner?.[0] === namespace ? [{ kind: owner[1], name: owner[2], controller: true }] : undefined;
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels, ...(owners && { ownerReferences: owners }) },
      spec: {
        containers: [{ name: "c", ports: this.#ports() }],
        ...(node !== undefined && { nodeName: node }),
        ...(world.features.hostNetwork && random.chance(0.1) && { hostNetwork: true }),
      },
      status: random.chance(0.9)
        ? { phase: "Running", podIP: addresses[0], podIPs: addresses.map((ip) => ({ ip })), ...this.#hostIP(node) }
        : {},
    };
  }

  #hostIP(node: string | undefined): Manifest {
    const addresses = this.#world.nodes.find(({ name }) => name === node)?.addresses ?? [];
    if (addresses.length === 0 || this.#random.chance(0.5)) return {};
    // Pods of one node need not agree on the order.
    const hostIPs = this.#random.chance(0.5) ? addresses : [...addresses].reverse();
    return { hostIP: hostIPs[0], hostIPs: hostIPs.map((ip) => ({ ip })) };
  }

  #ports(): Manifest[] {
    const { random, portNames, numbers } = this.#world;
    return random.list(0, 2, (index) => ({ name: portNames[index] ?? "other", containerPort: random.pick(numbers) }));
  }

  #newPolicy(): Manifest {
    const world = this.#world;
    const namespace = world.random.chance(0.05) ? "elsewhere" : world.random.pick(world.namespaces);
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `late-${this.#made++}`, namespace },
      spec: policySpec(world),
    };
  }

  /** Changes something of an object, and says what. */
  #change(object: Manifest): string {
    const world = this.#world;
    const random = this.#random;
    object.metadata ??= {};
    if (isOrdered(object)) return changeTierPolicy(world, object);
    switch (object.kind) {
      case "Pod":
        return this.#changePod(object);
      case "Namespace":
        object.metadata.labels = someLabels(world);
        return "labels";
      case "Node":
        if (random.chance(0.4)) {
          object.metadata.labels = someLabels(world);
          return "labels";
        }
        object.status = { addresses: [{ type: "InternalIP", address: world.book.take(anyFamily(world)) }] };
        return "addresses";
      case "NetworkPolicy":
        if (random.chance(0.3) && object.spec) {
          object.spec.policyTypes = random.pick([["Ingress"], ["Egress"], ["Ingress", "Egress"]]);
          return "policyTypes";
        }
        object.spec = policySpec(world);
        return "spec";
      case "Service":
        if (object.spec?.ports && random.chance(0.5)) {
          for (const port of object.spec.ports) port.targetPort = random.pick([...world.numbers, ...world.portNames]);
          return "targetPort";
        }
        if (object.spec) object.spec.selector = someLabels(world);
        return "selector";
      case "Endpoints":
        object.subsets = object.subsets?.slice(1);
        return "subsets";
      case "EndpointSlice":
        for (const endpoint of object.endpoints ?? []) endpoint.conditions = { ready: random.chance(0.5) };
        return "ready";
      default:
        if (object.spec && random.chance(0.7)) {
          object.spec.replicas = random.pick([0, 1, 2]);
          if (!["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"].includes(object.kind))
            delete object.spec.replicas;
          return "replicas";
        }
        object.metadata.annotations = { edited: String(this.#made++) };
        return "annotations";
    }
  }

  #changePod(pod: Manifest): string {
    const world = this.#world;
    const random = this.#random;
    const kind = random.weighted({ labels: 4, ports: 2, node: 2, ready: 2, ips: 2, end: 1, terminating: 1, host: 0.3 });
    switch (kind) {
      case "labels":
        pod.metadata.labels = someLabels(world);
        break;
      case "ports":
        pod.spec = { ...pod.spec, containers: [{ name: "c", ports: this.#ports() }] };
        break;
      case "node":
        pod.spec = { ...pod.spec, nodeName: random.pick([...world.nodes.map(({ name }) => name), "other-node"]) };
        delete pod.status?.hostIP;
        delete pod.status?.hostIPs;
        break;
      case "ready":
        pod.status = { ...pod.status, conditions: [{ type: "Ready", status: random.pick(["True", "False"]) }] };
        break;
      case "ips": {
        const ips = clusterFamilies(world).map((family) => world.book.take(family));
        pod.status = { ...pod.status, phase: "Running", podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) };
        break;
      }
      case "end":
        pod.status = { ...pod.status, phase: random.pick(["Succeeded", "Failed", "Running"]) };
        break;
      case "terminating":
        pod.metadata.deletionTimestamp = this.#someTime();
        break;
      case "host":
        pod.spec = { ...pod.spec, hostNetwork: world.features.hostNetwork };
    }
    return kind;
  }
}

/** Policies of kinds that are not modelled, objects that no verdict depends on. */
function addOthers({ random, objects, namespaces }: World): void {
  for (let i = random.below(3); i > 0; i--) {
    const namespace = random.pick(namespaces);
    objects.push(
      { apiVersion: "v1", kind: random.pick(["ConfigMap", "Secret"]), metadata: { name: `c-${i}`, namespace } },
      { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: `cilium-${i}`, namespace } },
    );
  }
}

function referenceTo({ kind, metadata }: Manifest): Reference {
  const { name, namespace } = metadata;
  return namespace === undefined ? { kind, name } : { kind, namespace, name };
}
