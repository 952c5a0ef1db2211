/** The directory of a state that came from a snapshot: entries are made when they are first asked for. */
import { addTo } from "../add-to.ts";
import type {
  Directory,
  EndpointEntry,
  EndpointSliceEntry,
  HostPort,
  NodeEntry,
  PodEntry,
  ServiceEntry,
  SliceEndpoint,
} from "../model/directory.ts";
import { HostPorts } from "../model/host-ports.ts";
import { ServicePlaces } from "../model/service-places.ts";
import type { Protocol } from "../types.ts";
import { damaged } from "./format.ts";
import {
  FLAG_FIRST_FAMILY_SHIFT,
  FLAG_HOST_NETWORK,
  FLAG_NODE,
  FLAG_POD,
  FLAG_READY,
  FLAG_READY_KNOWN,
  FLAG_REPRESENTATIVE,
  FLAG_SECOND_FAMILY_SHIFT,
  FLAG_TERMINATING,
  type Names,
  NO_STRING,
  RECORD_FIRST,
  RECORD_FLAGS,
  RECORD_NODE,
  RECORD_PORT_COUNT,
  RECORD_PORTS,
  RECORD_SECOND,
} from "./names.ts";
import type { ObjectsPart, SnapshotService } from "./parts.ts";

const NOTHING: readonly never[] = [];

export class SnapshotDirectory implements Directory {
  readonly #names: Names;
  readonly #parse: () => ObjectsPart;
  /** Entries that were asked for: one pod is one object. */
  readonly #entries = new Map<number, EndpointEntry>();
  /** Endpoints of pods that were asked for by name. */
  readonly #pods = new Map<string, number>();
  #podsIn: Map<string, PodEntry[]> | undefined;
  #objects: Objects | undefined;
  #hostPorts: HostPorts | undefined;

  /** `parse` gives the objects when a flow first needs one of them. */
  constructor(names: Names, parse: () => ObjectsPart) {
    this.#names = names;
    this.#parse = parse;
  }

  pod(key: string): PodEntry | undefined {
    const endpoint = this.podEndpoint(key);
    return endpoint < 0 ? undefined : this.#podAt(endpoint);
  }

  podEndpoint(key: string): number {
    const known = this.#pods.get(key);
    if (known !== undefined) return known;
    const slash = key.indexOf("/");
    const endpoint = slash < 0 ? -1 : this.#names.find(key.slice(0, slash), key.slice(slash + 1));
    if (endpoint >= 0) this.#pods.set(key, endpoint);
    return endpoint;
  }

  podNamed(namespace: string, name: string): PodEntry | undefined {
    const endpoint = this.#names.find(namespace, name);
    return endpoint < 0 ? undefined : this.#podAt(endpoint);
  }

  hasFinished(key: string): boolean {
    return this.#read().finished.has(key);
  }

  podsIn(namespace: string): readonly PodEntry[] {
    this.#podsIn ??= this.#groupPods();
    return this.#podsIn.get(namespace) ?? NOTHING;
  }

