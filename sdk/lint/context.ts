/** What rules ask of a state: policies with whom they select, by the core, and the pods that there are. */
import { formatPrefix } from "../address.ts";
import type { ObjectReference, Path } from "../errors.ts";
import { peerPath, placeOf, portPath, rulePath } from "../explain/places.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { Direction, ModelPeer, ModelPolicy, ModelRule } from "../model/model.ts";
import type { Origin, PodObject } from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import { MeantPods } from "./meant.ts";
import type { Fix, Hit } from "./types.ts";

/** A match that holds whatever is not known; 1 is one that may. */
const SURELY = 2;

/** A policy and its number in the core. */
export interface LintPolicy {
  readonly number: number;
  readonly policy: ModelPolicy;
  readonly reference: ObjectReference;
  /** A NetworkPolicy's own namespace. */
  readonly namespace: string | undefined;
}

export interface LintRuleOfPolicy extends LintPolicy {
  readonly rule: ModelRule;
  /** Place among all rules of the policy. */
  readonly index: number;
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
  #owned: ReadonlySet<string> | undefined;
  /** By what is selected, which many policies have in common. */
  readonly #selections = new Map<string, Uint8Array>();
  readonly #selected = new Map<number, readonly LivePodEntry[]>();
  /** By what a peer says, which many have in common. */
  readonly #matches = new Map<string, Uint8Array>();

  /** Every rule's, by which annotations name them. */
  readonly ruleIds: ReadonlySet<string>;

  constructor(inspect: () => WebAssembly.Module, internals: Internals, full: FullState, ruleIds: ReadonlySet<string>) {
    this.ruleIds = ruleIds;
    this.#inspect = inspect;
    this.internals = internals;
    this.full = full;
    this.policies = livePolicies(full).map(([number, policy]) => ({
      number,
      policy,
      reference: placeOf(full, policy, []).policy,
      namespace: typeof policy.namespace === "number" ? full.namespaces.list[policy.namespace]?.name : undefined,
    }));
    const all: LivePodEntry[] = [];
    for (let endpoint = 0; endpoint < full.directory.endpointCount; endpoint++) {
      const entry = full.directory.endpoint(endpoint);
      if (entry?.kind === "pod") all.push(entry.pod as LivePodEntry);
    }
    this.pods = all.filter(({ hostNetwork }) => !hostNetwork);
    this.hostPods = full.objects.pods
      .filter(({ hostNetwork, finished }) => hostNetwork && !finished)
      .flatMap(({ namespace, name }) => full.directory.pod(`${namespace}/${name}`) ?? []);
  }

  *rules(): Generator<LintRuleOfPolicy> {
    for (const policy of this.policies) {
      for (const [index, rule] of policy.policy.rules.entries()) yield { ...policy, rule, index };
    }
  }

  /** The pods that a policy selects, those that are not certain too. */
  selected(policy: LintPolicy): readonly LivePodEntry[] {
    const pods = this.#selected.get(policy.number) ?? this.#podsIn(this.#selectionOf(policy), 1);
    this.#selected.set(policy.number, pods);
    return pods;
  }

  /** Those of them that it selects whatever is not known. */
  surelySelected(policy: LintPolicy): readonly LivePodEntry[] {
    return this.#podsIn(this.#selectionOf(policy), SURELY);
  }

  /** The pods that a peer of a rule matches. */
  matched(rule: LintRuleOfPolicy, peer: number): readonly LivePodEntry[] {
    return this.#podsIn(this.#matchesOf(rule, peer), 1);
  }

  /** Those of them that it matches whatever is not known. */
  surelyMatched(rule: LintRuleOfPolicy, peer: number): readonly LivePodEntry[] {
    return this.#podsIn(this.#matchesOf(rule, peer), SURELY);
  }

  /** The NetworkPolicies that isolate a pod. */
  isolating(pod: LivePodEntry, direction: Direction): readonly LintPolicy[] {
    return this.policies.filter(
      (one) =>
        one.policy.tier === "additive" &&
        one.policy.directions.includes(direction) &&
        one.namespace === pod.namespace &&
        this.selected(one).includes(pod),
    );
  }

  /** The pods that a policy would select if they were not on the host network, or had not finished. */
  meant(policy: LintPolicy): readonly PodObject[] {
    if (policy.namespace === undefined) return [];
    const known =
      this.#meant ??
      new MeantPods((builder, number, count) => builder.selected(this.#inspect, number, count), this.full);
    this.#meant = known;
    return known.of(policy);
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

  /** Whether a bundle has no pods of a namespace, so that nothing can be said of who is in it. */
  isPartial(namespace: string): boolean {
    const { workloads } = this.full.objects;
    // A workload that is scaled to zero has pods at other times.
    return (
      !this.pods.some((pod) => pod.namespace === namespace) ||
      workloads.some((workload) => workload.namespace === namespace && workload.replicas === 0)
    );
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

  /** A fix that adds a value to a policy, at a path: one more item of a list, or a field that is a list. */
  addition(origin: Origin, message: string, path: Path, value: string | readonly string[]): Fix {
    const insertion = origin.insertion?.(path, value);
    return {
      message,
      patch: [{ op: "add", path: pointerOf(path), value }],
      ...(insertion !== undefined && { insertions: [insertion] }),
    };
  }

  #selectionOf({ number, policy: { namespace, podSelector } }: LintPolicy): Uint8Array {
    const key = JSON.stringify([namespace, podSelector]);
    const { builder, directory } = this.full;
    const selection = this.#selections.get(key) ?? builder.selected(this.#inspect, number, directory.endpointCount);
    this.#selections.set(key, selection);
    return selection;
  }

  #matchesOf({ number, index, rule, namespace }: LintRuleOfPolicy, peer: number): Uint8Array {
    const key = `${namespace !== undefined} ${peerKey(rule.peers[peer])}`;
    const { builder, directory } = this.full;
    const matches =
      this.#matches.get(key) ?? builder.matched(this.#inspect, number, index, peer, directory.endpointCount);
    this.#matches.set(key, matches);
    return matches;
  }

  #podsIn(matches: Uint8Array, least: number): readonly LivePodEntry[] {
    const pods: LivePodEntry[] = [];
    for (let endpoint = 0; endpoint < matches.length; endpoint++) {
      if (matches[endpoint]! < least) continue;
      const entry = this.full.directory.endpoint(endpoint);
      if (entry?.kind === "pod") pods.push(entry.pod as LivePodEntry);
    }
    return pods;
  }
}

/** The policies that are there now, with the core's numbers of them. */
function livePolicies({ ledger, model, builder }: FullState): [number, ModelPolicy][] {
  const numbers = ledger === undefined ? model.policies.keys() : ledger.policyNumbers.values();
  return [...numbers].flatMap((number): [number, ModelPolicy][] => {
    const policy = builder.policy(number);
    return policy === undefined ? [] : [[number, policy]];
  });
}

/** A path as a JSON Pointer. [RFC 6901] */
function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Peers of one key match the same. */
function peerKey(peer: ModelPeer | undefined): string {
  if (peer?.kind !== "block") return JSON.stringify({ ...peer, written: undefined });
  return [peer.block.cidr, ...peer.block.except].map(formatPrefix).join(" ");
}

/** A peer that speaks of pods. */
export function isPodsPeer(peer: ModelPeer): peer is Extract<ModelPeer, { kind: "pods" }> {
  return peer.kind === "pods";
}
