/** Runs every rule over a state. */
import { checkOptions } from "../check-options.ts";
import type { Path } from "../errors.ts";
import { frozen } from "../frozen.ts";
import type { Inspection } from "../runtime.ts";
import { inFull } from "../snapshot/restore.ts";
import { internalsOf, type State } from "../state.ts";
import { LintContext } from "./context.ts";
import { compareReferences, compareText } from "./order.ts";
import { LINT_RULES } from "./rules/index.ts";
import { checkSuppress, Suppressions } from "./suppressions.ts";
import type { Finding, Hit, LintOptions, Severity } from "./types.ts";

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** @throws NetverdictError `needs-full-state`, `invalid-option` */
export function lintWith({ core, inspect }: Inspection, state: State, options: LintOptions = {}): readonly Finding[] {
  const ids = new Set(LINT_RULES.map(({ id }) => id));
  const suppress = checkOptions(options, ["suppress"], (given, fail) => checkSuppress(ids, given.suppress, fail));
  const internals = inFull(core, internalsOf(state));
  const context = new LintContext(inspect, internals, internals.full, ids);
  const suppressions = new Suppressions(ids, suppress, internals.full);
  const findings: Finding[] = [];
  for (const { id, severity, help, run } of LINT_RULES) {
    for (const { message, object, path, source, fix } of [...run(context)].sort(byPlace)) {
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
  return findings.map(frozen).sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

/** Wherever the objects stood when they were loaded. */
function byPlace(a: Hit, b: Hit): number {
  return compareReferences(a.object, b.object) || comparePaths(a.path, b.path) || compareText(a.message, b.message);
}

function comparePaths(a: Path, b: Path): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const order =
      typeof step === "number" && typeof other === "number" ? step - other : compareText(String(step), String(other));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
