import type { LintRule } from "../rule.ts";
import { BAD_SUPPRESSION, badSuppressions } from "../suppressions.ts";

export const badSuppression: LintRule = {
  id: BAD_SUPPRESSION,
  severity: "error",
  title: "an annotation of `netverdict.dev` that suppresses nothing: no such rule, or no reason",
  help: "write `netverdict.dev/suppress.<rule>: <reason>` with one of the rules, or remove the annotation",
  silent: "where a rule is suppressed that finds nothing there: it may find something in another bundle",
  run: (context) => badSuppressions(context.ruleIds, context.full),
};
