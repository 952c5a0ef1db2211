/** Findings as text. */
import { type Finding, formatReference, type Severity } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import type { Output } from "./output.ts";

/** A line for each finding and one for its help, and the total unless it is to be quiet. */
export function textOf(findings: readonly Finding[], { colors, quiet }: Pick<Output, "colors" | "quiet">): string {
  const paint = { error: colors.red, warning: colors.yellow, info: colors.cyan };
  const lines = findings.flatMap(({ id, severity, message, help, object, source, suppressed }) => {
    const what = printable(`${whereOf(source)}${formatReference(object)}: ${message}`);
    if (suppressed !== undefined) return [colors.dim(`suppressed  ${what} [${id}]: ${printable(suppressed)}`)];
    return [`${colors.bold(paint[severity](severity))}  ${what} ${colors.dim(`[${id}]`)}`, colors.dim(`  ${help}`)];
  });
  return [...lines, ...(quiet ? [] : [totalOf(findings)])].map((line) => `${line}\n`).join("");
}

/** How many findings count, and of which severities they are: `3 findings (1 error, 2 warnings)`. */
export function totalOf(findings: readonly Finding[]): string {
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  if (counted.length === 0) return "nothing found";
  const parts = SEVERITIES.flatMap(([severity, plural]) => {
    const count = counted.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : `${count} ${count === 1 ? severity : plural}`;
  });
  return `${counted.length} ${counted.length === 1 ? "finding" : "findings"} (${parts.join(", ")})`;
}

const SEVERITIES: readonly (readonly [Severity, plural: string])[] = [
  ["error", "errors"],
  ["warning", "warnings"],
  ["info", "info"],
];

/** The start of a line about a place. */
export function whereOf(source: Finding["source"] | undefined): string {
  return source === undefined ? "" : `${source.file ?? "<input>"}:${source.line}:${source.column}: `;
}
