/** Endpoints: live pods, the pods that stand for workloads, and the addresses of nodes. */
import type { ContainerPort, Labels, PodObject, PodShape, WorkloadObject } from "../read/objects.ts";
import type { AddressSets } from "./address-sets.ts";
import type { EndpointEntry, LivePodEntry } from "./directory.ts";
import type { LiveDirectory } from "./live-directory.ts";
import type { ModelEndpoint } from "./model.ts";
import type { Namespaces } from "./namespaces.ts";
import type { Nodes } from "./nodes.ts";
import type { Numbering } from "./numbering.ts";
import { ancestorKeys, ancestorsOf, type StandIn, standInsFor, workloadKey } from "./workloads.ts";

/** What a pod-like end needs to become an endpoint. */
export interface PodSpec {
  readonly namespace: number;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly nodeName: string | undefined;
  readonly ips: readonly string[];
  /** The address leads to this pod. */
  readonly ownsAddress: boolean;
  /** It was loaded under a name. */
  readonly named: boolean;
}

/** Whose an address is. */
export type PodName = Pick<PodObject, "namespace" | "name">;

export class Endpoints {
  /** By number; numbers of pods that are gone are nobody's. */
  readonly list: ModelEndpoint[] = [];
  readonly #directory: LiveDirectory;
  readonly #namespaces: Namespaces;
  readonly #nodes: Nodes;
  readonly #sets: AddressSets;
  readonly #numbering: Numbering;
  /** The addresses of live pods, host network aside, with the pods. */
  readonly addresses: Map<string, PodName> = new Map();

  constructor(directory: LiveDirectory, namespaces: Namespaces, nodes: Nodes, sets: AddressSets, numbering: Numbering) {
    this.#numbering = numbering;
    this.#directory = directory;
    this.#namespaces = namespaces;
    this.#nodes = nodes;
    this.#sets = sets;
  }

  /** Adds all live pods, and gives the workloads that they descend from; finished ones are only remembered by name. */
  addPods(pods: readonly PodObject[], workloads: ReadonlyMap<string, WorkloadObject>): Set<string> {
    const withPods = new Set<string>();
    for (const pod of pods) {
      if (!pod.hostNetwork && !pod.finished) for (const ip of pod.ips) this.addresses.set(ip, pod);
    }
    for (const pod of pods) {
      const ancestors = ancestorsOf(pod, workloads);
      if (pod.finished) {
        this.#directory.addFinished(`${pod.namespace}/${pod.name}`);
        // A Job has run when its pod has; whatever else the pod was of makes another one.
        for (const key of ancestors) if (key.startsWith(`${pod.namespace}/Job/`)) withPods.add(key);
        continue;
      }
      for (const key of ancestors) withPods.add(key);
      const entry = this.#addPod(pod, pod.namespace, pod.name, `${pod.namespace}/${pod.name}`, pod);
      for (const key of ancestors) this.#directory.addToWorkload(key, entry);
    }
    return withPods;
  }

  /** Adds the pods that stand for workloads without live pods, and gives their number. */
  addStandIns(workloads: ReadonlyMap<string, WorkloadObject>, withPods: ReadonlySet<string>): number {
    const exists = (namespace: string, name: string): boolean =>
      this.#directory.pod(`${namespace}/${name}`) !== undefined || this.#directory.hasFinished(`${namespace}/${name}`);
    const standIns = standInsFor(workloads, withPods, exists);
    for (const standIn of standIns) this.#addStandIn(standIn, workloads);
    for (const key of workloads.keys()) this.#directory.addToWorkload(key);
    return standIns.length;
  }

