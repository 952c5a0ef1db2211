/** What an end of a flow stands for: one endpoint, or several. */
import type { Address } from "../address.ts";
import type { ServiceEntry } from "../model/directory.ts";
import { internalAddresses } from "../model/nodes.ts";
import { didYouMean } from "../read/nearest.ts";
import type { Internals } from "../state.ts";
import { addressCandidate, addresslessNode } from "./address.ts";
import { type Candidate, podCandidate } from "./candidate.ts";
import { finishedPod, flowError } from "./flow-error.ts";
import { futurePodCandidate } from "./future-pod.ts";
import { withHandedOn } from "./handed-on.ts";
import type { EndSpec, FlowSpec } from "./parse-flow.ts";
import { findPort, resolveServices, type ServiceAddress } from "./services.ts";
import { suggestPod } from "./suggest.ts";

export interface End {
  readonly candidates: readonly Candidate[];
  /** It stands for several pods or addresses, even if there is only one just now. */
  readonly group: boolean;
  /** A Service led here. */
  readonly service: boolean;
  /** The candidates are addresses of one host, and what it hands on: a flow has one family, and those of the other are no part of it. */
  readonly oneHost?: boolean;
  /** Of a node that is asked on a port: the Services that have it as a node port. */
  readonly portOf?: readonly ServiceEntry[];
}

/** The pods and addresses that may send the flow. */
export function resolveSource(state: Internals, flow: FlowSpec): End {
  return resolveEnd(state, flow.from, "from");
}

/** The pods and addresses that receive the flow, after Services. */
export function resolveDestination(state: Internals, flow: FlowSpec): End {
  const { directory } = state;
  const { to } = flow;
  if (to.kind === "service") {
    const service = directory.service(to.name);
    if (service === undefined) {
      const hint = didYouMean(to.name, directory.serviceNames());
      throw flowError("unknown-service", ["to"], `no Service \`${to.name}\` was loaded${hint}`);
    }
    return { candidates: resolveServices(state, [service], flow), group: true, service: true };
  }
  if (to.kind === "ip") {
    const services = servicesBehind(state, to, flow);
    if (services.length > 0) return throughAddress(state, services, to, flow);
  }
  const end = resolveEnd(state, to, "to");
  return to.kind === "ip" || to.kind === "node" ? withHandedOn(state, end, flow) : end;
}

/**
 * The Services that an address leads to on the flow's port. Services share external addresses and divide the ports; where they
 * do not, nothing says which of them takes a port, and it leads to each.
 */
function servicesBehind(state: Internals, to: ServiceAddress, flow: FlowSpec): readonly ServiceEntry[] {
  const services = state.directory.servicesAt(to.ip);
  const taking = services.filter((one) => findPort(one, flow) !== undefined);
  if (taking.length > 0) return taking;
  // A Service's external address can be a node's too: other ports than the Service's reach the node.
  const [first] = services;
  const elsewhere = first?.externalAddresses.includes(to.ip) === true && isKnownHost(state, to.address);
  return first === undefined || elsewhere ? [] : [first];
}

function throughAddress(state: Internals, services: readonly ServiceEntry[], to: ServiceAddress, flow: FlowSpec): End {
  const { family } = to.address;
  const candidates = resolveServices(state, services, flow, to).filter(({ families }) => families.includes(family));
  if (candidates.length > 0) {
    return { candidates: candidates.map((one) => ({ ...one, families: [family] })), group: true, service: true };
  }
  throw flowError("no-common-family", ["to"], `no backend of ${to.ip}'s Service has an IPv${family} address`);
}

/** What an end stands for by itself, without Services. */
export function resolveEnd(state: Internals, end: EndSpec, side: "from" | "to"): End {
  const { directory } = state;
  switch (end.kind) {
    case "pod":
      return { candidates: [resolvePod(state, end.name, side)], group: false, service: false };
    case "index":
      return { candidates: [resolveIndex(state, end.index, side)], group: false, service: false };
    case "ip":
      return { candidates: [addressCandidate(state, end.ip, end.address)], group: false, service: false };
    case "node":
      return resolveNode(state, end.name, side);
    case "future":
      return { candidates: [futurePodCandidate(state, end.pod, side)], group: false, service: false };
    case "workload": {
      const pods = directory.podsOf(end.name);
      if (pods === undefined) {
        const hint = didYouMean(end.name, directory.workloadNames());
        throw flowError("unknown-workload", [side], `no workload \`${end.name}\` was loaded${hint}`);
      }
      if (pods.length === 0)
        throw flowError("no-pods", [side], `\`${end.name}\` has no live pods: scaled to zero, or finished`);
      return { candidates: pods.map(podCandidate), group: true, service: false };
    }
    case "service":
      throw flowError("invalid-flow", [side], "a Service is no source");
  }
}

function resolvePod({ directory }: Internals, name: string, side: "from" | "to"): Candidate {
  const pod = directory.pod(name);
  if (pod !== undefined) return podCandidate(pod);
  if (directory.hasFinished(name)) throw finishedPod([side], name);
  const [namespace = "", podName = ""] = name.split("/");
  const workload = directory.workloadNamed(namespace, podName);
  const others = [
    ...(workload === undefined ? [] : [`a workload: { workload: "${workload}" }`]),
    ...(side === "to" && directory.service(name) !== undefined ? [`a Service: { service: "${name}" }`] : []),
  ];
  const hint = others.length === 0 ? suggestPod(directory, namespace, podName) : `; there is ${others.join(", and ")}`;
  throw flowError("unknown-pod", [side], `no pod \`${name}\` was loaded${hint}`);
}

function resolveIndex({ directory }: Internals, index: number, side: "from" | "to"): Candidate {
  const entry = directory.endpoint(index);
  if (entry?.kind === "pod" && !entry.pod.representative) return podCandidate(entry.pod);
  throw flowError("unknown-pod", [side], `no pod has the index ${index}: it never had one, or it was removed`);
}

function isKnownHost({ directory, engine }: Internals, { bytes }: Address): boolean {
  return directory.endpoint(engine.endpointOf(bytes)) !== undefined;
}

/**
 * A node by the addresses that it sends from and is reached at inside the cluster. Where there are several of one family, nothing says which of them a flow has: it stands for each.
 */
function resolveNode(state: Internals, name: string, side: "from" | "to"): End {
  const node = state.directory.node(name);
  if (node === undefined) {
    const hint = didYouMean(name, state.directory.nodeNames());
    throw flowError("unknown-node", [side], `no node \`${name}\` was loaded, and no pod runs on it${hint}`);
  }
  const used = internalAddresses(node.addresses);
  const families = [...new Set(used.map(({ family }) => family))];
  if (used.length > families.length) {
    const candidates = used.map(({ ip, family, endpoint }) => ({
      display: `${name} (${ip})`,
      families: [family],
      endpointFor: () => endpoint,
      node: name,
    }));
    return { candidates, group: true, service: false, oneHost: true };
  }
  const only = used.length === 0 ? addresslessNode(state, name) : undefined;
  const candidate: Candidate = {
    display: name,
    families: only === undefined ? families : [4, 6],
    endpointFor: (family) => only ?? used.find((address) => address.family === family)?.endpoint ?? -1,
    node: name,
  };
  return { candidates: [candidate], group: false, service: false };
}
