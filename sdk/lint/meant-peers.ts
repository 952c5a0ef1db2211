/** Peers as they may have been meant: two as one, one as two, of any namespace. Asked of a state with a policy that has them. */
import { buildState } from "../build-state.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { ModelPeer } from "../model/model.ts";
import type { PodsBySelectors, Selector } from "../read/objects.ts";
import type { Inspection } from "../runtime.ts";
import type { FullState } from "../state.ts";
import type { LintContext } from "./context.ts";
import { byDisplay, isPodsPeer, type LintPolicy, type LintRuleOfPolicy, type PodsPeer } from "./policies.ts";
import { isWhole } from "./whole.ts";

const NOBODY: readonly LivePodEntry[] = [];

/** Two peers next to each other, one of whole namespaces by their labels and one of pods of the policy's own. */
export interface SplitPeer {
  readonly index: number;
  readonly namespaces: number;
  readonly pods: number;
  readonly joined: PodsBySelectors;
}

export class MeantPeers {
  readonly #pods = new Map<string, readonly LivePodEntry[]>();

  constructor(inspect: Inspection["inspect"], full: FullState, peers: Iterable<PodsBySelectors>) {
    const asked = new Map<string, PodsBySelectors>();
    for (const peer of peers) asked.set(keyOf(peer), peer);
    if (asked.size === 0) return;
    const policy = {
      kind: "NetworkPolicy",
      namespace: "default",
      name: "meant",
      labels: {},
      annotations: {},
      origin: { locate: () => undefined },
      podSelector: [],
      policyTypes: ["Ingress"],
      ingress: [...asked.values()].map((peer) => ({ peers: [peer], ports: [] })),
      egress: [],
    } as const;
    const { runtime, objects, options } = full;
    const built = buildState(runtime, { ...objects, networkPolicies: [policy], tierPolicies: [] }, options);
    for (const [rule, key] of [...asked.keys()].entries()) {
      const matches = built.builder.matched(inspect, 0, rule, 0, built.directory.endpointCount);
      this.#pods.set(key, podsIn(built, matches));
    }
  }

  /** The pods that such a peer matches. */
  of(peer: PodsBySelectors): readonly LivePodEntry[] {
    return this.#pods.get(keyOf(peer)) ?? NOBODY;
  }
}

/**
 * Whether a policy is in the default namespace, which is every manifest's that names none, and no other object is. Where other
 * policies are alone in their namespaces too, part of a cluster was loaded.
 */
export function isOutOfPlace(context: LintContext, { namespace, policy }: LintPolicy): boolean {
  if (namespace === undefined || policy.podSelector.length === 0) return false;
  const { objects, options } = context.full;
  if (namespace !== (options.defaultNamespace ?? "default") || context.hasOtherMakers(namespace)) return false;
  if (context.once(namespacesInUse).has(namespace)) return false;
  if (context.once(isWhole)) return true;
  const isDeclared = objects.namespaces.some(({ name }) => name === namespace);
  return !isDeclared && context.once(namespacesOfPoliciesAlone).size === 1;
}

/** Those with pods, whatever has become of them, or what has pods. */
function namespacesInUse({ full: { objects } }: LintContext): ReadonlySet<string> {
  return new Set([...objects.pods, ...objects.workloads, ...objects.services].map(({ namespace }) => namespace));
}

function namespacesOfPoliciesAlone(context: LintContext): ReadonlySet<string> {
  const used = context.once(namespacesInUse);
  const names = context.policies.flatMap(({ namespace }) => namespace ?? []);
  return new Set(names.filter((name) => !used.has(name)));
}

/** Every peer that `labelled`, `inside` and `splitPeers` make of the rules. */
export function* meantPeers(context: LintContext): Generator<PodsBySelectors> {
  for (const policy of context.policies) if (isOutOfPlace(context, policy)) yield labelled(policy.policy);
  for (const rule of context.rules()) {
    for (const { joined } of splitPeers(rule)) yield joined;
    for (const [index, peer] of rule.rule.peers.entries()) {
      if (!isPodsPeer(peer) || peer.podSelector.length === 0 || context.matched(rule, index).length > 0) continue;
      yield labelled(peer);
      if (typeof peer.namespace !== "number") yield inside(peer.namespace);
    }
  }
}

/** Pods with a peer's labels, of any namespace. */
export const labelled = ({ podSelector }: Pick<PodsPeer, "podSelector">): PodsBySelectors => ({
  namespaceSelector: [],
  podSelector,
});

/** All pods of namespaces. */
export const inside = (namespaceSelector: Selector): PodsBySelectors => ({ namespaceSelector, podSelector: [] });

export function splitPeers({ rule: { peers } }: LintRuleOfPolicy): readonly SplitPeer[] {
  return peers.slice(1).flatMap((second, index) => {
    const first = peers[index];
    if (first === undefined) return [];
    return splitPeer(index, index, first, index + 1, second) ?? splitPeer(index, index + 1, second, index, first) ?? [];
  });
}

function splitPeer(
  index: number,
  namespaces: number,
  wide: ModelPeer,
  pods: number,
  own: ModelPeer,
): SplitPeer | undefined {
  if (!isPodsPeer(wide) || typeof wide.namespace === "number" || !isPodsPeer(own)) return undefined;
  if (wide.namespace.length === 0 || wide.podSelector.length > 0) return undefined;
  if (typeof own.namespace !== "number" || own.podSelector.length === 0) return undefined;
  return { index, namespaces, pods, joined: { namespaceSelector: wide.namespace, podSelector: own.podSelector } };
}

function podsIn({ directory }: FullState, matches: Uint8Array): readonly LivePodEntry[] {
  const pods: LivePodEntry[] = [];
  for (const [endpoint, match] of matches.entries()) {
    const entry = match === 0 ? undefined : directory.endpoint(endpoint);
    if (entry?.kind === "pod") pods.push(entry.pod as LivePodEntry);
  }
  return pods.sort(byDisplay);
}

function keyOf({ namespaceSelector, podSelector }: PodsBySelectors): string {
  return JSON.stringify([namespaceSelector, podSelector]);
}
