/**
 * What the CNI plugin will do with a flow: the verdict over the policies as the plugin means them. Facts that are sure
 * change it; where one that is not would, the answer is "unknown", and both are named.
 */
import { NetverdictError } from "../errors.ts";
import { resolveFlow } from "../evaluate.ts";
import type { Candidate } from "../flow/candidate.ts";
import type { Pair } from "../flow/caveats.ts";
import { joinVerdicts } from "../flow/join.ts";
import { type FlowSpec, parseFlow } from "../flow/parse-flow.ts";
import { type FullState, fullOf, type Internals } from "../state.ts";
import type { CaveatCode, Decision, Flow, FlowEnd, Verdict } from "../types.ts";
import { decodeAnswer } from "../wasm/decode.ts";
import { type Ask, isAmbiguous, isHairpin, type Modifier, modifierOf, type SideContext } from "./effects.ts";
import { factsOf } from "./facts.ts";
import { namesOwnPolicies } from "./own-policies.ts";
import { possibleEffects } from "./possible.ts";
import { exceptsOfPolicy, type Rewriting } from "./rewrite.ts";
import type { CniChoice, CniEffect, CniFact, CniName, CniTopic, Enforced, EnforcedFact } from "./types.ts";
import { Variants } from "./variants.ts";

/** A fact with one effect that it has, or may have. */
interface Deviation {
  readonly fact: CniFact;
  readonly effect: CniEffect;
  readonly certain: boolean;
}

/** The plugins of a state, which every flow has to pass. */
export class Enforcement {
  readonly choices: readonly CniChoice[];
  readonly plugins: readonly Plugin[];

  constructor(choices: readonly CniChoice[]) {
    const variants = new Variants();
    this.choices = choices;
    this.plugins = choices.map((choice) => new Plugin(choice, variants));
  }

  /** What they do with a flow that has been decided. */
  enforce(state: Internals, flow: Flow, decision: Decision): Enforced {
    const all = this.plugins.map((plugin) => plugin.enforce(state, flow, decision));
    const verdicts = all.map(({ verdict }) => verdict);
    const decided = verdicts.includes("deny") ? "deny" : verdicts.includes("unknown") ? "unknown" : "allow";
    const facts = all.flatMap((one) => one.facts);
    return {
      cni: all.map(({ cni }) => cni).join("+") || "unrecognized",
      verdict: all.length === 0 ? "unknown" : decided,
      // What one plugin changes, another may not let come to anything.
      facts: decided === decision.verdict ? facts.map(asOffset) : facts,
    };
  }
}

class Plugin {
  readonly name: CniName;
  readonly facts: readonly CniFact[];
  readonly #deviations: readonly Deviation[];
  readonly #variants: Variants;

