/** The numbers that one state's texts have in the core: names of ports, keys and values of labels. */
import type { Labels } from "../read/objects.ts";
import type { Words } from "./words.ts";

/** Labels up to which their pairs are put in order where they stand. */
const FEW_LABELS = 32;

/** In place of a value's number: no selector has named it so far. Numbers of texts are above it. */
const UNNAMED = 0;

export class Vocabulary {
  readonly #numbers = new Map<string, number>();
  /** The numbers of the label keys that selectors have named so far. */
  readonly #labelKeys = new Map<string, number>();

  /** A text's number; it has one from now on. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(text, number);
    return number;
  }

  /** The number of a label's key that a selector names. */
  nameKey(key: string): number {
    const number = this.numberOf(key);
    this.#labelKeys.set(key, number);
    return number;
  }

  /**
   * Writes (key, value) pairs sorted by key, and gives their number. `named` leaves out what no selector has named: of pods and
   * nodes the core knows no more, and takes no policy in place that names more.
   */
  writePairs(words: Words, labels: Labels, named: boolean): number {
    const first = words.length;
    let count = 0;
    for (const key in labels) {
      const id = named ? this.#labelKeys.get(key) : this.numberOf(key);
      if (id === undefined) continue;
      words.reserve(2);
      const { array } = words;
      let at = first + count * 2;
      if (count < FEW_LABELS) {
        for (; at > first && array[at - 2]! > id; at -= 2) {
          array[at] = array[at - 2]!;
          array[at + 1] = array[at - 1]!;
        }
      }
      array[at] = id;
      const value = labels[key]!;
      array[at + 1] = named ? (this.#numbers.get(value) ?? UNNAMED) : this.numberOf(value);
      words.length += 2;
      count++;
    }
    if (count > FEW_LABELS) sortPairs(words.array.subarray(first, words.length));
    return count;
  }
}

function sortPairs(pairs: Uint32Array): void {
  const order = Array.from({ length: pairs.length >> 1 }, (_, i): readonly [number, number] => [
    pairs[i * 2]!,
    pairs[i * 2 + 1]!,
  ]);
  order.sort((a, b) => a[0] - b[0]);
  pairs.set(order.flat());
}
