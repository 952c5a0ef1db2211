/** Policies of both ordered tiers around a cluster's NetworkPolicies: few, wide ones, as those who run a cluster write them. */
import { pick, type Random, randomFrom } from "../random.ts";
import type { Cluster } from "./index.ts";
import { podNetwork4 } from "./places.ts";
import { APPLICATIONS } from "./pods.ts";
import { nodeCount, type Size } from "./size.ts";

type Side = "from" | "to";

/** The cluster with its tiers; the same for each seed. Every policy has a priority of its own, so that no flow is undetermined. */
export function withTiers(cluster: Cluster, size: Size, seed = 0x71e5): Cluster {
  const random = randomFrom(seed);
  const admin = Array.from({ length: 2 + size.policies / 100 }, (_, i) => makePolicy("Admin", i, size, random));
  const baseline = Array.from({ length: 1 + size.policies / 400 }, (_, i) => makePolicy("Baseline", i, size, random));
  return { ...cluster, objects: [...cluster.objects, ...admin, ...baseline] };
}

function makePolicy(tier: "Admin" | "Baseline", priority: number, size: Size, random: Random): object {
  const rules = (side: Side): object[] =>
    Array.from({ length: 1 + random(4) }, () => makeRule(tier, side, size, random));
  const form = random(3);
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: `${tier.toLowerCase()}-${priority}` },
    spec: {
      tier,
      priority,
      subject: makePods(size, random),
      ...(form !== 1 && { ingress: rules("from") }),
      ...(form !== 0 && { egress: rules("to") }),
    },
  };
}

/** Baseline rules mostly deny: they are what teams may open. Admin rules deny little, and hand a good part on. */
function makeRule(tier: "Admin" | "Baseline", side: Side, size: Size, random: Random): object {
  const actions =
    tier === "Admin" ? (["Accept", "Accept", "Deny", "Pass"] as const) : (["Accept", "Deny", "Deny"] as const);
  const networks = side === "to" && random(4) === 0;
  return {
    action: pick(random, actions),
    [side]: networks
      ? [makeNetworks(size, random)]
      : Array.from({ length: 1 + random(2) }, () => makePods(size, random)),
    ...(random(4) > 0 && { protocols: [makeProtocol(networks, random)] }),
  };
}

function makePods(size: Size, random: Random): object {
  const app = (): object => ({ app: `app-${random(APPLICATIONS)}` });
  switch (random(8)) {
    case 0:
      return { namespaces: {} };
    case 1:
    case 2:
      return { namespaces: { matchLabels: { env: pick(random, ["prod", "dev"]) } } };
    case 3:
      return { namespaces: { matchExpressions: [{ key: "team", operator: "In", values: someTeams(random) }] } };
    case 4:
      return { namespaces: { matchLabels: { "kubernetes.io/metadata.name": `ns-${random(size.namespaces)}` } } };
    case 5:
      return { pods: { namespaceSelector: {}, podSelector: { matchLabels: app() } } };
    default:
      return {
        pods: {
          namespaceSelector: { matchLabels: { team: pick(random, someTeams(random)) } },
          podSelector: { matchLabels: { tier: pick(random, ["front", "back", "data"]) } },
        },
      };
  }
}

function someTeams(random: Random): string[] {
  return [`team-${random(17)}`, `team-${random(17)}`];
}

/** Those of pods too: in these policies, networks match pods. */
function makeNetworks(size: Size, random: Random): object {
  switch (random(4)) {
    case 0:
      return { networks: ["169.254.169.254/32"] };
    case 1:
      return { networks: [`${podNetwork4(random(nodeCount(size)))}.0/24`] };
    case 2:
      return { nodes: { matchLabels: { "topology.kubernetes.io/zone": `zone-${random(3)}` } } };
    default:
      return { networks: [`172.16.${random(64)}.0/24`, "2001:db8::/32"] };
  }
}

function makeProtocol(networks: boolean, random: Random): object {
  switch (random(networks ? 4 : 6)) {
    case 0:
      return { udp: { destinationPort: { number: pick(random, [53, 123, 514]) } } };
    case 1:
      return { tcp: { destinationPort: { range: { start: 9_000, end: 9_000 + 50 * (1 + random(8)) } } } };
    case 2:
    case 3:
      return { tcp: { destinationPort: { number: pick(random, [80, 443, 3306, 5432, 8080, 9090]) } } };
    default:
      return { destinationNamedPort: pick(random, ["http", "metrics"]) };
  }
}
