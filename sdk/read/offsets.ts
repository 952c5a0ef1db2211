/** Where the values of a text stand. */
import type { Path } from "../errors.ts";

/** What is in a value: the items of a list, the fields of a mapping, or nothing. */
export type OffsetChildren<N> = readonly Offsets<N>[] | ReadonlyMap<string, Offsets<N>> | undefined;

/**
 * The offsets of a value and of what is in it. Each level is looked at once, when a path first leads there: many positions
 * of one text cost no more than going over it once.
 */
export class Offsets<N> {
  /** What the text's reader knows the value by. */
  readonly node: N;
  /** A scalar's own and a list item's own; the key's, for a mapping or list that is a field. */
  readonly offset: number;
  /** The key's, for every field. */
  readonly key: number;
  readonly #look: () => OffsetChildren<N>;
  #children: OffsetChildren<N>;
  #isLookedAt = false;

  constructor(node: N, offset: number, key: number, look: () => OffsetChildren<N>) {
    this.node = node;
    this.offset = offset;
    this.key = key;
    this.#look = look;
  }

  get children(): OffsetChildren<N> {
    if (!this.#isLookedAt) {
      this.#children = this.#look();
      this.#isLookedAt = true;
    }
    return this.#children;
  }

  /** What lies at `path`, if it is there. */
  at(path: Path): Offsets<N> | undefined {
    const { found, depth } = this.nearest(path);
    return depth === path.length ? found : undefined;
  }

  /** What lies at `path`, or its nearest existing parent, and how many steps lead there. */
  nearest(path: Path): { readonly found: Offsets<N>; readonly depth: number } {
    let found: Offsets<N> = this;
    for (const [depth, step] of path.entries()) {
      const next = found.#child(step);
      if (next === undefined) return { found, depth };
      found = next;
    }
    return { found, depth: path.length };
  }

  #child(step: string | number): Offsets<N> | undefined {
    const children = this.children;
    if (children === undefined) return undefined;
    if (children instanceof Map) return children.get(String(step));
    return typeof step === "number" ? (children as readonly Offsets<N>[])[step] : undefined;
  }
}
