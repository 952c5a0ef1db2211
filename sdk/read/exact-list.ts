/**
 * A list with room for so many items and no more. A list that grows by pushing takes room for sixteen more than it has, and
 * most lists of a policy have one or two.
 */
export class ExactList<T> {
  readonly #items: T[];
  #count = 0;

  /** `room`: the most that it will hold. */
  constructor(room: number) {
    this.#items = new Array<T>(room);
  }

  push(item: T): void {
    this.#items[this.#count++] = item;
  }

  /** The items, once all are there. */
  items(): readonly T[] {
    this.#items.length = this.#count;
    return this.#items;
  }
}
