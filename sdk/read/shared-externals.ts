/** ExternalIPs that nodes have in common. */
import type { NodeObject } from "./objects.ts";

/** Addresses that nodes have inside the cluster. */
export function internalIPs(nodes: readonly NodeObject[]): ReadonlySet<string> {
  const internal = new Set<string>();
  for (const { addresses } of nodes) for (const { type, ip } of addresses) if (type === "InternalIP") internal.add(ip);
  return internal;
}

/**
 * ExternalIPs of several nodes, which are no node's by which it could be told: what translates theirs on the way out has them.
 *
 * @param internal those that some node has inside the cluster, whose they are
 */
export function sharedExternals(nodes: readonly NodeObject[], internal: ReadonlySet<string>): ReadonlySet<string> {
  const given = new Set<string>();
  const shared = new Set<string>();
  for (const { addresses } of nodes) {
    for (const { ip } of addresses) {
      if (given.has(ip) && !internal.has(ip)) shared.add(ip);
      given.add(ip);
    }
  }
  return shared;
}
