/**
 * Nodes by name, with their addresses: from Node objects, and from pods that say where they run (`status.hostIPs`, and
 * the addresses of host-network pods).
 */
import type { NodeObject, PodObject } from "../read/objects.ts";
import type { Index, ModelNode } from "./model.ts";

interface MutableNode extends ModelNode {
  readonly addresses: string[];
}

export class Nodes {
  readonly list: MutableNode[] = [];
  readonly #indices = new Map<string, Index>();
  /** Address → the node that has it; the first one that claims it. */
  readonly #owners = new Map<string, Index>();

  constructor(declared: readonly NodeObject[], pods: readonly PodObject[]) {
    for (const { name, labels, addresses } of declared) {
      const index = this.#add({ name, labels, declared: true, addresses: [] });
      for (const { ip } of addresses) this.#claim(index, ip);
    }
    for (const pod of pods) {
      if (pod.nodeName === undefined || pod.finished) continue;
      const index = this.indexOf(pod.nodeName);
      for (const ip of pod.hostIPs) this.#claim(index, ip);
      if (pod.hostNetwork) for (const ip of pod.ips) this.#claim(index, ip);
    }
  }

  indexOf(name: string): Index {
    return this.#indices.get(name) ?? this.#add({ name, labels: {}, declared: false, addresses: [] });
  }

  /** The node that has an address. */
  ownerOf(ip: string): Index | undefined {
    return this.#owners.get(ip);
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
