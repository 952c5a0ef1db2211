/** Offsets of a text to lines and columns. */
import type { Source } from "../errors.ts";
import { lineStarts } from "./line-breaks.ts";
import { sourceAt } from "./text.ts";

export class LineIndex {
  readonly #text: string;
  readonly #file: string | undefined;
  /** Where each line starts; made when the first position is asked for. */
  #starts: number[] | undefined;

  constructor(text: string, file: string | undefined) {
    this.#text = text;
    this.#file = file;
  }

  source(offset: number): Source {
    this.#starts ??= lineStarts(this.#text);
    const starts = this.#starts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return sourceAt(this.#file, low + 1, offset - starts[low]! + 1);
  }
}
