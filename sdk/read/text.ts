/** What a reader of text gives: documents, one after the other, each with the way back to its lines. */
import type { Issue, Path, Source } from "../errors.ts";
import type { Origin } from "./objects.ts";

/** Where the problems go. */
export interface IssueSink {
  push(issue: Issue): unknown;
}

/** One document of a text. It holds on to the text: keep `origin`s, not documents. */
export interface TextDocument {
  readonly value: unknown;
  /**
   * Position of what lies at `path`, or of its nearest existing parent: a scalar's own, a list item's own, and the key of
   * a mapping or list that is a field. With `atKey` always the key.
   */
  locate(path: Path, atKey?: boolean): Source;
  /**
   * The origin of the object at `path`. With `positions` it finds every path inside the object, and keeps a copy of that
   * object's text; without, it only knows where the object starts.
   */
  origin(path: Path, positions: boolean): Origin;
}

/** Reads a text into documents; what is wrong with the text itself goes to `issues`. Empty documents are left out. */
export type TextReader = (text: string, file: string | undefined, issues: IssueSink) => Iterable<TextDocument>;

/** Builds a `Source`, leaving `file` out where there is none. */
export function sourceAt(file: string | undefined, line: number, column: number): Source {
  return file === undefined ? { line, column } : { file, line, column };
}

/** An origin that knows where its object starts, and no more. */
export function originAt(source: Source): Origin {
  return source.file === undefined ? { locate: () => source } : { file: source.file, locate: () => source };
}
