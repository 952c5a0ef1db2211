/** The tables that rows are kept in: their chunks, and the rows that are derived from them. What they say is in row.ts. */
import {
  CHUNK_BYTES,
  CHUNK_SHIFT,
  ROW_INFO_BYTES,
  ROW_NONE,
  ROW_TIERS_BYTES,
  ROW_TIERS_OPEN_DOMAIN,
  ROW_TIERS_OPEN_TIE,
} from "./abi";
import { Build } from "./build";
import { release, retain } from "./chunk";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { PIECE_NONE } from "./piece";
import { widenBits } from "./term-bits";
import { at, newVec, push, pushMany, put, word } from "./vec";

/** Words of a row that is not derived: its pieces. */
export const PIECES: u32 = 3;

// The first word of a derived row; the second is the row, or for TAG_DECIDED the piece.
export const TAG_POSSIBLE: u32 = 0x10000;
export const TAG_BLOCK_ON_POD: u32 = 0x20000;
export const TAG_OPEN_LABELS: u32 = 0x30000;
export const TAG_OPEN_ADDRESS: u32 = 0x40000;
export const TAG_DECIDED: u32 = 0x50000;
/** And above: with a field of ROW_TIERS_…. */
export const TAG_TIERS: u32 = 0x60000;
const TIER_WORDS: u32 = ROW_TIERS_BYTES >> 2;

export function appendRow(build: Build, row: u32): void {
  pushMany(build.rowChunks, 0, build.rowStride >> 1);
  push(build.rowInfo, row);
  for (let i: u32 = 4; i < <u32>ROW_INFO_BYTES; i += 4) push(build.rowInfo, ROW_NONE);
}

/** The first, second or third piece of a row that is not derived. */
export function rowPiece(build: Build, row: u32, i: u32): u32 {
  return word(tupleAt(build.rows, row), i);
}

export function isDerived(build: Build, row: u32): bool {
  return tupleLength(build.rows, row) != PIECES;
}

/** Whether ordered tiers have no part in a row. */
export function isPlain(build: Build, row: u32): bool {
  return rowPiece(build, row, 0) == PIECE_NONE && rowPiece(build, row, 2) == PIECE_NONE;
}

/** Whether a row says which classes a piece decides. */
export function isDecided(build: Build, row: u32): bool {
  return isDerived(build, row) && word(tupleAt(build.rows, row), 0) == TAG_DECIDED;
}

/** The row that is derived from a row or a piece, appended if it is new. */
export function internDerived(build: Build, tag: u32, source: u32): u32 {
  store<u32>(build.key, tag);
  store<u32>(build.key + 4, source);
  const known = tupleCount(build.rows);
  const derived = intern(build.rows, build.key, 2);
  if (derived == known) appendRow(build, derived);
  return derived;
}

export function infoAt(build: Build, row: u32): usize {
  return build.rowInfo.data + <usize>row * ROW_INFO_BYTES;
}

export function chunkOf(build: Build, row: u32, chunk: u32): u32 {
  return <u32>load<u16>(build.rowChunks.data + ((<usize>(row * build.rowStride + chunk)) << 1));
}

export function setChunk(build: Build, row: u32, chunk: u32, id: u32): void {
  const place = build.rowChunks.data + ((<usize>(row * build.rowStride + chunk)) << 1);
  const before = <u32>load<u16>(place);
  retain(build.chunks, id);
  store<u16>(place, <u16>id);
  release(build.chunks, before);
}

/** The row in a field (abi: ROW_TIERS_…) of a row that ordered tiers have a part in. */
export function tierRow(build: Build, row: u32, field: u32): u32 {
  const place = row * TIER_WORDS + (field >> 2);
  return place < build.rowTiers.length ? at(build.rowTiers, place) : ROW_NONE;
}

export function putTier(build: Build, row: u32, field: u32, derived: u32): void {
  const missing = (row + 1) * TIER_WORDS;
  if (missing > build.rowTiers.length) pushMany(build.rowTiers, ROW_NONE, missing - build.rowTiers.length);
  put(build.rowTiers, row * TIER_WORDS + (field >> 2), derived);
}

/** Gives a row, and the rows derived from it, in one chunk what they have in another. */
export function copyRowChunk(build: Build, row: u32, from: u32, to: u32): void {
  setChunk(build, row, to, chunkOf(build, row, from));
  for (let field: usize = 0; field < <usize>ROW_INFO_BYTES; field += 4) {
    const derived = load<u32>(infoAt(build, row) + field);
    if (derived != row && derived != ROW_NONE) setChunk(build, derived, to, chunkOf(build, derived, from));
  }
  copyTierChunk(build, row, ROW_TIERS_OPEN_TIE, from, to);
  copyTierChunk(build, row, ROW_TIERS_OPEN_DOMAIN, from, to);
}

function copyTierChunk(build: Build, row: u32, field: u32, from: u32, to: u32): void {
  const derived = tierRow(build, row, field);
  if (derived != ROW_NONE) setChunk(build, derived, to, chunkOf(build, derived, from));
}

/** Gives every row and term room for all classes and some more. */
export function widenRows(build: Build): void {
  const needed = ((tupleCount(build.classes) + 511) >> CHUNK_SHIFT) + 1;
  if (needed <= build.rowStride) return;
  const oldStride = build.rowStride;
  // Even, so that rows of u16 chunks fill whole words. What grows once grows on: it gets room to spare. What doesn't stays small.
  const spare = oldStride == 0 ? 0 : needed >> 2;
  build.rowStride = (needed + spare + 1) & ~1;
  const podWords = build.rowStride * (CHUNK_BYTES >> 2);
  if (build.podBits.length < podWords) pushMany(build.podBits, 0, podWords - build.podBits.length);
  widenBits(build);

  const old = build.rowChunks.data;
  const rows = tupleCount(build.rows);
  const wider = newVec((rows * build.rowStride) >> 1);
  pushMany(wider, 0, (rows * build.rowStride) >> 1);
  for (let row: u32 = 0; row < rows; ++row) {
    memory.copy(
      wider.data + <usize>(row * build.rowStride) * 2,
      old + <usize>(row * oldStride) * 2,
      (<usize>oldStride) << 1,
    );
  }
  build.rowChunks.data = wider.data;
  build.rowChunks.length = wider.length;
  build.rowChunks.capacity = wider.capacity;
}
