/** Changes in the ordered tiers: a policy that decides before what decides now; or a rule that does. */
import { hostPrefix, parsePrefix } from "../address.ts";
import type { ObjectReference } from "../errors.ts";
import type { Direction } from "../model/model.ts";
import { NAMESPACE_NAME_LABEL } from "../model/namespaces.ts";
import type { Manifest } from "../read/manifest.ts";
import type { Labels, Selector, TierPeer, TierPolicyObject, TierRule, TransportProtocol } from "../read/objects.ts";
import { tierManifest } from "../read/tier-manifest.ts";
import type { FullState } from "../state.ts";
import type { EndFacts } from "./misses.ts";
import { isSubject } from "./new-policies.ts";
import { type CandidatePair, endsOf, freeName, keptLabels, nameOf, type PairSide } from "./parts.ts";
import type { ExplainedSide, MatchedRule } from "./types.ts";

/**
 * The tier of ordered policies that stands against a verdict on a side, be it perhaps: the first with a rule that says otherwise.
 * Nothing where NetworkPolicies or no policy do.
 */
export function tierAgainst(side: ExplainedSide, wanted: "allow" | "deny"): "Admin" | "Baseline" | undefined {
  const against = ruleAgainst(side, wanted);
  if (against === undefined) return undefined;
  return isBefore(against) ? "Admin" : "Baseline";
}

function ruleAgainst({ decidedBy }: ExplainedSide, wanted: "allow" | "deny"): MatchedRule | undefined {
  const other = wanted === "allow" ? "deny" : "allow";
  return decidedBy.find(({ tier, action }) => tier !== "network-policy" && action === other);
}

/** Whether a rule is of a tier that is asked before NetworkPolicies. */
export const isBefore = ({ tier }: MatchedRule): boolean => tier === "admin" || tier === "admin-v1alpha1";

/** A policy that accepts or denies this flow before any other of its tier; undefined where none can, or none is needed to say it. */
export function tierPolicy(
  full: FullState,
  facts: CandidatePair,
  direction: Direction,
  action: "Accept" | "Deny",
  tier: "Admin" | "Baseline",
): Manifest | undefined {
  const { ends } = facts;
  const { subject } = endsOf(facts, direction);
  const rule = ruleFor({ facts, direction }, action);
  const against = ruleAgainst(facts.pair[direction], action === "Accept" ? "allow" : "deny");
  const kind = kindFor(full, tier, against);
  const priority = kind && priorityBefore(full, kind, tier);
  const version = versionFor(full, kind);
  if (!isSubject(subject) || rule === undefined || kind === undefined || priority === undefined) return undefined;
  const name = `${action.toLowerCase()}-${nameOf(ends.from)}-to-${nameOf(ends.to)}`;
  return tierManifest(
    {
      kind,
      ...(version && { version }),
      namespace: "",
      name: freeName(new Set(full.objects.tierPolicies.map((one) => one.name)), name),
      labels: {},
      annotations: {},
      origin: { locate: () => undefined },
      tier,
      priority,
      subject: podsLike(subject),
      ingress: direction === "ingress" ? [rule] : [],
      egress: direction === "egress" ? [rule] : [],
    },
    { caveats: [] },
  );
}

/** The policies that decide sides, each with one more rule before its own; undefined where one of them cannot be changed so. */
export function insertedBefore(
  { objects }: FullState,
  sides: readonly PairSide[],
  action: "Accept" | "Deny",
): { readonly words: readonly string[]; readonly apply: readonly Manifest[] } | undefined {
  const policies = new Map<string, TierPolicyObject>();
  const words = new Set<string>();
  for (const side of sides) {
    const { facts, direction } = side;
    const other = action === "Accept" ? "deny" : "allow";
    const decisive = facts.pair[direction].decidedBy.find(
      (one) => one.tier !== "network-policy" && (one.action === other || !one.certain),
    );
    const rule = ruleFor(side, action);
    if (decisive === undefined || rule === undefined) return undefined;
    const { kind, name } = decisive.policy;
    const key = `${kind} \`${name}\``;
    const original = objects.tierPolicies.find((one) => one.kind === kind && one.name === name);
    const policy = policies.get(key) ?? original;
    const before = original?.[direction][Number(decisive.path[2])];
    if (policy === undefined || before === undefined) return undefined;
    const rules = policy[direction];
    words.add(`\`spec.${direction}[${decisive.path[2]}]\` of ${key}`);
    const place = rules.indexOf(before);
    // Another side has put it there; one that is written behind is never come to.
    const isThere = rules.slice(0, place).some((one) => JSON.stringify(one) === JSON.stringify(rule));
    policies.set(key, isThere ? policy : { ...policy, [direction]: insert(rules, place, rule) });
  }
  const apply = [...policies.values()].map((policy) => tierManifest(policy, objects));
  if (apply.some((one) => one === undefined)) return undefined;
  return { words: [...words], apply: apply.filter((one) => one !== undefined) };
}

