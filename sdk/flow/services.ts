/**
 * Services: from a service port to ready backends and their own ports, before any policy is asked. [NPEP-133; most CNIs]
 *
 *   ClusterIP, NodePort, LoadBalancer   service port ─▶ target port on each backend
 *   a node's port                       the same backends, by the Service's node port (handed-on.ts)
 *   headless                            the pods themselves: a number is their own port, a name is translated
 *   ExternalName                        another Service of the cluster, or the addresses behind a domain name
 */
import { SLOT_PORTLESS } from "../../assembly/abi.ts";
import { parseAddress } from "../address.ts";
import type { PodEntry, ServiceEntry } from "../model/directory.ts";
import { canonicalDomain } from "../read/domain-names.ts";
import type { ServicePort } from "../read/objects.ts";
import type { Internals } from "../state.ts";
import { addressCandidate, unknownDomainCandidate } from "./address.ts";
import { backendsFor, usable } from "./backends.ts";
import type { Candidate, Nodes } from "./candidate.ts";
import { flowError } from "./flow-error.ts";
import { type EndSpec, type FlowSpec, isQuotedNumber } from "./parse-flow.ts";

/** An address that a flow goes to, which Services have. */
export type ServiceAddress = Extract<EndSpec, { readonly kind: "ip" }>;

/** How many ExternalName Services may point at one another. */
const MAX_ALIASES = 8;

/**
 * The backends of Services that share an address; those without one for this port have no part in it.
 * @param at the address that they share, which has the family of its own; by name they are asked in those that they have
 * @throws NetverdictError `unknown-service-port`, `no-backend`, `unknown-service`
 */
export function resolveServices(
  state: Internals,
  services: readonly ServiceEntry[],
  flow: FlowSpec,
  at?: ServiceAddress,
): Candidate[] {
  const candidates = services.flatMap((service) => resolveService(state, service, flow, 0, at));
  if (candidates.length > 0) return mergeFamilies(candidates);
  const names = services.map((service) => `Service \`${nameOf(service)}\``).join(" and ");
  throw flowError("no-backend", ["to"], `${names} has no ready backend for this port${whyNone(state, services)}`);
}

/** Why a Service has no backend at all: of one without a selector, what says where it leads was not loaded. */
function whyNone({ directory }: Internals, services: readonly ServiceEntry[]): string {
  const hasNone = services.every(
    (service) => directory.slicesOf(nameOf(service)) === undefined && directory.podsSelectedBy(service).length === 0,
  );
  return hasNone
    ? ": it selects no pod, and nothing else that was loaded says where it leads: an EndpointSlice, or Endpoints where it has no selector"
    : "";
}

function resolveService(
  state: Internals,
  service: ServiceEntry,
  flow: FlowSpec,
  aliases: number,
  at: ServiceAddress | undefined,
): Candidate[] {
  if (service.type === "ExternalName") return resolveExternalName(state, service, flow, aliases);
  const port = servicePort(service, flow);
  const families = at === undefined ? service.families : undefined;
  const backends = backendsOf(state, service, port, flow, families);
  if (at === undefined || !service.externalAddresses.includes(at.ip)) {
    return service.localOnly === true
      ? backends.map(({ nodes, ...one }) => ({ ...one, onlyFrom: nodes }))
      : backends.map(anywhere);
  }
  // By an address that is reached from outside too it leads to all of them, but where that is a node's. [kube-proxy]
  const { node } = addressCandidate(state, at.ip, at.address);
  return node === undefined ? backends.map(anywhere) : backends.map((one) => atNode(service, one, node));
}

/** A Service's backend with the nodes that it is on. */
type Placed = Candidate & { readonly nodes: Nodes };

const anywhere = ({ nodes: _, ...candidate }: Placed): Candidate => candidate;

/** A backend as the Service's port or address on a node leads to it: with `externalTrafficPolicy: Local` from outside to what is on that node. */
function atNode({ nodeLocal }: ServiceEntry, { nodes, ...candidate }: Placed, node: string): Candidate {
  if (nodeLocal !== true || (nodes !== "unknown" && nodes.includes(node))) return candidate;
  return { ...candidate, fromOutside: nodes === "unknown" ? "unknown" : "never" };
}

/** The backends of Services that share a node port, in the Service's families: kube-proxy listens in those alone. */
export function resolveNodePort(
  state: Internals,
  services: readonly ServiceEntry[],
  flow: FlowSpec,
  node: string,
): Candidate[] {
  const candidates = services.flatMap((service) => {
    const port = service.ports.find((one) => one.nodePort === flow.port && one.protocol === flow.protocol);
    return backendsOf(state, service, port, flow, service.families).map((one) => atNode(service, one, node));
  });
  return mergeFamilies(candidates);
}

function backendsOf(
  state: Internals,
  service: ServiceEntry,
  port: ServicePort | undefined,
  flow: FlowSpec,
  families: readonly (4 | 6)[] | undefined,
): Placed[] {
  const found = backendsFor(state, service, port, families).flatMap((backend) => {
    const target = backend.number ?? targetPort(backend.candidate.pod, port, flow);
    return target === "absent" ? [] : [{ ...backend, target }];
  });
  return usable(found, service).map(({ candidate, nodes, target }) => ({
    ...candidate,
    nodes,
    service,
    translated: !service.headless,
    ...(port !== undefined && { servicePort: port.port }),
    ...(target !== undefined && { port: target }),
  }));
}

