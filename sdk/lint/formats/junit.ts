/** Findings as a JUnit report: a test case for each rule, failed by what it found, skipped where all of that is suppressed. */
import { checkOptions } from "../../check-options.ts";
import { formatReference } from "../../errors.ts";
import { LINT_RULES } from "../rules/index.ts";
import { FAIL_ON, type FailOn, fails } from "../severity.ts";
import type { Finding } from "../types.ts";

/** What `toJUnit` is told beside the findings. */
export interface JUnitOptions {
  /** Findings of this severity and above fail their test case; what is milder is its output. Default: `warning`. */
  readonly failOn?: FailOn | undefined;
}

/**
 * The report's XML: each finding with its help. What is milder than `failOn` is told in the `system-out` of its test case.
 *
 * @throws NetverdictError `invalid-option`
 */
export function toJUnit(findings: readonly Finding[], options: JUnitOptions = {}): string {
  const failOn = checkOptions(options, ["failOn"], ({ failOn = "warning" }, fail) => {
    if (!FAIL_ON.includes(failOn as FailOn)) fail(["failOn"], `\`failOn\` must be one of ${FAIL_ON.join(", ")}`);
    return failOn as FailOn;
  });
  const outcomes = LINT_RULES.map((rule) => {
    const found = findings.filter(({ id }) => id === rule.id);
    const counted = found.filter(({ suppressed }) => suppressed === undefined);
    return {
      name: `${rule.id}: ${rule.title}`,
      failures: counted.filter(({ severity }) => fails(severity, failOn)),
      notes: counted.filter(({ severity }) => !fails(severity, failOn)),
      suppressed: counted.length === 0 ? found : [],
    };
  });
  const cases = outcomes.map(({ name, failures, notes, suppressed }) => {
    const attributes = `name="${escaped(name)}" classname="netverdict"`;
    const lines = [
      ...(suppressed.length > 0
        ? [`      <skipped>${escaped(suppressed.map(suppressionOf).join("\n"))}</skipped>`]
        : []),
      ...failures.map(failureOf),
      ...(notes.length > 0 ? [`      <system-out>${escaped(notes.map(noteOf).join("\n"))}</system-out>`] : []),
    ];
    if (lines.length === 0) return `    <testcase ${attributes}/>`;
    return [`    <testcase ${attributes}>`, ...lines, "    </testcase>"].join("\n");
  });
  const failed = outcomes.filter(({ failures }) => failures.length > 0).length;
  const skipped = outcomes.filter(({ suppressed }) => suppressed.length > 0).length;
  const counts = `tests="${cases.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
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
  return `      <failure type="${finding.severity}" message="${escaped(lineOf(finding))}">${escaped(finding.help)}</failure>`;
}

function noteOf(finding: Finding): string {
  return `${finding.severity}: ${lineOf(finding)}\n  ${finding.help}`;
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
