/** Subjects and peers of the ordered tiers (semantics 5.1, 5.2), where what is invalid or not known fails closed. */
import type { Cluster } from "./cluster.ts";
import { addressesBehind } from "./domains.ts";
import type { Endpoint, PodFacts } from "./endpoint.ts";
import type { LabelSelector, Maybe, PodsPeer, TierPeer } from "./objects.ts";
import { inBlock } from "./prefix.ts";
import { isValid, type KnownLabels, selects } from "./selector.ts";
import { all, any, type Truth } from "./truth.ts";

const FIELDS: readonly string[] = ["namespaces", "pods", "nodes", "networks", "domainNames"];

/** Whether a peer has no field that this version of the API knows: a newer one's (semantics 5.1, fail closed). */
export function isUnknown(peer: TierPeer): boolean {
  return !Object.entries(peer).some(
    ([field, value]) => FIELDS.includes(field) && value !== undefined && value !== null,
  );
}

/** Whether a selector in it means nothing, which the CRDs let through (semantics 5.4). */
export function isInvalid({ namespaces, pods, nodes }: TierPeer): boolean {
  return [namespaces, pods?.namespaceSelector, pods?.podSelector, nodes].some((selector) => !isValid(selector));
}

/** Whether a policy applies to a pod that isn't on the host network. An invalid selector selects every one. */
export function subjectMatches(cluster: Cluster, subject: PodsPeer, pod: PodFacts): Truth {
  return podsMatch(cluster, subject, pod, "yes");
}

/** Whether a peer matches; `broken` is what an invalid selector says: nothing in an Accept, everything elsewhere. */
export function tierPeerMatches(cluster: Cluster, peer: TierPeer, endpoint: Endpoint, broken: Truth): Truth {
  if (peer.networks) {
    // Pods' addresses too; none are left out (semantics 5.1, networks).
    return any(peer.networks.map((cidr) => inBlock(blockOf(cidr), endpoint.whereabouts)));
  }
  if (peer.nodes) return nodeMatches(cluster, peer.nodes, endpoint, broken);
  if (peer.domainNames) {
    return any(
      peer.domainNames.map((name) => {
        const { addresses, complete } = addressesBehind(cluster, name);
        const known = addresses.map((address) => inBlock(blockOf(address), endpoint.whereabouts));
        return any([...known, complete ? "no" : "unknown"]);
      }),
    );
  }
  // Selectors match pods, none on the host network (semantics 5.1).
  return endpoint.pod === undefined ? "no" : podsMatch(cluster, peer, endpoint.pod, broken);
}

function podsMatch(cluster: Cluster, { namespaces, pods }: PodsPeer, pod: PodFacts, broken: Truth): Truth {
  const namespace = cluster.labelsOfNamespace(pod.namespace);
  if (namespaces) return selectsOr(broken, namespaces, namespace);
  const own = { labels: pod.labels, open: false };
  // Without a namespaceSelector: all namespaces (semantics 5.1).
  return all([selectsOr(broken, pods?.namespaceSelector, namespace), selectsOr(broken, pods?.podSelector, own)]);
}

/** The destination's address is one of a node with these labels. A pod of its own network never has one. */
function nodeMatches(cluster: Cluster, nodes: LabelSelector, endpoint: Endpoint, broken: Truth): Truth {
  if (endpoint.pod !== undefined) return "no";
  if (endpoint.node !== undefined) return selectsOr(broken, nodes, cluster.labelsOfNode(endpoint.node));
  if ("at" in endpoint.whereabouts && !endpoint.onHost) return "no";
  // Some node, of which nothing is known, or, where nothing is known at all, perhaps one.
  const some = selectsOr(broken, nodes, { labels: {}, open: true });
  return endpoint.onHost ? some : all([some, "unknown"]);
}

function selectsOr(broken: Truth, selector: Maybe<LabelSelector>, known: KnownLabels): Truth {
  return isValid(selector) ? selects(selector, known) : broken;
}

const blocks = new Map<string, { readonly cidr: string }>();

/** A CIDR, or one address, as a block. */
function blockOf(text: string): { readonly cidr: string } {
  const cidr = text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`;
  const block = blocks.get(cidr) ?? { cidr };
  blocks.set(cidr, block);
  return block;
}
