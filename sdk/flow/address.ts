/** Addresses as ends: those that someone has, those outside, and those that nobody knows. */
import type { Address } from "../address.ts";
import type { ModelEndpoint } from "../model/model.ts";
import { type FullState, fullOf, type Internals } from "../state.ts";
import { type Candidate, podCandidate } from "./candidate.ts";

/** An address is a pod's, a node's, or outside. */
export function addressCandidate({ directory, engine }: Internals, ip: string, address: Address): Candidate {
  const { family, bytes } = address;
  const endpoint = engine.endpointOf(bytes);
  const entry = directory.endpoint(endpoint);
  // Host-network pods share their address with one another and with their node: it names none of them.
  if (entry?.kind === "pod" && !entry.pod.hostNetwork) return { ...podCandidate(entry.pod), families: [family] };
  const node = entry?.kind === "node" ? entry.node : undefined;
  return { display: ip, families: [family], endpointFor: () => endpoint, ...(node !== undefined && { node }) };
}

/** An address outside of which nothing is known but the name that stands for it. */
export function unknownDomainCandidate(state: Internals, domain: string): Candidate {
  const endpoint = addOnce(state, "unknown external address", ({ sets }) => ({
    kind: "external",
    labels: {},
    ports: [],
    address4: sets.any(4),
    address6: sets.any(6),
    ownsAddress: false,
  }));
  return { display: domain, families: [4, 6], endpointFor: () => endpoint, domain };
}

/** The endpoint under a key, added when it is first asked for. */
export function addOnce(state: Internals, key: string, make: (full: FullState) => ModelEndpoint): number {
  const full = fullOf(state);
  const { added, builder } = full;
  let endpoint = added.get(key);
  if (endpoint === undefined) {
    endpoint = builder.addEndpoint(make(full));
    added.set(key, endpoint);
  }
  return endpoint;
}
