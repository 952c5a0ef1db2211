/** Several members' answers as one: allowed only if every one is. */
import type { Side, Verdict } from "../types.ts";

/** Deny if any is denied, else undetermined if any is. Of nobody there is no verdict, and above all no allow. */
export function joinVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) throw new RangeError("a flow without pairs has no verdict");
  if (verdicts.includes("deny")) return "deny";
  return verdicts.includes("undetermined") ? "undetermined" : "allow";
}

/** One side of all members: `mixed` where some are denied and others not. */
export function joinSides(sides: readonly Side[]): Side {
  const verdict = joinVerdicts(sides.map((side) => side.verdict));
  const agreeing = sides.find((side) => side.verdict === verdict);
  const agreed = sides.every((side) => side.verdict === verdict);
  if (verdict === "deny" && !agreed) return { verdict, reason: "mixed" };
  return { verdict, reason: agreeing?.reason ?? "unsettled" };
}
