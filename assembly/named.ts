/**
 * The labels that selectors of pods and nodes name. Every label of every endpoint is looked up here, so most answers are one
 * load: the SDK numbers what policies name first, and tables by those numbers are short.
 */
import { take } from "./heap";
import { contains, intern, newTuples, Tuples } from "./intern";
import { at, newVec, pushMany, put, Vec, word } from "./vec";

/** In `values`: the value is named under several keys. */
const SEVERAL: u32 = 0xffffffff;

@unmanaged
export class Named {
  /** By key: 1 if it is named. */
  keys: Vec;
  /** By value: the key (plus 1) that it is named under, SEVERAL, or 0. */
  values: Vec;
  /** (key, value) pairs. */
  pairs: Tuples;
}

export function newNamed(): Named {
  const named = changetype<Named>(take(offsetof<Named>()));
  named.keys = newVec(256);
  named.values = newVec(256);
  named.pairs = newTuples();
  return named;
}

export function nameKey(named: Named, key: u32): void {
  reach(named.keys, key);
  put(named.keys, key, 1);
}

/** Notes the (key, value) pair at `pair`. */
export function namePair(named: Named, pair: usize): void {
  const key = load<u32>(pair);
  const value = word(pair, 1);
  intern(named.pairs, pair, 2);
  reach(named.values, value);
  const before = at(named.values, value);
  put(named.values, value, before == 0 || before == key + 1 ? key + 1 : SEVERAL);
}

export function isKeyNamed(named: Named, key: u32): bool {
  return key < named.keys.length && at(named.keys, key) != 0;
}

/** Whether the (key, value) pair at `pair` is named. */
export function isPairNamed(named: Named, pair: usize): bool {
  const value = word(pair, 1);
  if (value >= named.values.length) return false;
  const key = at(named.values, value);
  return key == SEVERAL ? contains(named.pairs, pair, 2) : key == load<u32>(pair) + 1;
}

function reach(table: Vec, index: u32): void {
  if (index >= table.length) pushMany(table, 0, index + 1 - table.length);
}
