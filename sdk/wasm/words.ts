/** A growable run of words, to be written into Wasm memory at once. */
export class Words {
  /** The words and some room; only the first `length` count. Another array after `reserve`. */
  array: Uint32Array;
  length = 0;

  /** `capacity`: how many words are expected. */
  constructor(capacity = 256) {
    this.array = new Uint32Array(capacity);
  }

  /** Makes room for `extra` more words. */
  reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.array.length) return;
    const wider = new Uint32Array(Math.max(this.array.length * 2, needed));
    wider.set(this.array);
    this.array = wider;
  }

  push(value: number): void {
    if (this.length === this.array.length) this.reserve(1);
    this.array[this.length++] = value;
  }

  append(words: Uint32Array): void {
    this.reserve(words.length);
    this.array.set(words, this.length);
    this.length += words.length;
  }

  /** The words so far; valid until the next push. */
  view(): Uint32Array {
    return this.array.subarray(0, this.length);
  }
}
