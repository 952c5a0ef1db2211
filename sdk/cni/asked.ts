/** One flow under a plugin: what its pairs are told by the core over the policies, and the objects, as the plugin sees them. */
import { NetverdictError } from "../errors.ts";
import type { Candidate } from "../flow/candidate.ts";
import { joinVerdicts } from "../flow/join.ts";
import type { Pair } from "../flow/pairs.ts";
import { type FlowSpec, parseFlow } from "../flow/parse-flow.ts";
import { resolveFlow } from "../flow/resolved-flow.ts";
import type { PodObject } from "../read/objects.ts";
import { type FullState, fullOf, type Internals } from "../state.ts";
import type { Flow, FlowEnd, Verdict } from "../types.ts";
import { decodeAnswer } from "../wasm/decode.ts";
import { type Ask, isHairpin, type Modifier, modifierOf, type SideContext } from "./effects.ts";
import { exceptsOfPolicy, type Rewriting } from "./rewrite.ts";
import type { CniEffect, CniFact } from "./types.ts";
import type { Variants } from "./variants.ts";

/** A fact with one effect that it has, or may have. */
export interface Deviation {
  readonly fact: CniFact;
  readonly effect: CniEffect;
  readonly certain: boolean;
}

/** One flow, asked of the variants of a state that deviations make. */
export class Asked {
  readonly spec: FlowSpec;
  readonly pairs: readonly Pair[];
  readonly #state: Internals;
  readonly #full: FullState;
  readonly #flow: Flow;
  readonly #variants: Variants;
  /** By endpoint. */
  readonly #owned = new Map<number, boolean>();
  readonly #resolved = new Map<Internals, readonly Pair[] | undefined>();

  constructor(state: Internals, flow: Flow, variants: Variants) {
    this.#state = state;
    this.#full = fullOf(state);
    this.#variants = variants;
    this.#flow = { ...flow, from: this.#byName(flow.from), to: this.#byName(flow.to) };
    this.spec = parseFlow(this.#flow);
    this.pairs = resolveFlow(state, this.#flow).pairs;
    this.#resolved.set(state, this.pairs);
  }

  /** The verdict where all these deviations hold. */
  verdict(deviations: readonly Deviation[]): Verdict {
    const modifiers = deviations.map(({ effect }) => modifierOf(effect));
    const eitherSide = deviations.some(({ effect }) => effect === "hairpin-either-side");
    return joinVerdicts(
      this.pairs.map((pair) => {
        const egress = this.#side(pair, "egress", modifiers);
        const ingress = this.#side(pair, "ingress", modifiers);
        if (eitherSide && isHairpin(pair)) return egress === "allow" || ingress === "allow" ? "allow" : ingress;
        return bothSides(egress, ingress);
      }),
    );
  }

  #side(pair: Pair, direction: "egress" | "ingress", modifiers: readonly Modifier[]): Verdict {
    const [subject, peer] = direction === "egress" ? [pair.from, pair.to] : [pair.to, pair.from];
    const context: SideContext = {
      direction,
      pair,
      spec: this.spec,
      subject,
      peer,
      isOwned: (end) => this.#isOwned(end),
      isSelected: () => this.#isSelected(subject, direction === "egress" ? "from" : "to"),
      hostPods: () => this.#hostPods(peer, direction === "egress" ? "to" : "from"),
      excepting: () => this.#excepting(subject, direction),
      service: () => this.#full.objects.services.find((one) => nameOf(one) === nameOf(pair.to.service ?? NOBODY)),
      nodeLabels: (node) => this.#full.objects.nodes.find(({ name }) => name === node)?.labels ?? {},
      podLabels: ({ pod }) => (pod === undefined ? {} : (this.#podObject(pod)?.labels ?? {})),
    };
    const rewritings = modifiers.flatMap((modifier) => modifier.rewrites?.(context) ?? []);
    const world = modifiers.map((modifier) => modifier.world?.(context)).find((one) => one !== undefined);
    const instead = modifiers.map((modifier) => modifier.instead?.(context)).find((one) => one !== undefined);
    const asks = [instead ?? { world }, ...modifiers.flatMap((modifier) => modifier.asks?.(context) ?? [])];
    const answers = asks.flatMap((ask) => this.#answer(context, rewritings, ask) ?? []);
    const answer = answers.find((one) => one[direction].verdict === "allow") ?? answers[0];
    if (answer === undefined) return "undetermined";
    const isolated = direction === "egress" ? answer.egressIsolated : answer.ingressIsolated;
    for (const modifier of modifiers) {
      const settled = modifier.settle?.(context, answer[direction], isolated);
      if (settled !== undefined) return settled;
    }
    const verdicts = answers.map((one) => one[direction].verdict);
    return verdicts.find((verdict) => verdict === "allow" || verdict === "undetermined") ?? answer[direction].verdict;
  }

  /** What one side is told; undefined where the flow cannot be asked. */
  #answer(
    { direction, pair, subject }: SideContext,
    rewritings: readonly Rewriting[],
    ask: Ask,
  ): Pair["answer"] | undefined {
    const all = [...rewritings, ...(ask.rewritings ?? [])];
    const state = this.#variants.of(this.#state, this.#full, all, ask.world);
    if (ask.distinct === true) {
      const { source, destination, family, slot, port } = this.#pairIn(state, pair)?.flow ?? pair.flow;
      return decodeAnswer(state.engine.evaluatePair(source, destination, family, slot, port, true));
    }
    if (ask.peer === undefined) return this.#pairIn(state, pair)?.answer;
    const own = this.#endOf(subject, direction === "egress" ? "from" : "to");
    const [from, to] = direction === "egress" ? [own, ask.peer] : [ask.peer, own];
    const { protocol } = this.spec;
    const port = protocol === "ICMP" || protocol === "ICMPv6" ? {} : { port: ask.port ?? pair.flow.port };
    const flow: Flow = { from, to, protocol, ...port, family: pair.flow.family };
    return orUndefined(() => resolveFlow(state, flow).pairs[0]?.answer);
  }

  /** The same pair in a variant, where a host may hand the flow on to others too; undefined where it cannot be asked there. */
  #pairIn(state: Internals, { from, to, flow: { port } }: Pair): Pair | undefined {
    return this.#pairsIn(state)?.find(
      (other) => other.from.display === from.display && other.to.display === to.display && other.flow.port === port,
    );
  }

  #pairsIn(state: Internals): readonly Pair[] | undefined {
    if (this.#resolved.has(state)) return this.#resolved.get(state);
    const pairs = orUndefined(() => resolveFlow(state, this.#flow).pairs);
    this.#resolved.set(state, pairs);
    return pairs;
  }

  /** Numbers are those of one state alone. */
  #byName(end: FlowEnd): FlowEnd {
    const entry = typeof end === "number" ? this.#state.directory.endpoint(end) : undefined;
    return entry?.kind === "pod" ? { pod: entry.pod.display } : end;
  }

  /** Asked as a flow to itself, which has both directions. */
  #isSelected(subject: Candidate, side: "from" | "to"): boolean {
    const end = this.#endOf(subject, side);
    const { pairs } = resolveFlow(this.#state, { from: end, to: end, protocol: "TCP", port: 1 });
    return pairs.some(isIsolated);
  }

  /** An end of a pair, to be asked of by itself. */
  #endOf({ display, representative, pod, node }: Candidate, side: "from" | "to"): FlowEnd {
    if (representative === true) return { workload: display };
    if (pod === undefined) return node === undefined ? this.#flow[side] : { node };
    // A pod that a StatefulSet will make has a name to ask by too; one that does not exist yet has none.
    return this.#state.directory.pod(display) === undefined ? this.#flow[side] : { pod: display };
  }

  #hostPods(peer: Candidate, side: "from" | "to"): readonly FlowEnd[] {
    const own = peer.pod?.hostNetwork === true ? [this.#endOf(peer, side)] : [];
    if (peer.node === undefined) return own;
    const others = this.#full.objects.pods.filter(
      (pod) => pod.hostNetwork && !pod.finished && pod.nodeName === peer.node && nameOf(pod) !== peer.display,
    );
    return [...own, ...others.map((pod) => ({ pod: nameOf(pod) }))];
  }