  constructor(choice: CniChoice, variants: Variants) {
    this.name = choice.name;
    this.facts = factsOf(choice);
    this.#variants = variants;
    this.#deviations = this.facts.flatMap((fact) =>
      possibleEffects(fact).map((effect) => ({ fact, effect, certain: isCertain(fact, effect) })),
    );
  }

  enforce(state: Internals, flow: Flow, decision: Decision): Enforced {
    const asked = new Asked(state, flow, this.#variants);
    const certain = this.#deviations.filter((deviation) => deviation.certain);
    const sure = asked.verdict(certain);
    const facts: EnforcedFact[] = [];
    for (const deviation of certain) {
      const without = asked.verdict(certain.filter((other) => other !== deviation));
      const alone = asked.verdict([deviation]);
      const net = sure === decision.verdict ? "offset" : "changes";
      if (without !== sure) facts.push(this.#used(deviation.fact, net, sure, without));
      else if (alone !== decision.verdict)
        facts.push(this.#used(deviation.fact, alone === sure ? "changes" : "offset", alone, decision.verdict));
    }
    const doubts = this.#doubts(asked, certain, sure);
    facts.push(...doubts);
    const own = this.#ownPolicies(decision, sure);
    if (own !== undefined && !doubts.some(({ topic }) => topic === own.topic)) facts.push(own);
    const isSure = doubts.length === 0 && own === undefined && sure !== "undetermined";
    const named = new Set(facts.map(({ topic }) => topic));
    for (const fact of this.facts) {
      if (!named.has(fact.topic) && bears(fact, decision, asked))
        facts.push({ ...fact, cni: this.name, bearing: "agrees" });
    }
    return { cni: this.name, verdict: isSure ? sure : "unknown", facts };
  }

  /** The facts that are not sure enough to change the verdict, and would: each by itself, or else only together. */
  #doubts(asked: Asked, certain: readonly Deviation[], sure: Verdict): readonly EnforcedFact[] {
    const uncertain = this.#deviations.filter((deviation) => !deviation.certain);
    const alone = uncertain.flatMap(({ fact, ...deviation }) => {
      const other = asked.verdict([...certain, { fact, ...deviation }]);
      return other === sure ? [] : [this.#used(fact, "could-change", other, sure)];
    });
    if (alone.length > 0) return alone;
    const together = asked.verdict(this.#deviations);
    if (together === sure) return [];
    const needed = uncertain.filter(
      (deviation) => asked.verdict(this.#deviations.filter((other) => other !== deviation)) !== together,
    );
    const parts = needed.length > 0 ? needed : uncertain;
    return parts.map(({ fact }) => this.#used(fact, "could-change", together, sure));
  }

  /** What the plugin's own policies, of which only the names are known, make of the flow. */
  #ownPolicies({ caveats }: Decision, sure: Verdict): EnforcedFact | undefined {
    const fact = this.facts.find(({ topic }) => topic === "own-policies");
    if (fact === undefined || !namesOwnPolicies(this.name, caveats)) return undefined;
    const isOff = this.facts.some(({ effect }) => effect === "not-enforced");
    return isOff ? undefined : this.#used(fact, "could-change", "undetermined", sure);
  }

  #used(fact: CniFact, bearing: "changes" | "offset" | "could-change", used: Verdict, without: Verdict): EnforcedFact {
    return { ...fact, cni: this.name, bearing, verdicts: { with: used, without } };
  }
}

const asOffset = (fact: EnforcedFact): EnforcedFact =>
  fact.bearing === "changes" ? { ...fact, bearing: "offset" } : fact;

/** A fact that was read in the source or in the documentation, and whose outcome is clear. */
function isCertain({ status, derived, effect: stated }: CniFact, effect: CniEffect): boolean {
  if (stated === "unknown" || isAmbiguous(effect)) return false;
  return derived !== true && (status === "verified in source" || status === "documented");
}

/** One flow, asked of the variants of a state that deviations make. */
class Asked {
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
      this.pairs.map((pair, index) => {
        const egress = this.#side(pair, index, "egress", modifiers);
        const ingress = this.#side(pair, index, "ingress", modifiers);
        if (eitherSide && isHairpin(pair)) return egress === "allow" || ingress === "allow" ? "allow" : ingress;
        return bothSides(egress, ingress);
      }),
    );
  }

  #side(pair: Pair, index: number, direction: "egress" | "ingress", modifiers: readonly Modifier[]): Verdict {
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
    };
    const rewritings = modifiers.flatMap((modifier) => modifier.rewrites?.(context) ?? []);
    const world = modifiers.map((modifier) => modifier.world?.(context)).find((one) => one !== undefined);
    const instead = modifiers.map((modifier) => modifier.instead?.(context)).find((one) => one !== undefined);
    const asks = [instead ?? { world }, ...modifiers.flatMap((modifier) => modifier.asks?.(context) ?? [])];
    const answers = asks.flatMap((ask) => this.#answer(context, index, rewritings, ask) ?? []);
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
    index: number,
    rewritings: readonly Rewriting[],
    ask: Ask,
  ): Pair["answer"] | undefined {
    const all = [...rewritings, ...(ask.rewritings ?? [])];
    const state = this.#variants.of(this.#state, this.#full, all, ask.world);
    if (ask.distinct === true) {
      const { source, destination, family, slot, port } = this.#pairsIn(state)?.[index]?.flow ?? pair.flow;
      return decodeAnswer(state.engine.evaluatePair(source, destination, family, slot, port, true));
    }
    if (ask.peer === undefined) return this.#pairsIn(state)?.[index]?.answer;
    const own = this.#endOf(subject, direction === "egress" ? "from" : "to");
    const [from, to] = direction === "egress" ? [own, ask.peer] : [ask.peer, own];
    const { protocol } = this.spec;
    const port = protocol === "ICMP" || protocol === "ICMPv6" ? {} : { port: ask.port ?? pair.flow.port };
    const flow: Flow = { from, to, protocol, ...port, family: pair.flow.family };
    return orUndefined(() => resolveFlow(state, flow).pairs[0]?.answer);
  }

  /** The same pairs in a variant; undefined where the flow cannot be asked there. */
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
    return this.#full.objects.pods.some((one) => nameOf(one) === display) ? { pod: display } : this.#flow[side];
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

  /** Whether a pod belongs to a workload; one that does not exist yet is taken to. */
  #isOwned({ pod }: Candidate): boolean {
    if (pod === undefined) return false;
    const known = this.#owned.get(pod.endpoint);
    if (known !== undefined) return known;
    const found = this.#full.objects.pods.find((one) => one.name === pod.name && one.namespace === pod.namespace);
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

/** Topics that a decision rests on, by its caveats. */
const TOPICS: Readonly<Partial<Record<CaveatCode, readonly CniTopic[]>>> = {
  "portless-protocol": ["icmp"],
  "own-node-egress": ["pod-to-own-node"],
  "host-network": ["host-network-target", "host-network-peer"],
  "ip-block-matches-pod": ["ip-block"],
  "service-translation": ["service-translation"],
  hairpin: ["pod-to-itself"],
  "same-pod": ["pod-to-itself"],
};

/** Whether a fact, which agrees, is about what the decision rests on. */
function bears({ topic, effect }: CniFact, decision: Decision, asked: Asked): boolean {
  if (topic === "enforces") return effect === "not-enforced";
  if (effect === "none") return false;
  if (topic === "sctp") return asked.spec.protocol === "SCTP" && asked.pairs.some(isIsolated);
  if (topic === "node-to-local-pod") return decision.ingress.reason === "own-node";
  return decision.caveats.some(({ code }) => TOPICS[code]?.includes(topic));
}

const isIsolated = ({ answer }: Pair): boolean => answer.egressIsolated || answer.ingressIsolated;
