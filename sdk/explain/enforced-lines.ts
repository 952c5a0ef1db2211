/** What the CNI plugin will do, as lines under what the policies mean. */
import type { Enforced, EnforcedFact } from "../cni/types.ts";
import type { Verdict } from "../types.ts";
import type { ExplanationStyle } from "./style.ts";

const UNRECOGNIZED =
  "no plugin was recognised: load DaemonSets, ConfigMaps, CRDs and Nodes too (`kubectl get ds,cm,crd,no -A -o yaml`), or name it";

/** Nothing where no plugin was named. `meant` is what the policies mean. */
export function enforcedLines(enforced: Enforced | undefined, meant: Verdict, style: ExplanationStyle): string[] {
  if (enforced === undefined) return [];
  const { cni, verdict, facts } = enforced;
  const word = style.verdict(verdict === "unknown" ? "undetermined" : verdict, verdict.padEnd(5));
  const several = new Set(facts.map((fact) => fact.cni)).size > 1;
  return [
    `  ${style.printable(cni).padEnd(7)}  ${word}  ${netEffect(enforced, meant)}`,
    ...facts.map((fact) => {
      const { topic, finding, status, derived, sources } = fact;
      const from = `${status}${derived === true ? ", derived" : ""}${sources[0] === undefined ? "" : `: ${sources[0]}`}`;
      const whose = several ? `${fact.cni}, ${topic}` : topic;
      const how = style.faint(`[${bearingOf(fact, enforced)}; ${style.printable(from)}]`);
      return `    ${whose}: ${style.printable(finding)} ${how}`;
    }),
  ];
}

/** What all facts come to. */
function netEffect({ cni, verdict, facts }: Enforced, meant: Verdict): string {
  if (cni === "unrecognized") return UNRECOGNIZED;
  if (verdict === "unknown") return "what this plugin will do, the facts do not settle";
  if (meant === "undetermined") return "what this plugin will do, though the policies leave it open";
  if (verdict !== meant) return "what this plugin will do, other than the policies say";
  const offset = facts.some(({ bearing }) => bearing === "offset");
  return `what this plugin will do, as the policies say${offset ? ": facts that would change it come to nothing" : ""}`;
}

/** A fact's part in that. */
function bearingOf({ bearing, verdicts }: EnforcedFact, { facts, verdict }: Enforced): string {
  switch (bearing) {
    case "agrees":
      return "agrees";
    case "changes": {
      const count = facts.filter((fact) => fact.bearing === "changes").length;
      return `${count > 1 ? `one of ${count} that change it` : "changes it"} to ${verdicts?.with}`;
    }
    case "offset":
      return verdicts?.with === verdict
        ? `keeps it so: without it ${verdicts.without}`
        : `by itself ${verdicts?.with}, and others set that off`;
    case "could-change":
      return `could change it to ${verdicts?.with}`;
  }
}
