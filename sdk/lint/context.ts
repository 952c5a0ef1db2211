/** What rules ask of a state: policies with whom they select, by the core, and the pods that there are. */

import { addTo } from "../add-to.ts";
import { formatPrefix } from "../address.ts";
import type { Path } from "../errors.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { Direction, ModelPeer, ModelPolicy, ModelRule } from "../model/model.ts";
import { peerPath, placeOf, portPath, rulePath } from "../places.ts";
import type { PodObject, PodsBySelectors } from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import type { PairFlow } from "../wasm/engine.ts";
import { decodeTrace, type RuleTrace } from "../wasm/trace.ts";
import { MeantPods } from "./meant.ts";
import { MeantPeers, meantPeers } from "./meant-peers.ts";
import { compareReferences } from "./order.ts";
import { byDisplay, type LintPolicy, type LintRuleOfPolicy } from "./policies.ts";
import type { Hit } from "./types.ts";

/** A match that holds whatever is not known; 1 is one that may. */
const SURELY = 2;

/** What the core's trace says of a policy. */
export interface TracedPolicy {
  readonly policy: LintPolicy;
  readonly rules: readonly (RuleTrace & { readonly rule: ModelRule })[];
}

export class LintContext {
  readonly internals: Internals;
  readonly full: FullState;
  readonly policies: readonly LintPolicy[];
  /** Live pods and those that stand for workloads, host network aside. */
  readonly pods: readonly LivePodEntry[];
  /** Those on the host network, which no selector matches. */
  readonly hostPods: readonly LivePodEntry[];
  readonly #inspect: () => WebAssembly.Module;
  readonly #made = new Map<unknown, unknown>();
  #meant: MeantPods | undefined;
  #meantPeers: MeantPeers | undefined;
  #owned: ReadonlySet<string> | undefined;
  readonly #podsOf: ReadonlyMap<string, readonly LivePodEntry[]>;
  /** By what is selected, which many policies have in common. */
  readonly #selections = new Map<string, Matched>();
  /** By what a peer says, which many have in common. */
  readonly #matches = new Map<string, Matched>();

  /** Every rule's, by which annotations name them. */
  readonly ruleIds: ReadonlySet<string>;

  constructor(inspect: () => WebAssembly.Module, internals: Internals, full: FullState, ruleIds: ReadonlySet<string>) {
    this.ruleIds = ruleIds;
    this.#inspect = inspect;
    this.internals = internals;
    this.full = full;
    this.policies = livePolicies(full)
      .map(([number, policy]) => ({
        number,
        policy,
        reference: placeOf(full, policy, []).policy,
        namespace: typeof policy.namespace === "number" ? full.namespaces.list[policy.namespace]?.name : undefined,
      }))
      .sort((a, b) => compareReferences(a.reference, b.reference));
    const all: LivePodEntry[] = [];
    for (let endpoint = 0; endpoint < full.directory.endpointCount; endpoint++) {
      const entry = full.directory.endpoint(endpoint);
      if (entry?.kind === "pod") all.push(entry.pod as LivePodEntry);
    }
    this.pods = all.filter(({ hostNetwork }) => !hostNetwork).sort(byDisplay);
    this.#podsOf = groupByNamespace(this.pods);
    this.hostPods = full.objects.pods
      .filter(({ hostNetwork, finished }) => hostNetwork && !finished)
      .flatMap(({ namespace, name }) => full.directory.pod(`${namespace}/${name}`) ?? [])
      .sort(byDisplay);
  }

  *rules(): Generator<LintRuleOfPolicy> {
    for (const policy of this.policies) {
      for (const [index, rule] of policy.policy.rules.entries()) yield { ...policy, rule, index };
    }
  }

  /** The pods that a policy selects, those that are not certain too. */
  selected(policy: LintPolicy): readonly LivePodEntry[] {
    return this.#selectionOf(policy).pods;
  }

  /** Those of them that it selects whatever is not known. */
  surelySelected(policy: LintPolicy): readonly LivePodEntry[] {
    return this.#selectionOf(policy).surely;
  }

