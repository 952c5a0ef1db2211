/** Labels of nearly the spelling that was asked for: hints for readers. Whether a selector matches is for the core to say. */
import { nearest } from "../read/nearest.ts";
import type { Labels, Selector } from "../read/objects.ts";

/** A label of some pod that differs from a wanted one by case, hyphens and the like, or by its value. */
export function nearMiss(selector: Selector, all: readonly Labels[]): string | undefined {
  const near = nearSpelling(selector, all);
  const [first] = selector;
  if (near !== undefined || first?.operator !== "In") return near;
  const there = all.flatMap((labels) => labelOf(labels, first.key) ?? []).filter((one) => !first.values.includes(one));
  const value = nearest(first.values[0] ?? "", there) ?? there[0];
  return value === undefined ? undefined : `${first.key}=${value}`;
}

/** A label that differs from a wanted one by case, hyphens and the like. */
export function nearSpelling(selector: Selector, all: readonly Labels[]): string | undefined {
  for (const { key, operator, values } of selector) {
    if (operator !== "In") continue;
    for (const labels of all) {
      if (values.includes(labelOf(labels, key) ?? "")) continue;
      for (const [other, value] of Object.entries(labels)) {
        const sameKey = plain(other) === plain(key);
        if (sameKey && values.some((wanted) => plain(wanted) === plain(value))) return `${other}=${value}`;
      }
    }
  }
  return undefined;
}

/** Labels may be called as what every object inherits, such as `constructor`. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_.]/g, "");
}
