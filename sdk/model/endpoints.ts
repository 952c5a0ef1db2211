/** Endpoints: live pods, the pods that stand for workloads, and the addresses of nodes. */
import { familyOf } from "../address.ts";
import type { ContainerPort, Labels, PodObject, PodShape, WorkloadObject } from "../read/objects.ts";
import type { AddressSets } from "./address-sets.ts";
import type { LivePodEntry } from "./directory.ts";
import type { LiveDirectory } from "./live-directory.ts";
import type { ModelAddress, ModelEndpoint } from "./model.ts";
import type { Namespaces } from "./namespaces.ts";
import type { Nodes } from "./nodes.ts";
import type { Numbering } from "./numbering.ts";
import { PodAddresses } from "./pod-addresses.ts";
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

export class Endpoints {
  /** By number; numbers of pods that are gone are nobody's. */
  readonly list: ModelEndpoint[] = [];
  readonly #namespaces: Namespaces;
  readonly #nodes: Nodes;
  readonly #sets: AddressSets;
  readonly #numbering: Numbering;
  /** The addresses of live pods, host network aside. */
  readonly addresses: PodAddresses;
  readonly #pods: readonly PodObject[];
  readonly #workloads: ReadonlyMap<string, WorkloadObject>;
  readonly #standIns: readonly StandIn[];
  /** The endpoints' numbers in the order in which they were added: pods, stand-ins, addresses of nodes. */
  readonly #numbers: number[] = [];
  /** Nodes that flows speak of later are not among the endpoints. */
  readonly #nodeCount: number;
  /** Per index in `Namespaces`: it has pods, or some that stand for workloads. */
  readonly #populated: boolean[] = [];

  /** Adds all live pods, the pods that stand for workloads without live pods, and the addresses of all nodes. */
  constructor(
    pods: readonly PodObject[],
    workloads: ReadonlyMap<string, WorkloadObject>,
    namespaces: Namespaces,
    nodes: Nodes,
    sets: AddressSets,
    numbering: Numbering,
  ) {
    this.#namespaces = namespaces;
    this.#nodes = nodes;
    this.#sets = sets;
    this.#numbering = numbering;
    this.#pods = pods;
    this.#workloads = workloads;
    this.addresses = new PodAddresses(pods);
    for (const pod of pods) if (!pod.finished) this.#addPod(pod, pod.namespace, pod.name, pod.ips);
    this.#standIns = workloads.size === 0 ? [] : standInsFor(workloads, withPods(pods, workloads), nameTest(pods));
    for (const { workload, podName, labels } of this.#standIns) {
      this.#addPod({ ...workload.template, labels }, workload.namespace, podName, []);
    }
    this.#nodeCount = nodes.list.length;
    nodes.list.forEach((node, index) => {
      for (const ip of node.addresses) this.#put(numbering.next(), modelNodeAddress(ip, index));
    });
    // What comes later must not get the number of a pod that is gone.
    while (this.list.length < numbering.end) this.list.push(NOBODY);
  }

  /** How many pods stand for workloads. */
  get standInCount(): number {
    return this.#standIns.length;
  }

  /** Whether a namespace has live pods or some that stand for workloads. */
  isPopulated(namespace: string): boolean {
    const index = this.#namespaces.find(namespace);
    return index !== undefined && this.#populated[index] === true;
  }

