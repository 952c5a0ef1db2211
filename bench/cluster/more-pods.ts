/** Pods that come later: like those that there are, so that no policy tells them apart, at addresses that are free. */
import { pick, type Random } from "../random.ts";
import type { Cluster } from "./index.ts";
import type { PodObject } from "./pods.ts";

/** Hosts of a node's network that no pod of a cluster as it was made has. */
const FIRST_FREE = 110;
const LAST_FREE = 250;

/** Makes pods one after another; once a node's free addresses are used up, they come again. */
export class MorePods {
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #used = new Map<string, number>();
  #made = 0;

  constructor(cluster: Cluster, random: Random) {
    this.#cluster = cluster;
    this.#random = random;
  }

  next(): PodObject {
    const { metadata, status, ...rest } = pick(this.#random, this.#cluster.pods);
    const network = status.podIPs[0]?.ip.replace(/\d+$/, "") ?? "";
    const used = this.#used.get(network) ?? 0;
    this.#used.set(network, used + 1);
    const host = FIRST_FREE + (used % (LAST_FREE - FIRST_FREE));
    const podIPs = status.podIPs.map(({ ip }) => ({
      ip: ip.includes(":") ? ip.replace(/[^:]*$/, host.toString(16)) : `${network}${host}`,
    }));
    const name = `${metadata.name}-more-${this.#made++}`;
    return { ...rest, metadata: { ...metadata, name }, status: { phase: "Running", podIPs } };
  }
}
