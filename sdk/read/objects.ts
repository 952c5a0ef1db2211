/** Kubernetes objects after reading: checked, defaulted as the API server does, each with its origin. */
import type { ObjectReference, Path, Source } from "../errors.ts";
import type { Caveat } from "../types.ts";

/** Text to put into a text at a position. */
export interface Insertion {
  readonly source: Source;
  readonly text: string;
}

/** Where an object was written; `locate` finds the position of a path inside it (or of its nearest existing parent). */
export interface Origin {
  readonly file?: string;
  locate(path: Path): Source | undefined;
  /**
   * How the text says the same with `value` added at `path`: one more item of a list, or a field that is a list. Undefined
   * where the text cannot be changed there alone, as under YAML's anchors and aliases.
   */
  insertion?(path: Path, value: string | readonly string[]): Insertion | undefined;
  /** All that `locate` knows; absent where that is no more than where the object begins. */
  positions?(): PositionTree;
}

/** The position of a value, and those of its items or fields. */
export type PositionTree = readonly [
  line: number,
  column: number,
  children?: readonly PositionTree[] | Readonly<Record<string, PositionTree>>,
];

export type Labels = Readonly<Record<string, string>>;

interface Named {
  /** `""` for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** Those alone that speak to this package; see `readAnnotations`. */
  readonly annotations: Labels;
  readonly origin: Origin;
}

export interface NamespaceObject extends Named {
  readonly kind: "Namespace";
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly controller: boolean;
}

export type TransportProtocol = "TCP" | "UDP" | "SCTP";

export interface ContainerPort {
  readonly name?: string | undefined;
  readonly containerPort: number;
  readonly protocol: TransportProtocol;
  /** The port of its node that leads here; not of pods on the host network, whose ports are the node's. */
  readonly hostPort?: number;
}

/** What pods and pod templates share. */
export interface PodShape {
  readonly labels: Labels;
  readonly hostNetwork: boolean;
  readonly nodeName?: string | undefined;
  /** `dnsPolicy` is Default or None: it does not ask the cluster's DNS, as far as that goes. */
  readonly ownDNS?: boolean | undefined;
  /** Of `containers` and of `initContainers` with `restartPolicy: Always`, in that order. */
  readonly ports: readonly ContainerPort[];
}

export interface PodObject extends Named, PodShape {
  readonly kind: "Pod";
  readonly owners: readonly OwnerReference[];
  /** `status.phase` is Succeeded or Failed, or the pod has been `released`. */
  readonly finished: boolean;
  /** It is terminating, and another live pod has been given an address of its: its network is gone, whatever its phase. */
  readonly released?: true | undefined;
  /** `metadata.deletionTimestamp` is set. */
  readonly terminating: boolean;
  /** Then, RFC 3339 in UTC, when its grace period ends. */
  readonly deletedAt?: string | undefined;
  /** The Ready condition; undefined where the object has no status conditions. */
  readonly ready?: boolean | undefined;
  /** `status.podIPs` (else `status.podIP`), canonical text, at most one a family. */
  readonly ips: readonly string[];
  /** `status.hostIPs` (else `status.hostIP`). */
  readonly hostIPs: readonly string[];
  /** Of a pod of the API server, the CIDRs that it was told to give Services addresses from. */
  readonly serviceRanges?: readonly string[] | undefined;
}

export interface NodeObject extends Named {
  readonly kind: "Node";
  /** `status.addresses` that are IP addresses, InternalIP before ExternalIP, in their order. */
  readonly addresses: readonly { readonly type: string; readonly ip: string }[];
  /** `spec.podCIDRs` (else `spec.podCIDR`), as written. */
  readonly podCIDRs: readonly string[];
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: TransportProtocol;
  /** Defaulted to `port`. */
  readonly targetPort: number | string;
  readonly nodePort?: number;
}

export interface ServiceObject extends Named {
  readonly kind: "Service";
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  readonly headless: boolean;
  /** Absent or empty: the Service selects nothing by itself. */
  readonly selector?: Labels;
  readonly ports: readonly ServicePort[];
  readonly externalName?: string;
  readonly publishNotReadyAddresses: boolean;
  /** `internalTrafficPolicy: Local`: by its cluster address it leads to backends on the client's own node alone. */
  readonly localOnly?: true;
  /** `externalTrafficPolicy: Local`: from outside, a node's port leads to backends on that node alone. */
  readonly nodeLocal?: true;
  /** CIDRs whose clients alone the load balancer lets in; undefined for all. */
  readonly sourceRanges?: readonly string[];
  /** Cluster, external and load-balancer addresses, canonical text. */
  readonly addresses: readonly string[];
  /** Load-balancer and external addresses alone: reached from outside. */
  readonly externalAddresses: readonly string[];
  /** The address families that it has backends in; undefined where the object does not tell. */
  readonly families?: readonly (4 | 6)[] | undefined;
}

