/**
 * Reads objects field by field: every read checks the type, and reports what is wrong with its path and position.
 *
 * One `Fields` serves a whole load. It is told which object is read and keeps the way down to where the reading has got
 * (`enter`, `leave`), so that a path exists when there is a problem and costs nothing when there is none. Values are handed
 * in, `spec.nodeName` and not `spec` and a name: the engine then knows where in the object to look.
 *
 * `null` and `undefined` are absent, as they are for the API server. A read that fails has reported why and gives
 * undefined, so callers go on and find the next problem.
 */
import type { IssueCode, ObjectReference, Path, Source } from "../errors.ts";
import { didYouMean } from "./nearest.ts";
import { Shared } from "./shared.ts";
import type { IssueSink, TextDocument } from "./text.ts";

/** A mapping as it was given. */
export type Raw = Readonly<Record<string, unknown>>;

export class Fields {
  readonly #issues: IssueSink;
  /** What the objects of this load have in common. */
  readonly shared: Shared = new Shared();
  #kind = "";
  #namespace: string | undefined;
  #name = "";
  #document: TextDocument | undefined;
  #documentPath: Path = NOTHING;
  /** The steps from the object's root; those from `#depth` on are of no account. */
  readonly #steps: (string | number)[] = [];
  #depth = 0;

  constructor(issues: IssueSink) {
    this.#issues = issues;
  }

  /** Turns to another object, which lies at `documentPath` of `document`. `namespace` is undefined for cluster-scoped kinds. */
  start(
    kind: string,
    namespace: string | undefined,
    name: string,
    document: TextDocument | undefined,
    documentPath: Path,
  ): void {
    this.#kind = kind;
    this.#namespace = namespace;
    this.#name = name;
    this.#document = document;
    this.#documentPath = documentPath;
    this.#depth = 0;
  }

  /** Goes down to what lies at `step`. */
  enter(step: string | number): void {
    this.#steps[this.#depth++] = step;
  }

  /** Goes up again. */
  leave(): void {
    this.#depth--;
  }

  /** The object being read. */
  get reference(): ObjectReference {
    return this.#namespace === undefined
      ? { kind: this.#kind, name: this.#name }
      : { kind: this.#kind, namespace: this.#namespace, name: this.#name };
  }

  source(...steps: Path): Source | undefined {
    return this.#locate(this.#path(steps));
  }

  /** Reports a problem with what lies at `steps` below here. */
  fail(code: IssueCode, message: string, ...steps: Path): undefined {
    const path = this.#path(steps);
    report(this.#issues, this.reference, code, message, path, this.#locate(path, code === "unknown-field"));
  }

  /** Reports a problem with one entry of a map: the path is the map's, as in the API's own errors, the position the entry's. */
  failEntry(code: IssueCode, message: string, key: string): undefined {
    report(this.#issues, this.reference, code, message, this.#path([]), this.#locate(this.#path([key])));
  }

  string(value: unknown, key: string | number): string | undefined {
    if (typeof value === "string" || isAbsent(value)) return value ?? undefined;
    return this.#wrongType("a string", value, key);
  }

  /** As `string`, but absent and empty are the problem `required`. */
  requiredString(value: unknown, key: string): string | undefined {
    if (value === "" || isAbsent(value)) return this.fail("required", `\`${key}\` is required`, key);
    return this.string(value, key);
  }

  boolean(value: unknown, key: string): boolean | undefined {
    if (typeof value === "boolean" || isAbsent(value)) return value ?? undefined;
    return this.#wrongType("true or false", value, key);
  }

  integer(value: unknown, key: string): number | undefined {
    if (Number.isInteger(value)) return value as number;
    return isAbsent(value) ? undefined : this.#wrongType("an integer", value, key);
  }

  /** A whole number or a text, as Kubernetes' IntOrString. */
  integerOrString(value: unknown, key: string): number | string | undefined {
    if (typeof value === "string" || Number.isInteger(value)) return value as string | number;
    return isAbsent(value) ? undefined : this.#wrongType("an integer or a string", value, key);
  }

  object(value: unknown, key: string): Raw | undefined {
    if (isRecord(value)) return value;
    return isAbsent(value) ? undefined : this.#wrongType("a mapping", value, key);
  }

  /** As `object`, but absent is the problem `required`. */
  requiredObject(value: unknown, key: string): Raw | undefined {
    return isAbsent(value) ? this.fail("required", `\`${key}\` is required`, key) : this.object(value, key);
  }

  /** A list; absent is empty. */
  list(value: unknown, key: string): readonly unknown[] {
    if (Array.isArray(value)) return value;
    if (!isAbsent(value)) this.#wrongType("a list", value, key);
    return NOTHING;
  }

  /** An item of a list of mappings; the list has been entered. */
  item(value: unknown, index: number): Raw | undefined {
    return isRecord(value) ? value : this.#wrongType("a mapping", value, index);
  }

  /** An item of a list of strings; the list has been entered. */
  text(value: unknown, index: number): string | undefined {
    return typeof value === "string" ? value : this.#wrongType("a string", value, index);
  }

  /** Reports every key that is not known; says whether there was one. */
  onlyKnown(value: Raw, known: ReadonlySet<string>): boolean {
    let unknown = false;
    for (const key in value) {
      if (known.has(key) || value[key] === undefined || !Object.hasOwn(value, key)) continue;
      unknown = true;
      this.fail("unknown-field", `\`${key}\` is not a field here${didYouMean(key, known)}`, key);
    }
    return unknown;
  }

  #path(steps: Path): Path {
    return [...this.#steps.slice(0, this.#depth), ...steps];
  }

  #locate(path: Path, atKey?: boolean): Source | undefined {
    return this.#document?.locate([...this.#documentPath, ...path], atKey);
  }

  #wrongType(wanted: string, value: unknown, step: string | number): undefined {
    const hint = wanted === "a string" && typeof value !== "object" ? "; put it in quotes" : "";
    return this.fail("invalid-type", `must be ${wanted}, not ${typeName(value)}${hint}`, step);
  }
}

const NOTHING: readonly never[] = [];

export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Whether a value is a mapping: an object that is no array, and has its entries as properties, which a `Map` has not. */
export function isRecord(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

/** How many items a list has; 0 for what is none. */
export function countOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

/** A value's type in the words of YAML. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a JavaScript Map";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "boolean" || typeof value === "number") return `the ${typeof value} \`${value}\``;
  return `a ${typeof value}`;
}

/** Sends one issue off, leaving out what is not known. */
export function report(
  issues: IssueSink,
  object: ObjectReference | undefined,
  code: IssueCode,
  message: string,
  path: Path,
  source: Source | undefined,
): void {
  issues.push({ code, message, ...(object && { object }), path, ...(source && { source }) });
}

/** Goes down into a mapping, if there is one. */
export function below(fields: Fields, value: unknown, key: string, read: (value: Raw) => void): void {
  const object = fields.object(value, key);
  if (object === undefined) return;
  fields.enter(key);
  read(object);
  fields.leave();
}

/** Goes down into each mapping of a list, if there is one. */
export function eachBelow(fields: Fields, value: unknown, key: string, read: (item: Raw, index: number) => void): void {
  const list = fields.list(value, key);
  fields.enter(key);
  for (let i = 0; i < list.length; i++) {
    const item = fields.item(list[i], i);
    if (item === undefined) continue;
    fields.enter(i);
    read(item, i);
    fields.leave();
  }
  fields.leave();
}
