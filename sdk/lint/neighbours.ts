/**
 * Rules by what they speak of, so that those which may have a flow in common with another one are found without a look at
 * all: by where they begin and end on an axis, or by the values of a label, whichever leaves the fewest.
 */

import { addTo } from "../add-to.ts";
import type { Containment, PlacedRule } from "./containment.ts";
import type { Axis } from "./regions/box.ts";

/** One way to look rules up: how many it would give, and which. None of those left out has anything in common with it. */
interface Look<T> {
  count(rule: T): number;
  of(rule: T): Iterable<T>;
}

export class Neighbours<T extends PlacedRule> {
  readonly #containment: Containment;
  readonly #places: ReadonlyMap<T, number>;
  readonly #bySpan: readonly Look<T>[];
  readonly #byLabel = new Map<string, ByLabel<T>>();

  constructor(containment: Containment, rules: readonly T[]) {
    this.#containment = containment;
    this.#places = new Map(rules.map((rule, place) => [rule, place]));
    this.#bySpan = [new BySpan(containment, rules, "address"), new BySpan(containment, rules, "port")];
    for (const rule of rules) {
      for (const [key, values] of containment.listedLabels(rule)) {
        const look = this.#byLabel.get(key) ?? new ByLabel(rules, (one) => containment.listedLabels(one).get(key));
        this.#byLabel.set(key, look);
        look.add(rule, values);
      }
    }
  }

  /** The others of a rule's direction that may have a flow in common with it, in the order of the rules; it need not be one of them. */
  of(rule: T): readonly T[] {
    const keys = [...this.#containment.listedLabels(rule).keys()];
    const looks = [...this.#bySpan, ...keys.flatMap((key) => this.#byLabel.get(key) ?? [])];
    const counts = looks.map((look) => look.count(rule));
    const best = looks[counts.indexOf(Math.min(...counts))];
    return [...(best?.of(rule) ?? [])]
      .filter((one) => one !== rule && one.rule.direction === rule.rule.direction)
      .sort((one, other) => (this.#places.get(one) ?? 0) - (this.#places.get(other) ?? 0));
  }
}

/** By their first number, with the last that they or any before them speak of. */
class BySpan<T extends PlacedRule> implements Look<T> {
  readonly #spanOf: (rule: T) => { readonly first: bigint; readonly last: bigint } | undefined;
  readonly #rules: readonly { readonly rule: T; readonly first: bigint; readonly last: bigint }[];
  readonly #reach: readonly bigint[];

  constructor(containment: Containment, rules: readonly T[], axis: Axis) {
    this.#spanOf = (rule) => containment.span(rule, axis);
    this.#rules = rules
      .flatMap((rule) => {
        const span = this.#spanOf(rule);
        return span === undefined ? [] : [{ rule, ...span }];
      })
      .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
    let reach = -1n;
    this.#reach = this.#rules.map(({ last }) => {
      if (last > reach) reach = last;
      return reach;
    });
  }

  count(rule: T): number {
    const [from, to] = this.#between(rule);
    return to - from;
  }

  *of(rule: T): Iterable<T> {
    const [from, to] = this.#between(rule);
    const first = this.#spanOf(rule)?.first ?? 0n;
    for (const one of this.#rules.slice(from, to)) if (one.last >= first) yield one.rule;
  }

  /** The places of the first one that may, and after the last. */
  #between(rule: T): readonly [number, number] {
    const span = this.#spanOf(rule);
    if (span === undefined) return [0, 0];
    const to = firstPlace(this.#rules.length, (place) => this.#rules[place]!.first > span.last);
    return [firstPlace(to, (place) => this.#reach[place]! >= span.first), to];
  }
}

/** By the values of a label; of a rule that has some. Those that may have any other are not listed. */
class ByLabel<T> implements Look<T> {
  readonly #all: readonly T[];
  readonly #valuesOf: (rule: T) => ReadonlySet<string> | undefined;
  readonly #listed = new Set<T>();
  readonly #byValue = new Map<string, T[]>();

  constructor(all: readonly T[], valuesOf: (rule: T) => ReadonlySet<string> | undefined) {
    this.#all = all;
    this.#valuesOf = valuesOf;
  }

  add(rule: T, values: ReadonlySet<string>): void {
    this.#listed.add(rule);
    for (const value of values) addTo(this.#byValue, value, rule);
  }

  count(rule: T): number {
    let count = this.#all.length - this.#listed.size;
    for (const value of this.#valuesOf(rule) ?? []) count += this.#byValue.get(value)?.length ?? 0;
    return count;
  }

  *of(rule: T): Iterable<T> {
    const alike = [...(this.#valuesOf(rule) ?? [])].flatMap((value) => this.#byValue.get(value) ?? []);
    yield* new Set(alike);
    if (this.#listed.size === this.#all.length) return;
    for (const one of this.#all) if (!this.#listed.has(one)) yield one;
  }
}

/** The first of `count` places where something holds that holds at all after it; `count` where there is none. */
function firstPlace(count: number, holds: (place: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
