/** From what a flow names to who stands there (design: Flow), and how policies see it in one address family. */
import type { FlowEnd, FuturePod } from "../../sdk/types.ts";
import { type Address, everything, type Family, parseAddress, width } from "./address.ts";
import { type Cluster, rangesOf } from "./cluster.ts";
import type { Endpoint, PodFacts } from "./endpoint.ts";
import { FlowError } from "./flow-error.ts";
import { sameAddress } from "./nodes.ts";
import { futurePod } from "./pods.ts";
import { remember } from "./remember.ts";

/** One end before the family is chosen. `address`, where set, is the only one it can be reached at. */
export type End =
  | { readonly kind: "pod"; readonly pod: PodFacts; readonly address?: Address }
  | { readonly kind: "node"; readonly node: string; readonly address?: Address }
  | { readonly kind: "outside"; readonly address?: Address };

/** Resolves an end that isn't a Service. Several ends: each pod of a workload. */
export function resolveEnd(cluster: Cluster, end: FlowEnd): readonly End[] {
  if (typeof end !== "string") return endsOf(cluster, end);
  const known = named(cluster);
  const ends = known.get(end) ?? endsOf(cluster, end);
  known.set(end, ends);
  return ends;
}

/** What names and addresses stand for. */
const named = remember((_: Cluster) => new Map<string, readonly End[]>());

function endsOf(cluster: Cluster, end: FlowEnd): readonly End[] {
  if (typeof end === "string") return end.includes("/") ? [podNamed(cluster, end)] : [atLiteral(cluster, end)];
  if (typeof end === "number") throw new FlowError("invalid-flow", "an index means nothing without the engine");
  if ("pod" in end) return [podNamed(cluster, end.pod)];
  if ("ip" in end) return [atLiteral(cluster, end.ip)];
  if ("node" in end && !("namespace" in end)) return [nodeNamed(cluster, end.node)];
  if ("workload" in end) return podsOfWorkload(cluster, end.workload);
  if ("service" in end) throw new FlowError("invalid-flow", "a Service is no source");
  return [{ kind: "pod", pod: comingPod(cluster, end) }];
}

/** Parses a literal of a flow. */
export function literal(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new FlowError("invalid-flow", `not an address: ${text}`);
  return address;
}

/** A pod's address is that pod; a node's, or a host-network pod's, is that node; any other is outside. */
export function atAddress(cluster: Cluster, address: Address): End {
  const pod = cluster.everyPod.find((candidate) => !candidate.hostNetwork && hasAddress(candidate, address));
  if (pod !== undefined) return { kind: "pod", pod, address };
  const node = nodeAt(cluster, address);
  return node === undefined ? { kind: "outside", address } : { kind: "node", node, address };
}

/** Whether a pod reports an address as its own. */
export function hasAddress(pod: PodFacts, address: Address): boolean {
  return pod.addresses.some((other) => sameAddress(address, other));
}

/** The families that an end can be reached in, the preferred one first (design: family). */
export function familiesOf(cluster: Cluster, end: End): readonly Family[] {
  const known = seen(end);
  known.families ??= reachedIn(cluster, end);
  return known.families;
}

/** An end belongs to one cluster: what is worked out for it stays true. */
const seen = remember((_: End): { families?: readonly Family[]; 4?: Endpoint; 6?: Endpoint } => ({}));

function reachedIn(cluster: Cluster, end: End): readonly Family[] {
  if (end.address !== undefined) return [end.address.family];
  const known = [...new Set(addressesOf(cluster, end).map(({ family }) => family))];
  if (known.length > 0) return known;
  // Pods get addresses from the pod CIDRs; nodes and what is outside may have any.
  if (end.kind !== "pod" || end.pod.hostNetwork) return [4, 6];
  return [...new Set(cluster.podRanges(end.pod.nodeName)?.map(({ family }) => family) ?? ([4, 6] as const))];
}

/** How policies see an end in one of its families. */
export function seenIn(cluster: Cluster, end: End, family: Family): Endpoint {
  const known = seen(end);
  known[family] ??= endpointOf(cluster, end, family);
  return known[family];
}

