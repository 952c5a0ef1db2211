/**
 * Interning of word tuples: equal tuples get equal ids, counted from 0 in the order of their first coming.
 *
 * Open addressing over a power of two; a slot holds id + 1, so that 0 means free whatever the tuple says.
 */
import { addressOf, at, newVec, push, reserve, Vec } from "./vec";

@unmanaged
export class Tuples {
  slots: usize;
  mask: u32;
  /** Where each tuple starts in `words`; one more than there are tuples. */
  starts: Vec;
  words: Vec;
  hashes: Vec;
}

export function newTuples(): Tuples {
  const tuples = changetype<Tuples>(heap.alloc(offsetof<Tuples>()));
  tuples.starts = newVec(64);
  tuples.words = newVec(256);
  tuples.hashes = newVec(64);
  push(tuples.starts, 0);
  resize(tuples, 64);
  return tuples;
}

export function tupleCount(tuples: Tuples): u32 {
  return tuples.hashes.length;
}

export function tupleLength(tuples: Tuples, id: u32): u32 {
  return at(tuples.starts, id + 1) - at(tuples.starts, id);
}

/** The address of a tuple's words; valid until the next `intern`. */
export function tupleAt(tuples: Tuples, id: u32): usize {
  return addressOf(tuples.words, at(tuples.starts, id));
}

/** The id of the `length` words at `pointer`, which must not lie in this table's own storage. */
export function intern(tuples: Tuples, pointer: usize, length: u32): u32 {
  const hash = hashWords(pointer, length);
  const slot = findSlot(tuples, pointer, length, hash);
  const found = load<u32>(slot);
  if (found != 0) return found - 1;

  const id = tuples.hashes.length;
  reserve(tuples.words, length);
  memory.copy(addressOf(tuples.words, tuples.words.length), pointer, (<usize>length) << 2);
  tuples.words.length += length;
  push(tuples.starts, tuples.words.length);
  push(tuples.hashes, hash);
  store<u32>(slot, id + 1);
  if (id * 2 >= tuples.mask) resize(tuples, (tuples.mask + 1) << 1);
  return id;
}

/** Whether a tuple is there already. */
export function contains(tuples: Tuples, pointer: usize, length: u32): bool {
  return load<u32>(findSlot(tuples, pointer, length, hashWords(pointer, length))) != 0;
}

function findSlot(tuples: Tuples, pointer: usize, length: u32, hash: u32): usize {
  let index = hash & tuples.mask;
  while (true) {
    const slot = tuples.slots + ((<usize>index) << 2);
    const entry = load<u32>(slot);
    if (entry == 0) return slot;
    const id = entry - 1;
    if (
      at(tuples.hashes, id) == hash &&
      tupleLength(tuples, id) == length &&
      memory.compare(tupleAt(tuples, id), pointer, (<usize>length) << 2) == 0
    ) {
      return slot;
    }
    index = (index + 1) & tuples.mask;
  }
}

function resize(tuples: Tuples, size: u32): void {
  tuples.slots = heap.alloc((<usize>size) << 2);
  memory.fill(tuples.slots, 0, (<usize>size) << 2);
  tuples.mask = size - 1;
  for (let id: u32 = 0; id < tuples.hashes.length; ++id) {
    let index = at(tuples.hashes, id) & tuples.mask;
    while (load<u32>(tuples.slots + ((<usize>index) << 2)) != 0) index = (index + 1) & tuples.mask;
    store<u32>(tuples.slots + ((<usize>index) << 2), id + 1);
  }
}

/** Murmur3's mixing over words. */
export function hashWords(pointer: usize, length: u32): u32 {
  let hash: u32 = 0x9747b28c ^ length;
  for (let i: u32 = 0; i < length; ++i) {
    let k = load<u32>(pointer + ((<usize>i) << 2)) * 0xcc9e2d51;
    k = rotl<u32>(k, 15) * 0x1b873593;
    hash = rotl<u32>(hash ^ k, 13) * 5 + 0xe6546b64;
  }
  hash ^= hash >> 16;
  hash *= 0x85ebca6b;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35;
  return hash ^ (hash >> 16);
}