  /** Tells a directory of all endpoints, of finished pods and of workloads. */
  describe(directory: LiveDirectory): void {
    let added = 0;
    for (const pod of this.#pods) {
      const display = `${pod.namespace}/${pod.name}`;
      if (pod.finished) {
        directory.addFinished(display);
        continue;
      }
      const entry = this.#entry(this.#numbers[added++]!, pod, pod.namespace, pod.name, display, pod);
      directory.addPod(entry);
      for (const key of ancestorsOf(pod, this.#workloads)) directory.addToWorkload(key, entry);
    }
    for (const { workload, podName, labels } of this.#standIns) {
      const { namespace, kind, name, owners, template } = workload;
      const display = podName === undefined ? workloadKey(namespace, kind, name) : `${namespace}/${podName}`;
      const shape = { ...template, labels, ips: [] };
      const entry = this.#entry(this.#numbers[added++]!, shape, namespace, podName, display);
      directory.addPod(entry);
      for (const key of [workloadKey(namespace, kind, name), ...ancestorKeys(namespace, owners, this.#workloads)]) {
        directory.addToWorkload(key, entry);
      }
    }
    for (const key of this.#workloads.keys()) directory.addToWorkload(key);
    for (const { name, addresses } of this.#nodes.list.slice(0, this.#nodeCount)) {
      const entries = addresses.map((ip) => ({
        ip,
        family: familyOf(ip),
        endpoint: this.#numbers[added++]!,
        ...(this.#nodes.isExternal(ip) && { external: true }),
      }));
      for (const { ip, endpoint } of entries) directory.setNodeEndpoint(endpoint, name, ip);
      directory.setNode({ name, addresses: entries });
    }
  }

  #addPod(shape: PodShape, namespace: string, name: string | undefined, ips: readonly string[]): void {
    const { labels, ports, hostNetwork } = shape;
    const nodeName = shape.nodeName ?? (hostNetwork ? this.#nodeAt(ips) : undefined);
    // A host-network pod's address is its node's, and leads there; without a node it is the pod's own, unless another has it.
    const ownsAddress = !hostNetwork || (nodeName === undefined && !ips.some((ip) => this.addresses.has(ip)));
    const index = this.#namespaces.indexOf(namespace);
    this.#populated[index] = true;
    const named = name !== undefined;
    const model = modelPod(
      { namespace: index, labels, ports, hostNetwork, nodeName, ips, ownsAddress, named },
      this.#nodes,
      this.#sets,
    );
    this.#put(named ? this.#numbering.nextFor(namespace, name) : this.#numbering.next(), model);
  }

  #entry(
    endpoint: number,
    { labels, ports, hostNetwork, ownDNS, ips }: PodShape & { readonly ips: readonly string[] },
    namespace: string,
    name: string | undefined,
    display: string,
    pod?: PodObject,
  ): LivePodEntry {
    const model = this.list[endpoint]!;
    return {
      namespace,
      name: name ?? display,
      display,
      endpoint,
      labels,
      ports,
      hostNetwork,
      ownDNS,
      families: familiesOf(model),
      ips,
      nodeName: model.node === undefined ? undefined : this.#nodes.list[model.node]?.name,
      ready: pod?.ready,
      terminating: pod?.terminating ?? false,
      representative: name === undefined,
      standsIn: pod === undefined,
    };
  }

  /** The name of the node that has one of the addresses. */
  #nodeAt(ips: readonly string[]): string | undefined {
    const index = ips.map((ip) => this.#nodes.ownerOf(ip)).find((owner) => owner !== undefined);
    return index === undefined ? undefined : this.#nodes.list[index]?.name;
  }

  #put(endpoint: number, model: ModelEndpoint): void {
    while (this.list.length < endpoint) this.list.push(NOBODY);
    this.list[endpoint] = model;
    this.#numbers.push(endpoint);
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

/** A pod as the core takes it; a host-network pod is its node's address. */
export function modelPod(pod: PodSpec, nodes: Nodes, sets: AddressSets): ModelEndpoint {
  const node = pod.nodeName === undefined ? undefined : nodes.indexOf(pod.nodeName);
  if (pod.hostNetwork) return modelHostPod(pod, node, nodes, sets);
  const { ips } = pod;
  const known = ips.length > 0;
  return {
    kind: "pod",
    namespace: pod.namespace,
    labels: pod.labels,
    ports: pod.ports,
    node,
    address4: known ? addressOf(ips, 4) : sets.pod(4, pod.nodeName),
    address6: known ? addressOf(ips, 6) : sets.pod(6, pod.nodeName),
    ownsAddress: pod.ownsAddress,
    named: pod.named,
    prefersIPv6: (known ? familyOf(ips[0]!) : sets.podPrefers(pod.nodeName)) === 6,
  };
}

/** It has its node's addresses where its own are not known: of several of one family, one of these. */
function modelHostPod(pod: PodSpec, node: number | undefined, nodes: Nodes, sets: AddressSets): ModelEndpoint {
  const ips = pod.ips.length > 0 || node === undefined ? pod.ips : nodes.internalOf(node);
  const known = ips.length > 0;
  const address = (family: 4 | 6): ModelAddress => {
    if (!known) return sets.any(family);
    const ofFamily = ips.filter((ip) => familyOf(ip) === family);
    return ofFamily.length > 1 ? sets.oneOf(ofFamily) : ofFamily[0];
  };
  return {
    kind: "node",
    namespace: undefined,
    labels: {},
    ports: [],
    node,
    address4: address(4),
    address6: address(6),
    ownsAddress: pod.ownsAddress,
    named: pod.named,
    prefersIPv6: known && familyOf(ips[0]!) === 6,
  };
}

function modelNodeAddress(ip: string, node: number): ModelEndpoint {
  const family = familyOf(ip);
  return {
    kind: "node",
    namespace: undefined,
    labels: {},
    ports: [],
    node,
    address4: family === 4 ? ip : undefined,
    address6: family === 6 ? ip : undefined,
    ownsAddress: true,
    named: false,
    prefersIPv6: false,
  };
}

const ONLY_IPV4: readonly (4 | 6)[] = [4];
const ONLY_IPV6: readonly (4 | 6)[] = [6];
const IPV4_FIRST: readonly (4 | 6)[] = [4, 6];
const IPV6_FIRST: readonly (4 | 6)[] = [6, 4];

/** The families that an endpoint has an address of, or can get one of, in their order. */
export function familiesOf({ address4, address6, prefersIPv6 }: ModelEndpoint): readonly (4 | 6)[] {
  if (address6 === undefined) return ONLY_IPV4;
  if (address4 === undefined) return ONLY_IPV6;
  return prefersIPv6 ? IPV6_FIRST : IPV4_FIRST;
}

/** The first address of a family. */
function addressOf(ips: readonly string[], family: 4 | 6): string | undefined {
  for (let i = 0; i < ips.length; i++) if (familyOf(ips[i]!) === family) return ips[i];
  return undefined;
}

/** The workloads that live pods descend from, as keys. */
function withPods(pods: readonly PodObject[], workloads: ReadonlyMap<string, WorkloadObject>): Set<string> {
  const found = new Set<string>();
  for (const pod of pods) {
    for (const key of ancestorsOf(pod, workloads)) {
      // A Job has run when its pod has; whatever else a finished pod was of makes another one.
      if (!pod.finished || key.startsWith(`${pod.namespace}/Job/`)) found.add(key);
    }
  }
  return found;
}

/** Whether a pod of this name was loaded, finished or not. */
function nameTest(pods: readonly PodObject[]): (namespace: string, name: string) => boolean {
  let names: Set<string> | undefined;
  return (namespace, name) => {
    names ??= new Set(pods.map((pod) => `${pod.namespace}/${pod.name}`));
    return names.has(`${namespace}/${name}`);
  };
}
