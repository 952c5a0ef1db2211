/** What a Service leads to, before its ports are translated: the endpoints of its EndpointSlices, else the pods that it selects. */
import { parseAddress } from "../address.ts";
import type { EndpointSliceEntry, PodEntry, ServiceEntry } from "../model/directory.ts";
import type { ServicePort } from "../read/objects.ts";
import type { Internals } from "../state.ts";
import { addressCandidate, unknownDomainCandidate } from "./address.ts";
import { type Candidate, type Nodes, podCandidate } from "./candidate.ts";
import { flowError } from "./flow-error.ts";

/** Where a Service can lead to. */
export interface Backend {
  readonly candidate: Candidate;
  /** The nodes that it is on as proxies see it: of an EndpointSlice's endpoint what that says, and nothing else. [kube-proxy] */
  readonly nodes: Nodes;
  /** The port, where an EndpointSlice says it. */
  readonly number: number | undefined;
  /** It is not ready, and is being deleted while it still serves. */
  readonly draining: boolean;
}

/** The backends for a port, in the families that are asked for: those that are ready, and those that are draining if they can count. */
export function backendsFor(
  state: Internals,
  service: ServiceEntry,
  port: ServicePort | undefined,
  families: readonly (4 | 6)[] | undefined,
): Backend[] {
  const slices = state.directory.slicesOf(`${service.namespace}/${service.name}`);
  if (slices === undefined) return selectedPods(state, service).flatMap((backend) => inFamilies(backend, families));
  return ADDRESS_TYPES.filter((type) => isOneOf(type, families)).flatMap((type) => {
    const ofType = slices.filter(({ addressType }) => addressType === type);
    const ready = endpointsOf(state, ofType, port, false);
    // What is draining is looked at only where it counts: its pods may be gone by now.
    return ready.length > 0 || service.headless ? ready : endpointsOf(state, ofType, port, true);
  });
}

const ADDRESS_TYPES = ["IPv4", "IPv6", "FQDN"] as const;

/**
 * Those that proxies lead to, of what can be reached by a port: in a family in which none is ready, what is draining. Who looks up a
 * headless Service is told of what is ready alone. [KEP-1669; kube-proxy, CategorizeEndpoints]
 */
export function usable<T extends { readonly candidate: Candidate; readonly draining: boolean }>(
  found: readonly T[],
  { headless }: ServiceEntry,
): T[] {
  const ready = found.filter(({ draining }) => !draining);
  if (headless || ready.length === found.length) return ready;
  const served = new Set(ready.flatMap(({ candidate }) => candidate.families));
  const last = found.flatMap((one) => {
    const families = one.candidate.families.filter((family) => !served.has(family));
    return one.draining && families.length > 0 ? [{ ...one, candidate: { ...one.candidate, families } }] : [];
  });
  return [...ready, ...last];
}

/** The pods that the selector matches and that are ready, or draining. A Service without a selector selects nothing by itself. */
function selectedPods({ directory }: Internals, service: ServiceEntry): Backend[] {
  return directory
    .podsSelectedBy(service)
    .filter((pod) => service.publishNotReadyAddresses || pod.ready !== false)
    .map((pod) => ({
      candidate: podCandidate(pod),
      nodes: pod.nodeName === undefined ? "unknown" : [pod.nodeName],
      number: undefined,
      draining: pod.terminating && !service.publishNotReadyAddresses,
    }));
}

/** A pod by those of its addresses that are of the Service's families. */
function inFamilies(backend: Backend, families: readonly (4 | 6)[] | undefined): Backend[] {
  const { candidate } = backend;
  const own = candidate.families.filter((family) => families?.includes(family) !== false);
  return own.length === 0 ? [] : [{ ...backend, candidate: { ...candidate, families: own } }];
}

function isOneOf(type: EndpointSliceEntry["addressType"], families: readonly (4 | 6)[] | undefined): boolean {
  return type === "FQDN" || families?.includes(type === "IPv4" ? 4 : 6) !== false;
}

/** The endpoints of the slices, which decide where they are given: those that are ready, or those that are draining. */
function endpointsOf(
  state: Internals,
  slices: readonly EndpointSliceEntry[],
  port: ServicePort | undefined,
  draining: boolean,
): Backend[] {
  const backends: Backend[] = [];
  for (const slice of slices) {
    const number = port === undefined ? undefined : slicePort(slice, port);
    if (number === "absent") continue;
    for (const endpoint of slice.endpoints) {
      if (!(draining ? endpoint.draining : endpoint.ready)) continue;
      const nodes = endpoint.nodeName === undefined ? [] : [endpoint.nodeName];
      for (const address of endpoint.addresses) {
        const candidate = sliceCandidate(state, slice, endpoint, address);
        if (candidate !== undefined) backends.push({ candidate, number, nodes, draining });
      }
    }
  }
  return backends;
}

function slicePort(slice: EndpointSliceEntry, port: ServicePort): number | "absent" {
  const found = slice.ports.find(({ name, protocol }) => name === (port.name ?? "") && protocol === port.protocol);
  // Without a number it leads nowhere: kube-proxy passes over it.
  return found?.port ?? "absent";
}

/**
 * The pod that the slice names, unless the address is somebody else's. A pod that was not loaded is none of what is outside, and one
 * that has finished is no backend.
 */
function sliceCandidate(
  state: Internals,
  slice: EndpointSliceEntry,
  endpoint: EndpointSliceEntry["endpoints"][number],
  text: string,
): Candidate | undefined {
  const address = slice.addressType === "FQDN" ? undefined : parseAddress(text);
  if (address === undefined) return unknownDomainCandidate(state, text);
  const pod = state.directory.podOfSlice(endpoint, text);
  if (pod === undefined) {
    const candidate = addressCandidate(state, text, address);
    const name = typeof endpoint.pod === "object" ? `${endpoint.pod.namespace}/${endpoint.pod.name}` : undefined;
    const isSomeones = candidate.pod !== undefined || candidate.node !== undefined;
    if (name === undefined || isSomeones) return candidate;
    const named = state.directory.pod(name);
    if (named !== undefined) return podInFamily(named, address.family);
    if (state.directory.hasFinished(name)) return undefined;
    throw flowError(
      "unknown-pod",
      ["to"],
      `EndpointSlices or Endpoints say that ${text} is pod \`${name}\`, which was not loaded`,
    );
  }
  return podInFamily(pod, address.family);
}

/** A slice can say an address of a family that is not known of the pod; what is known of it is then all there is. */
function podInFamily(pod: PodEntry, family: 4 | 6): Candidate {
  return { ...podCandidate(pod), families: pod.families.includes(family) ? [family] : pod.families };
}
