/** Which schema each command's `--json` follows: the name of its file in `schemas/`, and the type in `documents.ts` that it is made from. */

/** Grows with a change that a reader of the old documents would not understand; what is only added keeps it. */
export const SCHEMA_VERSION = "v1";

export interface SchemaName {
  readonly name: string;
  /** The command that prints it. */
  readonly command: string;
  readonly type: string;
  /** How many documents a run prints. */
  readonly documents: string;
}

export const SCHEMA_NAMES: readonly SchemaName[] = [
  { name: "check", command: "check --json", type: "CheckDocument", documents: "one" },
  { name: "check-flows", command: "check --flows --json", type: "CheckFlowsDocument", documents: "a line a flow" },
  { name: "explain", command: "explain --json", type: "ExplainDocument", documents: "one" },
  { name: "describe", command: "describe --json", type: "DescribeDocument", documents: "a line a policy" },
  { name: "who", command: "who --json", type: "WhoDocument", documents: "one" },
  { name: "matrix", command: "matrix --json", type: "MatrixDocument", documents: "one" },
  { name: "cni", command: "cni --json", type: "CniDocument", documents: "one" },
  { name: "lint", command: "lint --json", type: "LintDocument", documents: "one" },
  { name: "snapshot", command: "snapshot --json", type: "SnapshotDocument", documents: "one" },
  { name: "error", command: "any of them, with exit status 2", type: "ErrorDocument", documents: "one" },
];

/** Where a schema is, and its `$id`: the file in the published package. */
export function schemaId(name: string): string {
  return `https://unpkg.com/netverdict/schemas/${SCHEMA_VERSION}/${name}.schema.json`;
}