/** Where a Service leads to, as an EndpointSlice says it. */
export interface SliceContent {
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly ready: boolean;
    /** It is not ready, and is being deleted while it still serves. */
    readonly draining?: true;
    readonly pod?: { readonly namespace: string; readonly name: string };
    readonly nodeName?: string;
  }[];
  readonly ports: readonly { readonly name: string; readonly protocol: TransportProtocol; readonly port?: number }[];
}

export interface EndpointSliceObject extends Named, SliceContent {
  readonly kind: "EndpointSlice";
  /** The label `kubernetes.io/service-name`. */
  readonly serviceName?: string;
}

/** Of the Service of their name. */
export interface EndpointsObject extends Named {
  readonly kind: "Endpoints";
  /** The EndpointSlices that the control plane makes of them where the Service has no selector. */
  readonly slices: readonly SliceContent[];
}

export type WorkloadKind =
  | "Deployment"
  | "ReplicaSet"
  | "StatefulSet"
  | "DaemonSet"
  | "ReplicationController"
  | "Job"
  | "CronJob";

export interface WorkloadObject extends Named {
  readonly kind: WorkloadKind;
  readonly owners: readonly OwnerReference[];
  readonly template: PodShape;
  /** `spec.replicas`, defaulted to 1. 0 for a Job that has finished. */
  readonly replicas: number;
  /** `spec.ordinals.start` of a StatefulSet, else 0. */
  readonly firstOrdinal: number;
  /** A Job (or a CronJob's) of `completionMode: Indexed`. */
  readonly indexed: boolean;
}

export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values: readonly string[];
}

/** All requirements must hold; none means everything. `matchLabels` become `In` with one value. */
export type Selector = readonly Requirement[];

/** A canonical prefix: host bits cleared. `address` holds 4 or 16 bytes. */
export interface Prefix {
  readonly family: 4 | 6;
  readonly address: Uint8Array;
  readonly length: number;
}

export interface IPBlock {
  readonly cidr: Prefix;
  readonly except: readonly Prefix[];
}

export type NetworkPolicyPeer =
  | { readonly ipBlock: IPBlock }
  | { readonly podSelector?: Selector; readonly namespaceSelector?: Selector };

/** No `port` means every port of the protocol. */
export interface NetworkPolicyPort {
  readonly protocol: TransportProtocol;
  readonly port?: number | string;
  readonly endPort?: number;
  /** `protocol` was left out. */
  readonly impliedProtocol?: true;
}

/** Empty `peers`: any peer. Empty `ports`: any port of any protocol. */
export interface NetworkPolicyRule {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly NetworkPolicyPort[];
}

export interface NetworkPolicyObject extends Named {
  readonly kind: "NetworkPolicy";
  readonly podSelector: Selector;
  /** Defaulted. */
  readonly policyTypes: readonly ("Ingress" | "Egress")[];
  /** An empty `egress` was written and no `policyTypes`, so that it means nothing. */
  readonly emptyEgress?: true;
  /** Egress rules were written, and neither `policyTypes` nor `ingress`: the policy is for ingress too. */
  readonly impliedIngress?: true;
  readonly ingress: readonly NetworkPolicyRule[];
  readonly egress: readonly NetworkPolicyRule[];
}

/** ClusterNetworkPolicy, v1alpha2 and v1beta1, and its predecessors. [policy.networking.k8s.io] */
export type TierPolicyKind = "ClusterNetworkPolicy" | "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy";

/** Pods of the namespaces that the one matches with labels that the other matches; never those on the host network. */
export interface PodsBySelectors {
  readonly namespaceSelector: Selector;
  readonly podSelector: Selector;
  /** Written as `pods` of every label, where `namespaces` would have said the same. */
  readonly everyPod?: true;
}

export type TierPeer =
  | PodsBySelectors
  | { readonly networks: readonly Prefix[] }
  | { readonly nodeSelector: Selector }
  /** Lower case, without a final dot. */
  | { readonly domainNames: readonly string[] }
  /** An Accept's peer with a selector that is invalid; `ofNodes` where that was one of nodes. */
  | { readonly nobody: true; readonly ofNodes?: true };

