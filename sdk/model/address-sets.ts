/** Sets of addresses that an endpoint without one may get, each distinct set once. */
import { formatPrefix } from "../address.ts";
import type { Prefix } from "../read/objects.ts";
import type { Index, ModelAddress } from "./model.ts";

const WHOLE: Record<4 | 6, Prefix> = {
  4: { family: 4, address: new Uint8Array(4), length: 0 },
  6: { family: 6, address: new Uint8Array(16), length: 0 },
};

export class AddressSets {
  readonly list: (readonly Prefix[])[] = [];
  readonly #indices = new Map<string, Index>();
  readonly #podCIDRs: readonly Prefix[];

  /** `podCIDRs`: what pods get their addresses from; empty if that is not known. */
  constructor(podCIDRs: readonly Prefix[]) {
    this.#podCIDRs = podCIDRs;
    // The sets that a pod added later can need: the list must not grow once the core has it.
    for (const family of [4, 6] as const) {
      this.pod(family);
      this.any(family);
    }
  }

  /** The families that a pod without addresses can have, in the order of the pod CIDRs: a cluster's first one is its primary. */
  get podFamilies(): readonly (4 | 6)[] {
    if (this.#podCIDRs.length === 0) return [4, 6];
    return [...new Set(this.#podCIDRs.map((cidr) => cidr.family))];
  }

  /** The address of a pod that has none yet; undefined where it gets none of this family. */
  pod(family: 4 | 6): ModelAddress {
    if (this.#podCIDRs.length === 0) return this.any(family);
    const cidrs = this.#podCIDRs.filter((cidr) => cidr.family === family);
    return cidrs.length === 0 ? undefined : { set: this.#intern(cidrs) };
  }

  /** An address of which nothing is known. */
  any(family: 4 | 6): ModelAddress {
    return { set: this.#intern([WHOLE[family]]) };
  }

  #intern(prefixes: readonly Prefix[]): Index {
    const key = prefixes.map(formatPrefix).sort().join(" ");
    let index = this.#indices.get(key);
    if (index === undefined) {
      index = this.list.length;
      this.list.push(prefixes);
      this.#indices.set(key, index);
    }
    return index;
  }
}
