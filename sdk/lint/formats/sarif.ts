/** Findings as SARIF 2.1.0, which code hosts show beside the lines. [OASIS SARIF 2.1.0] */
import { formatPath, formatReference } from "../../errors.ts";
import { LINT_RULES } from "../rules/index.ts";
import type { Finding, Fix, Insertion, Severity } from "../types.ts";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** Documents of the published package. */
const PACKAGE = "https://www.npmjs.com/package/netverdict";
const RULES = "https://unpkg.com/netverdict/docs/lint.md";

/** What files are relative to. */
const ROOT = "%SRCROOT%";

/** What a log says of its maker. */
export interface SarifOptions {
  /** Of the package, for whoever reads the log. */
  readonly version?: string | undefined;
}

/**
 * The log as an object: `JSON.stringify` makes the file. Files are named relative to the folder that they were read from, as
 * they were given: code hosts expect that to be the repository's.
 */
export function toSarif(findings: readonly Finding[], options: SarifOptions = {}): object {
  const { version } = options;
  const fingerprints = new Map<string, number>();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "netverdict",
            informationUri: PACKAGE,
            ...(version !== undefined && { version, semanticVersion: version }),
            rules: LINT_RULES.map(({ id, severity, title, help, silent }) => ({
              id,
              name: id.replace(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase()),
              shortDescription: { text: title },
              fullDescription: { text: `${title}. ${silence(silent)}.` },
              help: { text: `${help}. ${silence(silent)}.` },
              helpUri: `${RULES}#${id}`,
              defaultConfiguration: { level: LEVELS[severity] },
              properties: { tags: ["kubernetes", "networkpolicy", "security"] },
            })),
          },
        },
        originalUriBaseIds: { [ROOT]: { description: { text: "the folder that paths were given from" } } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => resultOf(finding, fingerprints)),
      },
    ],
  };
}

function resultOf(finding: Finding, fingerprints: Map<string, number>): object {
  const { id, severity, message, object, path, source, fix, suppressed, suppressedBy } = finding;
  const place = `${formatReference(object)} ${formatPath(path)}`.trim();
  // The n-th finding of a rule in one place; lines and counts of pods may change without it being another one.
  const known = `${id} ${place}`;
  const count = (fingerprints.get(known) ?? 0) + 1;
  fingerprints.set(known, count);
  const changes = fix === undefined ? [] : changesOf(fix);
  return {
    ruleId: id,
    ruleIndex: LINT_RULES.findIndex((rule) => rule.id === id),
    level: LEVELS[severity],
    message: { text: `${formatReference(object)}: ${message}` },
    locations: [
      {
        ...(source?.file !== undefined && {
          physicalLocation: {
            artifactLocation: locationOf(source.file),
            region: { startLine: source.line, startColumn: source.column },
          },
        }),
        logicalLocations: [{ fullyQualifiedName: place, kind: "object" }],
      },
    ],
    partialFingerprints: { "objectPath/v1": `${known}:${count}` },
    ...(fix !== undefined &&
      changes.length > 0 && { fixes: [{ description: { text: fix.message }, artifactChanges: changes }] }),
    ...(suppressed !== undefined && {
      suppressions: [{ kind: suppressedBy === "options" ? "external" : "inSource", justification: suppressed }],
    }),
  };
}

/** The insertions of a fix, by file. */
function changesOf({ insertions = [] }: Fix): object[] {
  const files = new Set(insertions.flatMap(({ source }) => source.file ?? []));
  return [...files].map((file) => ({
    artifactLocation: locationOf(file),
    replacements: insertions.filter(({ source }) => source.file === file).map(replacementOf),
  }));
}

/** An empty region is replaced: text is inserted before it. [SARIF 3.57.3] */
function replacementOf({ source: { line, column }, text }: Insertion): object {
  return {
    deletedRegion: { startLine: line, startColumn: column, endLine: line, endColumn: column },
    insertedContent: { text },
  };
}

/** A path as a URI: relative ones stay so, absolute ones become `file:`. */
function locationOf(file: string): object {
  const drive = /^[A-Za-z]:[\\/]/.test(file);
  const path = drive ? `/${file.replaceAll("\\", "/")}` : file.replace(/^(?:\.\/+)+/, "");
  const uri = path
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .split("/")
    .map(encodeURIComponent)
    .join("/");
  return path.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: ROOT };
}

/** When a rule is silent, or why it never is, as a sentence. */
function silence(silent: string): string {
  return silent.startsWith("never") ? `It is ${silent.replace(/^never/, "never silent")}` : `It is silent ${silent}`;
}
