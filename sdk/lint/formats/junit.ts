/** Findings as a JUnit report: a test case for each rule, failed by what it found, skipped where all of that is suppressed. */
import { formatReference } from "../../errors.ts";
import { LINT_RULES } from "../rules/index.ts";
import type { Finding } from "../types.ts";

export function toJUnit(findings: readonly Finding[]): string {
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  const failed = new Set(counted.map(({ id }) => id));
  const skipped = new Set(findings.map(({ id }) => id).filter((id) => !failed.has(id)));
  const cases = LINT_RULES.map(({ id, title }) => {
    const name = `name="${escaped(`${id}: ${title}`)}" classname="netverdict"`;
    const found = findings.filter((finding) => finding.id === id);
    if (found.length === 0) return `    <testcase ${name}/>`;
    const lines = failed.has(id)
      ? found.filter(({ suppressed }) => suppressed === undefined).map(failureOf)
      : [`      <skipped>${escaped(found.map(suppressionOf).join("\n"))}</skipped>`];
    return [`    <testcase ${name}>`, ...lines, "    </testcase>"].join("\n");
  });
  const counts = `tests="${cases.length}" failures="${failed.size}" errors="0" skipped="${skipped.size}"`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    `  <testsuite name="netverdict lint" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function failureOf(finding: Finding): string {
  return `      <failure type="${finding.severity}" message="${escaped(lineOf(finding))}"/>`;
}

function suppressionOf(finding: Finding): string {
  return `${lineOf(finding)}: ${finding.suppressed}`;
}

function lineOf({ object, message, source }: Finding): string {
  const where = source === undefined ? "" : `${source.file ?? "<input>"}:${source.line}:${source.column}: `;
  return `${where}${formatReference(object)}: ${message}`;
}

/** Text in XML; characters that XML 1.0 cannot hold become spaces, and those that attributes would lose are written out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`);
}
