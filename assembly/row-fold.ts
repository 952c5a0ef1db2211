/** What a row's pieces come to (fold.ts), written into its chunks and those of the rows derived from it. */
import {
  CHUNK_SHIFT,
  ERROR_CHUNKS,
  MAX_CHUNKS,
  ROW_INFO_BLOCK_ON_POD,
  ROW_INFO_OPEN_ADDRESS,
  ROW_INFO_OPEN_LABELS,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  ROW_TIERS_OPEN_DOMAIN,
  ROW_TIERS_OPEN_TIE,
} from "./abi";
import { Build } from "./build";
import { release, retainBits } from "./chunk";
import {
  FOLD_BLOCK_ON_POD,
  FOLD_CERTAIN,
  FOLD_DECIDED,
  FOLD_OPEN_ADDRESS,
  FOLD_OPEN_DOMAIN,
  FOLD_OPEN_LABELS,
  FOLD_OPEN_TIE,
  FOLD_POSSIBLE,
  foldSimple,
  joinFolds,
} from "./fold";
import { tupleCount } from "./intern";
import { pieceIsOrdered, pieceReaches } from "./piece";
import { foldedPiece } from "./piece-folds";
import {
  PIECES,
  TAG_POSSIBLE,
  TAG_BLOCK_ON_POD,
  TAG_OPEN_LABELS,
  TAG_OPEN_ADDRESS,
  TAG_DECIDED,
  TAG_TIERS,
  rowPiece,
  isPlain,
  internDerived,
  infoAt,
  chunkOf,
  setChunk,
  tierRow,
  putTier,
  copyRowChunk,
} from "./row-table";
import { at } from "./vec";

const CHUNK_NONE: u32 = 0;

/** Folds all of a row; the chunks that none of its terms reaches are alike, and only the first of them is folded. */
export function foldRow(build: Build, row: u32): void {
  // Beyond the last class a row holds its answer for nobody in particular: row 1 must go on saying "all".
  const chunks = max<u32>((tupleCount(build.classes) + 511) >> CHUNK_SHIFT, 1);
  let unreached = chunks;
  for (let chunk: u32 = 0; chunk < chunks; ++chunk) {
    if (rowReaches(build, row, chunk)) foldRowChunk(build, row, chunk);
    else if (unreached < chunks) copyRowChunk(build, row, unreached, chunk);
    else {
      foldRowChunk(build, row, chunk);
      unreached = chunk;
    }
  }
}

/** Whether one of a row's terms, but that of anyone, has classes in a chunk. */
function rowReaches(build: Build, row: u32, chunk: u32): bool {
  for (let i: u32 = 0; i < PIECES; ++i) if (pieceReaches(build, rowPiece(build, row, i), chunk)) return true;
  return false;
}

/** Whether ordered tiers have a part in a row. */
function isOrdered(build: Build, row: u32): bool {
  for (let i: u32 = 0; i < PIECES; ++i) if (pieceIsOrdered(build, rowPiece(build, row, i))) return true;
  return false;
}

/** Folds three pieces, one after another, into the results of a row. */
export function foldPieces(build: Build, before: u32, additive: u32, after: u32, chunk: u32): void {
  const first = foldedPiece(build, 0, before, chunk);
  const second = foldedPiece(build, 1, additive, chunk);
  const third = foldedPiece(build, 2, after, chunk);
  joinFolds(build, first, second, third);
}

