/**
 * The one error class, its closed list of codes, and where a problem lies.
 *
 * Messages start in lower case, have no final period and put the user's text in backticks.
 * Tests and callers rely on `code` and `path`, never on the sentence.
 */

/** A path inside an object, as in `["spec", "ingress", 0, "from"]`. */
export type Path = readonly (string | number)[];

/** A position in a text: `line` and `column` count from 1; `file` is absent for text given without a name. */
export interface Source {
  /** The name that the text was given with. */
  readonly file?: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** Which object something is about; `namespace` is absent for cluster-scoped kinds. */
export interface ObjectReference {
  /** As in `NetworkPolicy`. */
  readonly kind: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  /** Its `metadata.name`. */
  readonly name: string;
}

/** Every code an issue can carry. `docs/errors.md` says of each when it arises. */
export type IssueCode =
  // reading text and objects
  | "invalid-input"
  | "invalid-encoding"
  | "invalid-syntax"
  | "limit-exceeded"
  | "invalid-object"
  | "unsupported-api-version"
  | "duplicate-object"
  | "duplicate-address"
  | "unknown-object"
  // fields
  | "required"
  | "invalid-type"
  | "unknown-field"
  | "unsupported-value"
  | "forbidden"
  | "too-many"
  | "invalid-name"
  | "invalid-label-key"
  | "invalid-label-value"
  | "invalid-annotation"
  | "invalid-port"
  | "invalid-port-name"
  | "invalid-port-range"
  | "invalid-cidr"
  | "invalid-except"
  | "invalid-address"
  // options and flows
  | "invalid-option"
  | "invalid-flow"
  | "unknown-pod"
  | "finished-pod"
  | "unknown-workload"
  | "no-pods"
  | "unknown-service"
  | "unknown-service-port"
  | "no-backend"
  | "unknown-node"
  | "unknown-namespace"
  | "unknown-port"
  | "no-common-family"
  // the engine
  | "needs-full-state"
  | "invalid-snapshot"
  | "unsupported-snapshot"
  | "no-shared-memory"
  | "state-changed"
  | "poisoned-state"
  | "core-failure";

/** One problem: what, where, and what was expected. */
export interface Issue {
  readonly code: IssueCode;
  /** In a sentence: what is wrong, and what was expected. */
  readonly message: string;
  readonly object?: ObjectReference;
  readonly path: Path;
  readonly source?: Source;
}

/** Thrown by every public function. Loading reports every problem at once in `issues`; a flow its first one. */
export class NetverdictError extends Error {
  override readonly name = "NetverdictError";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join("\n"));
    this.issues = issues;
  }

  /** The first issue's code. */
  get code(): IssueCode {
    return this.issues[0]?.code ?? "core-failure";
  }
}

/** Renders one issue on one line: `file:line:column: Kind namespace/name at path: message [code]`. */
export function formatIssue(issue: Issue): string {
  const { source, object } = issue;
  const where = source ? `${source.file ?? "<input>"}:${source.line}:${source.column}: ` : "";
  const what = object ? `${formatReference(object)}: ` : "";
  const path = issue.path.length > 0 ? `${formatPath(issue.path)}: ` : "";
  return `${where}${what}${path}${issue.message} [${issue.code}]`;
}

/** Renders a path as Kubernetes does: `spec.ingress[0].from`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Renders a reference as `Kind namespace/name`. */
export function formatReference(object: ObjectReference): string {
  return object.namespace === undefined
    ? `${object.kind} ${object.name}`
    : `${object.kind} ${object.namespace}/${object.name}`;
}
