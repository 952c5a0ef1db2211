/**
 * Which numbers endpoints get. A pod that is built again under its name keeps its number, and the number of a pod that is
 * gone is nobody's for ever: callers hold them as pod indices.
 */
export class Numbering {
  readonly #kept: ReadonlyMap<string, number>;
  readonly #taken: ReadonlySet<number>;
  /** Above all that are taken. */
  readonly #takenEnd: number;
  #next = 0;

  /** `kept`: numbers by `namespace/name`; `retired`: those of pods that are gone. */
  constructor(kept: ReadonlyMap<string, number> = new Map(), retired: Iterable<number> = []) {
    this.#kept = kept;
    this.#taken = new Set([...kept.values(), ...retired]);
    let end = 0;
    for (const taken of this.#taken) if (taken >= end) end = taken + 1;
    this.#takenEnd = end;
  }

  /** Endpoints that come later have numbers from here on. */
  get end(): number {
    return Math.max(this.#next, this.#takenEnd);
  }

  /** The number of the endpoint that comes next. */
  next(): number {
    while (this.#taken.has(this.#next)) this.#next++;
    return this.#next++;
  }

  /** The number of a pod that has a name. */
  nextFor(namespace: string, name: string): number {
    const kept = this.#kept.size === 0 ? undefined : this.#kept.get(`${namespace}/${name}`);
    return kept ?? this.next();
  }
}
