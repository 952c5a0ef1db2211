/** An object's own text, copied, so that positions inside it can be found again without the whole text. */
import type { Path, Source } from "../errors.ts";
import type { TextInsertion } from "./insert.ts";
import { LineIndex } from "./line-index.ts";
import type { Insertion, Origin, PositionTree } from "./objects.ts";
import { sourceAt } from "./text.ts";

/** The offset of a value in a text, and those of what is in it. */
export interface OffsetTree {
  readonly offset: number;
  readonly children?: readonly OffsetTree[] | ReadonlyMap<string, OffsetTree>;
}

/** How an object's text is looked at, and added to. */
export interface TextFinder {
  /** The offset of what lies at a path, or of its nearest existing parent. */
  find(text: string, path: Path): number;
  /** As `Origin.insertion`, by offset. */
  insert(text: string, path: Path, value: string | readonly string[]): TextInsertion | undefined;
  /** All offsets at once: looking each of them up would read the text as often. */
  tree(text: string): OffsetTree;
}

export class Snippet implements Origin {
  readonly file?: string;
  readonly #bytes: Uint8Array;
  readonly #start: Source;
  readonly #finder: TextFinder;

  constructor(text: string, start: Source, finder: TextFinder) {
    if (start.file !== undefined) this.file = start.file;
    // INVARIANT: bytes, not a slice of the text, which would keep the whole text in memory.
    this.#bytes = new TextEncoder().encode(text);
    this.#start = start;
    this.#finder = finder;
  }

  locate(path: Path): Source {
    const text = this.#text;
    return this.#sourceOf(new LineIndex(text, this.file), this.#finder.find(text, path));
  }

  insertion(path: Path, value: string | readonly string[]): Insertion | undefined {
    const text = this.#text;
    const found = this.#finder.insert(text, path, value);
    return found && { source: this.#sourceOf(new LineIndex(text, this.file), found.offset), text: found.text };
  }

  positions(): PositionTree {
    const text = this.#text;
    const lines = new LineIndex(text, this.file);
    const positionsIn = ({ offset, children }: OffsetTree): PositionTree => {
      const { line, column } = this.#sourceOf(lines, offset);
      if (children === undefined) return [line, column];
      if (children instanceof Map) {
        return [line, column, Object.fromEntries([...children].map(([key, child]) => [key, positionsIn(child)]))];
      }
      return [line, column, (children as readonly OffsetTree[]).map(positionsIn)];
    };
    return positionsIn(this.#finder.tree(text));
  }

  get #text(): string {
    return new TextDecoder().decode(this.#bytes);
  }

  #sourceOf(lines: LineIndex, offset: number): Source {
    const { line, column } = lines.source(offset);
    const start = this.#start;
    return sourceAt(this.file, start.line + line - 1, line === 1 ? start.column + column - 1 : column);
  }
}
