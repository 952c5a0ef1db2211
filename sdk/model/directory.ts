/** Who is who in a state: flow ends by name, and what stands behind an endpoint's number. */
import type { ContainerPort, Labels, ServiceObject, SliceContent } from "../read/objects.ts";
import type { Protocol } from "../types.ts";

export interface PodEntry {
  readonly namespace: string;
  readonly name: string;
  /** How decisions name it: `namespace/name`, or `namespace/Kind/name` for one that stands for a workload's pods. */
  readonly display: string;
  readonly endpoint: number;
  /** At least those that have names. */
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  /** In the order of the pod's addresses; where it has none, those that it can get. */
  readonly families: readonly (4 | 6)[];
  readonly nodeName: string | undefined;
  /** Undefined where nothing says so: taken as ready. */
  readonly ready: boolean | undefined;
  readonly terminating: boolean;
  /** It stands for any number of pods that are alike, so it is not one pod that could talk to itself. */
  readonly representative: boolean;
}

/** A pod of a state that was loaded from objects. */
export interface LivePodEntry extends PodEntry {
  readonly labels: Labels;
  /** It does not ask the cluster's DNS. */
  readonly ownDNS?: boolean | undefined;
  /** It stands for a workload's pods. */
  readonly standsIn: boolean;
  readonly ips: readonly string[];
}

export interface NodeEntry {
  readonly name: string;
  readonly addresses: readonly NodeAddress[];
}

export interface NodeAddress {
  readonly ip: string;
  readonly family: 4 | 6;
  readonly endpoint: number;
  /** An ExternalIP. */
  readonly external?: boolean | undefined;
}

/** What resolving a flow needs of a Service; `Directory.podsSelectedBy` stands for its selector. */
export type ServiceEntry = Omit<ServiceObject, "kind" | "labels" | "origin" | "selector">;

export interface EndpointSliceEntry extends Pick<SliceContent, "addressType" | "ports"> {
  readonly endpoints: readonly SliceEndpoint[];
}

export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly ready: boolean;
  /** It is not ready, and is being deleted while it still serves. */
  readonly draining?: true;
  /** The pod that it names: by its endpoint in a snapshot, where the address is its. `Directory.podOfSlice` finds it. */
  readonly pod?: { readonly namespace: string; readonly name: string } | number;
  readonly nodeName?: string;
}

/** A port of a pod that a port of its node leads to. */
export interface HostPort {
  readonly pod: PodEntry;
  readonly containerPort: number;
}

/** What an endpoint's number stands for. */
export type EndpointEntry =
  | { readonly kind: "pod"; readonly pod: PodEntry }
  | { readonly kind: "node"; readonly node: string | undefined; readonly ip: string };

/**
 * The look-ups that flows are resolved by. Names are as flows give them: `namespace/name`, of workloads
 * `namespace/Kind/name`.
 */
export interface Directory {
  pod(key: string): PodEntry | undefined;
  /** The endpoint of a pod, or -1; without touching its entry. */
  podEndpoint(key: string): number;
  /** The same without a joined key. */
  podNamed(namespace: string, name: string): PodEntry | undefined;
  /** A pod of this name has finished: it is no endpoint. */
  hasFinished(key: string): boolean;
  /** A namespace's live pods and those that stand for workloads. */
  podsIn(namespace: string): readonly PodEntry[];
  /** Names that there are, for those who have misspelt one: namespaces with pods, nodes, Services and workloads. */
  podNamespaces(): Iterable<string>;
  nodeNames(): Iterable<string>;
  serviceNames(): Iterable<string>;
  workloadNames(): Iterable<string>;
  /** The pods that descend from a workload or stand for it; undefined where there is no such workload. */
  podsOf(workload: string): readonly PodEntry[] | undefined;
  /** The key of a workload of this name, of whatever kind. */
  workloadNamed(namespace: string, name: string): string | undefined;
  /** Undefined for what is outside and for what only flows have asked for. */
  endpoint(number: number): EndpointEntry | undefined;
  node(name: string): NodeEntry | undefined;
  service(key: string): ServiceEntry | undefined;
  /** The pods that a Service's selector matches, ready or not; none where it has no selector. */
  podsSelectedBy(service: ServiceEntry): readonly PodEntry[];
  /** The Services that have a cluster, external or load-balancer address (canonical text). */
  servicesAt(ip: string): readonly ServiceEntry[];
  /** The Services that have a node port: one, in a cluster. */
  servicesAtNodePort(protocol: Protocol, port: number): readonly ServiceEntry[];
  /** The pods that a port of a node leads to, by a port of theirs: those that run there, and those of which nothing says where. */
  podsAtHostPort(node: string, protocol: Protocol, port: number): readonly HostPort[];
  /** A Service's EndpointSlices, also those made of Endpoints, by the Service's name; undefined where there are none. */
  slicesOf(service: string): readonly EndpointSliceEntry[] | undefined;
  /** The pod that an EndpointSlice's endpoint names, if the address is the pod's. */
  podOfSlice(endpoint: SliceEndpoint, address: string): PodEntry | undefined;
}