/** The policy of an ordered tier that allows or denies a side before any other does; undefined where none does. */
export function deletion(
  { facts, direction }: PairSide,
  action: "allow" | "deny",
): { readonly words: string; readonly policy: ObjectReference } | undefined {
  const decisive = facts.pair[direction].decidedBy.find(
    (one) => one.tier !== "network-policy" && one.action === action,
  );
  if (decisive === undefined) return undefined;
  const { policy } = decisive;
  return { words: `${policy.kind} \`${policy.name}\``, policy };
}

const insert = (rules: readonly TierRule[], index: number, rule: TierRule): TierRule[] => [
  ...rules.slice(0, index),
  rule,
  ...rules.slice(index),
];

/** A rule for this flow and no other; undefined where no peer can name the other end. */
function ruleFor({ facts, direction }: PairSide, action: "Accept" | "Deny"): TierRule | undefined {
  const { other, address } = endsOf(facts, direction);
  const { protocol, port, family } = facts.pair;
  const isPod = isSubject(other);
  // Only pods are peers of ingress; outside addresses are networks.
  if (!isPod && direction === "ingress") return undefined;
  const everywhere = family === 4 ? "0.0.0.0/0" : "::/0";
  const network = parsePrefix(address === undefined ? everywhere : hostPrefix(address));
  if (network === undefined) return undefined;
  const peer: TierPeer = isPod ? podsLike(other) : { networks: [network] };
  return {
    action: action === "Accept" ? "allow" : "deny",
    peers: [peer],
    ports: port === undefined ? [] : [{ protocol: protocol as TransportProtocol, first: port, last: port }],
    failsClosed: false,
  };
}

const podsLike = ({ namespace = "", labels }: EndFacts): { namespaceSelector: Selector; podSelector: Selector } => ({
  namespaceSelector: requirements({ [NAMESPACE_NAME_LABEL]: namespace }),
  podSelector: requirements(keptLabels(labels)),
});

const requirements = (labels: Labels): Selector =>
  Object.entries(labels).map(([key, value]) => ({ key, operator: "In", values: [value] }));

/**
 * The API of what stands against it, else one that the cluster has: it may have no other, and between the two of them nothing
 * says which decides first. None where there can be no second policy.
 */
function kindFor(
  { objects }: FullState,
  tier: "Admin" | "Baseline",
  against: MatchedRule | undefined,
): "ClusterNetworkPolicy" | "AdminNetworkPolicy" | undefined {
  const isNew =
    against === undefined
      ? objects.tierPolicies.some(({ kind }) => kind === "ClusterNetworkPolicy")
      : against.policy.kind === "ClusterNetworkPolicy";
  if (isNew) return "ClusterNetworkPolicy";
  // There is one BaselineAdminNetworkPolicy in a cluster, `default`.
  return tier === "Admin" ? "AdminNetworkPolicy" : undefined;
}

/** The newest that policies of the kind are written in: the cluster serves that one. */
function versionFor({ objects }: FullState, wanted: TierPolicyObject["kind"] | undefined): TierPolicyObject["version"] {
  return objects.tierPolicies.find(({ kind, version }) => kind === wanted && version !== undefined)?.version;
}

/** A priority that decides before all there are in the tier; none where one is 0 already. */
function priorityBefore(
  { objects }: FullState,
  wanted: TierPolicyObject["kind"],
  tier: "Admin" | "Baseline",
): number | undefined {
  const taken = objects.tierPolicies.filter(({ kind, ...one }) => kind === wanted && one.tier === tier);
  if (taken.length === 0) return 0;
  const first = Math.min(...taken.map(({ priority }) => priority));
  return first > 0 ? first - 1 : undefined;
}
