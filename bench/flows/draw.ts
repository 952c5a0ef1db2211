/** Flows between a cluster's pods, drawn evenly. */
import type { Cluster } from "../cluster/index.ts";
import { pick, type Random } from "../random.ts";

/** Columns of flows; the ends are places in `cluster.pods`. */
export interface Flows {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly port: Uint16Array;
  readonly protocol: Uint8Array;
}

const TCP = 6;
const UDP = 17;
const SCTP = 132;
const USUAL_TCP = [80, 443, 3306, 5432, 6379, 8080, 8080, 8080, 8081, 8443, 9050, 9090, 9090, 9091, 31_000];
const USUAL_UDP = [53, 53, 123, 514, 5353];
const USUAL_SCTP = [3868, 38_412];

export function emptyFlows(count: number): Flows {
  return {
    from: new Uint32Array(count),
    to: new Uint32Array(count),
    port: new Uint16Array(count),
    protocol: new Uint8Array(count),
  };
}

/** Draws pairs of pods, half of them of one namespace; most ports are ones that policies name, one in eight is any. */
export class Drawer {
  readonly #pods: number;
  readonly #random: Random;
  /** Place of a pod → places of all pods of its namespace. */
  readonly #neighbours: readonly (readonly number[])[];

  constructor(cluster: Cluster, random: Random) {
    this.#pods = cluster.pods.length;
    this.#random = random;
    const namespaces = new Map<string, number[]>();
    this.#neighbours = cluster.pods.map(({ metadata: { namespace } }, i) => {
      const places = namespaces.get(namespace) ?? [];
      namespaces.set(namespace, places);
      places.push(i);
      return places;
    });
  }

  draw(count: number): Flows {
    const flows = emptyFlows(count);
    for (let i = 0; i < count; i++) this.#drawInto(flows, i);
    return flows;
  }

  #drawInto({ from, to, port, protocol }: Flows, i: number): void {
    const random = this.#random;
    const source = random(this.#pods);
    from[i] = source;
    to[i] = random(2) === 0 ? pick(random, this.#neighbours[source] ?? [source]) : random(this.#pods);
    const kind = random(20);
    protocol[i] = kind === 0 ? SCTP : kind < 3 ? UDP : TCP;
    const usual = kind === 0 ? USUAL_SCTP : kind < 3 ? USUAL_UDP : USUAL_TCP;
    port[i] = random(8) === 0 ? 1 + random(65_535) : pick(random, usual);
  }
}