  /** The pods that a peer of a rule matches. */
  matched(rule: LintRuleOfPolicy, peer: number): readonly LivePodEntry[] {
    return this.#matchesOf(rule, peer).pods;
  }

  /** Those of them that it matches whatever is not known. */
  surelyMatched(rule: LintRuleOfPolicy, peer: number): readonly LivePodEntry[] {
    return this.#matchesOf(rule, peer).surely;
  }

  /** The NetworkPolicies that isolate a pod. */
  isolating(pod: LivePodEntry, direction: Direction): readonly LintPolicy[] {
    const selecting = this.once(policiesByPod).get(pod.endpoint) ?? [];
    return selecting.filter(({ policy }) => policy.directions.includes(direction));
  }

  /** What each of the policies that select a flow's subject makes of it, in the order in which they decide. */
  trace(direction: Direction, flow: PairFlow): readonly TracedPolicy[] {
    const byNumber = this.once(policiesByNumber);
    const { policies } = decodeTrace(this.full.builder.trace(this.#inspect, direction, flow));
    return policies.flatMap(({ number, rules }) => {
      const policy = byNumber.get(number);
      if (policy === undefined) return [];
      const traced = rules.flatMap((told) => {
        const rule = policy.policy.rules[told.index];
        return rule === undefined ? [] : [{ ...told, rule }];
      });
      return [{ policy, rules: traced }];
    });
  }

  /** A namespace's pods, host network aside. */
  podsOf(namespace: string): readonly LivePodEntry[] {
    return this.#podsOf.get(namespace) ?? [];
  }

  /** The pods that a policy would select if they were not on the host network, or had not finished. */
  meant(policy: LintPolicy): readonly PodObject[] {
    return this.#meantPods().selected(policy);
  }

  /** Whether objects of a namespace make pods in ways that are not read: then whom labels are for there is not known. */
  hasOtherMakers(namespace: string): boolean {
    return this.once(otherMakers).has(namespace);
  }

  /** The pods, as their templates make them, that a policy selects when workloads are not scaled to zero. */
  absentSelected(policy: LintPolicy): readonly PodObject[] {
    return this.#meantPods().absentSelected(policy);
  }

  /** The pods that a peer of a rule would match if they were not on the host network, or had not finished. */
  meantMatched(rule: LintRuleOfPolicy, peer: number): readonly PodObject[] {
    return this.#meantPods().matched(rule, rule.index, peer);
  }

  /** Those that a peer matches when workloads are not scaled to zero. */
  absentMatched(rule: LintRuleOfPolicy, peer: number): readonly PodObject[] {
    return this.#meantPods().absentMatched(rule, rule.index, peer);
  }

  /** The pods that a peer would match that a rule's was perhaps meant as: one that `meantPeers` makes. */
  asMeant(peer: PodsBySelectors): readonly LivePodEntry[] {
    this.#meantPeers ??= new MeantPeers(this.#inspect, this.full, meantPeers(this));
    return this.#meantPeers.of(peer);
  }

  #meantPods(): MeantPods {
    this.#meant ??= new MeantPods(this.#inspect, this.full);
    return this.#meant;
  }

  /** What several rules go by, made when the first one asks. */
  once<T>(make: (context: LintContext) => T): T {
    if (!this.#made.has(make)) this.#made.set(make, make(this));
    return this.#made.get(make) as T;
  }

  /** The pods, as `namespace/name`, that something owns. */
  get ownedPods(): ReadonlySet<string> {
    this.#owned ??= new Set(
      this.full.objects.pods
        .filter(({ owners }) => owners.length > 0)
        .map(({ namespace, name }) => `${namespace}/${name}`),
    );
    return this.#owned;
  }

  /** Whether policies of kinds that are not modelled were loaded that may speak of a namespace's pods. */
  hasUnmodelled(namespace: string): boolean {
    return this.internals.unmodelled.some((one) => one.namespace === "" || one.namespace === namespace);
  }

  at({ policy }: LintPolicy, path: Path, message: string): Hit {
    const place = placeOf(this.full, policy, path);
    return { message, object: place.policy, path, source: place.source };
  }

  atRule(rule: LintRuleOfPolicy, message: string): Hit {
    return this.at(rule, rulePath(rule.policy, rule.index), message);
  }

  atPeer(rule: LintRuleOfPolicy, peer: number, message: string): Hit {
    return this.at(rule, peerPath(rule.policy, rule.index, peer), message);
  }

  atPort(rule: LintRuleOfPolicy, port: number, message: string): Hit {
    return this.at(rule, portPath(rule.policy, rule.index, port), message);
  }

  #selectionOf({ number, policy: { namespace, podSelector } }: LintPolicy): Matched {
    const key = JSON.stringify([namespace, podSelector]);
    const { builder, directory } = this.full;
    const known = this.#selections.get(key);
    if (known !== undefined) return known;
    const selection = this.#matched(builder.selected(this.#inspect, number, directory.endpointCount));
    this.#selections.set(key, selection);
    return selection;
  }

