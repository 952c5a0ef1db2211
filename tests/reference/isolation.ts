/** Which policies apply to a pod, and whether they let traffic pass in one direction (semantics 1.2, 1.3, 3.1). */
import type { Cluster } from "./cluster.ts";
import type { Endpoint, PodFacts, Traffic } from "./endpoint.ts";
import type { NetworkPolicy, PolicyPeer, PolicyRule } from "./objects.ts";
import { peerMatches } from "./peer.ts";
import { portsMatch } from "./ports.ts";
import { remember } from "./remember.ts";
import { selects } from "./selector.ts";
import { any, type Truth } from "./truth.ts";

export type Direction = "Ingress" | "Egress";

/**
 * Whether the NetworkPolicies that apply to `subject` let the traffic pass in `direction`, if there are any.
 * `peer` is the other end; `destination` is whichever end the traffic goes to.
 */
export function networkPolicies(
  cluster: Cluster,
  subject: PodFacts,
  direction: Direction,
  peer: Endpoint,
  traffic: Traffic,
  destination: Endpoint,
): Truth | "not isolated" {
  const applied = appliedRules(cluster, subject, direction);
  // 1. No policy selects the pod in this direction: it is not isolated, and NetworkPolicy has nothing to say.
  if (applied === "not isolated") return applied;
  // 2. Isolated: what any rule of any of them allows passes, and nothing else. Policies only ever add.
  return any(
    applied.map((rule) => (portsMatch(rule.ports, traffic, destination) ? peersMatch(cluster, rule, peer) : "no")),
  );
}

/** A rule in one direction, with the namespace that its podSelectors mean. */
interface Rule {
  readonly namespace: string;
  readonly ports: PolicyRule["ports"];
  readonly peers: readonly PolicyPeer[];
  /** Peers that were asked about before. */
  readonly known: Map<Endpoint, Truth>;
}

function peersMatch(cluster: Cluster, { namespace, peers, known }: Rule, endpoint: Endpoint): Truth {
  // Absent, null and empty: any source or destination, pod or not (semantics 1.1).
  if (peers.length === 0) return "yes";
  const old = known.get(endpoint);
  if (old !== undefined) return old;
  const matched = any(peers.map((item) => peerMatches(item, namespace, endpoint, cluster.labelsOfNamespace)));
  known.set(endpoint, matched);
  return matched;
}

/** Kept for each pod and policy: most of a long run would otherwise be spent here. */
const appliedTo = remember((_: PodFacts): Partial<Record<Direction, readonly Rule[] | "not isolated">> => ({}));
const rulesOfCluster = remember((_: Cluster) => ({
  Ingress: new Map<NetworkPolicy, readonly Rule[]>(),
  Egress: new Map<NetworkPolicy, readonly Rule[]>(),
}));

function appliedRules(cluster: Cluster, subject: PodFacts, direction: Direction): readonly Rule[] | "not isolated" {
  const known = appliedTo(subject);
  if (known[direction] === undefined) {
    const policies = cluster.networkPolicies.filter((policy) => applies(cluster, policy, subject, direction));
    known[direction] =
      policies.length === 0 ? "not isolated" : policies.flatMap((policy) => readRules(cluster, policy, direction));
  }
  return known[direction];
}

function readRules(cluster: Cluster, policy: NetworkPolicy, direction: Direction): readonly Rule[] {
  const known = rulesOfCluster(cluster)[direction];
  const rules =
    known.get(policy) ??
    rulesOf(policy, direction).map((rule) => ({
      namespace: cluster.namespaceOf(policy),
      ports: rule.ports,
      peers: (direction === "Ingress" ? rule.from : rule.to) ?? [],
      known: new Map(),
    }));
  known.set(policy, rules);
  return rules;
}

/** A policy applies to the pods of its own namespace that its podSelector selects, in its policyTypes. */
function applies(cluster: Cluster, policy: NetworkPolicy, subject: PodFacts, direction: Direction): boolean {
  return (
    cluster.namespaceOf(policy) === subject.namespace &&
    policyTypes(policy).includes(direction) &&
    selects(policy.spec?.podSelector, { labels: subject.labels, open: false }) === "yes"
  );
}

/** Defaulting as the API server does it (semantics 1.2): Ingress always, Egress if there is an egress rule. */
function policyTypes(policy: NetworkPolicy): readonly string[] {
  const given = policy.spec?.policyTypes ?? [];
  if (given.length > 0) return given;
  return rulesOf(policy, "Egress").length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

function rulesOf(policy: NetworkPolicy, direction: Direction): readonly PolicyRule[] {
  return (direction === "Ingress" ? policy.spec?.ingress : policy.spec?.egress) ?? [];
}
