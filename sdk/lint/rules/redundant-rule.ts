import { formatPath, formatReference } from "../../errors.ts";
import { rulePath } from "../../explain/places.ts";
import { ONLY_TODAY } from "../containment.ts";
import { findRedundancy } from "../redundancy.ts";
import type { LintRule } from "../types.ts";

export const redundantRule: LintRule = {
  id: "redundant-rule",
  severity: "info",
  title: "a rule without which no verdict would be another: other rules for its pods allow all that it does",
  help: "remove it, or narrow the other if this one was meant to restrict: rules only ever add",
  silent: `${ONLY_TODAY}; where the whole policy is redundant`,
  *run(context) {
    for (const { rule, by } of context.once(findRedundancy).rules) {
      const path = by === undefined ? "" : formatPath(rulePath(by.policy, by.index));
      const other = by === undefined ? "other rules together" : `${path} of \`${formatReference(by.reference)}\``;
      yield context.atRule(rule, `${other} ${by === undefined ? "allow" : "allows"} all that it does`);
    }
  },
};
