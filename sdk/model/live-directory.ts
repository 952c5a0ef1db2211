/**
 * The directory of a state that was loaded from objects: maps that are filled when somebody first asks. Filling them takes
 * about as long as all else that the SDK does to load, and who asks by address or for the counts alone never needs them.
 */
import type { ServiceObject, SliceContent } from "../read/objects.ts";
import type { Protocol } from "../types.ts";
import type {
  Directory,
  EndpointEntry,
  HostPort,
  LivePodEntry,
  NodeEntry,
  ServiceEntry,
  SliceEndpoint,
} from "./directory.ts";
import { HostPorts, hasHostPorts } from "./host-ports.ts";
import { LiveServices } from "./live-services.ts";

const NOTHING: readonly never[] = [];

type LiveEndpoint =
  | { readonly kind: "pod"; readonly pod: LivePodEntry }
  | Exclude<EndpointEntry, { readonly kind: "pod" }>;

/** What a directory holds. */
class Maps {
  /** Endpoints, by the names of pods. */
  readonly pods = new Map<string, number>();
  readonly podsIn = new Map<string, LivePodEntry[]>();
  /** Namespace → pod's name → pod; made when first asked. */
  podsByName: Map<string, Map<string, LivePodEntry>> | undefined = undefined;
  readonly standIns: LivePodEntry[] = [];
  readonly finished = new Set<string>();
  readonly workloads = new Map<string, LivePodEntry[]>();
  readonly nodes = new Map<string, NodeEntry>();
  readonly services = new LiveServices();
  /** Made when first asked, and again after a change. */
  hostPorts: HostPorts | undefined = undefined;
  readonly endpoints: (LiveEndpoint | undefined)[] = [];
}

export class LiveDirectory implements Directory {
  readonly #fill: (directory: LiveDirectory) => void;
  #filled: Maps | undefined;

  /** `fill` adds what there was when the state was loaded. */
  constructor(fill: (directory: LiveDirectory) => void) {
    this.#fill = fill;
  }