function endpointOf(cluster: Cluster, end: End, family: Family): Endpoint {
  const address = end.address ?? addressesOf(cluster, end).find((candidate) => candidate.family === family);
  if (end.kind === "pod" && !end.pod.hostNetwork) {
    const whereabouts = address ? { at: address } : { within: rangesOf(cluster, family, end.pod.nodeName) };
    return { family, whereabouts, pod: end.pod, identity: end.pod.identity };
  }
  // A host-network pod is its node (semantics 3, hostNetwork pods, behaviour b). Nothing says where a node's
  // address or an unknown domain's could be.
  const whereabouts = address ? { at: address } : { within: [everything(family)] };
  const node = nodeOf(cluster, end);
  const others = end.kind === "pod" ? addressesOf(cluster, end).filter((other) => other.family === family) : [];
  if (others.length > 1 && end.kind === "pod" && end.pod.addresses.length === 0) {
    const within = others.map(({ value }) => ({ family, first: value, length: width(family) }));
    return { family, whereabouts: { within }, onHost: true, ...(node === undefined ? {} : { node }) };
  }
  return { family, whereabouts, onHost: isOnHost(cluster, end), ...(node === undefined ? {} : { node }) };
}

/** In one family, a node stands for each address that it has inside the cluster; any other end is one. */
export function spread(cluster: Cluster, end: End, family: Family): readonly End[] {
  if (end.kind !== "node" || end.address !== undefined) return [end];
  const addresses = addressesOf(cluster, end).filter((address) => address.family === family);
  return addresses.length === 0 ? [end] : addresses.map((address) => ({ ...end, address }));
}

/** A host-network pod without an address has its node's first one; a node's external ones count where it has no others of the family. */
function addressesOf(cluster: Cluster, end: End): readonly Address[] {
  if (end.kind === "outside") return [];
  if (end.kind === "node") {
    const all = cluster.nodes.get(end.node) ?? [];
    const isExternal = (address: Address): boolean =>
      cluster.externalAddresses.some((one) => sameAddress(one, address));
    return all.filter(
      (address) => !isExternal(address) || all.every((other) => other.family !== address.family || isExternal(other)),
    );
  }
  const { pod } = end;
  if (pod.addresses.length > 0 || !pod.hostNetwork) return pod.addresses;
  return pod.nodeName === undefined ? [] : addressesOf(cluster, { kind: "node", node: pod.nodeName });
}

/** An address that a host-network pod reports is some node's, whoever names it. */
function isOnHost(cluster: Cluster, { kind, address }: End): boolean {
  return kind !== "outside" || (address !== undefined && cluster.everyPod.some((pod) => hasAddress(pod, address)));
}

/** The node that a host-network pod runs on: the one it names, else the one that has an address of its. */
export function nodeOf(cluster: Cluster, end: End): string | undefined {
  if (end.kind === "node") return end.node;
  if (end.kind === "outside") return undefined;
  const found = end.pod.addresses.map((address) => nodeAt(cluster, address));
  return end.pod.nodeName ?? found.find((name) => name !== undefined);
}

function nodeAt(cluster: Cluster, address: Address): string | undefined {
  for (const [name, addresses] of cluster.nodes) {
    if (addresses.some((other) => sameAddress(address, other))) return name;
  }
  return undefined;
}

function atLiteral(cluster: Cluster, text: string): End {
  return atAddress(cluster, literal(text));
}

function podNamed(cluster: Cluster, name: string): End {
  const pod = cluster.pods.get(name);
  if (pod !== undefined) return { kind: "pod", pod };
  throw new FlowError(cluster.finished.has(name) ? "finished-pod" : "unknown-pod", `no live pod ${name}`);
}

/** A pod that isn't there yet can't have the address of a live pod or of a node. */
function comingPod(cluster: Cluster, end: FuturePod): PodFacts {
  const pod = futurePod(end);
  if (pod.addresses.some((address) => atAddress(cluster, address).kind !== "outside")) {
    throw new FlowError("duplicate-address", "the address is taken");
  }
  return pod;
}

/** A node is known by its object or by a live pod that names it. */
function nodeNamed(cluster: Cluster, name: string): End {
  const known = cluster.nodes.has(name) || cluster.everyPod.some((pod) => pod.nodeName === name);
  if (!known) throw new FlowError("unknown-node", `no node ${name}`);
  return { kind: "node", node: name };
}

function podsOfWorkload(cluster: Cluster, name: string): End[] {
  const pods = cluster.workloads.get(name);
  if (pods === undefined) throw new FlowError("unknown-workload", `no workload ${name}`);
  if (pods.length === 0) throw new FlowError("no-pods", `${name} has no pods`);
  return pods.map((pod) => ({ kind: "pod", pod }));
}
