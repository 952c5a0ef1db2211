/** An object's own text, copied, so that positions inside it can be found again without the whole text. */
import type { Path, Source } from "../errors.ts";
import type { TextInsertion } from "./insert.ts";
import { LineIndex } from "./line-index.ts";
import type { Insertion, Origin, PositionTree } from "./objects.ts";
import type { Offsets } from "./offsets.ts";
import { sourceAt } from "./text.ts";

/** How an object's text is looked at, and added to. */
export interface TextFinder {
  offsets(text: string): Offsets<unknown>;
  /** As `Origin.insertion`, by offset. */
  insert(text: string, path: Path, value: string | readonly string[]): TextInsertion | undefined;
}

/** A text that was looked at. */
interface Look {
  readonly length: number;
  readonly offsets: Offsets<unknown>;
  readonly lines: LineIndex;
}

/**
 * Looks at what was asked for last, oldest first: who asks for one position of an object mostly asks for more. They take some forty
 * times as many bytes as the text has characters, and are let go when the code that asks has come to its end.
 */
const recent = new Map<Snippet, Look>();
/** Characters of all texts that are kept so; one that is longer is kept alone. */
const MOST_RECENT = 1 << 21;
let recentLength = 0;

function letGo(): void {
  recent.clear();
  recentLength = 0;
}

function makeRoom(length: number): void {
  if (recent.size === 0) void Promise.resolve().then(letGo);
  for (const [oldest, look] of recent) {
    if (recentLength + length <= MOST_RECENT) break;
    recent.delete(oldest);
    recentLength -= look.length;
  }
  recentLength += length;
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
    const { offsets, lines } = this.#look();
    return this.#sourceOf(lines, offsets.nearest(path).found.offset);
  }

  insertion(path: Path, value: string | readonly string[]): Insertion | undefined {
    const found = this.#finder.insert(this.#text, path, value);
    return found && { source: this.#sourceOf(this.#look().lines, found.offset), text: found.text };
  }

  positions(): PositionTree {
    const { offsets, lines } = this.#look();
    const positionsIn = ({ offset, children }: Offsets<unknown>): PositionTree => {
      const { line, column } = this.#sourceOf(lines, offset);
      if (children === undefined) return [line, column];
      if (children instanceof Map) {
        return [line, column, Object.fromEntries([...children].map(([key, child]) => [key, positionsIn(child)]))];
      }
      return [line, column, (children as readonly Offsets<unknown>[]).map(positionsIn)];
    };
    return positionsIn(offsets);
  }

  get #text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#bytes);
  }

  #look(): Look {
    let look = recent.get(this);
    if (look === undefined) {
      const text = this.#text;
      look = { length: text.length, offsets: this.#finder.offsets(text), lines: new LineIndex(text, this.file) };
      makeRoom(look.length);
    }
    // The newest is last.
    recent.delete(this);
    recent.set(this, look);
    return look;
  }

  #sourceOf(lines: LineIndex, offset: number): Source {
    const { line, column } = lines.source(offset);
    const start = this.#start;
    return sourceAt(this.file, start.line + line - 1, line === 1 ? start.column + column - 1 : column);
  }
}
