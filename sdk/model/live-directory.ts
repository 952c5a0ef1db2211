/** The directory of a state that was loaded from objects: maps that building the model fills. */
import type { EndpointSliceObject, ServiceObject } from "../read/objects.ts";
import type { Directory, EndpointEntry, LivePodEntry, NodeEntry, ServiceEntry } from "./directory.ts";

const NOTHING: readonly never[] = [];

export class LiveDirectory implements Directory {
  readonly #pods = new Map<string, LivePodEntry>();
  readonly #podsIn = new Map<string, LivePodEntry[]>();
  /** Namespace → pod's name → pod; made when first asked. */
  #podsByName: Map<string, Map<string, LivePodEntry>> | undefined;
  readonly #finished = new Set<string>();
  readonly #workloads = new Map<string, LivePodEntry[]>();
  readonly #nodes = new Map<string, NodeEntry>();
  readonly #services = new Map<string, ServiceObject>();
  readonly #serviceAddresses = new Map<string, ServiceObject[]>();
  readonly #nodePorts = new Map<number, string>();
  readonly #slices = new Map<string, EndpointSliceObject[]>();
  readonly #endpoints: EndpointEntry[] = [];

  pod(key: string): LivePodEntry | undefined {
    return this.#pods.get(key);
  }

  podNamed(namespace: string, name: string): LivePodEntry | undefined {
    this.#podsByName ??= indexByName(this.#pods.values());
    return this.#podsByName.get(namespace)?.get(name);
  }

  hasFinished(key: string): boolean {
    return this.#finished.has(key);
  }

  podsIn(namespace: string): readonly LivePodEntry[] {
    return this.#podsIn.get(namespace) ?? NOTHING;
  }

  podsOf(workload: string): readonly LivePodEntry[] | undefined {
    return this.#workloads.get(workload);
  }

  workloadNamed(namespace: string, name: string): string | undefined {
    return [...this.#workloads.keys()].find((key) => key.startsWith(`${namespace}/`) && key.split("/")[2] === name);
  }

  endpoint(number: number): EndpointEntry | undefined {
    return this.#endpoints[number];
  }

  node(name: string): NodeEntry | undefined {
    return this.#nodes.get(name);
  }

  service(key: string): ServiceObject | undefined {
    return this.#services.get(key);
  }

  podsSelectedBy({ namespace, name }: ServiceEntry): readonly LivePodEntry[] {
    const selector = Object.entries(this.#services.get(`${namespace}/${name}`)?.selector ?? {});
    if (selector.length === 0) return NOTHING;
    return this.podsIn(namespace).filter(({ labels }) =>
      selector.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value),
    );
  }

  servicesAt(ip: string): readonly ServiceObject[] {
    return this.#serviceAddresses.get(ip) ?? NOTHING;
  }

  serviceAtNodePort(port: number): string | undefined {
    return this.#nodePorts.get(port);
  }

  slicesOf(service: string): readonly EndpointSliceObject[] | undefined {
    return this.#slices.get(service);
  }

  /** Adds a pod; one that stands for any number of pods (`representative`) cannot be asked for by name. */
  addPod(pod: LivePodEntry): void {
    append(this.#podsIn, pod.namespace, pod);
    if (!pod.representative) this.#pods.set(pod.display, pod);
  }

  addFinished(key: string): void {
    this.#finished.add(key);
  }

  /** Makes a workload known, with a pod if it has one. */
  addToWorkload(key: string, pod?: LivePodEntry): void {
    if (pod !== undefined) append(this.#workloads, key, pod);
    else if (!this.#workloads.has(key)) this.#workloads.set(key, []);
  }

  /** Says what the next endpoint's number stands for. */
  addEndpoint(entry: EndpointEntry): void {
    this.#endpoints.push(entry);
  }

  addNode(node: NodeEntry): void {
    this.#nodes.set(node.name, node);
  }

  addService(service: ServiceObject): void {
    const key = `${service.namespace}/${service.name}`;
    this.#services.set(key, service);
    for (const ip of service.addresses) append(this.#serviceAddresses, ip, service);
    for (const { nodePort } of service.ports) if (nodePort !== undefined) this.#nodePorts.set(nodePort, key);
  }

  addSlice(slice: EndpointSliceObject): void {
    if (slice.serviceName !== undefined) append(this.#slices, `${slice.namespace}/${slice.serviceName}`, slice);
  }
}

function indexByName(pods: Iterable<LivePodEntry>): Map<string, Map<string, LivePodEntry>> {
  const namespaces = new Map<string, Map<string, LivePodEntry>>();
  for (const pod of pods) {
    const names = namespaces.get(pod.namespace);
    if (names === undefined) namespaces.set(pod.namespace, new Map([[pod.name, pod]]));
    else names.set(pod.name, pod);
  }
  return namespaces;
}

/** Appends to the list under a key. */
function append<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