  podsOf(workload: string): readonly PodEntry[] | undefined {
    return this.#read()
      .workloads.get(workload)
      ?.map((endpoint) => this.#podAt(endpoint));
  }

  podNamespaces(): Iterable<string> {
    this.#podsIn ??= this.#groupPods();
    return this.#podsIn.keys();
  }

  nodeNames(): Iterable<string> {
    return this.#read().nodes.keys();
  }

  serviceNames(): Iterable<string> {
    return this.#read().services.keys();
  }

  workloadNames(): Iterable<string> {
    return this.#read().workloads.keys();
  }

  workloadNamed(namespace: string, name: string): string | undefined {
    const keys = [...this.#read().workloads.keys()];
    return keys.find((key) => key.startsWith(`${namespace}/`) && key.split("/")[2] === name);
  }

  endpoint(number: number): EndpointEntry | undefined {
    if (number < 0 || number >= this.#names.endpoints) return undefined;
    const known = this.#entries.get(number);
    if (known !== undefined) return known;
    const entry = this.#makeEntry(number);
    if (entry !== undefined) this.#entries.set(number, entry);
    return entry;
  }

  node(name: string): NodeEntry | undefined {
    return this.#read().nodes.get(name);
  }

  service(key: string): ServiceEntry | undefined {
    return this.#read().services.get(key);
  }

  podsSelectedBy({ namespace, name }: ServiceEntry): readonly PodEntry[] {
    const service = this.#read().services.get(`${namespace}/${name}`);
    return service?.pods.map((endpoint) => this.#podAt(endpoint)) ?? NOTHING;
  }

  servicesAt(ip: string): readonly ServiceEntry[] {
    return this.#read().places.at(ip);
  }

  servicesAtNodePort(protocol: Protocol, port: number): readonly ServiceEntry[] {
    return this.#read().places.atNodePort(protocol, port);
  }

  podsAtHostPort(node: string, protocol: Protocol, port: number): readonly HostPort[] {
    this.#hostPorts ??= this.#indexHostPorts();
    return this.#hostPorts.at(node, protocol, port);
  }

  #indexHostPorts(): HostPorts {
    const hostPorts = new HostPorts();
    for (const { pod, protocol, port, target } of this.#read().hostPorts)
      hostPorts.add(protocol, port, this.#podAt(pod), target);
    return hostPorts;
  }

  slicesOf(service: string): readonly EndpointSliceEntry[] | undefined {
    return this.#read().slices.get(service);
  }

  /** The snapshot has one endpoint for each address, with the pod's number only where the address is the pod's. */
  podOfSlice({ pod }: SliceEndpoint): PodEntry | undefined {
    return typeof pod === "number" ? this.#podAt(pod) : undefined;
  }

  #read(): Objects {
    this.#objects ??= indexObjects(this.#parse());
    return this.#objects;
  }

  #podAt(endpoint: number): PodEntry {
    const entry = this.endpoint(endpoint);
    if (entry?.kind !== "pod") throw damaged(`endpoint ${endpoint} is no pod`);
    return entry.pod;
  }

  #groupPods(): Map<string, PodEntry[]> {
    const groups = new Map<string, PodEntry[]>();
    for (let number = 0; number < this.#names.endpoints; number++) {
      const entry = this.endpoint(number);
      if (entry?.kind === "pod") addTo(groups, entry.pod.namespace, entry.pod);
    }
    return groups;
  }

  #makeEntry(number: number): EndpointEntry | undefined {
    const names = this.#names;
    const flags = names.field(number, RECORD_FLAGS);
    if (!(flags & (FLAG_NODE | FLAG_POD))) return undefined;
    const string = (field: number): string | undefined => {
      const id = names.field(number, field);
      return id === NO_STRING ? undefined : names.text(id);
    };
    const first = string(RECORD_FIRST);
    if (flags & FLAG_NODE) return { kind: "node", node: first, ip: string(RECORD_SECOND) ?? "" };
    const namespace = first ?? "";
    const name = string(RECORD_SECOND) ?? "";
    const representative = (flags & FLAG_REPRESENTATIVE) !== 0;
    const pod: PodEntry = {
      namespace,
      name,
      display: representative ? name : `${namespace}/${name}`,
      endpoint: number,
      ports: this.#portsOf(number),
      hostNetwork: (flags & FLAG_HOST_NETWORK) !== 0,
      families: familiesOf(flags),
      nodeName: string(RECORD_NODE),
      ready: flags & FLAG_READY_KNOWN ? (flags & FLAG_READY) !== 0 : undefined,
      terminating: (flags & FLAG_TERMINATING) !== 0,
      representative,
    };
    return { kind: "pod", pod };
  }

  #portsOf(number: number): PodEntry["ports"] {
    const first = this.#names.field(number, RECORD_PORTS);
    const ports: PodEntry["ports"][number][] = [];
    // A port that is not there ends the loop with an error, whatever the count says.
    for (let i = 0; i < this.#names.field(number, RECORD_PORT_COUNT); i++) ports.push(this.#names.port(first + i));
    return ports;
  }
}

function familiesOf(flags: number): (4 | 6)[] {
  return [FLAG_FIRST_FAMILY_SHIFT, FLAG_SECOND_FAMILY_SHIFT].flatMap((shift) => {
    const family = (flags >>> shift) & 3;
    if (family === 0) return [];
    return [family === 1 ? 4 : 6];
  });
}

/** The objects of a snapshot by what they are asked for. */
interface Objects {
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  readonly services: ReadonlyMap<string, SnapshotService>;
  readonly places: ServicePlaces<SnapshotService>;
  readonly slices: ReadonlyMap<string, readonly EndpointSliceEntry[]>;
  readonly workloads: ReadonlyMap<string, readonly number[]>;
  readonly hostPorts: ObjectsPart["hostPorts"];
  readonly finished: ReadonlySet<string>;
}

function indexObjects({ nodes, services, slices, workloads, hostPorts, finished }: ObjectsPart): Objects {
  const places = new ServicePlaces<SnapshotService>();
  for (const service of services) places.add(service);
  return {
    nodes: new Map(nodes.map((node) => [node.name, node])),
    services: new Map(services.map((service) => [`${service.namespace}/${service.name}`, service])),
    places,
    slices: new Map(Object.entries(slices)),
    workloads: new Map(Object.entries(workloads)),
    hostPorts,
    finished: new Set(finished),
  };
}
