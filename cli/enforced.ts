/** What the CNI plugin will do, as lines under a decision. */
import type { Enforced, EnforcedFact } from "../bindings/inline.ts";
import { type Colors, printable } from "./terminal.ts";

const BEARINGS: Readonly<Record<EnforcedFact["bearing"], string>> = {
  agrees: "agrees",
  changes: "changes it",
  "could-change": "could change it",
};

const WORDS: Readonly<Record<Enforced["verdict"], string>> = {
  allow: "what this plugin will do",
  deny: "what this plugin will do",
  unknown: "what this plugin will do, the facts do not settle",
};

const UNRECOGNIZED =
  "no plugin was recognised: load DaemonSets, ConfigMaps, CRDs and Nodes too (`kubectl get ds,cm,crd,no -A -o yaml`), or name it";

/** Nothing where no plugin was named. */
export function enforcedLines(enforced: Enforced | undefined, colors: Colors): string[] {
  if (enforced === undefined) return [];
  const { cni, verdict, facts } = enforced;
  const paint = { allow: colors.green, deny: colors.red, unknown: colors.yellow }[verdict];
  const words = cni === "unrecognized" ? UNRECOGNIZED : WORDS[verdict];
  return [
    `  ${printable(cni).padEnd(7)}  ${colors.bold(paint(verdict.padEnd(5)))}  ${words}`,
    ...facts.map(({ topic, finding, bearing, status, derived, sources }) => {
      const from = `${status}${derived === true ? ", derived" : ""}${sources[0] === undefined ? "" : `: ${sources[0]}`}`;
      return `    ${topic}: ${printable(finding)} ${colors.dim(`[${BEARINGS[bearing]}; ${printable(from)}]`)}`;
    }),
  ];
}
