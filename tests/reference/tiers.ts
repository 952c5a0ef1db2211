/** What the policies of one ordered tier may come to for a flow (semantics 5.3). */
import type { Cluster } from "./cluster.ts";
import type { Endpoint, PodFacts, Traffic } from "./endpoint.ts";
import type { Direction } from "./isolation.ts";
import type { PodsPeer, TierPeer, TierPolicy, TierRule } from "./objects.ts";
import { remember } from "./remember.ts";
import { isInvalid, isUnknown, subjectMatches, tierPeerMatches } from "./tier-peer.ts";
import { tierPortsMatch } from "./tier-ports.ts";
import { any, type Truth } from "./truth.ts";

export type Tier = "Admin" | "AdminNetworkPolicy" | "Baseline" | "BaselineAdminNetworkPolicy";

/** `none`: no rule matches, and the next policy, or the next tier, is asked. */
export type Outcome = "allow" | "deny" | "pass" | "none";

/** One flow as one end's policies see it. */
export interface Question {
  readonly cluster: Cluster;
  readonly subject: PodFacts;
  readonly direction: Direction;
  readonly peer: Endpoint;
  readonly traffic: Traffic;
  readonly destination: Endpoint;
}

/** Gives every outcome that the tier can have: several where the input, or the specification, does not settle it. */
export function outcomesOfTier(question: Question, tier: Tier): ReadonlySet<Outcome> {
  const outcomes = new Set<Outcome>();
  // A lower priority decides first.
  for (const tied of applied(question)[tier]) {
    const group = ofTied(tied.map((policy) => ofPolicy(question, policy)));
    for (const outcome of group) if (outcome !== "none") outcomes.add(outcome);
    if (!group.has("none")) return outcomes;
  }
  return outcomes.add("none");
}

/**
 * Equal priorities leave the order open (semantics 5.3, ties): whichever comes first, if any rule of it matches, decides.
 */
function ofTied(policies: readonly ReadonlySet<Outcome>[]): ReadonlySet<Outcome> {
  const outcomes = new Set(policies.flatMap((policy) => [...policy]));
  if (!policies.every((policy) => policy.has("none"))) outcomes.delete("none");
  return outcomes;
}

/** The first rule that matches decides for its policy. */
function ofPolicy(question: Question, { selected, rules }: Applied): ReadonlySet<Outcome> {
  const outcomes = new Set<Outcome>(selected === "yes" ? [] : ["none"]);
  for (const rule of rules) {
    const matched = ruleMatches(question, rule);
    if (matched !== "no") outcomes.add(rule.action);
    if (matched === "yes") return outcomes;
  }
  return outcomes.add("none");
}

function ruleMatches({ cluster, peer, traffic, destination }: Question, rule: Rule): Truth {
  if (rule.failsClosed) return rule.action === "allow" ? "no" : "yes";
  if (!tierPortsMatch(rule.written, traffic, destination)) return "no";
  const old = rule.known.get(peer);
  if (old !== undefined) return old;
  // What an invalid selector means: nothing that opens.
  const broken = rule.action === "allow" ? "no" : "yes";
  const matched = any(rule.peers.map((item) => tierPeerMatches(cluster, item, peer, broken)));
  rule.known.set(peer, matched);
  return matched;
}

interface Rule {
  readonly action: Exclude<Outcome, "none">;
  readonly peers: readonly TierPeer[];
  readonly written: TierRule;
  /** What is meant isn't known: an Accept matches nothing, the others become "Deny all" (semantics 5.1, 5.4). */
  readonly failsClosed: boolean;
  /** Peers that were asked about before. */
  readonly known: Map<Endpoint, Truth>;
}

interface Applied {
  readonly selected: Truth;
  readonly rules: readonly Rule[];
}

type Order = Readonly<Record<Tier, readonly (readonly Applied[])[]>>;

const appliedTo = remember((_: PodFacts): Partial<Record<Direction, Order>> => ({}));

/** The policies that may select the subject, tier by tier, in their order; those that are tied stand together. */
function applied({ cluster, subject, direction }: Question): Order {
  const known = appliedTo(subject);
  known[direction] ??= {
    Admin: inTier(cluster, subject, direction, "Admin"),
    AdminNetworkPolicy: inTier(cluster, subject, direction, "AdminNetworkPolicy"),
    Baseline: inTier(cluster, subject, direction, "Baseline"),
    BaselineAdminNetworkPolicy: inTier(cluster, subject, direction, "BaselineAdminNetworkPolicy"),
  };
  return known[direction];
}

function inTier(cluster: Cluster, subject: PodFacts, direction: Direction, tier: Tier): Applied[][] {
  const groups = new Map<number, Applied[]>();
  for (const policy of cluster.tierPolicies) {
    if (tierOf(policy) !== tier) continue;
    const selected = subjectMatches(cluster, policy.spec.subject, subject);
    if (selected === "no") continue;
    const priority = policy.spec.priority ?? 0;
    const rules = rulesOf(cluster)[direction](policy);
    groups.set(priority, [...(groups.get(priority) ?? []), { selected, rules }]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

function tierOf({ kind, spec }: TierPolicy): Tier {
  if (kind === "AdminNetworkPolicy" || kind === "BaselineAdminNetworkPolicy") return kind;
  return spec.tier === "Admin" ? "Admin" : "Baseline";
}

const rulesOf = remember((_: Cluster) => ({
  Ingress: remember(({ spec }: TierPolicy) =>
    (spec.ingress ?? []).map((rule) => readRule(rule, rule.from ?? [], spec.subject)),
  ),
  Egress: remember(({ spec }: TierPolicy) =>
    (spec.egress ?? []).map((rule) => readRule(rule, rule.to ?? [], spec.subject)),
  ),
}));

/** An invalid selector must not open anything: not as a subject, and not in a Pass, which leaves out what comes after it. */
function readRule(written: TierRule, peers: readonly TierPeer[], subject: PodsPeer): Rule {
  const failsClosed =
    peers.some(isUnknown) ||
    (written.action === "Pass" && peers.some(isInvalid)) ||
    (written.action !== "Deny" && isInvalid(subject));
  const action = failsClosed && written.action === "Pass" ? "deny" : actionOf(written.action);
  return { action, peers, written, failsClosed, known: new Map() };
}

/** ClusterNetworkPolicy accepts what its predecessors allow. */
function actionOf(action: string): Rule["action"] {
  switch (action) {
    case "Accept":
    case "Allow":
      return "allow";
    case "Deny":
      return "deny";
    case "Pass":
      return "pass";
    default:
      throw new Error(`not an action: ${action}`);
  }
}