  #excepting(subject: Candidate, direction: "egress" | "ingress"): readonly string[] {
    if (subject.pod === undefined || subject.pod.hostNetwork) return [];
    const { namespace } = subject.pod;
    const end = this.#endOf(subject, direction === "egress" ? "from" : "to");
    const matches = this.#variants.matches(this.#full);
    return this.#full.objects.networkPolicies
      .filter((policy) => policy.namespace === namespace && exceptsOfPolicy(policy, direction).length > 0)
      .filter((policy) => matches.selects(policy, end))
      .map(nameOf);
  }

  #podObject({ namespace, name }: { readonly namespace: string; readonly name: string }): PodObject | undefined {
    return this.#full.objects.pods.find((one) => one.name === name && one.namespace === namespace);
  }

  /** Whether a pod belongs to a workload; one that does not exist yet is taken to. */
  #isOwned({ pod }: Candidate): boolean {
    if (pod === undefined) return false;
    const known = this.#owned.get(pod.endpoint);
    if (known !== undefined) return known;
    const found = this.#podObject(pod);
    const isOwned = found === undefined || found.owners.length > 0;
    this.#owned.set(pod.endpoint, isOwned);
    return isOwned;
  }
}

const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;

const NOBODY = { namespace: "", name: "" };

/** Undefined where the flow cannot be asked. */
function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NetverdictError) return undefined;
    throw error;
  }
}

function bothSides(egress: Verdict, ingress: Verdict): Verdict {
  if (egress === "deny" || ingress === "deny") return "deny";
  return egress === "allow" && ingress === "allow" ? "allow" : "undetermined";
}

export const isIsolated = ({ answer }: Pair): boolean => answer.egressIsolated || answer.ingressIsolated;
