/** Edits of rules that are there: one more entry for the flow, or without the entries that let it pass. */
import { hostPrefix } from "../address.ts";
import { formatPath, type Path } from "../errors.ts";
import type { Direction } from "../model/model.ts";
import { type Manifest, networkPolicyManifest } from "../read/manifest.ts";
import type { NetworkPolicyPeer } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import { type CandidatePair, endsOf, peerFor } from "./parts.ts";
import type { ExplainedSide, MatchedRule, Place } from "./types.ts";

/** A change of one rule of a NetworkPolicy, and what it is in words. */
export interface Edit {
  readonly words: string;
  /** Edits of one key are the same. */
  readonly key: string;
  readonly place: Place;
  /** Changes the rule; undefined takes it out. */
  readonly change: (rule: Rule) => Rule | undefined;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly object[];
}
interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

const keyOf = (direction: Direction): "from" | "to" => (direction === "egress" ? "to" : "from");
const policyWords = ({ policy }: Place): string => `\`${policy.namespace}/${policy.name}\``;
const ruleWords = (place: Place): string => `\`${formatPath(place.path.slice(0, 3))}\` of ${policyWords(place)}`;

/** The policies that edits change, as they would be; a direction that loses its last rule still isolates. */
export function edited({ objects }: FullState, edits: readonly Edit[]): Manifest[] {
  return objects.networkPolicies.flatMap((policy) => {
    const own = edits.filter(({ place }) => isOf(policy, place));
    if (own.length === 0) return [];
    const manifest = networkPolicyManifest(policy);
    const spec = Object.entries(manifest.spec).flatMap(([key, value]) => {
      if (key !== "ingress" && key !== "egress") return [[key, value]];
      const rules = (value as Rule[]).flatMap((rule, index) => {
        const here = own.filter(({ place: { path } }) => path[1] === key && path[2] === index);
        return here.reduce<Rule | undefined>((one, { change }) => one && change(one), rule) ?? [];
      });
      return rules.length > 0 ? [[key, rules]] : [];
    });
    return [{ ...manifest, spec: Object.fromEntries(spec) as object }];
  });
}

/**
 * What one more entry of the nearest rules would let pass: a peer or a port, never both, which would open this port to the
 * rule's other peers too. Nothing is widened, so that nothing is cut and nobody else is meant.
 */
export function extensions(facts: CandidatePair, direction: Direction): Edit[] {
  const key = keyOf(direction);
  const { pair } = facts;
  const { other, address } = endsOf(facts, direction);
  const peer = peerFor(other, address);
  const { protocol, port } = pair;
  const edits = new Map<string, Edit>();
  for (const near of pair[direction].nearMisses) {
    if (near.tier !== "network-policy") continue;
    const lists = new Set(near.misses.map(({ path }) => String(path[3])));
    if (lists.size > 1) continue;
    if (lists.has("ports") && port !== undefined && !edits.has("ports")) {
      edits.set("ports", addition(`port ${port}/${protocol}`, near, "ports", { protocol, port }));
    }
    if (lists.has(key) && peer !== undefined && !edits.has(key)) {
      edits.set(key, addition(`\`${other.display}\``, near, key, peer));
    }
  }
  return [...edits.values()];
}

function addition(words: string, place: Place, list: "from" | "to" | "ports", entry: object): Edit {
  const rule = ruleWords(place);
  return {
    words: `${words} to ${rule}`,
    key: `${rule} ${list} ${JSON.stringify(entry)}`,
    place,
    change: (one) => ({ ...one, [list]: [...(one[list] ?? []), entry] }),
  };
}

/** Of each rule that lets the flow pass the least that stops it: entries taken out, an exception made, or else no rule. */
export function reductions(full: FullState, facts: CandidatePair, direction: Direction): Edit[] {
  const { address } = endsOf(facts, direction);
  return allowing(facts.pair[direction]).map((rule) => {
    const policy = full.objects.networkPolicies.find((one) => isOf(one, rule));
    const written = policy?.[direction][Number(rule.path[2])];
    return (
      withoutEntries(rule, keyOf(direction), rule.peers, written?.peers) ??
      withoutEntries(rule, "ports", rule.ports, written?.ports) ??
      withException(rule, keyOf(direction), address, written?.peers) ??
      removal(rule)
    );
  });
}

/** The rules that let a flow pass, taken out whole. */
export const removals = (side: ExplainedSide): Edit[] => allowing(side).map(removal);

function withoutEntries(
  rule: MatchedRule,
  key: "from" | "to" | "ports",
  matching: readonly Place[],
  written: readonly unknown[] = [],
): Edit | undefined {
  if (matching.length === 0 || matching.length >= written.length) return undefined;
  const dropped = new Set<Path[number] | undefined>(matching.map(({ path }) => path[4]));
  const words = `${matching.map(({ path }) => `\`${formatPath(path)}\``).join(", ")} of ${policyWords(rule)}`;
  const change = (one: Rule): Rule => ({ ...one, [key]: one[key]?.filter((_, index) => !dropped.has(index)) });
  return { words, key: words, place: rule, change };
}

/** Where blocks alone let an address pass. The API server refuses an exception that is the whole block. */
function withException(
  rule: MatchedRule,
  key: "from" | "to",
  address: string | undefined,
  written: readonly NetworkPolicyPeer[] = [],
): Edit | undefined {
  const cidr = address === undefined ? undefined : hostPrefix(address);
  if (cidr === undefined || rule.peers.length === 0) return undefined;
  const longest = cidr.includes(":") ? 128 : 32;
  if (!written.every((peer) => "ipBlock" in peer && peer.ipBlock.cidr.length < longest)) return undefined;
  const change = (one: Rule): Rule => ({
    ...one,
    [key]: one[key]?.map((peer) => ({
      ipBlock: { ...peer.ipBlock, except: [...(peer.ipBlock?.except ?? []), cidr] },
    })),
  });
  const words = `${cidr} from ${ruleWords(rule)}, as an \`except\``;
  return { words, key: words, place: rule, change };
}

function removal(rule: MatchedRule): Edit {
  const words = ruleWords(rule);
  return { words, key: words, place: rule, change: () => undefined };
}

/** The rules of NetworkPolicies that let the flow pass, or may. */
const allowing = ({ decidedBy }: ExplainedSide): readonly MatchedRule[] =>
  decidedBy.filter(({ tier }) => tier === "network-policy");

function isOf({ namespace, name }: { readonly namespace: string; readonly name: string }, { policy }: Place): boolean {
  return policy.kind === "NetworkPolicy" && policy.namespace === namespace && policy.name === name;
}
