/** Sets of addresses that an endpoint without one may get, each distinct set once. */
import { formatPrefix, hostPrefix, parsePrefix } from "../address.ts";
import type { Prefix } from "../read/objects.ts";
import type { Index, ModelAddress } from "./model.ts";
import type { PodRanges } from "./pod-ranges.ts";

const WHOLE: Record<4 | 6, Prefix> = {
  4: { family: 4, address: /* @__PURE__ */ new Uint8Array(4), length: 0 },
  6: { family: 6, address: /* @__PURE__ */ new Uint8Array(16), length: 0 },
};

export class AddressSets {
  readonly list: (readonly Prefix[])[] = [];
  readonly #indices = new Map<string, Index>();
  readonly #ranges: PodRanges;

  constructor(ranges: PodRanges) {
    this.#ranges = ranges;
    // The sets that a pod added later can need: the list must not grow once the core has it.
    for (const family of [4, 6] as const) {
      this.#inRanges(family);
      this.any(family);
    }
  }

  /** The family that a pod on a node prefers while it has no address: a cluster's first pod CIDR is of its primary one. */
  podPrefers(node: string | undefined): 4 | 6 {
    return this.#ranges.areKnownOn(node) ? this.#ranges.prefixes[0]!.family : 4;
  }

  /** The address of a pod on a node while it has none; undefined where it gets none of this family. */
  pod(family: 4 | 6, node: string | undefined): ModelAddress {
    return this.#ranges.areKnownOn(node) ? this.#inRanges(family) : this.any(family);
  }

  /** An address of which nothing is known. */
  any(family: 4 | 6): ModelAddress {
    return { set: this.#intern([WHOLE[family]]) };
  }

  /** One of these addresses of one family; for endpoints that the core has from the start. */
  oneOf(ips: readonly string[]): ModelAddress {
    return {
      set: this.#intern(
        ips
          .map(hostPrefix)
          .map(parsePrefix)
          .filter((prefix) => prefix !== undefined),
      ),
    };
  }

  #inRanges(family: 4 | 6): ModelAddress {
    const ranges = this.#ranges.prefixes.filter((range) => range.family === family);
    return ranges.length === 0 ? undefined : { set: this.#intern(ranges) };
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
