/** One endpoint that an end of a flow stands for. */
import type { PodEntry, ServiceEntry } from "../model/directory.ts";

/** Nodes by name; of a pod that is not scheduled they are not known. */
export type Nodes = readonly string[] | "unknown";

export interface Candidate {
  /** `namespace/pod`, an address, a node's name, or a description of a pod that does not exist yet. */
  readonly display: string;
  /** Its endpoint by family; the order of `families` is that of its addresses. */
  readonly families: readonly (4 | 6)[];
  endpointFor(family: 4 | 6): number;
  readonly pod?: PodEntry;
  /** The node whose address this is; undefined for pods off the host network and for what is outside. */
  readonly node?: string;
  /** The node that it runs on is not known: a pod that is not scheduled. */
  readonly unscheduled?: boolean;
  /** Its namespace has no object in the state: perhaps it is misspelt. */
  readonly strangeNamespace?: boolean;
  /** It stands for any number of pods that are alike. */
  readonly representative?: boolean;
  /** An address that a domain name stands for and that is not known. */
  readonly domain?: string;
  /** A multicast or broadcast address: who receives it is not known. */
  readonly forMany?: boolean;
  /** The Service that leads here. */
  readonly service?: ServiceEntry;
  /** ExternalName Services that led to that one, in their order. */
  readonly aliases?: readonly ServiceEntry[];
  /** The nodes whose clients alone the Service leads here: none, for what is on no node. Undefined where it leads all here. */
  readonly onlyFrom?: Nodes | undefined;
  /** Whether the node that is asked leads clients outside the cluster here. Undefined where it does. */
  readonly fromOutside?: "never" | "unknown" | undefined;
  /** The Service's own port. */
  readonly servicePort?: number;
  /** The Service's cluster, external or load-balancer address was translated to this endpoint's. */
  readonly translated?: boolean;
  /** The node's port that led here: a node port of the Service, or without one the pod's host port. */
  readonly nodePort?: number;
  /** The port on this endpoint where a Service or a host port gives one. */
  readonly port?: number;
}

/** The node that a candidate is on, or whose address it is, where that is known. */
export function nodeOf({ node, pod }: Candidate): string | undefined {
  return node ?? pod?.nodeName;
}

export function podCandidate(pod: PodEntry): Candidate {
  return {
    display: pod.display,
    families: pod.families,
    endpointFor: () => pod.endpoint,
    pod,
    ...(pod.hostNetwork && pod.nodeName !== undefined && { node: pod.nodeName }),
    ...(pod.nodeName === undefined && { unscheduled: true }),
    ...(pod.representative && { representative: true }),
  };
}
