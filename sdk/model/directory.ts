/** Who is who in a state: flow ends by name, and what stands behind an endpoint's number. */
import type { ContainerPort, EndpointSliceObject, Labels, ServiceObject } from "../read/objects.ts";

export interface PodEntry {
  readonly namespace: string;
  readonly name: string;
  /** How decisions name it: `namespace/name`, or `namespace/Kind/name` for one that stands for a workload's pods. */
  readonly display: string;
  readonly endpoint: number;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  /** In the order of the pod's addresses; where it has none, those that it can get. */
  readonly families: readonly (4 | 6)[];
  readonly ips: readonly string[];
  readonly nodeName: string | undefined;
  /** Undefined where nothing says so: taken as ready. */
  readonly ready: boolean | undefined;
  readonly terminating: boolean;
  /** It stands for any number of pods that are alike, so it is not one pod that could talk to itself. */
  readonly representative: boolean;
}

export interface NodeEntry {
  readonly name: string;
  readonly addresses: readonly { readonly ip: string; readonly family: 4 | 6; readonly endpoint: number }[];
}

/** What an endpoint below `Directory.endpoints.length` is. */
export type EndpointEntry =
  | { readonly kind: "pod"; readonly pod: PodEntry }
  | { readonly kind: "node"; readonly node: string | undefined; readonly ip: string };

export interface Directory {
  /** `namespace/name` → pod. */
  readonly pods: Map<string, PodEntry>;
  /** Namespace → its live pods and those that stand for workloads. */
  readonly podsIn: Map<string, PodEntry[]>;
  /** `namespace/name` of finished pods: they are no endpoints. */
  readonly finished: Set<string>;
  /** `namespace/Kind/name` → the pods that descend from it or stand for it. */
  readonly workloads: Map<string, PodEntry[]>;
  readonly nodes: Map<string, NodeEntry>;
  /** `namespace/name` → Service. */
  readonly services: Map<string, ServiceObject>;
  /** Cluster, external and load-balancer addresses, canonical text; Services may share one and divide the ports. */
  readonly serviceAddresses: Map<string, ServiceObject[]>;
  /** Node ports of Services, with their Services' names. */
  readonly nodePorts: Map<number, string>;
  /** `namespace/service` → its slices. */
  readonly endpointSlices: Map<string, EndpointSliceObject[]>;
  readonly endpoints: EndpointEntry[];
}

export function newDirectory(): Directory {
  return {
    pods: new Map(),
    podsIn: new Map(),
    finished: new Set(),
    workloads: new Map(),
    nodes: new Map(),
    services: new Map(),
    serviceAddresses: new Map(),
    nodePorts: new Map(),
    endpointSlices: new Map(),
    endpoints: [],
  };
}

/** Appends to the list under a key. */
export function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
