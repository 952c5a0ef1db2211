/** Numbers that are the same in every run. */

/** Whole numbers below `bound`, from a xorshift generator. */
export type Random = (bound: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

/** One of the items. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random(items.length)];
  if (item === undefined) throw new RangeError("there is nothing to pick from");
  return item;
}

/** A number below `bound`, the low ones more often: half of them in the first quarter. */
export function skewed(random: Random, bound: number): number {
  const unit = random(0x1000000) / 0x1000000;
  return Math.floor(unit * unit * bound);
}
