/** Rules as messages name them. */
import { formatPath, formatReference } from "../errors.ts";
import { rulePath } from "../places.ts";
import type { LintRuleOfPolicy } from "./policies.ts";

/** The paths of rules, by policy. */
export function rulesText(rules: readonly LintRuleOfPolicy[]): string {
  const policies = new Map(rules.map(({ number, reference }) => [number, reference]));
  return [...policies]
    .map(([number, reference]) => {
      const own = rules.filter((rule) => rule.number === number);
      const paths = own.map(({ policy, index }) => formatPath(rulePath(policy, index)));
      return `${paths.join(" and ")} of \`${formatReference(reference)}\``;
    })
    .join(" and ");
}
