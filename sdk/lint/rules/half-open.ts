import { formatReference } from "../../errors.ts";
import type { LivePodEntry } from "../../model/directory.ts";
import { isPodsPeer, type LintContext, type LintRuleOfPolicy } from "../context.ts";
import { type AskedPort, ask, portBounds, portText, samplePorts, sharedFamilies, sideOf } from "../questions.ts";
import type { LintRule } from "../types.ts";

/** Ports of one pair that are asked about, and questions for all rules together: what takes more is left alone. */
const MOST_PORTS = 100;
const MOST_QUESTIONS = 1_000_000;

export const halfOpen: LintRule = {
  id: "half-open",
  severity: "warning",
  title: "a rule lets pods talk on its side, and the other side lets none of them",
  help: "allow it on the other side too: a flow needs the sender's egress and the receiver's ingress",
  silent:
    "where any pod of a peer gets through on any port of the rule; for peers that are addresses, anyone, or every pod of every namespace; where one of the namespaces has workloads that are scaled to zero; past a million questions",
  *run(context) {
    const bounds = portBounds(context);
    let left = MOST_QUESTIONS;
    for (const rule of context.rules()) {
      if (rule.namespace === undefined || context.isPartial(rule.namespace)) continue;
      const own = context.selected(rule);
      if (own.length === 0) continue;
      const cut = rule.rule.peers.flatMap((_, index) => {
        const pair = cutPair(rule, index, own);
        return pair === undefined ? [] : [{ index, pair }];
      });
      const [first] = cut;
      if (first === undefined) continue;
      if (cut.length === rule.rule.peers.length) yield context.atRule(rule, messageOf(context, rule, first.pair));
      else for (const { index, pair } of cut) yield context.atPeer(rule, index, messageOf(context, rule, pair));
    }

    /** A pair of pods that the peer speaks of, where the other side of all of them denies. */
    function cutPair(rule: LintRuleOfPolicy, index: number, own: readonly LivePodEntry[]): Pair | undefined {
      const peer = rule.rule.peers[index];
      if (peer === undefined || !isPodsPeer(peer)) return undefined;
      if (typeof peer.namespace !== "number" && peer.namespace.length === 0 && peer.podSelector.length === 0) return;
      const others = context.matched(rule, index);
      if (context.surelyMatched(rule, index).length === 0) return undefined;
      if ([...new Set(others.map(({ namespace }) => namespace))].some((name) => context.isPartial(name))) return;
      const far = rule.rule.direction === "egress" ? "ingress" : "egress";
      let pair: Pair | undefined;
      for (const subject of own) {
        for (const other of others) {
          const [from, to] = far === "ingress" ? [subject, other] : [other, subject];
          if (from === to && !from.representative) continue;
          const ports = samplePorts(rule.rule.ports, to, bounds, MOST_PORTS);
          if (ports === undefined) return undefined;
          for (const family of sharedFamilies(from, to)) {
            for (const port of ports) {
              if (left-- <= 0) return undefined;
              const { verdict, reason } = sideOf(
                ask(context, from.endpoint, to.endpoint, family, port, from.representative),
                far,
              );
              if (verdict !== "deny") return undefined;
              pair ??= { from, to, isByTier: reason !== "no-rule", port };
            }
          }
        }
      }
      return pair;
    }
  },
};

interface Pair {
  readonly from: LivePodEntry;
  readonly to: LivePodEntry;
  /** A cluster-wide policy denies, not isolation. */
  readonly isByTier: boolean;
  /** The first one that was asked about. */
  readonly port: AskedPort;
}

function messageOf(context: LintContext, { rule }: LintRuleOfPolicy, { from, to, isByTier, port }: Pair): string {
  const [subject, other, far, does] =
    rule.direction === "ingress"
      ? ([from, to, "egress", "send it to"] as const)
      : ([to, from, "ingress", "take it from"] as const);
  const lets = rule.direction === "ingress" ? "lets in" : "lets pods send to";
  const [by] = context.isolating(subject, far);
  const why = isByTier
    ? `a cluster-wide policy denies its ${far}`
    : `no rule for its ${far} lets it${by === undefined ? "" : ` (isolated by \`${formatReference(by.reference)}\`)`}`;
  const on = rule.ports.length === 0 ? "any port" : portText(port);
  return `it ${lets} \`${subject.display}\`, which cannot ${does} \`${other.display}\` on ${on}: ${why}`;
}
