import { formatReference } from "../../errors.ts";
import { ONLY_TODAY } from "../containment.ts";
import { findRedundancy } from "../redundancy.ts";
import type { LintRule } from "../rule.ts";
import { deadDirections } from "./dead-rules.ts";

export const redundantPolicy: LintRule = {
  id: "redundant-policy",
  severity: "info",
  title: "a policy without which no verdict would be another: others isolate its pods and allow all that it does",
  help: "remove it, or narrow the other if this one was meant to restrict: policies only ever add",
  get silent() {
    return `${ONLY_TODAY}; for a default deny, but beside another one; for policies that have rules without effect`;
  },
  *run(context) {
    const unclear = new Set(
      context.full.objects.networkPolicies
        .filter((object) => deadDirections(object).length > 0)
        .map(({ namespace, name }) => `${namespace}/${name}`),
    );
    for (const { policy, others, isTwin } of context.once(findRedundancy).policies) {
      if (unclear.has(`${policy.namespace}/${policy.policy.name}`)) continue;
      const names = others.map(({ reference }) => `\`${formatReference(reference)}\``).join(", ");
      const says = isTwin
        ? `it says the same as ${names}`
        : others.length === 1
          ? `${names} isolates its pods and allows all that it does`
          : `${names} together isolate its pods and allow all that it does`;
      yield context.at(policy, ["spec"], says);
    }
  },
};
