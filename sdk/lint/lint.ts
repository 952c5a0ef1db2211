/** Runs every rule over a state. */
import { onlyKnown } from "../known-options.ts";
import type { Inspection } from "../runtime.ts";
import { inFull } from "../snapshot/restore.ts";
import { internalsOf, type State } from "../state.ts";
import { LintContext } from "./context.ts";
import { LINT_RULES } from "./rules/index.ts";
import { Suppressions } from "./suppressions.ts";
import type { Finding, LintOptions, Severity } from "./types.ts";

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** @throws NetverdictError `needs-full-state`, `invalid-option` */
export function lintWith({ core, inspect }: Inspection, state: State, options: LintOptions = {}): readonly Finding[] {
  onlyKnown(options, ["suppress"]);
  const internals = inFull(core, internalsOf(state));
  const ids = LINT_RULES.map(({ id }) => id);
  const context = new LintContext(inspect, internals, internals.full, new Set(ids));
  const suppressions = new Suppressions(context.ruleIds, options, internals.full);
  const findings: Finding[] = [];
  for (const { id, severity, help, run } of LINT_RULES) {
    for (const { message, object, path, source, fix } of run(context)) {
      findings.push({
        id,
        severity,
        message,
        help,
        object,
        path,
        ...(source !== undefined && { source }),
        ...(fix !== undefined && { fix }),
        ...suppressions.of(id, object),
      });
    }
  }
  return findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}
