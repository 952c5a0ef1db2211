import type { ModelPolicy, ModelRule } from "../../model/model.ts";
import type { LintRule } from "../rule.ts";
import { MAY_BE_SELECTED, unprotected } from "../unprotected.ts";

export const unprotectedEgress: LintRule = {
  id: "unprotected-egress",
  severity: "info",
  title: "pods that no policy selects for egress, where policies restrict that of others",
  help: "add a policy that selects them, such as a default deny for the namespace that lets DNS through",
  get silent() {
    return `where no policy that was loaded restricts egress: such as where each has a rule for anyone on every port; ${MAY_BE_SELECTED}`;
  },
  *run(context) {
    if (context.policies.some(({ policy }) => restrictsEgress(policy))) yield* unprotected(context, "egress");
  },
};

/** Many isolate for egress and let everything out, as a template does: whoever writes that does not restrict it. */
function restrictsEgress({ tier, directions, rules }: ModelPolicy): boolean {
  const out = rules.filter(({ direction }) => direction === "egress");
  if (tier !== "additive") return out.some(({ action }) => action === "deny");
  const isEverything = ({ peers, ports }: ModelRule): boolean => peers.length === 0 && ports.length === 0;
  return directions.includes("egress") && !out.some(isEverything);
}
