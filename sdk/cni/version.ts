/** Versions as plugins are tagged with. */

/** The numbers of a version; undefined for what is none. */
export function versionNumbers(text: string): readonly number[] | undefined {
  const match = /^v?(\d+(?:\.\d+){0,3})(?:[-+].*)?$/.exec(text);
  return match?.[1]?.split(".").map(Number);
}

/** By as many numbers as the limit has. */
export function isBefore(version: string, limit: string): boolean {
  const [a, b] = [versionNumbers(version) ?? [], versionNumbers(limit) ?? []];
  for (let i = 0; i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
