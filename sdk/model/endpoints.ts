/** Endpoints: live pods, the pods that stand for workloads, and the addresses of nodes. */
import { parseAddress } from "../address.ts";
import type { Labels, PodObject, PodShape, WorkloadObject } from "../read/objects.ts";
import type { AddressSets } from "./address-sets.ts";
import type { EndpointEntry, LivePodEntry } from "./directory.ts";
import type { LiveDirectory } from "./live-directory.ts";
import type { ModelAddress, ModelEndpoint, ModelPort } from "./model.ts";
import type { Namespaces } from "./namespaces.ts";
import type { Nodes } from "./nodes.ts";
import { ancestorKeys, ancestorsOf, type StandIn, standInsFor, workloadKey } from "./workloads.ts";

/** What a pod-like end needs to become an endpoint. */
export interface PodSpec {
  readonly namespace: number;
  readonly labels: Labels;
  readonly ports: readonly {
    readonly name?: string | undefined;
    readonly containerPort: number;
    readonly protocol: "TCP" | "UDP" | "SCTP";
  }[];
  readonly hostNetwork: boolean;
  readonly nodeName: string | undefined;
  readonly ips: readonly string[];
  /** The address leads to this pod. */
  readonly ownsAddress: boolean;
}

export class Endpoints {
  readonly list: ModelEndpoint[] = [];
  readonly #directory: LiveDirectory;
  readonly #namespaces: Namespaces;
  readonly #nodes: Nodes;
  readonly #sets: AddressSets;
  /** The addresses of live pods, host network aside. */
  readonly addresses: Set<string> = new Set();

  constructor(directory: LiveDirectory, namespaces: Namespaces, nodes: Nodes, sets: AddressSets) {
    this.#directory = directory;
    this.#namespaces = namespaces;
    this.#nodes = nodes;
    this.#sets = sets;
  }

  /** Adds all live pods, and gives the workloads that they descend from; finished ones are only remembered by name. */
  addPods(pods: readonly PodObject[], workloads: ReadonlyMap<string, WorkloadObject>): Set<string> {
    const withPods = new Set<string>();
    for (const pod of pods) {
      const ancestors = ancestorsOf(pod, workloads);
      if (pod.finished) {
        this.#directory.addFinished(`${pod.namespace}/${pod.name}`);
        // A Job has run when its pod has; whatever else the pod was of makes another one.
        for (const key of ancestors) if (key.startsWith(`${pod.namespace}/Job/`)) withPods.add(key);
        continue;
      }
      for (const key of ancestors) withPods.add(key);
      if (!pod.hostNetwork) for (const ip of pod.ips) this.addresses.add(ip);
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
        const endpoint = this.#push(
          {
            kind: "node",
            labels: {},
            ports: [],
            node: index,
            address4: family === 4 ? { ip } : undefined,
            address6: family === 6 ? { ip } : undefined,
            ownsAddress: true,
          },
          { kind: "node", node: node.name, ip },
        );
        return { ip, family, endpoint };
      });
      this.#directory.addNode({ name: node.name, addresses });
    });
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
    // A host-network pod's address is its node's, and leads there; without a node it is the pod's own.
    const ownsAddress = !hostNetwork || nodeName === undefined;
    const { model, families } = modelPod(
      { namespace: this.#namespaces.indexOf(namespace), labels, ports, hostNetwork, nodeName, ips, ownsAddress },
      this.#nodes,
      this.#sets,
    );
    const entry: LivePodEntry = {
      namespace,
      name: name ?? display,
      display,
      endpoint: this.list.length,
      labels,
      ports,
      hostNetwork,
      families,
      ips,
      nodeName,
      ready: pod?.ready,
      terminating: pod?.terminating ?? false,
      representative: name === undefined,
    };
    this.#push(name === undefined ? model : { ...model, named: true }, { kind: "pod", pod: entry });
    this.#directory.addPod(entry);
    return entry;
  }

  /** The name of the node that has one of the addresses. */
  #nodeAt(ips: readonly string[]): string | undefined {
    const index = ips.map((ip) => this.#nodes.ownerOf(ip)).find((owner) => owner !== undefined);
    return index === undefined ? undefined : this.#nodes.list[index]?.name;
  }

  #push(model: ModelEndpoint, entry: EndpointEntry): number {
    this.#directory.addEndpoint(entry);
    return this.list.push(model) - 1;
  }
}

/** A pod as the core takes it (a host-network pod is its node's address), and its families in their order. */
export function modelPod(
  pod: PodSpec,
  nodes: Nodes,
  sets: AddressSets,
): { readonly model: ModelEndpoint; readonly families: readonly (4 | 6)[] } {
  const node = pod.nodeName === undefined ? undefined : nodes.indexOf(pod.nodeName);
  const nodeAddresses = node === undefined || !pod.hostNetwork ? [] : (nodes.list[node]?.addresses ?? []);
  const ips = pod.ips.length > 0 ? pod.ips : nodeAddresses;
  const address = (family: 4 | 6): ModelAddress => {
    if (ips.length === 0) return pod.hostNetwork ? sets.any(family) : sets.pod(family);
    const ip = ips.find((candidate) => familyOf(candidate) === family);
    return ip === undefined ? undefined : { ip };
  };
  const possible = pod.hostNetwork ? ([4, 6] as const) : sets.podFamilies;
  const families = ips.length > 0 ? [...new Set(ips.map(familyOf))] : possible;
  return {
    model: {
      kind: pod.hostNetwork ? "node" : "pod",
      ...(!pod.hostNetwork && { namespace: pod.namespace }),
      labels: pod.hostNetwork ? {} : pod.labels,
      ports: pod.hostNetwork ? [] : pod.ports.flatMap(namedPort),
      ...(node !== undefined && { node }),
      address4: address(4),
      address6: address(6),
      ownsAddress: pod.ownsAddress,
      ...(families[0] === 6 && { prefersIPv6: true }),
    },
    families,
  };
}

export function familyOf(ip: string): 4 | 6 {
  return parseAddress(ip)?.family ?? 4;
}

function namedPort(port: PodSpec["ports"][number]): ModelPort[] {
  return port.name === undefined ? [] : [{ name: port.name, protocol: port.protocol, number: port.containerPort }];
}
