/** Lines of bytes out of chunks of bytes. */

/** A line's number, from 1, and its bytes without the line break; no bytes when it was longer than allowed. */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array | undefined;
}

const LINE_FEED = 0x0a;

/** Cuts a stream into lines; holds no more of it than one line of `longest` bytes. A last line needs no line break. */
export class LineSplitter {
  readonly #longest: number;
  #number = 1;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that end in `chunk`. */
  *push(chunk: Uint8Array): Generator<Line, void, undefined> {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#hold(chunk.subarray(start, end));
      yield this.#take();
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
  }

  /** What came after the last line break, if anything did. */
  *end(): Generator<Line, void, undefined> {
    if (this.#heldBytes > 0) yield this.#take();
  }

  #hold(part: Uint8Array): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > this.#longest) this.#held = [];
    else if (part.length > 0) this.#held.push(part);
  }

  #take(): Line {
    const line = { number: this.#number, bytes: this.#heldBytes > this.#longest ? undefined : join(this.#held) };
    this.#number++;
    this.#held = [];
    this.#heldBytes = 0;
    return line;
  }
}

/** Puts parts after one another. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
