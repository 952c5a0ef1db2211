/** The objects of one cluster, looked up in the ways that evaluation needs. */
import type { LoadOptions } from "../../sdk/types.ts";
import { type Address, everything, type Family, type Prefix } from "./address.ts";
import type { PodFacts } from "./endpoint.ts";
import { externalAddresses, nodeAddresses } from "./nodes.ts";
import type {
  EndpointSlice,
  Endpoints,
  NetworkPolicy,
  Node,
  PlainObject,
  Pod,
  Service,
  TierPolicy,
  Workload,
} from "./objects.ts";
import { type PodRanges, podRangesOf } from "./pod-ranges.ts";
import { livePods, loadedPod } from "./pods.ts";
import type { KnownLabels } from "./selector.ts";
import { podsOfWorkloads, WORKLOAD_KINDS } from "./workloads.ts";

const NAME_LABEL = "kubernetes.io/metadata.name";

export interface Cluster {
  readonly networkPolicies: readonly NetworkPolicy[];
  /** Policies of the ordered tiers. */
  readonly tierPolicies: readonly TierPolicy[];
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  readonly endpoints: readonly Endpoints[];
  /** Pods by `namespace/name`: the live ones, and those of StatefulSets without pods. */
  readonly pods: ReadonlyMap<string, PodFacts>;
  readonly finished: ReadonlySet<string>;
  /** All live pods and all that stand for workloads. */
  readonly everyPod: readonly PodFacts[];
  /** Pods by `namespace/Kind/name` of the workload that they descend from or stand for. */
  readonly workloads: ReadonlyMap<string, readonly PodFacts[]>;
  readonly nodes: ReadonlyMap<string, readonly Address[]>;
  /** Those that nodes are reached at from outside alone. */
  readonly externalAddresses: readonly Address[];
  readonly podRanges: PodRanges;
  readonly domains: Readonly<Record<string, readonly string[]>>;
  readonly namespaceOf: (object: PlainObject) => string;
  readonly labelsOfNamespace: (namespace: string) => KnownLabels;
  readonly labelsOfNode: (node: string) => KnownLabels;
}

/** Reads a cluster's objects, which have to be valid. */
export function readCluster(objects: readonly PlainObject[], options: LoadOptions): Cluster {
  const ofKind = <T extends PlainObject>(...kinds: string[]): T[] =>
    objects.filter((object): object is T => kinds.includes(object.kind));
  const namespaceOf = (object: PlainObject): string =>
    object.metadata.namespace || (options.defaultNamespace ?? "default");

  const podObjects = ofKind<Pod>("Pod");
  const liveObjects = livePods(podObjects);
  const isLive = new Set(liveObjects);
  const facts = new Map(liveObjects.map((pod) => [pod, loadedPod(pod, namespaceOf(pod))]));
  const pods = new Map([...facts].map(([pod, fact]) => [`${fact.namespace}/${pod.metadata.name}`, fact]));
  const { members, standing } = podsOfWorkloads(ofKind<Workload>(...WORKLOAD_KINDS), podObjects, facts, namespaceOf);
  for (const { name, pod } of standing) if (name !== undefined) pods.set(`${pod.namespace}/${name}`, pod);

  const nodes = ofKind<Node>("Node");
  const declared = new Map(
    ofKind("Namespace").map((namespace) => [namespace.metadata.name, namespace.metadata.labels]),
  );

  return {
    networkPolicies: ofKind("NetworkPolicy"),
    tierPolicies: ofKind("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"),
    services: ofKind("Service"),
    endpointSlices: ofKind("EndpointSlice"),
    endpoints: ofKind("Endpoints"),
    pods,
    finished: new Set(
      podObjects.filter((pod) => !isLive.has(pod)).map((pod) => `${namespaceOf(pod)}/${pod.metadata.name}`),
    ),
    everyPod: [...facts.values(), ...standing.map(({ pod }) => pod)],
    workloads: members,
    nodes: nodeAddresses(nodes, liveObjects),
    externalAddresses: externalAddresses(nodes),
    podRanges: podRangesOf(options, nodes, [...facts.values()]),
    domains: options.domains ?? {},
    namespaceOf,
    // The API server sets the name label on every namespace, over any other value (semantics 1.6). Nothing else is
    // known of a namespace that isn't declared (design: undeclared namespace).
    labelsOfNamespace: (name) => ({
      labels: { ...declared.get(name), [NAME_LABEL]: name },
      open: !declared.has(name) && options.undeclaredNamespaces !== "unlabelled",
    }),
    // A node that only pods tell of has labels that nobody tells.
    labelsOfNode: (name) => {
      const node = nodes.find(({ metadata }) => metadata.name === name);
      return { labels: node?.metadata.labels ?? {}, open: node === undefined };
    },
  };
}

/** Where a pod's address of a family may be: in the pod CIDRs of that family, or, with none known, anywhere. */
export function rangesOf(cluster: Cluster, family: Family, node: string | undefined): readonly Prefix[] {
  return cluster.podRanges(node)?.filter((range) => range.family === family) ?? [everything(family)];
}
