/** What a label may be: sets of values, with that of not being there, closed under what selectors say. */
import type { Requirement } from "../../read/objects.ts";

export interface LabelValues {
  readonly values: ReadonlySet<string>;
  /** All values but those. */
  readonly isAllBut: boolean;
  /** The label may be missing. */
  readonly orAbsent: boolean;
}

const NONE: ReadonlySet<string> = new Set();

export const ANY_LABEL: LabelValues = { values: NONE, isAllBut: true, orAbsent: true };
export const PRESENT: LabelValues = { values: NONE, isAllBut: true, orAbsent: false };
const ABSENT: LabelValues = { values: NONE, isAllBut: false, orAbsent: true };

/** What has the label as a requirement asks; `NotIn` holds for what lacks it. [selectors] */
export function valuesOf({ operator, values }: Requirement): LabelValues {
  switch (operator) {
    case "In":
      return { values: new Set(values), isAllBut: false, orAbsent: false };
    case "NotIn":
      return { values: new Set(values), isAllBut: true, orAbsent: true };
    case "Exists":
      return PRESENT;
    case "DoesNotExist":
      return ABSENT;
  }
}

export function isNothing({ values, isAllBut, orAbsent }: LabelValues): boolean {
  return !orAbsent && !isAllBut && values.size === 0;
}

/** Whether there is a label that is of both. */
export function meet(a: LabelValues, b: LabelValues): boolean {
  if ((a.orAbsent && b.orAbsent) || (a.isAllBut && b.isAllBut)) return true;
  const [some, other] = a.isAllBut ? [b, a] : [a, b];
  for (const value of some.values) if (other.values.has(value) !== other.isAllBut) return true;
  return false;
}

export function both(a: LabelValues, b: LabelValues): LabelValues {
  const orAbsent = a.orAbsent && b.orAbsent;
  if (a.isAllBut && b.isAllBut) return { values: new Set([...a.values, ...b.values]), isAllBut: true, orAbsent };
  const [some, other] = a.isAllBut ? [b, a] : [a, b];
  return {
    values: new Set([...some.values].filter((value) => other.values.has(value) !== other.isAllBut)),
    isAllBut: false,
    orAbsent,
  };
}

export function without(a: LabelValues, { values, isAllBut, orAbsent }: LabelValues): LabelValues {
  return both(a, { values, isAllBut: !isAllBut, orAbsent: !orAbsent });
}