/** The Service's port that the flow names; undefined for a headless Service's own ports and for protocols without ports. */
function servicePort(service: ServiceEntry, flow: FlowSpec): ServicePort | undefined {
  const { port, protocol, slot } = flow;
  if (service.headless && (slot === SLOT_PORTLESS || typeof port === "number")) return undefined;
  if (slot === SLOT_PORTLESS) {
    throw flowError(
      "unknown-service-port",
      ["protocol"],
      `Service \`${nameOf(service)}\` answers on its ports only, not to ${protocol}`,
    );
  }
  const found = findPort(service, flow);
  if (found !== undefined) return found;
  if (isQuotedNumber(port)) {
    const message = `Service \`${nameOf(service)}\` has no port named \`${port}\`: give a number as a number`;
    throw flowError("unknown-service-port", ["port"], message);
  }
  const ports = service.ports.map(
    ({ name, port, protocol }) => `${port}/${protocol}${name === undefined ? "" : ` (${name})`}`,
  );
  throw flowError(
    "unknown-service-port",
    ["port"],
    `Service \`${nameOf(service)}\` has no port \`${port}/${protocol}\`: it has ${ports.join(", ") || "none"}`,
  );
}

/** The Service's port of the flow's number or name, and protocol. */
export function findPort(service: ServiceEntry, { port, protocol }: FlowSpec): ServicePort | undefined {
  return service.ports.find(
    (one) => one.protocol === protocol && (typeof port === "number" ? one.port === port : one.name === port),
  );
}

/** A backend's own port; "absent" where the name means nothing on that pod: then it is no backend for this port. */
function targetPort(
  pod: PodEntry | undefined,
  port: ServicePort | undefined,
  flow: FlowSpec,
): number | undefined | "absent" {
  if (port === undefined) return typeof flow.port === "number" ? flow.port : undefined;
  if (typeof port.targetPort === "number") return port.targetPort;
  const declared = pod?.ports.find(({ name, protocol }) => name === port.targetPort && protocol === port.protocol);
  return declared?.containerPort ?? "absent";
}

/** One candidate for a pod whose families came from several slices, for all whom one of these leads there. */
function mergeFamilies(candidates: readonly Candidate[]): Candidate[] {
  const merged = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = `${candidate.display} ${candidate.port}`;
    const known = merged.get(key);
    merged.set(key, known === undefined ? candidate : merge(known, candidate));
  }
  return [...merged.values()];
}

function merge(one: Candidate, other: Candidate): Candidate {
  const { onlyFrom, fromOutside, ...rest } = one;
  const families = [...new Set([...one.families, ...other.families])];
  const outside = fromOutside === "unknown" ? fromOutside : other.fromOutside;
  return {
    ...rest,
    families,
    ...(onlyFrom !== undefined && other.onlyFrom !== undefined && { onlyFrom: union(onlyFrom, other.onlyFrom) }),
    ...(fromOutside !== undefined && outside !== undefined && { fromOutside: outside }),
  };
}

function union(one: Nodes, other: Nodes): Nodes {
  return one === "unknown" || other === "unknown" ? "unknown" : [...new Set([...one, ...other])];
}

function resolveExternalName(state: Internals, service: ServiceEntry, flow: FlowSpec, aliases: number): Candidate[] {
  const domain = canonicalDomain(service.externalName ?? "");
  const addresses = Object.entries(state.domains).find(([name]) => canonicalDomain(name) === domain)?.[1] ?? [];
  const labels = domain.split(".");
  // `name.namespace.svc` is a Service, `hostname.name.namespace.svc` one pod of a headless one. [Kubernetes, DNS for Services and Pods]
  const inCluster = labels[2] === "svc" || labels[3] === "svc";
  if (addresses.length === 0 && inCluster) {
    const [name, namespace] = labels;
    const alias = labels[2] === "svc" ? state.directory.service(`${namespace}/${name}`) : undefined;
    if (alias === undefined) {
      const message = `Service \`${nameOf(service)}\` is another name of \`${domain}\` in the cluster, which was not loaded: load that Service, or pass \`domains\``;
      throw flowError("unknown-service", ["to"], message);
    }
    if (aliases === MAX_ALIASES) {
      throw flowError("no-backend", ["to"], `ExternalName Services from \`${nameOf(service)}\` on lead to one another`);
    }
    const candidates = resolveService(state, alias, flow, aliases + 1, undefined);
    return candidates.map((one) => ({ ...one, aliases: [service, ...(one.aliases ?? [])] }));
  }
  if (flow.slot !== SLOT_PORTLESS && typeof flow.port !== "number") {
    throw flowError(
      "unknown-service-port",
      ["port"],
      `an ExternalName Service has no ports: give \`${flow.port}\` as a number`,
    );
  }
  if (addresses.length === 0) return [{ ...unknownDomainCandidate(state, domain), service }];
  return addresses.map((text) => {
    const address = parseAddress(text);
    // INVARIANT: options.ts has checked every address of `domains`.
    if (address === undefined)
      throw flowError("invalid-option", ["domains", domain], `\`${text}\` is not an IP address`);
    return { ...addressCandidate(state, text, address), service };
  });
}

/** As flows give it. */
export function nameOf(service: ServiceEntry): string {
  return `${service.namespace}/${service.name}`;
}
