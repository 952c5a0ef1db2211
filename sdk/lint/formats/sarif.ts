/** Findings as SARIF 2.1.0, which code hosts show beside the lines. [OASIS SARIF 2.1.0] */
import { formatPath, formatReference } from "../../errors.ts";
import { LINT_RULES } from "../rules/index.ts";
import type { Finding, Severity } from "../types.ts";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** The log as an object: `JSON.stringify` makes the file. */
export function toSarif(findings: readonly Finding[]): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "netverdict",
            rules: LINT_RULES.map(({ id, severity, title, help, silent }) => ({
              id,
              shortDescription: { text: title },
              help: { text: `${help}. It is silent ${silent}.` },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        results: findings.map(resultOf),
      },
    ],
  };
}

function resultOf({ id, severity, message, object, path, source, suppressed }: Finding): object {
  return {
    ruleId: id,
    ruleIndex: LINT_RULES.findIndex((rule) => rule.id === id),
    level: LEVELS[severity],
    message: { text: `${formatReference(object)}: ${message}` },
    locations: [
      {
        ...(source?.file !== undefined && {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(source.file) },
            region: { startLine: source.line, startColumn: source.column },
          },
        }),
        logicalLocations: [{ fullyQualifiedName: `${formatReference(object)} ${formatPath(path)}`.trim() }],
      },
    ],
    ...(suppressed !== undefined && { suppressions: [{ kind: "external", justification: suppressed }] }),
  };
}
