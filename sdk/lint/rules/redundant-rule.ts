import { ONLY_TODAY } from "../containment.ts";
import { findRedundancy } from "../redundancy.ts";
import type { LintRule } from "../rule.ts";
import { rulesText } from "../rules-text.ts";

export const redundantRule: LintRule = {
  id: "redundant-rule",
  severity: "info",
  title: "a rule without which no verdict would be another: other rules for its pods allow all that it does",
  help: "remove it, or narrow the other if this one was meant to restrict: rules only ever add",
  get silent() {
    return `${ONLY_TODAY}; where the whole policy is redundant`;
  },
  *run(context) {
    for (const { rule, by } of context.once(findRedundancy).rules) {
      yield context.atRule(rule, `${rulesText(by)} ${by.length === 1 ? "allows" : "together allow"} all that it does`);
    }
  },
};