  get #maps(): Maps {
    return this.#filled ?? this.#filling();
  }

  #filling(): Maps {
    const maps = new Maps();
    this.#filled = maps;
    this.#fill(this);
    return maps;
  }

  pod(key: string): LivePodEntry | undefined {
    return this.#podAt(this.podEndpoint(key));
  }

  podEndpoint(key: string): number {
    return this.#maps.pods.get(key) ?? -1;
  }

  podNamed(namespace: string, name: string): LivePodEntry | undefined {
    const maps = this.#maps;
    maps.podsByName ??= indexByName(this.namedPods());
    return maps.podsByName.get(namespace)?.get(name);
  }

  hasFinished(key: string): boolean {
    return this.#maps.finished.has(key);
  }

  podsIn(namespace: string): readonly LivePodEntry[] {
    return this.#maps.podsIn.get(namespace) ?? NOTHING;
  }

  podNamespaces(): Iterable<string> {
    return this.#maps.podsIn.keys();
  }

  nodeNames(): Iterable<string> {
    return this.#maps.nodes.keys();
  }

  serviceNames(): Iterable<string> {
    return this.#maps.services.names();
  }

  workloadNames(): Iterable<string> {
    return this.#maps.workloads.keys();
  }

  podsOf(workload: string): readonly LivePodEntry[] | undefined {
    return this.#maps.workloads.get(workload);
  }

  workloadNamed(namespace: string, name: string): string | undefined {
    return [...this.#maps.workloads.keys()].find(
      (key) => key.startsWith(`${namespace}/`) && key.split("/")[2] === name,
    );
  }

  endpoint(number: number): EndpointEntry | undefined {
    return this.#maps.endpoints[number];
  }

  node(name: string): NodeEntry | undefined {
    return this.#maps.nodes.get(name);
  }

  service(key: string): ServiceObject | undefined {
    return this.#maps.services.get(key);
  }

  podsSelectedBy({ namespace, name }: ServiceEntry): readonly LivePodEntry[] {
    const selector = Object.entries(this.#maps.services.get(`${namespace}/${name}`)?.selector ?? {});
    if (selector.length === 0) return NOTHING;
    return this.podsIn(namespace).filter(({ labels }) =>
      selector.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value),
    );
  }

  servicesAt(ip: string): readonly ServiceObject[] {
    return this.#maps.services.at(ip);
  }

  servicesAtNodePort(protocol: Protocol, port: number): readonly ServiceObject[] {
    return this.#maps.services.atNodePort(protocol, port);
  }

  podsAtHostPort(node: string, protocol: Protocol, port: number): readonly HostPort[] {
    const maps = this.#maps;
    maps.hostPorts ??= this.#indexHostPorts();
    return maps.hostPorts.at(node, protocol, port);
  }

  #indexHostPorts(): HostPorts {
    const hostPorts = new HostPorts();
    for (const pod of this.pods()) hostPorts.addPod(pod);
    return hostPorts;
  }

  /** All pods in the order of their objects, and after them those that stand for workloads'. */
  *pods(): Generator<LivePodEntry, void, undefined> {
    for (const pod of this.namedPods()) if (!pod.standsIn) yield pod;
    yield* this.#maps.standIns;
  }

  slicesOf(service: string): readonly SliceContent[] | undefined {
    return this.#maps.services.slicesOf(service);
  }

  /** All pods that can be asked for by name. */
  *namedPods(): Generator<LivePodEntry, void, undefined> {
    for (const endpoint of this.#maps.pods.values()) {
      const pod = this.#podAt(endpoint);
      if (pod !== undefined) yield pod;
    }
  }

  /** The pods that stand for workloads, in the order of the workloads. */
  get standIns(): readonly LivePodEntry[] {
    return this.#maps.standIns;
  }

  podOfSlice({ pod: named }: SliceEndpoint, address: string): LivePodEntry | undefined {
    if (typeof named !== "object") return undefined;
    const pod = this.podNamed(named.namespace, named.name);
    return pod === undefined || (pod.ips.length > 0 && !pod.ips.includes(address)) ? undefined : pod;
  }

  /** The endpoints in their order: one after the last that stands for something. */
  get endpointCount(): number {
    return this.#maps.endpoints.length;
  }

  nodes(): Iterable<NodeEntry> {
    return this.#maps.nodes.values();
  }

  /** All Services, with what says where they lead. */
  get services(): LiveServices {
    return this.#maps.services;
  }

  /** Workloads' keys with their pods. */
  workloads(): Iterable<readonly [string, readonly LivePodEntry[]]> {
    return this.#maps.workloads;
  }

  finished(): Iterable<string> {
    return this.#maps.finished;
  }

  /** Adds a pod; one that stands for any number of pods (`representative`) cannot be asked for by name. */
  addPod(pod: LivePodEntry): void {
    const { podsIn, pods, podsByName, standIns, endpoints } = this.#maps;
    this.#forgetHostPorts(pod);
    endpoints[pod.endpoint] = { kind: "pod", pod };
    append(podsIn, pod.namespace, pod);
    if (pod.standsIn) standIns.push(pod);
    if (!pod.representative) pods.set(pod.display, pod.endpoint);
    if (!pod.representative && podsByName !== undefined) addByName(podsByName, pod);
  }

  /** Takes a pod away, from its workloads too: one without pods is not known any more. */
  removePod(pod: LivePodEntry, workloads: readonly string[]): void {
    this.#forgetHostPorts(pod);
    this.#maps.endpoints[pod.endpoint] = undefined;
    this.#maps.pods.delete(pod.display);
    this.#maps.podsByName?.get(pod.namespace)?.delete(pod.name);
    remove(this.#maps.podsIn, pod.namespace, pod);
    for (const key of workloads) remove(this.#maps.workloads, key, pod);
  }

  #forgetHostPorts(pod: LivePodEntry): void {
    if (hasHostPorts(pod)) this.#maps.hostPorts = undefined;
  }

  #podAt(endpoint: number): LivePodEntry | undefined {
    const entry = this.#maps.endpoints[endpoint];
    return entry?.kind === "pod" ? entry.pod : undefined;
  }

  /** Puts a pod in the place of one of the same name that descends from the same workloads. */
  replacePod(before: LivePodEntry, pod: LivePodEntry, workloads: readonly string[]): void {
    this.#forgetHostPorts(before);
    this.#forgetHostPorts(pod);
    this.#maps.endpoints[pod.endpoint] = { kind: "pod", pod };
    this.#maps.pods.set(pod.display, pod.endpoint);
    this.#maps.podsByName?.get(pod.namespace)?.set(pod.name, pod);
    replace(this.#maps.podsIn, pod.namespace, before, pod);
    for (const key of workloads) replace(this.#maps.workloads, key, before, pod);
  }

  addFinished(key: string): void {
    this.#maps.finished.add(key);
  }

  removeFinished(key: string): void {
    this.#maps.finished.delete(key);
  }

  /** Makes a workload known, with a pod if it has one. */
  addToWorkload(key: string, pod?: LivePodEntry): void {
    if (pod !== undefined) append(this.#maps.workloads, key, pod);
    else if (!this.#maps.workloads.has(key)) this.#maps.workloads.set(key, []);
  }

  setNode(node: NodeEntry): void {
    this.#maps.nodes.set(node.name, node);
  }

  /** Says which node's address an endpoint's number stands for. */
  setNodeEndpoint(number: number, node: string | undefined, ip: string): void {
    this.#maps.endpoints[number] = { kind: "node", node, ip };
  }

  removeNode(name: string): void {
    this.#maps.nodes.delete(name);
  }
}

function indexByName(pods: Iterable<LivePodEntry>): Map<string, Map<string, LivePodEntry>> {
  const namespaces = new Map<string, Map<string, LivePodEntry>>();
  for (const pod of pods) addByName(namespaces, pod);
  return namespaces;
}

function addByName(namespaces: Map<string, Map<string, LivePodEntry>>, pod: LivePodEntry): void {
  const names = namespaces.get(pod.namespace);
  if (names === undefined) namespaces.set(pod.namespace, new Map([[pod.name, pod]]));
  else names.set(pod.name, pod);
}

/** Appends to the list under a key; pods that stand for a workload's come after all others. */
function append<V extends object>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  if (values === undefined) {
    map.set(key, [value]);
    return;
  }
  let place = values.length;
  if (!standsIn(value)) while (standsIn(values[place - 1])) place--;
  if (place === values.length) values.push(value);
  else values.splice(place, 0, value);
}

function standsIn(value: object | undefined): boolean {
  return value !== undefined && "standsIn" in value && value.standsIn === true;
}

function replace<V>(map: Map<string, V[]>, key: string, before: V, after: V): void {
  const values = map.get(key);
  const place = values?.indexOf(before) ?? -1;
  if (values !== undefined && place >= 0) values[place] = after;
}

/** Removes from the list under a key, and the list with its last value. */
function remove<V>(map: Map<string, V[]>, key: string, value: V): void {
  const values = map.get(key);
  const place = values?.indexOf(value) ?? -1;
  if (values === undefined || place < 0) return;
  values.splice(place, 1);
  if (values.length === 0) map.delete(key);
}
