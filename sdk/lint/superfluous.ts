/** Rules that could be taken out, all together, and what is left would speak of the same. */
import type { Containment, PlacedRule } from "./containment.ts";
import { Neighbours } from "./neighbours.ts";

export interface Superfluous<T extends PlacedRule> {
  readonly rule: T;
  /** Those that together speak of all that it does: one if one is enough. */
  readonly by: readonly T[];
}

/** First what a single rule includes, then what takes several; of two alike the later one. In the order of the rules. */
export function superfluous<T extends PlacedRule>(
  containment: Containment,
  rules: readonly T[],
): readonly Superfluous<T>[] {
  const left = new Set(rules);
  const found = new Map<T, Superfluous<T>>();
  const neighbours = new Neighbours(containment, rules);
  for (const cover of [
    (others: readonly T[], rule: T) => containment.single(others, rule),
    (others: readonly T[], rule: T) => containment.smallest(others, rule),
  ]) {
    for (const rule of [...left].reverse()) {
      const others = neighbours.of(rule).filter((one) => left.has(one));
      const by = cover(others, rule);
      if (by === undefined) continue;
      left.delete(rule);
      found.set(rule, { rule, by });
    }
  }
  return rules.flatMap((rule) => found.get(rule) ?? []);
}