  #matchesOf({ number, index, rule, namespace }: LintRuleOfPolicy, peer: number): Matched {
    const key = `${namespace !== undefined} ${peerKey(rule.peers[peer])}`;
    const { builder, directory } = this.full;
    const known = this.#matches.get(key);
    if (known !== undefined) return known;
    const matches = this.#matched(builder.matched(this.#inspect, number, index, peer, directory.endpointCount));
    this.#matches.set(key, matches);
    return matches;
  }

  #matched(matches: Uint8Array): Matched {
    const pods: LivePodEntry[] = [];
    for (let endpoint = 0; endpoint < matches.length; endpoint++) {
      if (matches[endpoint]! === 0) continue;
      const entry = this.full.directory.endpoint(endpoint);
      if (entry?.kind === "pod") pods.push(entry.pod as LivePodEntry);
    }
    pods.sort(byDisplay);
    const surely = pods.filter(({ endpoint }) => matches[endpoint]! >= SURELY);
    return { pods, surely: surely.length === pods.length ? pods : surely };
  }
}

/** The namespaces of what makes pods in ways that are not read. */
function otherMakers({ full }: LintContext): ReadonlySet<string> {
  return new Set(full.objects.podMakers.values());
}

/** In the order of their names. */
interface Matched {
  readonly pods: readonly LivePodEntry[];
  readonly surely: readonly LivePodEntry[];
}

function groupByNamespace(pods: readonly LivePodEntry[]): ReadonlyMap<string, readonly LivePodEntry[]> {
  const groups = new Map<string, LivePodEntry[]>();
  for (const pod of pods) addTo(groups, pod.namespace, pod);
  return groups;
}

function policiesByNumber({ policies }: LintContext): ReadonlyMap<number, LintPolicy> {
  return new Map(policies.map((policy) => [policy.number, policy]));
}

/** By a pod's endpoint the NetworkPolicies that select it. */
function policiesByPod(context: LintContext): ReadonlyMap<number, readonly LintPolicy[]> {
  const found = new Map<number, LintPolicy[]>();
  for (const policy of context.policies) {
    if (policy.policy.tier !== "additive") continue;
    for (const { endpoint } of context.selected(policy)) addTo(found, endpoint, policy);
  }
  return found;
}

/** The policies that are there now, with the core's numbers of them. */
function livePolicies({ ledger, model, builder }: FullState): [number, ModelPolicy][] {
  const numbers = ledger === undefined ? model.policies.keys() : ledger.policyNumbers.values();
  return [...numbers].flatMap((number): [number, ModelPolicy][] => {
    const policy = builder.policy(number);
    return policy === undefined ? [] : [[number, policy]];
  });
}

/** Peers of one key match the same. */
function peerKey(peer: ModelPeer | undefined): string {
  if (peer?.kind !== "block") return JSON.stringify({ ...peer, written: undefined, within: undefined });
  return [peer.block.cidr, ...peer.block.except].map(formatPrefix).join(" ");
}
