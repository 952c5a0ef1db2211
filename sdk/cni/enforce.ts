/**
 * What the CNI plugin will do with a flow: the verdict over the policies as the plugin means them. Facts that are sure
 * change it; where one that is not would, the answer is "unknown", and both are named.
 */
import type { UnmodelledPolicy } from "../read/objects.ts";
import { fullOf, type Internals } from "../state.ts";
import type { CaveatCode, Decision, Flow, Verdict } from "../types.ts";
import { Asked, type Deviation, isIsolated } from "./asked.ts";
import { isAmbiguous } from "./effects.ts";
import { factsOf } from "./facts.ts";
import { namesOwnPolicies } from "./own-policies.ts";
import { possibleEffects } from "./possible.ts";
import type { CniChoice, CniEffect, CniFact, CniName, CniTopic, Enforced, EnforcedFact } from "./types.ts";
import { Variants } from "./variants.ts";

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
    const own = this.#ownPolicies(decision, sure, fullOf(state).objects.unmodelled);
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
  #ownPolicies(
    { caveats }: Decision,
    sure: Verdict,
    unmodelled: readonly UnmodelledPolicy[],
  ): EnforcedFact | undefined {
    const fact = this.facts.find(({ topic }) => topic === "own-policies");
    if (fact === undefined || !namesOwnPolicies(this.name, caveats, unmodelled)) return undefined;
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
