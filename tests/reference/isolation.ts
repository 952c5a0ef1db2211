/** Which policies apply to a pod, and whether they let traffic pass in one direction (semantics 1.2, 1.3, 3.1). */
import type { Cluster } from "./cluster.ts";
import type { Endpoint, PodFacts, Traffic } from "./endpoint.ts";
import type { NetworkPolicy, PolicyRule } from "./objects.ts";
import { peerMatches } from "./peer.ts";
import { portsMatch } from "./ports.ts";
import { selects } from "./selector.ts";
import { any, type Truth } from "./truth.ts";

export type Direction = "Ingress" | "Egress";

/**
 * Whether the policies that apply to `subject` let the traffic pass in `direction`.
 * `peer` is the other end; `destination` is whichever end the traffic goes to.
 */
export function policiesAllow(
  cluster: Cluster,
  subject: PodFacts,
  direction: Direction,
  peer: Endpoint,
  traffic: Traffic,
  destination: Endpoint,
): Truth {
  const applied = appliedPolicies(cluster, subject, direction);
  // 1. No policy selects the pod in this direction: it is not isolated, everything passes.
  if (applied.length === 0) return "yes";
  // 2. Isolated: what any rule of any of them allows passes, and nothing else. Policies only ever add.
  return any(
    applied.flatMap((policy) =>
      rulesOf(policy, direction).map((rule) => {
        if (!portsMatch(rule.ports, traffic, destination)) return "no";
        const peers = (direction === "Ingress" ? rule.from : rule.to) ?? [];
        // Absent, null and empty: any source or destination, pod or not (semantics 1.1).
        if (peers.length === 0) return "yes";
        const namespace = cluster.namespaceOf(policy);
        return any(peers.map((item) => peerMatches(item, namespace, peer, cluster.labelsOfNamespace)));
      }),
    ),
  );
}

/** Kept for each pod: most of a long run would otherwise be spent here. */
const appliedTo = new WeakMap<PodFacts, Partial<Record<Direction, readonly NetworkPolicy[]>>>();

function appliedPolicies(cluster: Cluster, subject: PodFacts, direction: Direction): readonly NetworkPolicy[] {
  const known = appliedTo.get(subject) ?? {};
  appliedTo.set(subject, known);
  known[direction] ??= cluster.networkPolicies.filter((policy) => applies(cluster, policy, subject, direction));
  return known[direction];
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