  /** Adds one endpoint for each address of each node. */
  addNodes(): void {
    this.#nodes.list.forEach((node, index) => {
      const addresses = node.addresses.map((ip) => {
        const family = familyOf(ip);
        const endpoint = this.#numbering.next();
        this.#put(
          endpoint,
          {
            kind: "node",
            labels: {},
            ports: [],
            node: index,
            address4: family === 4 ? ip : undefined,
            address6: family === 6 ? ip : undefined,
            ownsAddress: true,
          },
          { kind: "node", node: node.name, ip },
        );
        return { ip, family, endpoint };
      });
      this.#directory.setNode({ name: node.name, addresses });
    });
    // What comes later must not get the number of a pod that is gone.
    while (this.list.length < this.#numbering.end) this.list.push(NOBODY);
  }

  #addStandIn({ workload, podName, labels }: StandIn, workloads: ReadonlyMap<string, WorkloadObject>): void {
    const { namespace, kind, name, template, owners } = workload;
    const display = podName === undefined ? workloadKey(namespace, kind, name) : `${namespace}/${podName}`;
    const entry = this.#addPod({ ...template, labels, ips: [] }, namespace, podName, display, undefined);
    for (const key of [workloadKey(namespace, kind, name), ...ancestorKeys(namespace, owners, workloads)]) {
      this.#directory.addToWorkload(key, entry);
    }
  }

  #addPod(
    shape: PodShape & { readonly ips: readonly string[] },
    namespace: string,
    name: string | undefined,
    display: string,
    pod: PodObject | undefined,
  ): LivePodEntry {
    const { labels, ports, hostNetwork, ips } = shape;
    const nodeName = shape.nodeName ?? (hostNetwork ? this.#nodeAt(ips) : undefined);
    // A host-network pod's address is its node's, and leads there; without a node it is the pod's own, unless another has it.
    const ownsAddress = !hostNetwork || (nodeName === undefined && !ips.some((ip) => this.addresses.has(ip)));
    const index = this.#namespaces.indexOf(namespace);
    const named = name !== undefined;
    const { model, families } = modelPod(
      { namespace: index, labels, ports, hostNetwork, nodeName, ips, ownsAddress, named },
      this.#nodes,
      this.#sets,
    );
    const endpoint = this.#numbering.next(name === undefined ? undefined : display);
    const entry: LivePodEntry = {
      namespace,
      name: name ?? display,
      display,
      endpoint,
      labels,
      ports,
      hostNetwork,
      families,
      ips,
      nodeName,
      ready: pod?.ready,
      terminating: pod?.terminating ?? false,
      representative: name === undefined,
      standsIn: pod === undefined,
    };
    this.#put(endpoint, model, { kind: "pod", pod: entry });
    this.#directory.addPod(entry);
    return entry;
  }

  /** The name of the node that has one of the addresses. */
  #nodeAt(ips: readonly string[]): string | undefined {
    const index = ips.map((ip) => this.#nodes.ownerOf(ip)).find((owner) => owner !== undefined);
    return index === undefined ? undefined : this.#nodes.list[index]?.name;
  }

  #put(endpoint: number, model: ModelEndpoint, entry: EndpointEntry): void {
    this.#directory.setEndpoint(endpoint, entry);
    while (this.list.length < endpoint) this.list.push(NOBODY);
    this.list[endpoint] = model;
  }
}

/** What a number stands for whose pod is gone. */
const NOBODY: ModelEndpoint = {
  kind: "external",
  labels: {},
  ports: [],
  address4: undefined,
  address6: undefined,
  ownsAddress: false,
};

/** A pod as the core takes it (a host-network pod is its node's address), and its families in their order. */
export function modelPod(
  pod: PodSpec,
  nodes: Nodes,
  sets: AddressSets,
): { readonly model: ModelEndpoint; readonly families: readonly (4 | 6)[] } {
  const node = pod.nodeName === undefined ? undefined : nodes.indexOf(pod.nodeName);
  if (pod.hostNetwork) return modelHostPod(pod, node, nodes, sets);
  const { ips } = pod;
  const known = ips.length > 0;
  const families = known ? familiesOf(ips) : sets.podFamilies;
  return {
    model: {
      kind: "pod",
      namespace: pod.namespace,
      labels: pod.labels,
      ports: pod.ports,
      node,
      address4: known ? addressOf(ips, 4) : sets.pod(4),
      address6: known ? addressOf(ips, 6) : sets.pod(6),
      ownsAddress: pod.ownsAddress,
      named: pod.named,
      prefersIPv6: families[0] === 6,
    },
    families,
  };
}

/** It has its node's addresses where its own are not known. */
function modelHostPod(
  pod: PodSpec,
  node: number | undefined,
  nodes: Nodes,
  sets: AddressSets,
): { readonly model: ModelEndpoint; readonly families: readonly (4 | 6)[] } {
  const nodeAddresses = node === undefined ? [] : (nodes.list[node]?.addresses ?? []);
  const ips = pod.ips.length > 0 ? pod.ips : nodeAddresses;
  const known = ips.length > 0;
  const families = known ? familiesOf(ips) : ([4, 6] as const);
  return {
    model: {
      kind: "node",
      namespace: undefined,
      labels: {},
      ports: [],
      node,
      address4: known ? addressOf(ips, 4) : sets.any(4),
      address6: known ? addressOf(ips, 6) : sets.any(6),
      ownsAddress: pod.ownsAddress,
      named: pod.named,
      prefersIPv6: families[0] === 6,
    },
    families,
  };
}

const ONLY_IPV4: readonly (4 | 6)[] = [4];
const ONLY_IPV6: readonly (4 | 6)[] = [6];

/** The families of addresses, in their order. */
function familiesOf(ips: readonly string[]): readonly (4 | 6)[] {
  if (ips.length === 1) return familyOf(ips[0]!) === 4 ? ONLY_IPV4 : ONLY_IPV6;
  return [...new Set(ips.map(familyOf))];
}

/** The first address of a family. */
function addressOf(ips: readonly string[], family: 4 | 6): string | undefined {
  for (const ip of ips) if (familyOf(ip) === family) return ip;
  return undefined;
}

/** The family of an address in canonical text. */
export function familyOf(ip: string): 4 | 6 {
  return ip.includes(":") ? 6 : 4;
}
