/** Addresses as ends: those that someone has, those outside, and those that nobody knows. */
import type { Address } from "../address.ts";
import type { ModelEndpoint } from "../model/model.ts";
import { type FullState, fullOf, type Internals } from "../state.ts";
import { type Candidate, podCandidate } from "./candidate.ts";
import { isForMany } from "./special-address.ts";

/** What `Internals.added` holds the endpoint of an unknown address under. */
export const UNKNOWN_ADDRESS = "unknown external address";

/** The same for a node without addresses. */
export function addresslessNodeKey(name: string): string {
  return `node ${name}`;
}

/** An address is a pod's, a node's, or outside. */
export function addressCandidate({ directory, engine }: Internals, ip: string, address: Address): Candidate {
  const { family, bytes } = address;
  const endpoint = engine.endpointOf(bytes);
  const entry = directory.endpoint(endpoint);
  // Host-network pods share their address with one another and with their node: it names none of them.
  if (entry?.kind === "pod" && !entry.pod.hostNetwork) return { ...podCandidate(entry.pod), families: [family] };
  const node = entry?.kind === "node" ? entry.node : undefined;
  return {
    display: ip,
    families: [family],
    endpointFor: () => endpoint,
    ...(node !== undefined && { node }),
    ...(isForMany(address) && { forMany: true }),
  };
}

/** An address outside of which nothing is known but the name that stands for it. */
export function unknownDomainCandidate(state: Internals, domain: string): Candidate {
  const endpoint = unknownAddress(state);
  return { display: domain, families: [4, 6], endpointFor: () => endpoint, domain };
}

/** The endpoint of an address outside of which nothing is known. */
export function unknownAddress(state: Internals): number {
  return addOnce(state, UNKNOWN_ADDRESS, ({ sets }) => ({
    kind: "external",
    labels: {},
    ports: [],
    address4: sets.any(4),
    address6: sets.any(6),
    ownsAddress: false,
  }));
}

/** The endpoint of a node without addresses: it has some address. */
export function addresslessNode(state: Internals, name: string): number {
  return addOnce(state, addresslessNodeKey(name), ({ nodes, sets }) => ({
    kind: "node",
    labels: {},
    ports: [],
    node: nodes.indexOf(name),
    address4: sets.any(4),
    address6: sets.any(6),
    ownsAddress: false,
  }));
}

/** The endpoint under a key, added when it is first asked for. */
function addOnce(state: Internals, key: string, make: (full: FullState) => ModelEndpoint): number {
  let endpoint = state.added.get(key);
  if (endpoint === undefined) {
    const full = fullOf(state);
    endpoint = full.builder.addEndpoint(make(full));
    state.added.set(key, endpoint);
  }
  return endpoint;
}
