/** Groups as callers see them. */
import type { Grouping } from "./grouping.ts";
import type { PodGroup } from "./types.ts";

const made = new WeakMap<Grouping, readonly PodGroup[]>();

/** The same objects for everything that is made of one grouping. */
export function podGroups(grouping: Grouping): readonly PodGroup[] {
  let groups = made.get(grouping);
  if (groups === undefined) {
    groups = Object.freeze(
      grouping.groups.map(({ index, first, size }) => Object.freeze(new Members(grouping, index, first, size))),
    );
    made.set(grouping, groups);
  }
  return groups;
}

class Members implements PodGroup {
  readonly #grouping: Grouping;
  readonly index: number;
  readonly first: number;
  readonly size: number;

  constructor(grouping: Grouping, index: number, first: number, size: number) {
    this.#grouping = grouping;
    this.index = index;
    this.first = first;
    this.size = size;
  }

  get names(): readonly string[] {
    return this.#grouping.names.slice(this.first, this.first + this.size);
  }

  get podIndices(): Uint32Array {
    return this.#grouping.podIndices.slice(this.first, this.first + this.size);
  }
}
