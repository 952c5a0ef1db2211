/** Terms that classes match in every way, and folds of steps over them, for specs. */
import { CHUNK_BYTES, ENDPOINT_POD, NONE, PEER_BLOCK } from "../abi";
import { Build, newBuild } from "../build";
import { intern } from "../intern";
import { internPiece, makeFirstPieces, PIECE_NONE } from "../piece";
import { foldPieces } from "../row-fold";
import { newVec, push } from "../vec";
import { wordsAt } from "./input";

// Terms of the fixture. Classes 0 … 7 are pods, 8 … 15 are not.
export const ANYONE: u32 = 0;
export const NOBODY: u32 = 1;
/** Everyone, but open. */
export const MAYBE: u32 = 2;
/** Class 0 certain, class 1 open. */
export const FIRST: u32 = 3;
/** Class 1 certain, class 2 open. */
export const SECOND: u32 = 4;
/** A block that holds classes 0, 1 and 8. */
export const BLOCK: u32 = 5;
/** A block that possibly holds class 3. */
export const MAYBE_BLOCK: u32 = 6;

export function newFixture(): Build {
  const build = newBuild();
  build.rowStride = 2;
  makeFirstPieces(build);
  for (let i = 0; i < 16; ++i) push(build.podBits, 0);
  store<u8>(build.podBits.data, 0xff);
  assert(ENDPOINT_POD == 0);
  push(build.peers, <u32>wordsAt([PEER_BLOCK, 0, NONE]));
  addTerm(build, NONE, 0xffff, 0xffff);
  addTerm(build, NONE, 0, 0);
  addTerm(build, NONE, 0, 0xffff);
  addTerm(build, NONE, 0b01, 0b11);
  addTerm(build, NONE, 0b010, 0b110);
  addTerm(build, 0, 0b100000011, 0b100000011);
  addTerm(build, 0, 0, 0b1000);
  return build;
}

function addTerm(build: Build, peer: u32, certain: u32, possible: u32): void {
  const id = build.termBits.length / 4;
  intern(build.terms, wordsAt([peer, 0, 0, id]), 4);
  push(build.termBits, <u32>chunkOf(certain));
  push(build.termBits, <u32>chunkOf(possible));
  push(build.termBits, 0);
  push(build.termBits, 1);
}

function chunkOf(bits: u32): usize {
  const chunk = heap.alloc(CHUNK_BYTES);
  memory.fill(chunk, 0, CHUNK_BYTES);
  store<u32>(chunk, bits);
  return chunk;
}

export function step(header: u32, terms: u32[]): u32[] {
  const words: u32[] = [header, terms.length];
  return words.concat(terms);
}

export function fold(build: Build, steps: u32[][]): void {
  foldPieces(build, PIECE_NONE, pieceOf(build, steps), PIECE_NONE, 0);
}

export function pieceOf(build: Build, steps: u32[][]): u32 {
  const words = newVec(16);
  for (let i = 0; i < steps.length; ++i) for (let j = 0; j < steps[i].length; ++j) push(words, steps[i][j]);
  return internPiece(build, words);
}

/** The first sixteen classes of one of the fold's results. */
export function result(build: Build, which: usize): u32 {
  return load<u16>(build.scratch + which);
}