/** No `first`: every port of the protocol. A `name` stands for whatever the destination pod gives it, under any protocol. */
export type TierPort =
  | {
      readonly protocol: TransportProtocol;
      readonly first?: number;
      readonly last?: number;
      /** Written as a range, of one port. */
      readonly range?: true;
      /** `protocol` was left out. */
      readonly impliedProtocol?: true;
    }
  | { readonly name: string };

export interface TierRule {
  /** What it is called; it means nothing. */
  readonly name?: string;
  readonly action: "allow" | "deny" | "pass";
  readonly peers: readonly TierPeer[];
  /** Empty: any port of any protocol. */
  readonly ports: readonly TierPort[];
  /** A peer, or the subject, is not known: an `allow` matches nothing, anything else denies everything. */
  readonly failsClosed: boolean;
}

export interface TierPolicyObject extends Named {
  readonly kind: TierPolicyKind;
  /** Of a ClusterNetworkPolicy that is not of v1alpha2. */
  readonly version?: "v1beta1";
  readonly tier: "Admin" | "Baseline";
  /** Lower decides first. 0 for BaselineAdminNetworkPolicy, of which there is but one. */
  readonly priority: number;
  readonly subject: PodsBySelectors;
  readonly ingress: readonly TierRule[];
  readonly egress: readonly TierRule[];
}

/** A policy of a kind that is not modelled: it can only be named. `namespace` is `""` where it is cluster-scoped. */
export interface UnmodelledPolicy {
  readonly reference: ObjectReference;
  /** Of its API. */
  readonly group: string;
  readonly namespace: string;
  /** As those of other objects. */
  readonly annotations: Labels;
  readonly origin: Origin;
}

/** A Service that is called by the API server itself, for a webhook or an aggregated API, or by whatever serves an Ingress or a Route. */
export interface ServiceCall {
  /** The object that says so, and where in it. */
  readonly reference: ObjectReference;
  readonly path: Path;
  readonly source?: Source;
  readonly namespace: string;
  readonly name: string;
  /** The Service's; an Ingress may give its name. A Route leads to all of them, or says `endpointPort`. */
  readonly port?: number | string;
  /** Of a Route: the pods' own port, or the name of the Service's that leads to it. */
  readonly endpointPort?: number | string;
  /** TCP, where it is not given. */
  readonly protocol?: TransportProtocol;
  /** Of an Ingress that gives it. */
  readonly ingressClass?: string;
  /** Those that serve a route of the Gateway API, as `namespace/name`. */
  readonly gateways?: readonly string[];
  /** What the object says to this package, where it says something. */
  readonly annotated?: { readonly annotations: Labels; readonly source?: Source };
}

/** All that one load read. */
export interface ReadObjects {
  readonly namespaces: NamespaceObject[];
  readonly pods: PodObject[];
  readonly nodes: NodeObject[];
  readonly services: ServiceObject[];
  readonly endpointSlices: EndpointSliceObject[];
  readonly endpoints: EndpointsObject[];
  readonly workloads: WorkloadObject[];
  readonly networkPolicies: NetworkPolicyObject[];
  readonly tierPolicies: TierPolicyObject[];
  readonly unmodelled: UnmodelledPolicy[];
  /** Objects of other kinds, counted by kind. */
  readonly skipped: Map<string, number>;
  /** Each of those, as `kind/group/namespace/name`. */
  readonly skippedNames: string[];
  /** What of them calls Services, by those names. */
  readonly serviceCalls: Map<string, readonly ServiceCall[]>;
  /** The namespaces of those that make pods in ways that are not read, by those names. */
  readonly podMakers: Map<string, string>;
  /** The CIDRs of those that say where Services get their addresses from, by those names. */
  readonly serviceRanges: Map<string, readonly string[]>;
}

/** What a load starts from. */
export function noObjects(): ReadObjects {
  return {
    namespaces: [],
    pods: [],
    nodes: [],
    services: [],
    endpointSlices: [],
    endpoints: [],
    workloads: [],
    networkPolicies: [],
    tierPolicies: [],
    unmodelled: [],
    skipped: new Map(),
    skippedNames: [],
    serviceCalls: new Map(),
    podMakers: new Map(),
    serviceRanges: new Map(),
  };
}

/** The same with what reading found to say of them. */
export interface LoadedObjects extends ReadObjects {
  readonly caveats: readonly Caveat[];
}
