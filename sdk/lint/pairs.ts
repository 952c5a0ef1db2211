/** The pairs of pods that a rule's peer speaks of, all of them asked of the core. */
import type { LivePodEntry } from "../model/directory.ts";
import type { Answer } from "../wasm/decode.ts";
import type { LintContext } from "./context.ts";
import { isPodsPeer, type LintRuleOfPolicy, type PodsPeer } from "./policies.ts";
import { type AskedPort, ask, portBounds, samplePorts, sharedFamilies } from "./questions.ts";
import type { Hit } from "./types.ts";

/** Ports of one pair that are asked about, and questions for one peer and for all together: what takes more is left alone. */
const MOST_PORTS = 100;
const MOST_FOR_PEER = 100_000;
const MOST_QUESTIONS = 1_000_000;

/** When rules that ask all pairs are silent. */
export const PAIRS_LEFT_ALONE =
  "for peers that are addresses, anyone, or every pod of every namespace, or every pod of a namespace that has none but the policy's own; where a workload that is scaled to zero, or a Job that has finished, makes pods that the policy selects or the peer matches; where one of the namespaces has policies that are not modelled; for peers of so many pods that it would take more than 100,000 questions to know";

/** A flow that stands for all of a peer's. */
export interface StandingPair {
  readonly from: LivePodEntry;
  readonly to: LivePodEntry;
  readonly port: AskedPort;
  readonly answer: Answer;
}

export class Pairs {
  readonly #context: LintContext;
  readonly #bounds: readonly number[];
  #left: number = MOST_QUESTIONS;

  constructor(context: LintContext) {
    this.#context = context;
    this.#bounds = portBounds(context);
  }

  /**
   * The peers of a rule all flows of which are cut, in every pair, family and port; the rule, where all of
   * its peers are.
   */
  *cut(
    rule: LintRuleOfPolicy,
    isCut: (answer: Answer) => boolean,
    messageOf: (pair: StandingPair) => string,
  ): Generator<Hit> {
    if (rule.namespace !== undefined && this.#context.hasUnmodelled(rule.namespace)) return;
    const { peers } = rule.rule;
    const cut = peers.flatMap((_, index) => {
      const pair = this.#standing(rule, index, isCut);
      return pair === undefined ? [] : [{ index, pair }];
    });
    const [first] = cut;
    if (first !== undefined && cut.length === peers.length) yield this.#context.atRule(rule, messageOf(first.pair));
    else for (const { index, pair } of cut) yield this.#context.atPeer(rule, index, messageOf(pair));
  }

  /** A flow, if all of a peer's are cut. */
  #standing(rule: LintRuleOfPolicy, index: number, isCut: (answer: Answer) => boolean): StandingPair | undefined {
    const context = this.#context;
    const peer = rule.rule.peers[index];
    if (peer === undefined || !isPodsPeer(peer)) return undefined;
    if (typeof peer.namespace !== "number" && peer.namespace.length === 0 && peer.podSelector.length === 0) return;
    if (context.surelyMatched(rule, index).length === 0) return undefined;
    const others = context.matched(rule, index);
    if (isOnlyThemselves(context, rule, peer, others)) return undefined;
    const namespaces = new Set(others.map(({ namespace }) => namespace));
    if ([...namespaces].some((name) => context.hasUnmodelled(name))) return undefined;
    const portsOf = new Map<LivePodEntry, readonly AskedPort[] | undefined>();
    let first: StandingPair | undefined;
    let asked = 0;
    for (const subject of context.selected(rule)) {
      if (context.hasUnmodelled(subject.namespace)) return undefined;
      for (const other of others) {
        const [from, to] = rule.rule.direction === "egress" ? [subject, other] : [other, subject];
        if (from === to && !from.representative) continue;
        if (!portsOf.has(to)) portsOf.set(to, samplePorts(rule.rule.ports, to, this.#bounds, MOST_PORTS));
        const ports = portsOf.get(to);
        if (ports === undefined) return undefined;
        for (const family of sharedFamilies(from, to)) {
          for (const port of ports) {
            if (this.#left-- <= 0 || asked++ >= MOST_FOR_PEER) return undefined;
            const answer = ask(context, from.endpoint, to.endpoint, family, port, from.representative);
            if (!isCut(answer)) return undefined;
            first ??= { from, to, port, answer };
          }
        }
      }
    }
    // Whether those get through that there are at other times is not known.
    const isAll = context.absentSelected(rule).length + context.absentMatched(rule, index).length === 0;
    return first !== undefined && isAll ? first : undefined;
  }
}

/** A whole namespace in which there are none today but the policy's own pods: the peer is meant for others. */
function isOnlyThemselves(
  context: LintContext,
  rule: LintRuleOfPolicy,
  { podSelector }: PodsPeer,
  others: readonly LivePodEntry[],
): boolean {
  if (podSelector.length > 0 || rule.policy.podSelector.length === 0) return false;
  const own = new Set(context.selected(rule));
  return others.every((pod) => own.has(pod));
}
