/**
 * The sets of classes that terms stand for, as bits: those that match for certain and those that possibly do, which are one
 * set for most terms.
 *
 * A set has the chunks from the first to the last that a class of it is in: most terms speak of the pods of one namespace,
 * whose classes stand together, so that is one chunk or two of many.
 *
 *   chunks of all classes   │ 0 │ 1 │ 2 │ 3 │ 4 │ 5 │ …
 *   kept of a term                  └─first─┘   └ end
 */
import { CHUNK_BYTES, CHUNK_SHIFT, NONE } from "./abi";
import { setBit } from "./bits";
import { Build } from "./build";
import { take } from "./heap";
import { tupleCount } from "./intern";
import { at, pushFour, put } from "./vec";

/** The term of everyone: its set has room for all classes, those that will come included. */
export const TERM_ANY: u32 = 0;

// Words of a term in `termBits`: where chunk 0 of each set would be, and the chunks that there are.
const BITS_CERTAIN: u32 = 0;
const BITS_POSSIBLE: u32 = 1;
const BITS_FIRST: u32 = 2;
const BITS_END: u32 = 3;
const BITS_WORDS: u32 = 4;

export function termCertain(build: Build, term: u32): usize {
  return <usize>at(build.termBits, term * BITS_WORDS + BITS_CERTAIN);
}

export function termPossible(build: Build, term: u32): usize {
  return <usize>at(build.termBits, term * BITS_WORDS + BITS_POSSIBLE);
}

/** Whether some class belongs to the term possibly and not for certain. */
export function isOpenTerm(build: Build, term: u32): bool {
  return termCertain(build, term) != termPossible(build, term);
}

/** Whether the term has bits for the classes of a chunk; of any other chunk there is nothing to be read. */
export function termReaches(build: Build, term: u32, chunk: u32): bool {
  return (
    chunk >= at(build.termBits, term * BITS_WORDS + BITS_FIRST) &&
    chunk < at(build.termBits, term * BITS_WORDS + BITS_END)
  );
}

/** Appends the sets of TERM_ANY. */
export function appendEveryone(build: Build): void {
  const bits = <u32>everyone(build);
  pushFour(build.termBits, bits, bits, 0, NONE);
}

function everyone(build: Build): usize {
  const bits = take(roomBytes(build));
  memory.fill(bits, 0xff, roomBytes(build));
  return bits;
}

/** Appends the sets of a new term, empty; until `endBits` they lie in a room where all classes have a place. */
export function beginBits(build: Build): void {
  pushFour(build.termBits, <u32>build.termRoom, <u32>build.termRoom, NONE, 0);
}

/** Gives a new term's sets a place of their own, and leaves the room empty for the next. */
export function endBits(build: Build, term: u32): void {
  const base = term * BITS_WORDS;
  const first = at(build.termBits, base + BITS_FIRST);
  const end = at(build.termBits, base + BITS_END);
  if (end == 0) {
    put(build.termBits, base + BITS_CERTAIN, 0);
    put(build.termBits, base + BITS_POSSIBLE, 0);
    return;
  }
  const room = termCertain(build, term);
  const possible = termPossible(build, term);
  moveBits(build, base, first, end, first, end);
  clearChunks(room, first, end);
  if (possible != room) clearChunks(possible, first, end);
}

/** Takes a class into a term: for certain, or where it is `open`, possibly; the first such gives the term a second set. */
export function markClass(build: Build, term: u32, id: u32, open: bool): void {
  const base = term * BITS_WORDS;
  const chunk = id >> CHUNK_SHIFT;
  if (!termReaches(build, term, chunk)) reach(build, term, chunk);
  if (open && !isOpenTerm(build, term)) {
    const certain = termCertain(build, term);
    const first = at(build.termBits, base + BITS_FIRST);
    const end = at(build.termBits, base + BITS_END);
    let possible = certain + roomBytes(build);
    if (certain == build.termRoom) copyInto(possible, certain, first, end);
    else possible = copyChunks(certain, first, end, first, end);
    put(build.termBits, base + BITS_POSSIBLE, <u32>possible);
  }
  setBit(termPossible(build, term), id);
  if (!open) setBit(termCertain(build, term), id);
}

/** Gives a term's sets bits for one more chunk and all between. */
function reach(build: Build, term: u32, chunk: u32): void {
  const base = term * BITS_WORDS;
  const first = at(build.termBits, base + BITS_FIRST);
  const end = at(build.termBits, base + BITS_END);
  const newFirst = min<u32>(first, chunk);
  const newEnd = max<u32>(end, chunk + 1);
  if (termCertain(build, term) != build.termRoom) moveBits(build, base, first, end, newFirst, newEnd);
  put(build.termBits, base + BITS_FIRST, newFirst);
  put(build.termBits, base + BITS_END, newEnd);
}

function moveBits(build: Build, base: u32, first: u32, end: u32, newFirst: u32, newEnd: u32): void {
  const certain = <usize>at(build.termBits, base + BITS_CERTAIN);
  const possible = <usize>at(build.termBits, base + BITS_POSSIBLE);
  const moved = copyChunks(certain, first, end, newFirst, newEnd);
  put(build.termBits, base + BITS_CERTAIN, <u32>moved);
  put(
    build.termBits,
    base + BITS_POSSIBLE,
    <u32>(possible == certain ? moved : copyChunks(possible, first, end, newFirst, newEnd)),
  );
}

/** A new set of the chunks from `newFirst` on, with what `bits` has from `first` to `end`. */
function copyChunks(bits: usize, first: u32, end: u32, newFirst: u32, newEnd: u32): usize {
  const bytes = <usize>(newEnd - newFirst) * CHUNK_BYTES;
  const place = take(bytes);
  const moved = place - <usize>newFirst * CHUNK_BYTES;
  if (newEnd - newFirst != end - first) clearChunks(moved, newFirst, newEnd);
  if (first < end) copyInto(moved, bits, first, end);
  return moved;
}

function copyInto(target: usize, bits: usize, first: u32, end: u32): void {
  const start = <usize>first * CHUNK_BYTES;
  memory.copy(target + start, bits + start, <usize>(end - first) * CHUNK_BYTES);
}

function clearChunks(bits: usize, first: u32, end: u32): void {
  memory.fill(bits + <usize>first * CHUNK_BYTES, 0, <usize>(end - first) * CHUNK_BYTES);
}

function roomBytes(build: Build): usize {
  return <usize>build.rowStride * CHUNK_BYTES;
}

/** Makes room for sets of the present row stride. */
export function widenBits(build: Build): void {
  build.termRoom = take(roomBytes(build) * 2);
  memory.fill(build.termRoom, 0, roomBytes(build) * 2);
  if (tupleCount(build.terms) == 0) return;
  const bits = <u32>everyone(build);
  put(build.termBits, TERM_ANY * BITS_WORDS + BITS_CERTAIN, bits);
  put(build.termBits, TERM_ANY * BITS_WORDS + BITS_POSSIBLE, bits);
}
