/** The keys of JSON objects as they stand in a text, to find those that an object is given twice. */

/** The key between the quotes at `start` and before `end`. */
export function keyText(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : raw;
}

/** Above this many keys an object's keys go into a set. */
const FEW_KEYS = 24;

/** The keys of all objects that a scan is in, the innermost last. */
export class OpenKeys {
  readonly #text: string;
  /** Hash, offset and end of each key. It keeps the length that it once had: to shorten an array takes longer than the rest. */
  readonly #keys: number[] = [];
  #length = 0;
  /** By depth: where the keys of the object there begin, and once they are many, a set of them. */
  readonly #first: number[] = [];
  readonly #sets: (Set<string> | undefined)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** An object (or an array, which has no keys) begins at this depth. */
  open(depth: number): void {
    this.#first[depth] = this.#length;
    this.#sets[depth] = undefined;
  }

  /** The object at this depth ends. */
  close(depth: number): void {
    this.#length = this.#first[depth]!;
  }

  /** Records a key of the object at this depth, the innermost one; says whether it was there already. */
  isTwice(start: number, end: number, depth: number): boolean {
    const text = this.#text;
    const set = this.#sets[depth];
    if (set !== undefined) {
      const key = keyText(text, start, end);
      if (set.has(key)) return true;
      set.add(key);
      return false;
    }
    const hash = hashOfKey(text, start, end);
    const keys = this.#keys;
    const first = this.#first[depth]!;
    const length = this.#length;
    for (let k = first; k < length; k += 3) {
      if (keys[k] === hash && keyText(text, keys[k + 1]!, keys[k + 2]!) === keyText(text, start, end)) return true;
    }
    keys[length] = hash;
    keys[length + 1] = start;
    keys[length + 2] = end;
    this.#length = length + 3;
    if (this.#length - first > FEW_KEYS * 3) {
      const all = new Set<string>();
      for (let k = first; k < this.#length; k += 3) all.add(keyText(text, keys[k + 1]!, keys[k + 2]!));
      this.#sets[depth] = all;
    }
    return false;
  }
}

/** Of the key that is meant: an escape counts as what it stands for. */
function hashOfKey(text: string, start: number, end: number): number {
  let hash = 0;
  for (let i = start + 1; i < end - 1; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) return hashOf(keyText(text, start, end));
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash;
}

function hashOf(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash;
}
