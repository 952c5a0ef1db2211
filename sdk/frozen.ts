/** Answers that share parts with their state: who writes to one would change what is answered later. */

/** Freezes plain values, with all that is in them; views of bytes, and what has a class, are left as they are. */
export function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