export function foldRowChunk(build: Build, row: u32, chunk: u32): void {
  // A row that something was open in has derived rows, which must be told that it is not any more.
  const settled = load<u32>(infoAt(build, row) + ROW_INFO_POSSIBLE) == row;
  if (settled && isPlain(build, row) && foldSimple(build, rowPiece(build, row, 1), chunk)) {
    const bits = retainChunk(build, build.scratch + FOLD_CERTAIN);
    setChunk(build, row, chunk, bits);
    release(build.chunks, bits);
    foldDerived(build, row, chunk, TAG_BLOCK_ON_POD, ROW_INFO_BLOCK_ON_POD, FOLD_BLOCK_ON_POD);
    return;
  }
  foldPieces(build, rowPiece(build, row, 0), rowPiece(build, row, 1), rowPiece(build, row, 2), chunk);
  const certain = retainChunk(build, build.scratch + FOLD_CERTAIN);
  const possible = retainChunk(build, build.scratch + FOLD_POSSIBLE);
  setChunk(build, row, chunk, certain);

  let possibleRow = load<u32>(infoAt(build, row) + ROW_INFO_POSSIBLE);
  if (possible != certain && possibleRow == row) {
    possibleRow = internDerived(build, TAG_POSSIBLE, row);
    build.openRows += 1;
    // Until now nothing was open, so the other chunks are those of the row itself.
    for (let i: u32 = 0; i < build.rowStride; ++i) setChunk(build, possibleRow, i, chunkOf(build, row, i));
    store<u32>(infoAt(build, row) + ROW_INFO_POSSIBLE, possibleRow);
  }
  if (possibleRow != row) {
    setChunk(build, possibleRow, chunk, possible);
    foldDerived(build, row, chunk, TAG_OPEN_LABELS, ROW_INFO_OPEN_LABELS, FOLD_OPEN_LABELS);
    foldDerived(build, row, chunk, TAG_OPEN_ADDRESS, ROW_INFO_OPEN_ADDRESS, FOLD_OPEN_ADDRESS);
  }
  foldDerived(build, row, chunk, TAG_BLOCK_ON_POD, ROW_INFO_BLOCK_ON_POD, FOLD_BLOCK_ON_POD);
  if (isOrdered(build, row)) {
    foldTier(build, row, chunk, ROW_TIERS_OPEN_TIE, FOLD_OPEN_TIE);
    foldTier(build, row, chunk, ROW_TIERS_OPEN_DOMAIN, FOLD_OPEN_DOMAIN);
  }

  release(build.chunks, certain);
  release(build.chunks, possible);
}

/** Gives a derived row, made when it first says anything, the chunk that the fold has left at `result`. */
function foldDerived(build: Build, row: u32, chunk: u32, tag: u32, field: usize, result: usize): void {
  const bits = retainChunk(build, build.scratch + result);
  let derived = load<u32>(infoAt(build, row) + field);
  if (bits != CHUNK_NONE && derived == ROW_NONE) {
    derived = internDerived(build, tag, row);
    store<u32>(infoAt(build, row) + field, derived);
  }
  if (derived != ROW_NONE) setChunk(build, derived, chunk, bits);
  release(build.chunks, bits);
}

/** The same for what ordered tiers have a part in. */
function foldTier(build: Build, row: u32, chunk: u32, field: u32, result: usize): void {
  const bits = retainChunk(build, build.scratch + result);
  let derived = tierRow(build, row, field);
  if (bits != CHUNK_NONE && derived == ROW_NONE) {
    derived = internDerived(build, TAG_TIERS | field, row);
    putTier(build, row, field, derived);
  }
  if (derived != ROW_NONE) setChunk(build, derived, chunk, bits);
  release(build.chunks, bits);
}

/** The row of the classes that a piece decides. */
export function decidedRow(build: Build, piece: u32): u32 {
  const known = tupleCount(build.rows);
  const row = internDerived(build, TAG_DECIDED, piece);
  if (row < known) return row;
  const chunks = (tupleCount(build.classes) + 511) >> CHUNK_SHIFT;
  for (let chunk: u32 = 0; chunk < chunks; ++chunk) foldDecidedChunk(build, row, chunk);
  return row;
}

export function foldDecidedChunk(build: Build, row: u32, chunk: u32): void {
  const bits = retainChunk(build, foldedPiece(build, 0, rowPiece(build, row, 1), chunk) + FOLD_DECIDED);
  setChunk(build, row, chunk, bits);
  release(build.chunks, bits);
}

/** The chunk with these bits; its use ends with the fold, unless a row has taken it. */
function retainChunk(build: Build, bits: usize): u32 {
  const id = retainBits(build.chunks, bits);
  if (id < <u32>MAX_CHUNKS) return id;
  // The caller gives the error up; until then the row denies.
  build.error = ERROR_CHUNKS;
  release(build.chunks, id);
  return CHUNK_NONE;
}
