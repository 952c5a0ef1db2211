/** Makes a failing case smaller while it goes on failing. */

export interface Shrinkable {
  readonly objects: readonly object[];
  readonly options: object;
  readonly flows: readonly object[];
}

type Json = null | string | number | boolean | Json[] | { [key: string]: Json };

/**
 * Removes objects and flows, then anything inside them, as long as `fails` holds; greedy, until nothing more goes.
 * `budget` bounds how many objects `fails` is given in all.
 */
export async function shrink<T extends Shrinkable>(
  failing: T,
  fails: (candidate: T) => Promise<boolean>,
  budget = 600_000,
): Promise<T> {
  let given = 0;
  const ask = async (candidate: T): Promise<boolean> => {
    given += candidate.objects.length + candidate.flows.length;
    return given < budget && (await fails(candidate));
  };
  let best = await withoutItems(failing, "objects", ask);
  best = await withoutItems(best, "flows", ask);
  for (;;) {
    const smaller = await withoutParts(best, ask);
    if (smaller === undefined) return best;
    best = smaller;
  }
}

/** Halves of a list first, then quarters, at last single items. */
async function withoutItems<T extends Shrinkable>(
  failing: T,
  list: "objects" | "flows",
  ask: (candidate: T) => Promise<boolean>,
): Promise<T> {
  let best = failing;
  for (let size = Math.ceil(failing[list].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < best[list].length; ) {
      const candidate = { ...best, [list]: best[list].toSpliced(start, size) };
      if (await ask(candidate)) best = candidate;
      else start += size;
    }
  }
  return best;
}

/** One pass over every part of the case, each tried without; undefined where nothing could go. */
async function withoutParts<T extends Shrinkable>(
  failing: T,
  ask: (candidate: T) => Promise<boolean>,
): Promise<T | undefined> {
  let best: T | undefined;
  let current = clone(failing);
  // Later parts first, so that removing one leaves the paths before it as they are.
  for (const path of pathsOf(current as unknown as Json).reverse()) {
    const candidate = clone(current);
    remove(candidate as unknown as Json, path);
    if (!(await ask(candidate))) continue;
    current = candidate;
    best = candidate;
  }
  return best;
}

/** Every part that can be missing; what identifies an object stays. */
function pathsOf(value: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  if (value === null || typeof value !== "object") return [];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, child]) => {
    const here = [...path, key];
    const kept =
      ["objects", "options", "flows", "kind", "apiVersion", "name", "from", "to"].includes(String(key)) &&
      isOuter(path);
    return [...(kept ? [] : [here]), ...pathsOf(child, here)];
  });
}

/** The case itself, an object, its metadata, a flow: not what is inside a `spec`. */
function isOuter(path: readonly (string | number)[]): boolean {
  return path.length <= 2 || (path.length === 3 && path[2] === "metadata");
}

/** A copy in which nothing is shared: a case may hold one list in two places. */
function clone<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function remove(value: Json, path: readonly (string | number)[]): void {
  let parent = value as Record<string | number, Json> | Json[];
  for (const step of path.slice(0, -1)) parent = (parent as Record<string | number, Json>)[step] as typeof parent;
  const last = path.at(-1)!;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}
