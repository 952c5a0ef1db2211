/** Words of records, for specs: selectors' requirements, prefixes, port entries. */
import { OPERATOR_DOES_NOT_EXIST, OPERATOR_EXISTS, OPERATOR_IN, OPERATOR_NOT_IN, PORT_NAME, PORT_RANGE } from "../abi";
import { newVec, push, Vec } from "../vec";

export function isIn(key: u32, values: u32[]): u32[] {
  return requirement(OPERATOR_IN, key, values);
}

export function notIn(key: u32, values: u32[]): u32[] {
  return requirement(OPERATOR_NOT_IN, key, values);
}

export function exists(key: u32): u32[] {
  return requirement(OPERATOR_EXISTS, key, []);
}

export function doesNotExist(key: u32): u32[] {
  return requirement(OPERATOR_DOES_NOT_EXIST, key, []);
}

function requirement(operator: u32, key: u32, values: u32[]): u32[] {
  const words: u32[] = [operator, key, values.length];
  return words.concat(values);
}

/** The words of a selector at an address of their own. */
export function selectorOf(requirements: u32[][]): usize {
  const words = newVec(16);
  push(words, requirements.length);
  for (let i = 0; i < requirements.length; ++i) pushAll(words, requirements[i]);
  return words.data;
}

/** The words at an address of their own. */
export function wordsAt(words: u32[]): usize {
  const vec = newVec(words.length);
  pushAll(vec, words);
  return vec.data;
}

export function ip4(a: u32, b: u32, c: u32, d: u32): u32 {
  return (a << 24) | (b << 16) | (c << 8) | d;
}

export function prefix4(address: u32, length: u32): u32[] {
  return [4, length, address, 0, 0, 0];
}

export function prefix6(a: u32, b: u32, c: u32, d: u32, length: u32): u32[] {
  return [6, length, a, b, c, d];
}

export function range(slot: u32, first: u32, last: u32): u32[] {
  return [slot, PORT_RANGE, first, last];
}

export function named(slot: u32, name: u32): u32[] {
  return [slot, PORT_NAME, name, 0];
}

export function pushAll(words: Vec, values: u32[]): void {
  for (let i = 0; i < values.length; ++i) push(words, values[i]);
}
