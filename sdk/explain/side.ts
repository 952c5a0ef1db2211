/** One direction of a pair: which policies isolate the subject, which rules decide, which came near. From the core's trace alone. */
import { addTo } from "../add-to.ts";
import type { Direction, ModelPolicy, ModelRule } from "../model/model.ts";
import { peerOf, peerPath, placeOf, portPath, rulePath, tierOf } from "../places.ts";
import type { FullState } from "../state.ts";
import type { Side } from "../types.ts";
import { placeOfPolicy } from "../update/ledger.ts";
import type { Match, PolicyTrace, RuleTrace, Trace } from "../wasm/trace.ts";
import { type AskedPort, type EndFacts, type Entry, isAskedPort, peerMisses, portMisses } from "./misses.ts";
import { tierSteps } from "./tier-steps.ts";
import type { ExplainedSide, MatchedRule, Miss, NearMiss, Place, SelectingPolicy } from "./types.ts";

/** What a side is explained from. */
export interface SideFacts {
  readonly full: FullState;
  readonly direction: Direction;
  readonly side: Side;
  readonly trace: Trace;
  readonly ends: { readonly from: EndFacts; readonly to: EndFacts };
  readonly flow: AskedPort;
}

export function explainSide(facts: SideFacts): ExplainedSide {
  const { full, direction, side, trace, ends } = facts;
  const subject = direction === "egress" ? ends.from.display : ends.to.display;
  const policies = inPlace(
    full,
    trace.policies.map((told) => ({ told, policy: policyOf(full, told) })),
  );
  // A pod reaches itself whatever its policies say.
  const asked = side.reason === "same-pod" ? [] : policies;
  const wanted = side.verdict === "allow" ? "deny" : "allow";
  const isolatedBy = policies
    .filter(({ policy }) => policy.tier === "additive")
    .map(({ told, policy }) => selecting(full, policy, told));
  const decidedBy = asked.flatMap(({ told, policy }) =>
    // Traffic from the pod's own node comes in whatever the NetworkPolicies say.
    trace.ownNode && policy.tier === "additive" ? [] : matchedRules(full, policy, told),
  );
  const tiers = asked.map(({ told, policy }) => ({ tier: tierOf(policy), reached: told.reached !== "no" }));
  return {
    ...side,
    subject,
    tiers: tierSteps(tiers, { isolatedBy, decidedBy }, trace.ownNode),
    isolatedBy,
    decidedBy,
    nearMisses: asked
      .flatMap(({ told, policy }) => nearMisses(facts, policy, told, wanted))
      .sort((a, b) => a.distance - b.distance),
  };
}

interface ToldPolicy {
  readonly told: PolicyTrace;
  readonly policy: ModelPolicy;
}

/** In the order in which they decide; those that decide together, NetworkPolicies and ties, in the order in which the state has them. */
function inPlace({ ledger }: FullState, policies: readonly ToldPolicy[]): readonly ToldPolicy[] {
  const place = placeOfPolicy(ledger);
  const rank = ({ tier, priority }: ModelPolicy): string => (tier === "additive" ? tier : `${tier} ${priority}`);
  const together = new Map<string, ToldPolicy[]>();
  for (const one of policies) addTo(together, rank(one.policy), one);
  for (const tied of together.values()) tied.sort((a, b) => place(a.told.number) - place(b.told.number));
  return policies.map((one) => together.get(rank(one.policy))?.shift() ?? one);
}

function policyOf(full: FullState, { number }: PolicyTrace): ModelPolicy {
  const policy = full.builder.policy(number);
  if (policy === undefined) throw new RangeError(`the core told of policy ${number}, which nobody gave it`);
  return policy;
}

function selecting(full: FullState, policy: ModelPolicy, told: PolicyTrace): SelectingPolicy {
  return { ...placeOf(full, policy, []), tier: tierOf(policy), certain: told.selects === "yes" };
}

function matchedRules(full: FullState, policy: ModelPolicy, told: PolicyTrace): MatchedRule[] {
  return told.rules
    .filter(({ match, reached }) => match !== "no" && reached !== "no")
    .map((rule) => ({
      ...placeOf(full, policy, rulePath(policy, rule.index)),
      tier: tierOf(policy),
      action: ruleOf(policy, rule).action,
      certain: rule.match === "yes" && told.selects === "yes",
      peers: matching(full, policy, rule.index, rule.peers, peerPath),
      ports: matching(full, policy, rule.index, rule.ports, portPath),
    }));
}

/**
 * The entries that match for certain, or else those that may, each once: what is written as one may have become several.
 */
function matching(
  full: FullState,
  policy: ModelPolicy,
  rule: number,
  entries: readonly { readonly match: Match }[],
  pathOf: typeof peerPath,
): Place[] {
  const best = entries.some(({ match }) => match === "yes") ? "yes" : "open";
  const paths = entries.flatMap(({ match }, i) => (match === best ? [pathOf(policy, rule, i)] : []));
  const distinct = paths.filter((path, i) => path.at(-1) !== paths[i - 1]?.at(-1));
  return distinct.map((path) => placeOf(full, policy, path));
}

/** Rules of the wanted action that the flow comes to and that do not match for certain. */
function nearMisses(facts: SideFacts, policy: ModelPolicy, told: PolicyTrace, wanted: "allow" | "deny"): NearMiss[] {
  return told.rules
    .filter((rule) => rule.reached !== "no" && rule.match !== "yes" && ruleOf(policy, rule).action === wanted)
    .map((rule) => {
      const [peer = [], ...peers] = nearestPeers(facts, policy, rule);
      const [port = [], ...ports] = nearestPorts(facts, policy, rule);
      const misses = [...peer, ...port];
      return {
        ...placeOf(facts.full, policy, rulePath(policy, rule.index)),
        tier: tierOf(policy),
        action: wanted,
        distance: misses.length,
        misses,
        alternatives: [...peers, ...ports],
      };
    });
}

/** What each of the peers that come nearest misses; nothing where one matches. */
function nearestPeers({ full, ends }: SideFacts, policy: ModelPolicy, told: RuleTrace): Miss[][] {
  if (told.peersMatch === "yes") return [];
  const rule = ruleOf(policy, told);
  return shortest(
    told.peers.map((peer, i) => {
      const entry: Entry = { full, policy, path: peerPath(policy, told.index, i) };
      const written = rule.peers[i];
      return written === undefined ? [] : peerMisses(entry, written, peer, peerOf(rule, ends));
    }),
  );
}

function nearestPorts({ full, flow }: SideFacts, policy: ModelPolicy, told: RuleTrace): Miss[][] {
  if (told.portsMatch === "yes") return [];
  const rule = ruleOf(policy, told);
  return shortest(
    told.ports.flatMap((port, i) => {
      const entry: Entry = { full, policy, path: portPath(policy, told.index, i) };
      const written = rule.ports[i];
      if (written === undefined || !isAskedPort(policy, written, flow)) return [];
      return [portMisses(entry, written, port, flow)];
    }),
  );
}

/** The shortest of some lists: all that are as short. */
function shortest(lists: readonly Miss[][]): Miss[][] {
  const least = Math.min(...lists.map(({ length }) => length));
  return lists.filter(({ length }) => length === least);
}

function ruleOf(policy: ModelPolicy, { index }: Pick<RuleTrace, "index">): ModelRule {
  const rule = policy.rules[index];
  if (rule === undefined)
    throw new RangeError(`the core told of rule ${index} of ${policy.name}, which has no such rule`);
  return rule;
}
