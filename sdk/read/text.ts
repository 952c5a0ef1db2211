/** What a reader of text gives: documents, one after the other, each with the way back to its lines. */
import type { Issue, Path, Source } from "../errors.ts";
import type { TextInsertion } from "./insert.ts";
import type { Insertion, Origin } from "./objects.ts";

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

/** What the language of a snippet knows of it. */
export interface SnippetReader {
  /** The offset of what lies at a path, or of its nearest existing parent. */
  find(text: string, path: Path): number;
  /** As `Origin.insertion`, by offset. */
  insert(text: string, path: Path, value: string | readonly string[]): TextInsertion | undefined;
}

/** An object's own text, copied, so that positions inside it can be found again without the whole text. */
export class Snippet implements Origin {
  readonly file?: string;
  readonly #bytes: Uint8Array;
  readonly #start: Source;
  readonly #reader: SnippetReader;

  constructor(text: string, start: Source, reader: SnippetReader) {
    if (start.file !== undefined) this.file = start.file;
    // INVARIANT: bytes, not a slice of the text, which would keep the whole text in memory.
    this.#bytes = new TextEncoder().encode(text);
    this.#start = start;
    this.#reader = reader;
  }

  locate(path: Path): Source {
    const text = this.#text();
    return this.#sourceOf(text, this.#reader.find(text, path));
  }

  insertion(path: Path, value: string | readonly string[]): Insertion | undefined {
    const text = this.#text();
    const found = this.#reader.insert(text, path, value);
    return found && { source: this.#sourceOf(text, found.offset), text: found.text };
  }

  #text(): string {
    return new TextDecoder().decode(this.#bytes);
  }

  #sourceOf(text: string, offset: number): Source {
    const before = text.slice(0, offset);
    const lines = before.split("\n").length - 1;
    const column = offset - (before.lastIndexOf("\n") + 1) + 1;
    const { line, column: startColumn } = this.#start;
    return sourceAt(this.file, line + lines, lines === 0 ? startColumn + column - 1 : column);
  }
}
