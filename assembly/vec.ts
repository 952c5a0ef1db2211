/**
 * A growable array of words outside any garbage collector.
 *
 * `data` may point into the query arena (see arena.ts): a push past the capacity moves the words to a block of their own,
 * and the next `seal` brings them back. It never shrinks and never frees: the stub runtime has nothing to free to.
 */
import { take } from "./heap";

@unmanaged
export class Vec {
  data: usize;
  length: u32;
  capacity: u32;
}

/** An empty array with room for `capacity` words. */
export function newVec(capacity: u32): Vec {
  const vec = changetype<Vec>(take(offsetof<Vec>()));
  vec.data = take((<usize>capacity) << 2);
  vec.length = 0;
  vec.capacity = capacity;
  return vec;
}

/** The same array without its words. */
export function cleared(vec: Vec): Vec {
  vec.length = 0;
  return vec;
}

/** Makes room for `extra` more words. */
export function reserve(vec: Vec, extra: u32): void {
  const needed = vec.length + extra;
  if (needed <= vec.capacity) return;
  let capacity = max<u32>(vec.capacity << 1, 16);
  while (capacity < needed) capacity <<= 1;
  const data = take((<usize>capacity) << 2);
  memory.copy(data, vec.data, (<usize>vec.length) << 2);
  vec.data = data;
  vec.capacity = capacity;
}

/** Appends a word and gives its index. */
export function push(vec: Vec, value: u32): u32 {
  if (vec.length == vec.capacity) reserve(vec, 1);
  const index = vec.length;
  store<u32>(vec.data + ((<usize>index) << 2), value);
  vec.length = index + 1;
  return index;
}

/** Appends `count` words of the same value and gives the index of the first. */
export function pushMany(vec: Vec, value: u32, count: u32): u32 {
  reserve(vec, count);
  const first = vec.length;
  for (let i: u32 = 0; i < count; ++i) store<u32>(vec.data + ((<usize>(first + i)) << 2), value);
  vec.length = first + count;
  return first;
}

/** Appends the `count` words at `words`, which must not lie in this array. */
export function append(vec: Vec, words: usize, count: u32): void {
  reserve(vec, count);
  const end = vec.data + ((<usize>vec.length) << 2);
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) store<u32>(end + i, load<u32>(words + i));
  vec.length += count;
}

/** Appends four words. */
export function pushFour(vec: Vec, a: u32, b: u32, c: u32, d: u32): void {
  reserve(vec, 4);
  const end = vec.data + ((<usize>vec.length) << 2);
  store<u32>(end, a);
  store<u32>(end, b, 4);
  store<u32>(end, c, 8);
  store<u32>(end, d, 12);
  vec.length += 4;
}

export function at(vec: Vec, index: u32): u32 {
  assert(index < vec.length, "index past a Vec's end");
  return load<u32>(vec.data + ((<usize>index) << 2));
}

export function put(vec: Vec, index: u32, value: u32): void {
  assert(index < vec.length, "index past a Vec's end");
  store<u32>(vec.data + ((<usize>index) << 2), value);
}

/** The address of a word; valid until the next push. */
export function addressOf(vec: Vec, index: u32): usize {
  return vec.data + ((<usize>index) << 2);
}

/** The word `index` words after `pointer`. */
export function word(pointer: usize, index: u32): u32 {
  return load<u32>(pointer + ((<usize>index) << 2));
}
