import { formatReference } from "../../errors.ts";
import type { LintContext } from "../context.ts";
import { PAIRS_LEFT_ALONE, Pairs, type StandingPair } from "../pairs.ts";
import type { LintRuleOfPolicy } from "../policies.ts";
import { portText, sideOf } from "../questions.ts";
import type { LintRule } from "../rule.ts";

export const halfOpen: LintRule = {
  id: "half-open",
  severity: "warning",
  title: "a rule lets pods talk on its side, and the other side lets none of them",
  help: "allow it on the other side too: a flow needs the sender's egress and the receiver's ingress",
  get silent() {
    return `where the other side lets any pod of the peer on any port of the rule; ${PAIRS_LEFT_ALONE}`;
  },
  *run(context) {
    const pairs = new Pairs(context);
    for (const rule of context.rules()) {
      if (rule.rule.action !== "allow") continue;
      const far = rule.rule.direction === "egress" ? "ingress" : "egress";
      yield* pairs.cut(
        rule,
        (answer) => sideOf(answer, far).verdict === "deny",
        (pair) => messageOf(context, rule, pair),
      );
    }
  },
};

function messageOf(context: LintContext, { rule }: LintRuleOfPolicy, { from, to, port, answer }: StandingPair): string {
  const isIngress = rule.direction === "ingress";
  const [subject, other, far] = isIngress ? ([from, to, "egress"] as const) : ([to, from, "ingress"] as const);
  const [lets, cannot] = isIngress ? ["lets in", "send it to"] : ["lets pods send to", "take it from"];
  const [by] = context.isolating(subject, far);
  const isolated = by === undefined ? "" : ` (isolated by \`${formatReference(by.reference)}\`)`;
  const why =
    sideOf(answer, far).reason === "no-rule"
      ? `no rule for its ${far} lets it${isolated}`
      : `a cluster-wide policy denies its ${far}`;
  const on = rule.ports.length === 0 ? "any port" : portText(port);
  return `it ${lets} \`${subject.display}\`, which cannot ${cannot} \`${other.display}\` on ${on}: ${why}`;
}
