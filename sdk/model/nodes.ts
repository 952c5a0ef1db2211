/**
 * Nodes by name, with their addresses: from Node objects, and from pods that say where they run (`status.hostIPs`, and
 * the addresses of host-network pods). Those of Node objects come first, in their order; what pods say comes in an order that
 * the order of the pods has no part in.
 */
import { familyOf } from "../address.ts";
import type { NodeObject, PodObject } from "../read/objects.ts";
import { internalIPs, sharedExternals } from "../read/shared-externals.ts";
import type { Index, ModelNode } from "./model.ts";

interface MutableNode extends ModelNode {
  readonly addresses: string[];
}

export class Nodes {
  readonly list: MutableNode[] = [];
  readonly #indices = new Map<string, Index>();
  /** Address → the node that has it; the first one that claims it. */
  readonly #owners = new Map<string, Index>();
  /** Addresses of type ExternalIP alone. */
  readonly #external = new Set<string>();

  constructor(declared: readonly NodeObject[], pods: readonly PodObject[]) {
    const internal = internalIPs(declared);
    const shared = sharedExternals(declared, internal);
    for (const { name, labels, addresses } of declared) {
      const index = this.#add({ name, labels, declared: true, addresses: [] });
      for (const { type, ip } of addresses) {
        if (type === "ExternalIP" && internal.has(ip)) continue;
        if (type === "ExternalIP") this.#external.add(ip);
        // Nobody's, unless a pod says that it is its node's.
        if (!shared.has(ip)) this.#claim(index, ip);
      }
    }
    const written = this.list.map(({ addresses }) => addresses.length);
    const places = new Map<string, number>();
    for (const pod of pods) {
      if (pod.nodeName === undefined || pod.finished) continue;
      const index = this.indexOf(pod.nodeName);
      this.#claimAll(index, pod.hostIPs, places);
      if (pod.hostNetwork) this.#claimAll(index, pod.ips, places);
    }
    this.list.forEach(({ addresses }, index) => {
      const implied = addresses.splice(written[index] ?? 0);
      addresses.push(...(implied.length > 1 ? implied.sort(byPlace(places)) : implied));
    });
  }

  indexOf(name: string): Index {
    return this.#indices.get(name) ?? this.#add({ name, labels: {}, declared: false, addresses: [] });
  }

  /** The node that has an address. */
  ownerOf(ip: string): Index | undefined {
    return this.#owners.get(ip);
  }

  /** Whether an address is known as a node's ExternalIP alone: what the node sends into the cluster has another one. */
  isExternal(ip: string): boolean {
    return this.#external.has(ip);
  }

  /** A node's addresses inside the cluster. */
  internalOf(index: Index): readonly string[] {
    const addresses = this.list[index]?.addresses ?? [];
    return internalAddresses(
      addresses.map((ip) => ({ ip, family: familyOf(ip), external: this.isExternal(ip) }) as const),
    ).map(({ ip }) => ip);
  }

  /** Claims a pod's list of addresses; `places` has the first place that each had in one. */
  #claimAll(index: Index, ips: readonly string[], places: Map<string, number>): void {
    for (let i = 0; i < ips.length; i++) {
      const ip = ips[i]!;
      const known = places.get(ip);
      if (known === undefined || i < known) places.set(ip, i);
      if (known === undefined) this.#claim(index, ip);
    }
  }

  #add(node: MutableNode): Index {
    const index = this.list.length;
    this.list.push(node);
    this.#indices.set(node.name, index);
    return index;
  }

  #claim(index: Index, ip: string): void {
    if (this.#owners.has(ip)) return;
    this.#owners.set(ip, index);
    this.list[index]?.addresses.push(ip);
  }
}

/** The addresses that a node has inside the cluster: an ExternalIP counts only where there is no other of its family. */
export function internalAddresses<A extends { readonly family: 4 | 6; readonly external?: boolean | undefined }>(
  addresses: readonly A[],
): readonly A[] {
  return addresses.filter(
    ({ family, external }) => !external || addresses.every((other) => other.external || other.family !== family),
  );
}

/** By their places in pods' lists, where the family that the cluster prefers comes first; then IPv4 first, and by text. */
function byPlace(places: ReadonlyMap<string, number>): (a: string, b: string) => number {
  const rank = (ip: string): string => `${places.get(ip)} ${familyOf(ip)} ${ip}`;
  return (a, b) => (rank(a) < rank(b) ? -1 : 1);
}
