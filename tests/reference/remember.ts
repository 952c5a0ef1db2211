/** Answers that are asked for again and again. What they are kept for must not change. */

/** Makes a function that works out its answer once for each object. */
export function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined || known.has(key)) return old as V;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
