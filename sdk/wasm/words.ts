/** A growable run of words, to be written into Wasm memory at once. */
export class Words {
  #words: Uint32Array = new Uint32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#words.length) {
      const wider = new Uint32Array(this.#words.length * 2);
      wider.set(this.#words);
      this.#words = wider;
    }
    this.#words[this.#length++] = value;
  }

  /** Overwrites a word that was pushed before. */
  put(index: number, value: number): void {
    this.#words[index] = value;
  }

  /** The words so far; valid until the next push. */
  view(): Uint32Array {
    return this.#words.subarray(0, this.#length);
  }
}
