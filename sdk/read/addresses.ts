/**
 * Two live pods cannot have one address, nor a pod its node's, host network aside, nor two nodes one inside the cluster: a
 * verdict on such an address would be about either. Finished pods have given theirs back, and so have terminating ones whose
 * address another pod has.
 */
import { addressNumber } from "../address.ts";
import type { NodeObject, Origin, PodObject, ReadObjects } from "./objects.ts";
import { internalIPs, sharedExternals } from "./shared-externals.ts";
import type { IssueSink } from "./text.ts";

/**
 * The pods, those that have lost their address to another one as finished. Reports each pod whose address another pod or a
 * node has, and each node whose InternalIP another node has.
 */
export function settleAddresses({ pods, nodes }: Pick<ReadObjects, "pods" | "nodes">, issues: IssueSink): PodObject[] {
  reportSharedNodes(nodes, issues);
  const settled = pods.some(mayBeReleased) ? withReleased(pods) : pods;
  const owners = nodeAddresses(nodes, settled);
  if (mayShare(settled, owners)) reportShared(settled, owners, issues);
  return settled;
}

/** Whether a pod has an address after one that is leaving: it stays, or leaves later. */
function isHeir(pod: PodObject, { deletedAt }: PodObject): boolean {
  return !pod.terminating || (pod.deletedAt !== undefined && deletedAt !== undefined && pod.deletedAt > deletedAt);
}

function mayBeReleased({ terminating, finished, released, hostNetwork }: PodObject): boolean {
  return terminating && !hostNetwork && (!finished || released === true);
}

/** Says anew of each pod whether it is released: one that was need not be any more. */
function withReleased(pods: PodObject[]): PodObject[] {
  const holders = new Map<string, PodObject>();
  for (const pod of pods.filter(mayBeReleased)) {
    for (const ip of pod.ips) {
      const holder = holders.get(ip);
      if (holder === undefined || isHeir(pod, holder)) holders.set(ip, pod);
    }
  }
  for (const pod of pods) {
    if (pod.terminating || pod.finished || pod.hostNetwork) continue;
    for (const ip of pod.ips) if (holders.has(ip)) holders.set(ip, pod);
  }
  return pods.map((pod) => {
    if (!mayBeReleased(pod)) return pod;
    const released = pod.ips.some((ip) => isHeir(holders.get(ip) ?? pod, pod));
    return released === (pod.released ?? false) ? pod : { ...pod, finished: released, released: released || undefined };
  });
}

/** Whether two of the addresses may be one. Numbers are sorted faster than a map of texts is filled, and mostly that is all. */
function mayShare(pods: readonly PodObject[], nodes: ReadonlyMap<string, string>): boolean {
  let count = nodes.size;
  for (const pod of pods) count += pod.ips.length;
  const numbers = new Float64Array(count);
  let next = 0;
  for (const ip of nodes.keys()) numbers[next++] = addressNumber(ip);
  for (const { finished, hostNetwork, ips } of pods) {
    if (finished || hostNetwork) continue;
    for (let i = 0; i < ips.length; i++) numbers[next++] = addressNumber(ips[i]!);
  }
  const used = numbers.subarray(0, next).sort();
  for (let i = 1; i < used.length; i++) if (used[i] === used[i - 1]) return true;
  return false;
}

function reportShared(pods: readonly PodObject[], nodes: ReadonlyMap<string, string>, issues: IssueSink): void {
  const owners = new Map<string, PodObject>();
  for (const pod of pods) {
    if (pod.finished || pod.hostNetwork) continue;
    for (const ip of pod.ips) {
      const other = owners.get(ip);
      const node = nodes.get(ip);
      owners.set(ip, pod);
      if (other !== undefined) report(issues, pod, ip, `pod ${other.namespace}/${other.name}${at(other.origin)}`);
      else if (node !== undefined) report(issues, pod, ip, `node ${node}`);
    }
  }
}

function reportSharedNodes(nodes: readonly NodeObject[], issues: IssueSink): void {
  const owners = new Map<string, NodeObject>();
  for (const node of nodes) {
    for (const { type, ip } of node.addresses) {
      if (type !== "InternalIP") continue;
      const other = owners.get(ip);
      if (other === undefined) owners.set(ip, node);
      else {
        const message = `\`${ip}\` is also the InternalIP of node ${other.name}${at(other.origin)}: leave out the one that is gone`;
        push(issues, node, ["status", "addresses"], message);
      }
    }
  }
}

/** Address → node: of Node objects, and of pods that say where they run. What several nodes have outside is nobody's, unless a pod says so. */
function nodeAddresses(nodes: readonly NodeObject[], pods: readonly PodObject[]): Map<string, string> {
  const owners = new Map<string, string>();
  const internal = internalIPs(nodes);
  const shared = sharedExternals(nodes, internal);
  for (const { name, addresses } of nodes) {
    for (const { type, ip } of addresses) {
      if (type === "InternalIP" || (!internal.has(ip) && !shared.has(ip))) owners.set(ip, name);
    }
  }
  for (const { finished, nodeName, hostIPs, hostNetwork, ips } of pods) {
    if (finished || nodeName === undefined) continue;
    for (const ip of hostIPs) owners.set(ip, nodeName);
    if (hostNetwork) for (const ip of ips) owners.set(ip, nodeName);
  }
  return owners;
}

function report(issues: IssueSink, pod: PodObject, ip: string, owner: string): void {
  const message = `\`${ip}\` is also the address of ${owner}: of live pods only those on the host network may share one`;
  push(issues, pod, ["status", "podIPs"], message);
}

function push(
  issues: IssueSink,
  { kind, namespace, name, origin }: PodObject | NodeObject,
  path: string[],
  message: string,
): void {
  const source = origin.locate(path);
  issues.push({
    code: "duplicate-address",
    message,
    object: { kind, ...(namespace !== "" && { namespace }), name },
    path,
    ...(source && { source }),
  });
}

function at(origin: Origin): string {
  const source = origin.locate([]);
  return source === undefined ? "" : ` (${source.file ?? "<input>"}:${source.line})`;
}
