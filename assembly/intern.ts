/**
 * Interning of word tuples: equal tuples get equal ids, counted from 0 in the order of their first coming.
 *
 * Open addressing over a power of two, at most half full. A slot holds the tuple's hash, so that most others are passed by
 * without a look at them, and id + 1, so that 0 means free whatever the tuple says.
 */
import { NONE } from "./abi";
import { take } from "./heap";
import { addressOf, append, at, newVec, push, Vec } from "./vec";

const SLOT_BYTES: usize = 8;

@unmanaged
export class Tuples {
  slots: usize;
  mask: u32;
  /** Where each tuple starts in `words`; one more than there are tuples. */
  starts: Vec;
  words: Vec;
}

export function newTuples(): Tuples {
  const tuples = changetype<Tuples>(take(offsetof<Tuples>()));
  tuples.starts = newVec(64);
  tuples.words = newVec(256);
  push(tuples.starts, 0);
  tuples.slots = newSlots(64);
  tuples.mask = 63;
  return tuples;
}

export function tupleCount(tuples: Tuples): u32 {
  return tuples.starts.length - 1;
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
  const found = load<u32>(slot, 4);
  if (found != 0) return found - 1;

  const id = tupleCount(tuples);
  append(tuples.words, pointer, length);
  push(tuples.starts, tuples.words.length);
  store<u32>(slot, hash);
  store<u32>(slot, id + 1, 4);
  if (id * 2 >= tuples.mask) grow(tuples);
  return id;
}

/** The id of a tuple that is there already, or NONE. */
export function find(tuples: Tuples, pointer: usize, length: u32): u32 {
  const found = load<u32>(findSlot(tuples, pointer, length, hashWords(pointer, length)), 4);
  return found == 0 ? NONE : found - 1;
}

/** Whether a tuple is there already. */
export function contains(tuples: Tuples, pointer: usize, length: u32): bool {
  return find(tuples, pointer, length) != NONE;
}

function findSlot(tuples: Tuples, pointer: usize, length: u32, hash: u32): usize {
  const end = tuples.slots + (<usize>tuples.mask + 1) * SLOT_BYTES;
  let slot = tuples.slots + <usize>(hash & tuples.mask) * SLOT_BYTES;
  while (true) {
    const entry = load<u32>(slot, 4);
    if (entry == 0 || (load<u32>(slot) == hash && holds(tuples, entry - 1, pointer, length))) return slot;
    slot += SLOT_BYTES;
    if (slot == end) slot = tuples.slots;
  }
}

function holds(tuples: Tuples, id: u32, pointer: usize, length: u32): bool {
  const start = at(tuples.starts, id);
  if (at(tuples.starts, id + 1) - start != length) return false;
  const words = addressOf(tuples.words, start);
  for (let i: usize = 0; i < (<usize>length) << 2; i += 4) {
    if (load<u32>(words + i) != load<u32>(pointer + i)) return false;
  }
  return true;
}

function newSlots(count: u32): usize {
  const bytes = <usize>count * SLOT_BYTES;
  const slots = take(bytes);
  memory.fill(slots, 0, bytes);
  return slots;
}

/** Makes the table four times as large: the old one stays behind. */
function grow(tuples: Tuples): void {
  const old = tuples.slots;
  const oldEnd = old + (<usize>tuples.mask + 1) * SLOT_BYTES;
  const size = (tuples.mask + 1) << 2;
  tuples.slots = newSlots(size);
  tuples.mask = size - 1;
  for (let entry = old; entry < oldEnd; entry += SLOT_BYTES) {
    if (load<u32>(entry, 4) == 0) continue;
    let index = load<u32>(entry) & tuples.mask;
    while (load<u32>(tuples.slots + <usize>index * SLOT_BYTES, 4) != 0) index = (index + 1) & tuples.mask;
    store<u64>(tuples.slots + <usize>index * SLOT_BYTES, load<u64>(entry));
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
