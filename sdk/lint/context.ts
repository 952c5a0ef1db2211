/** What rules ask of a state: policies with whom they select, by the core, and the pods that there are. */
import type { ObjectReference, Path } from "../errors.ts";
import { peerPath, placeOf, portPath, rulePath } from "../explain/places.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { ModelPeer, ModelPolicy, ModelRule } from "../model/model.ts";
import type { Origin } from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import type { Fix, Hit } from "./types.ts";

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
  readonly #selected = new Map<number, readonly LivePodEntry[]>();

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
  selected({ number }: LintPolicy): readonly LivePodEntry[] {
    const known = this.#selected.get(number);
    if (known !== undefined) return known;
    const { builder, directory } = this.full;
    const pods = this.#podsIn(builder.selected(this.#inspect, number, directory.endpointCount));
    this.#selected.set(number, pods);
    return pods;
  }

  /** The pods that a peer of a rule matches. */
  matched({ number, index }: LintRuleOfPolicy, peer: number): readonly LivePodEntry[] {
    const { builder, directory } = this.full;
    return this.#podsIn(builder.matched(this.#inspect, number, index, peer, directory.endpointCount));
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

  #podsIn(matches: Uint8Array): readonly LivePodEntry[] {
    const pods: LivePodEntry[] = [];
    matches.forEach((match, endpoint) => {
      const entry = match === 0 ? undefined : this.full.directory.endpoint(endpoint);
      if (entry?.kind === "pod") pods.push(entry.pod as LivePodEntry);
    });
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

/** A peer that speaks of pods. */
export function isPodsPeer(peer: ModelPeer): peer is Extract<ModelPeer, { kind: "pods" }> {
  return peer.kind === "pods";
}
