/** Findings as a JUnit report: a test case for each rule, failed by what it found. */
import { formatReference } from "../../errors.ts";
import { LINT_RULES } from "../rules/index.ts";
import type { Finding } from "../types.ts";

export function toJUnit(findings: readonly Finding[]): string {
  const counted = findings.filter(({ suppressed }) => suppressed === undefined);
  const cases = LINT_RULES.map(({ id, title }) => {
    const found = counted.filter((finding) => finding.id === id);
    const name = `name="${escaped(`${id}: ${title}`)}" classname="netverdict"`;
    if (found.length === 0) return `    <testcase ${name}/>`;
    const failures = found.map(
      (finding) => `      <failure type="${finding.severity}" message="${escaped(lineOf(finding))}"/>`,
    );
    return [`    <testcase ${name}>`, ...failures, "    </testcase>"].join("\n");
  });
  const failed = new Set(counted.map(({ id }) => id)).size;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    "<testsuites>",
    `  <testsuite name="netverdict lint" tests="${cases.length}" failures="${failed}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function lineOf({ object, message, source }: Finding): string {
  const where = source === undefined ? "" : `${source.file ?? "<input>"}:${source.line}:${source.column}: `;
  return `${where}${formatReference(object)}: ${message}`;
}

/** Text in XML; characters that XML 1.0 cannot hold become spaces. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
