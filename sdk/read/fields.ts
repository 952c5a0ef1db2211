/**
 * Reads an object field by field: every read checks the type and reports what is wrong with its path and position.
 *
 * `null` and `undefined` are absent, as they are for the API server. A read that fails has reported why and gives
 * undefined, so callers go on and find the next problem.
 */
import type { IssueCode, ObjectReference, Path, Source } from "../errors.ts";
import { nearest } from "./nearest.ts";
import type { IssueSink } from "./text.ts";

/** The object under inspection: who it is, where it lies, and where its problems go. */
export interface Subject {
  readonly reference: ObjectReference;
  readonly issues: IssueSink;
  locate(path: Path, atKey?: boolean): Source | undefined;
}

export class Fields {
  readonly subject: Subject;
  readonly value: Readonly<Record<string, unknown>>;
  readonly #parent: Fields | undefined;
  readonly #key: string;
  /** Which item of the list at the key, or -1. */
  readonly #index: number;

  constructor(subject: Subject, value: Readonly<Record<string, unknown>>, parent?: Fields, key = "", index = -1) {
    this.subject = subject;
    this.value = value;
    this.#parent = parent;
    this.#key = key;
    this.#index = index;
  }

  /** The path from the object's root, then `steps`. */
  path(...steps: Path): Path {
    if (this.#parent === undefined) return steps;
    return this.#index < 0
      ? this.#parent.path(this.#key, ...steps)
      : this.#parent.path(this.#key, this.#index, ...steps);
  }

  source(...steps: Path): Source | undefined {
    return this.subject.locate(this.path(...steps));
  }

  /** Reports a problem with what lies at `steps` below here. */
  fail(code: IssueCode, message: string, ...steps: Path): undefined {
    const path = this.path(...steps);
    report(this.subject, code, message, path, this.subject.locate(path, code === "unknown-field"));
  }

  /** Reports a problem with one entry of a map: the path is the map's, as in the API's own errors, the position the entry's. */
  failEntry(code: IssueCode, message: string, key: string): undefined {
    report(this.subject, code, message, this.path(), this.subject.locate(this.path(key)));
  }

  /** The raw value; `null` is undefined. */
  raw(key: string): unknown {
    return this.value[key] ?? undefined;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  string(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === "string") return value;
    return this.#wrongType("a string", value, key);
  }

  /** As `string`, but absent and empty are the problem `required`. */
  requiredString(key: string): string | undefined {
    const value = this.string(key);
    if (value === "" || (value === undefined && !this.has(key)))
      return this.fail("required", `\`${key}\` is required`, key);
    return value;
  }

  boolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === "boolean") return value;
    return this.#wrongType("true or false", value, key);
  }

  integer(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined || Number.isInteger(value)) return value as number | undefined;
    return this.#wrongType("an integer", value, key);
  }

  /** A whole number or a text, as Kubernetes' IntOrString. */
  integerOrString(key: string): number | string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === "string" || Number.isInteger(value)) return value as string | number;
    return this.#wrongType("an integer or a string", value, key);
  }

  object(key: string): Fields | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (isRecord(value)) return new Fields(this.subject, value, this, key);
    return this.#wrongType("a mapping", value, key);
  }

  /** As `object`, but absent is the problem `required`. */
  requiredObject(key: string): Fields | undefined {
    if (!this.has(key)) return this.fail("required", `\`${key}\` is required`, key);
    return this.object(key);
  }

  /** How many items a list has; 0 for what is none, unreported. */
  count(key: string): number {
    const value = this.raw(key);
    return Array.isArray(value) ? value.length : 0;
  }

  /** The items of a list; absent is empty. */
  list(key: string): readonly unknown[] {
    const value = this.raw(key);
    if (value === undefined) return NOTHING;
    if (Array.isArray(value)) return value;
    this.#wrongType("a list", value, key);
    return NOTHING;
  }

  /** The items of a list of mappings; those of another type are reported and left out. */
  objects(key: string): readonly Fields[] {
    const list = this.list(key);
    if (list.length === 0) return NOTHING;
    const found: Fields[] = [];
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (isRecord(item)) found.push(new Fields(this.subject, item, this, key, i));
      else this.#wrongType("a mapping", item, key, i);
    }
    return found;
  }

  /** Calls `each` with the items of a list of strings; those of another type are reported and left out. */
  strings(key: string, each: (text: string, index: number) => void): void {
    const list = this.list(key);
    for (let i = 0; i < list.length; i++) {
      const item = list[i];
      if (typeof item === "string") each(item, i);
      else this.#wrongType("a string", item, key, i);
    }
  }

  /** Reports every key that is not known; says whether there was one. */
  onlyKnown(known: ReadonlySet<string>): boolean {
    let unknown = false;
    for (const key of Object.keys(this.value)) {
      if (known.has(key) || this.value[key] === undefined) continue;
      unknown = true;
      const near = nearest(key, known);
      const hint = near === undefined ? "" : `; did you mean \`${near}\`?`;
      this.fail("unknown-field", `\`${key}\` is not a field here${hint}`, key);
    }
    return unknown;
  }

  #wrongType(wanted: string, value: unknown, ...steps: Path): undefined {
    const hint = wanted === "a string" && typeof value !== "object" ? "; put it in quotes" : "";
    return this.fail("invalid-type", `must be ${wanted}, not ${typeName(value)}${hint}`, ...steps);
  }
}

const NOTHING: readonly never[] = [];

/** Whether a value is a mapping: an object that is no array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value's type in the words of YAML. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "boolean" || typeof value === "number") return `the ${typeof value} \`${value}\``;
  return `a ${typeof value}`;
}

/** Sends one issue off, leaving out what is not known. */
export function report(
  subject: Pick<Subject, "issues"> & { readonly reference?: ObjectReference },
  code: IssueCode,
  message: string,
  path: Path,
  source: Source | undefined,
): void {
  const { issues, reference } = subject;
  issues.push({ code, message, ...(reference && { object: reference }), path, ...(source && { source }) });
}
