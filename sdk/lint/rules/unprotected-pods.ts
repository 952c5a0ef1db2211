import type { LintRule } from "../rule.ts";
import { MAY_BE_SELECTED, unprotected } from "../unprotected.ts";

export const unprotectedPods: LintRule = {
  id: "unprotected-pods",
  severity: "info",
  title: "pods that no policy selects for ingress",
  help: "add a policy that selects them, such as a default deny for the namespace",
  get silent() {
    return `where no policy at all was loaded; ${MAY_BE_SELECTED}`;
  },
  *run(context) {
    if (context.policies.length > 0) yield* unprotected(context, "ingress");
  },
};
