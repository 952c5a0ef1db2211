/** One item of `from` or `to` (semantics 1.4). */
import type { Endpoint } from "./endpoint.ts";
import type { PolicyPeer } from "./objects.ts";
import { inBlock } from "./prefix.ts";
import { type KnownLabels, selects } from "./selector.ts";
import { all, settled, type Truth } from "./truth.ts";

/** Whether a peer of a policy in `policyNamespace` matches an endpoint. */
export function peerMatches(
  peer: PolicyPeer,
  policyNamespace: string,
  endpoint: Endpoint,
  labelsOfNamespace: (namespace: string) => KnownLabels,
): Truth {
  // `ipBlock` excludes the selectors (semantics 2.3).
  if (peer.ipBlock !== undefined && peer.ipBlock !== null) return inBlock(peer.ipBlock, endpoint.whereabouts);
  // Selectors never match an address with no pod behind it, nor a host-network pod (semantics 1.4, 3).
  if (endpoint.pod === undefined) return "no";
  const { namespace, labels } = endpoint.pod;
  // In one item the selectors are ANDed. Without a namespaceSelector it is the policy's own namespace;
  // without a podSelector, every pod there. `{}` is a selector that selects everything (semantics 1.1).
  const inNamespace =
    peer.namespaceSelector === undefined || peer.namespaceSelector === null
      ? settled(namespace === policyNamespace)
      : selects(peer.namespaceSelector, labelsOfNamespace(namespace));
  return all([inNamespace, selects(peer.podSelector, { labels, open: false })]);
}
