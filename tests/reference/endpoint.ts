/** Who stands at an end of the traffic once the family is chosen: all that a policy can see of it. */
import type { Address, Family, Prefix } from "./address.ts";
import type { Labels } from "./objects.ts";

export interface NamedPort {
  readonly name?: string;
  readonly number: number;
  readonly protocol: string;
  /** The port of the node that leads to it. */
  readonly onNode?: number;
}

/** A pod: loaded, standing for a workload, or not there yet. */
export interface PodFacts {
  /** Tells pods apart; the pod of a flow that describes a future pod is no other pod. */
  readonly identity: object;
  readonly namespace: string;
  readonly labels: Labels;
  readonly ports: readonly NamedPort[];
  /** At most one a family, in the order of `status.podIPs`. Empty: not known yet. */
  readonly addresses: readonly Address[];
  readonly hostNetwork: boolean;
  readonly nodeName?: string;
  /** Stands for any number of pods, so that "the same pod" can't be said of it. */
  readonly representative: boolean;
  /** Receives traffic of Services: ready and not terminating. */
  readonly ready: boolean;
  /** Does so where no other does: ready, and terminating (KEP-1669). */
  readonly draining: boolean;
}

/** An address, or the ranges that it is somewhere in. */
export type Whereabouts = { readonly at: Address } | { readonly within: readonly Prefix[] };

export interface Endpoint {
  readonly family: Family;
  readonly whereabouts: Whereabouts;
  /** The pod that policies can select and apply to: never one on the host network, which is its node (semantics 3). */
  readonly pod?: PodFacts;
  /** The node whose address this is. */
  readonly node?: string;
  /** A node's address, even where nothing tells which node's. */
  readonly onHost?: boolean;
  readonly identity?: object;
}

export interface Traffic {
  readonly protocol: string;
  /** Absent for protocols without ports. */
  readonly port?: number;
}
