/** Whether two read objects say the same; where they were written does not count. */

export function sameContent<T extends { readonly origin: unknown }>(a: T, b: T): boolean {
  return isSame({ ...a, origin: undefined }, { ...b, origin: undefined });
}

/** Deep equality of plain values and byte arrays; a key without a value is as good as none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  return (
    Object.keys(left).every((key) => isSame(left[key], right[key])) &&
    Object.keys(right).every((key) => right[key] === undefined || left[key] !== undefined)
  );
}
