/** What the CNI plugin will do, as lines under a decision. */
import type { Enforced, EnforcedFact } from "../bindings/inline.ts";
import { type Colors, printable } from "./terminal.ts";

const BEARINGS: Readonly<Record<EnforcedFact["bearing"], string>> = {
  agrees: "agrees",
  changes: "changes it",
  "could-change": "could change it",
};

/** Nothing where no plugin was named. */
export function enforcedLines(enforced: Enforced | undefined, colors: Colors): string[] {
  if (enforced === undefined) return [];
  const { cni, verdict, facts } = enforced;
  const paint = { allow: colors.green, deny: colors.red, unknown: colors.yellow }[verdict];
  return [
    `  ${printable(cni)} will  ${colors.bold(paint(verdict))}${verdict === "unknown" ? ": the facts do not settle it" : ""}`,
    ...facts.map(({ topic, finding, bearing, status, derived, sources }) => {
      const from = `${status}${derived === true ? ", derived" : ""}${sources[0] === undefined ? "" : `: ${sources[0]}`}`;
      return `    ${topic} ${BEARINGS[bearing]}: ${printable(finding)} ${colors.dim(`[${printable(from)}]`)}`;
    }),
  ];
}
