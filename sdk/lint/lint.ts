/** Runs every rule over a state. */
import { NetverdictError } from "../errors.ts";
import { didYouMean } from "../flow/suggest.ts";
import { fullOf, internalsOf, type State } from "../state.ts";
import { LintContext } from "./context.ts";
import { LINT_RULES } from "./rules/index.ts";
import type { Finding, LintOptions, Severity } from "./types.ts";

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** @throws NetverdictError `needs-full-state`, `invalid-option` */
export function lintWith(
  inspect: () => WebAssembly.Module,
  state: State,
  options: LintOptions = {},
): readonly Finding[] {
  const internals = internalsOf(state);
  const context = new LintContext(inspect, internals, fullOf(internals));
  const suppress = checked(options.suppress ?? {});
  const findings: Finding[] = [];
  for (const { id, severity, help, run } of LINT_RULES) {
    for (const { message, object, path, source } of run(context)) {
      const reason = suppress.get(id);
      findings.push({
        id,
        severity,
        message,
        help,
        object,
        path,
        ...(source !== undefined && { source }),
        ...(reason !== undefined && { suppressed: reason }),
      });
    }
  }
  return findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function checked(suppress: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const known = new Set(LINT_RULES.map(({ id }) => id));
  for (const [id, reason] of Object.entries(suppress)) {
    if (known.has(id) && typeof reason === "string" && reason !== "") continue;
    const message = known.has(id)
      ? `\`${id}\` is suppressed without a reason`
      : `there is no rule \`${id}\`${didYouMean(id, known)}`;
    throw new NetverdictError([{ code: "invalid-option", message, path: ["suppress", id] }]);
  }
  return new Map(Object.entries(suppress));
}
