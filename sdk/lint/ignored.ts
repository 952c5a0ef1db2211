/** The parts of a policy that a CNI plugin's effect takes the meaning from. The profiles say which effects a plugin has. */
import { type Rewriting, rewriteOf } from "../cni/rewrite.ts";
import { unsupportedPlaces } from "../cni/tier-rules.ts";
import type { CniEffect, CniFact, CniName } from "../cni/types.ts";
import type { Path } from "../errors.ts";
import type { Direction, ModelRulePort } from "../model/model.ts";
import { peerPath, portPath } from "../places.ts";
import type {
  IPBlock,
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from "../read/objects.ts";
import type { LintContext } from "./context.ts";
import type { LintPolicy, LintRuleOfPolicy } from "./policies.ts";

/** The plugin and its fact by which nothing is enforced at all; undefined where another one enforces, or nothing is known. */
export function enforcesNothing({
  internals,
}: LintContext): { readonly name: CniName; readonly fact: CniFact } | undefined {
  const plugins = internals.enforcement?.plugins ?? [];
  const off = plugins.flatMap(({ name, facts }) => {
    const fact = facts.find(({ effect, derived }) => effect === "not-enforced" && derived !== true);
    return fact === undefined ? [] : [{ name, fact }];
  });
  return off.length === plugins.length ? off[0] : undefined;
}

/** A policy, as the core has it and as it was read; undefined of a cluster-wide one. */
export interface ProfiledPolicy extends LintPolicy {
  readonly object: NetworkPolicyObject | undefined;
}

/** The places in a policy that an effect bears on, where something is enforced. */
export function ignoredBy(effect: CniEffect, context: LintContext, policy: ProfiledPolicy): readonly Path[] {
  switch (effect) {
    case "not-enforced":
      return [];
    case "tiers-ignored":
    case "tiers-not-sure":
      return policy.namespace === undefined ? [[]] : [];
    case "cluster-policies-ignored":
      return policy.reference.kind === "ClusterNetworkPolicy" ? [[]] : [];
    case "admin-policies-ignored":
      return policy.namespace === undefined && policy.reference.kind !== "ClusterNetworkPolicy" ? [[]] : [];
    case "tier-rules-unsupported": {
      const { kind, name } = policy.reference;
      const object = context.full.objects.tierPolicies.find((one) => one.kind === kind && one.name === name);
      return object?.kind === "ClusterNetworkPolicy" ? unsupportedPlaces(object) : [];
    }
    case "owned-pods-only":
      return standalone(context, policy) ? [["spec", "podSelector"]] : [];
    case "sctp-off":
      return portsOf(policy, ({ protocol }) => protocol === "SCTP");
    case "ipv4-only":
      return blocksOf(policy, ({ cidr }) => cidr.family === 6);
    case "block-outside-only":
    case "block-not-on-pods":
      // A block of everything is meant for what is outside, unless pods would not even reach the DNS.
      return blocksOf(
        policy,
        ({ cidr }, rule, peer) =>
          (cidr.length > 0 || (rule.rule.direction === "egress" && !sendsToPods(context, rule))) &&
          context.surelyMatched(rule, peer).some(({ hostNetwork }) => !hostNetwork),
      );
    default: {
      const places = policy.object === undefined ? [] : rewritten(effect, context, policy.object);
      return effect === "named-port-drops-policy" ? places.slice(0, 1) : places;
    }
  }
}

/** Rules that a plugin reads as others than they are, or the policy that it does not take at all. */
function rewritten(effect: Rewriting, { full }: LintContext, object: NetworkPolicyObject): readonly Path[] {
  const rewrite = rewriteOf(effect);
  if (rewrite === undefined) return [];
  return (["ingress", "egress"] as const).flatMap((direction) =>
    object[direction].flatMap((rule, index): Path[] => {
      // What else becomes of the blocks of such a rule is said of ranges that nobody uses.
      if (effect === "except-shared-by-rule" && !rule.peers.some(hasExcept)) return [];
      const alone = { ...object, ingress: [], egress: [], [direction]: [rule] };
      const after = rewrite(alone, full.objects);
      const [other, ...more] = after?.[direction] ?? [];
      const isSame = after !== undefined && more.length === 0 && meaningOf(other) === meaningOf(rule);
      return isSame ? [] : [["spec", direction, index, ...entryOf(effect, rule, direction)]];
    }),
  );
}

const hasExcept = (peer: NetworkPolicyPeer): boolean => "ipBlock" in peer && peer.ipBlock.except.length > 0;

/** The entry of a rule that an effect is about. */
function entryOf(effect: Rewriting, { peers, ports }: NetworkPolicyRule, direction: Direction): Path {
  const find = (holds: (port: NetworkPolicyPort) => boolean): Path => {
    const at = ports.findIndex(holds);
    return at < 0 ? [] : ["ports", at];
  };
  const findPeer = (holds: (peer: NetworkPolicyPeer) => boolean): Path => {
    const at = peers.findIndex(holds);
    return at < 0 ? [] : [direction === "egress" ? "to" : "from", at];
  };
  if (effect === "except-shared-by-namespace") return [];
  if (effect === "except-shared-by-rule") return findPeer(hasExcept);
  if (effect === "named-port-skips-blocks") return findPeer((peer) => "ipBlock" in peer);
  if (effect === "end-port-ignored") return find(({ port, endPort }) => endPort !== undefined && endPort !== port);
  return find(({ port }) => typeof port === "string");
}

/** A rule with what says nothing left out: an `endPort` that is the `port`, and the way peers are written. */
function meaningOf(rule: NetworkPolicyRule | undefined): string {
  if (rule === undefined) return "";
  const ports = rule.ports.map(({ protocol, port, endPort }) => [
    protocol,
    port,
    endPort === port ? undefined : endPort,
  ]);
  return JSON.stringify([rule.peers, ports]);
}

function portsOf({ policy }: LintPolicy, holds: (port: ModelRulePort) => boolean): readonly Path[] {
  return policy.rules.flatMap(({ ports }, index) =>
    ports.flatMap((port, place) => (holds(port) ? [portPath(policy, index, place)] : [])),
  );
}

/** Blocks of NetworkPolicies: no profile says what becomes of those of cluster-wide policies. */
function blocksOf(
  policy: LintPolicy,
  holds: (block: IPBlock, rule: LintRuleOfPolicy, peer: number) => boolean,
): readonly Path[] {
  if (policy.namespace === undefined) return [];
  return policy.policy.rules.flatMap((rule, index) =>
    rule.peers.flatMap((peer, place) =>
      peer.kind === "block" && holds(peer.block, { ...policy, rule, index }, place)
        ? [peerPath(policy.policy, index, place)]
        : [],
    ),
  );
}

/** Whether rules of a policy, or of others that isolate its pods for egress, let them send to pods by any entry but blocks. */
function sendsToPods(context: LintContext, policy: LintPolicy): boolean {
  const isolating = context.selected(policy).flatMap((pod) => context.isolating(pod, "egress"));
  return [policy, ...isolating].some(({ policy: { rules } }) =>
    rules.some(
      ({ direction, peers }) =>
        direction === "egress" && (peers.length === 0 || peers.some(({ kind }) => kind === "pods")),
    ),
  );
}

/** Whether a policy selects a pod that nothing owns. */
function standalone(context: LintContext, policy: LintPolicy): boolean {
  const owned = context.ownedPods;
  return context.surelySelected(policy).some(({ display, standsIn }) => !standsIn && !owned.has(display));
}
