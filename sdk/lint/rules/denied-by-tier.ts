import { PAIRS_LEFT_ALONE, Pairs } from "../pairs.ts";
import { portText, sideOf } from "../questions.ts";
import type { LintRule } from "../rule.ts";

export const deniedByTier: LintRule = {
  id: "denied-by-tier",
  severity: "warning",
  title: "a NetworkPolicy's rule allows what a cluster-wide policy has denied before it is asked",
  help: "ask whoever keeps the cluster-wide policies for a Pass, or remove the rule: the Admin tier decides first",
  get silent() {
    return `where any pod of the peer gets past the Admin tier on any port of the rule; ${PAIRS_LEFT_ALONE}`;
  },
  *run(context) {
    const tiers = context.policies.some(({ policy }) => policy.tier === "admin" || policy.tier === "admin-v1alpha1");
    if (!tiers) return;
    const pairs = new Pairs(context);
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      const { direction, ports } = rule.rule;
      yield* pairs.cut(
        rule,
        (answer) => sideOf(answer, direction).reason === "admin-deny",
        ({ from, to, port }) => {
          const on = ports.length === 0 ? "any port" : portText(port);
          return `a cluster-wide policy denies \`${from.display}\` to \`${to.display}\` on ${on} before this rule is asked`;
        },
      );
    }
  },
};
