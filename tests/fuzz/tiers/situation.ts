/** What policies of ordered tiers say, before it is written in the words of one API or another. */
import { namespaceSelector, podSelector } from "../policies.ts";
import { anyFamily, type World } from "../world.ts";

export type Part = Record<string, unknown>;

/** `peers` and `subject` are written alike in both APIs. */
export interface Said {
  readonly tier: "admin" | "baseline";
  readonly priority: number;
  readonly subject: Part;
  readonly ingress: readonly SaidRule[];
  readonly egress: readonly SaidRule[];
}

export interface SaidRule {
  readonly action: "allow" | "deny" | "pass";
  readonly peers: readonly Part[];
  /** Absent: any port of any protocol. */
  readonly ports?: readonly SaidPort[];
}

export type SaidPort =
  | { readonly name: string }
  | { readonly protocol: "TCP" | "UDP" | "SCTP"; readonly first: number; readonly last: number };

/** What an API can say. */
export interface Limits {
  readonly pass: boolean;
  readonly domains: boolean;
}

/** Names that peers speak of; data is there for some of them, exactly or below a pattern. */
const NAMES = ["db.example.com", "DB.Example.com.", "elsewhere.example.com", "*.example.com", "api.x.org", "*.x.org"];

/** Gives some domain names addresses that something in the cluster has, or is beside. */
export function addDomains(world: World): void {
  const { random, domains, literals, book } = world;
  const addresses = (): string[] =>
    random.list(0, 2, () =>
      literals.length > 0 && random.chance(0.6) ? random.pick(literals) : book.nearby(anyFamily(world)),
    );
  for (const name of ["db.example.com", "a.b.example.com", "Api.x.org", "*.x.org"]) {
    if (random.chance(0.3)) domains[name] ??= addresses();
  }
}

/** Draws one policy. Priorities are few, so that some are tied. */
export function somePolicy(world: World, tier: Said["tier"], limits: Limits): Said {
  const { random } = world;
  const rules = (direction: "ingress" | "egress"): SaidRule[] =>
    random.chance(0.3) ? [] : random.list(1, 4, () => someRule(world, direction, limits));
  return {
    tier,
    priority: random.chance(0.5) ? 1 : random.pick([0, 1, 2, 3, 1000]),
    subject: podsPeer(world),
    ingress: rules("ingress"),
    egress: rules("egress"),
  };
}

function someRule(world: World, direction: "ingress" | "egress", limits: Limits): SaidRule {
  const { random } = world;
  const action = random.weighted({ allow: 4, deny: 4, pass: limits.pass ? 3 : 0 });
  const peers = random.list(1, 3, () =>
    direction === "ingress" ? podsPeer(world) : egressPeer(world, limits.domains && action === "allow"),
  );
  // Of another version of the API.
  if (world.features.unknownPeers && random.chance(0.1))
    peers.push(random.pick<Part>([{ serviceAccounts: {} }, { svc: "x" }]));
  if (random.chance(0.4)) return { action, peers };
  const named = peers.every((peer) => "namespaces" in peer || "pods" in peer);
  return { action, peers, ports: somePorts(world, named) };
}

function podsPeer(world: World): Part {
  const { random } = world;
  // Everyone, so that policies meet.
  if (random.chance(0.25)) return { namespaces: {} };
  if (random.chance(0.4)) return { namespaces: broken(world) ?? namespaceSelector(world) };
  return {
    pods: {
      namespaceSelector: random.chance(0.3) ? {} : (broken(world) ?? namespaceSelector(world)),
      podSelector: random.chance(0.3) ? {} : (broken(world) ?? podSelector(world)),
    },
  };
}

function egressPeer(world: World, domains: boolean): Part {
  const { random, keys, values, nodes, book } = world;
  switch (random.weighted({ pods: 5, networks: 4, nodes: nodes.length > 0 ? 2 : 0.3, domains: domains ? 1.5 : 0 })) {
    case "networks":
      return { networks: [...new Set(random.list(1, 3, () => book.cidr(anyFamily(world))))] };
    case "nodes": {
      const selector = random.pick<Part>([
        {},
        { matchLabels: { [random.pick(keys)]: random.pick(values) } },
        { matchExpressions: [{ key: random.pick(keys), operator: random.pick(["Exists", "DoesNotExist"]) }] },
        { matchExpressions: [{ key: random.pick(keys), operator: "NotIn", values: [random.pick(values)] }] },
      ]);
      return { nodes: broken(world) ?? selector };
    }
    case "domains":
      return { domainNames: [...new Set(random.list(1, 2, () => random.pick(NAMES)))] };
    default:
      return podsPeer(world);
  }
}

/** Now and then a selector that the CRD lets through and nothing can read. */
function broken({ random, features, keys }: World): Part | undefined {
  if (!features.invalidSelectors || !random.chance(0.12)) return undefined;
  const key = random.pick(keys);
  return random.pick<Part>([
    { matchExpressions: [{ key, operator: "In" }] },
    { matchExpressions: [{ key, operator: "NotIn", values: [] }] },
    { matchExpressions: [{ key, operator: "Exists", values: ["a"] }] },
    { matchExpressions: [{ key, operator: "in", values: ["a"] }] },
    { matchExpressions: [{ key: "no key", operator: "Exists" }] },
    { matchLabels: { [key]: "no value" } },
  ]);
}

function somePorts(world: World, named: boolean): SaidPort[] {
  const { random, numbers, portNames, features } = world;
  const count = features.manyPorts && random.chance(0.3) ? 6 + random.below(10) : 1 + random.below(3);
  return Array.from({ length: count }, (): SaidPort => {
    if (named && random.chance(0.3)) return { name: random.pick(portNames) };
    const protocol = random.pick(["TCP", "TCP", "UDP", "SCTP"] as const);
    const first = random.pick(numbers);
    const last = random.pick([first, first, first + 1, random.pick(numbers), 65535]);
    return { protocol, first, last: Math.min(65535, Math.max(first, last)) };
  });
}
