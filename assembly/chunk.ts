/**
 * Chunks: 512 bits of a row, each distinct run of bits once, counted by the rows that use it.
 *
 * A chunk that no row uses any more gives its number back, so that a state that grows column by column does not run out of
 * them. Chunk 0 is all zeros, chunk 1 all ones; they are never given back.
 *
 * Open addressing over a power of two; a slot holds number + 1, so that 0 means free.
 */
import { CHUNK_BYTES } from "./abi";
import { take } from "./heap";
import { hashWords } from "./intern";
import { addressOf, at, newVec, push, put, reserve, Vec } from "./vec";

const CHUNK_WORDS: u32 = CHUNK_BYTES >> 2;
const FIRST_COUNTED: u32 = 2;

@unmanaged
export class Chunks {
  slots: usize;
  mask: u32;
  /** The bits, CHUNK_WORDS a chunk: the query table. */
  words: Vec;
  hashes: Vec;
  uses: Vec;
  /** Numbers that were given back. */
  spare: Vec;
}

export function newChunks(): Chunks {
  const chunks = changetype<Chunks>(take(offsetof<Chunks>()));
  chunks.words = newVec(1024);
  chunks.hashes = newVec(64);
  chunks.uses = newVec(64);
  chunks.spare = newVec(16);
  resize(chunks, 128);
  return chunks;
}

/** How many numbers have been given out, with those given back. */
export function chunkCount(chunks: Chunks): u32 {
  return chunks.hashes.length;
}

/** The number of the chunk with these bits, used once more than before: `release` it when that use ends. */
export function retainBits(chunks: Chunks, bits: usize): u32 {
  if (chunks.hashes.length >= FIRST_COUNTED) {
    // Most chunks are one of these two.
    if (isAll(bits, 0)) return 0;
    if (isAll(bits, -1)) return 1;
  }
  const hash = hashWords(bits, CHUNK_WORDS);
  const slot = findSlot(chunks, bits, hash);
  const found = load<u32>(chunks.slots + ((<usize>slot) << 2));
  if (found != 0) {
    retain(chunks, found - 1);
    return found - 1;
  }
  const id = newNumber(chunks);
  memory.copy(bitsOf(chunks, id), bits, CHUNK_BYTES);
  put(chunks.hashes, id, hash);
  put(chunks.uses, id, 1);
  store<u32>(chunks.slots + ((<usize>slot) << 2), id + 1);
  if (chunks.hashes.length * 2 > chunks.mask) resize(chunks, (chunks.mask + 1) << 1);
  return id;
}

export function retain(chunks: Chunks, id: u32): void {
  if (id >= FIRST_COUNTED) put(chunks.uses, id, at(chunks.uses, id) + 1);
}

/** Ends one use; the last one gives the number back. */
export function release(chunks: Chunks, id: u32): void {
  if (id < FIRST_COUNTED) return;
  const uses = at(chunks.uses, id) - 1;
  put(chunks.uses, id, uses);
  if (uses > 0) return;
  forget(chunks, findSlot(chunks, bitsOf(chunks, id), at(chunks.hashes, id)));
  push(chunks.spare, id);
}

function isAll(bits: usize, value: u64): bool {
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 8) {
    if (load<u64>(bits + i) != value) return false;
  }
  return true;
}

function bitsOf(chunks: Chunks, id: u32): usize {
  return addressOf(chunks.words, id * CHUNK_WORDS);
}

function newNumber(chunks: Chunks): u32 {
  if (chunks.spare.length > 0) {
    chunks.spare.length -= 1;
    return load<u32>(addressOf(chunks.spare, chunks.spare.length));
  }
  reserve(chunks.words, CHUNK_WORDS);
  chunks.words.length += CHUNK_WORDS;
  push(chunks.uses, 0);
  return push(chunks.hashes, 0);
}

/** The slot that holds these bits, or the free one where they belong. */
function findSlot(chunks: Chunks, bits: usize, hash: u32): u32 {
  let index = hash & chunks.mask;
  while (true) {
    const entry = load<u32>(chunks.slots + ((<usize>index) << 2));
    if (entry == 0) return index;
    const id = entry - 1;
    if (at(chunks.hashes, id) == hash && memory.compare(bitsOf(chunks, id), bits, CHUNK_BYTES) == 0) return index;
    index = (index + 1) & chunks.mask;
  }
}

/** Frees a slot and closes the gap: what stands behind it moves up unless its own place lies between. */
function forget(chunks: Chunks, slot: u32): void {
  let gap = slot;
  let index = slot;
  while (true) {
    index = (index + 1) & chunks.mask;
    const entry = load<u32>(chunks.slots + ((<usize>index) << 2));
    if (entry == 0) break;
    const home = at(chunks.hashes, entry - 1) & chunks.mask;
    if (((index - home) & chunks.mask) < ((index - gap) & chunks.mask)) continue;
    store<u32>(chunks.slots + ((<usize>gap) << 2), entry);
    gap = index;
  }
  store<u32>(chunks.slots + ((<usize>gap) << 2), 0);
}

function resize(chunks: Chunks, size: u32): void {
  chunks.slots = take((<usize>size) << 2);
  memory.fill(chunks.slots, 0, (<usize>size) << 2);
  chunks.mask = size - 1;
  for (let id: u32 = 0; id < chunks.hashes.length; ++id) {
    if (id >= FIRST_COUNTED && at(chunks.uses, id) == 0) continue;
    let index = at(chunks.hashes, id) & chunks.mask;
    while (load<u32>(chunks.slots + ((<usize>index) << 2)) != 0) index = (index + 1) & chunks.mask;
    store<u32>(chunks.slots + ((<usize>index) << 2), id + 1);
  }
}
