/**
 * Folds of pieces, kept for the rows that follow: rows are filled in by what stands before their additive tier (row.ts), so that
 * what the ordered tiers say is folded once for many of them.
 *
 * A place for one piece in each of the three positions of a row. A piece takes the place of the one that was there; what is
 * there is good until a class is added. The chunks that none of a piece's terms reaches are alike, and have one fold.
 *
 *   place = piece + 1 (0: none), a state for each chunk and for those that are not reached, the results of each
 */
import { Build } from "./build";
import { FOLDED_END, FOLDED_FIRST, foldPiece } from "./fold";
import { take } from "./heap";
import { pieceReaches } from "./piece";
import { PIECES } from "./row-table";

@unmanaged
export class PieceFolds {
  /** Chunks that each place has room for; the one after them is for those that are not reached. */
  stride: u32;
  pieces: usize;
  states: usize;
  results: usize;
}

const UNKNOWN: u8 = 0;
const FOLDED: u8 = 1;
const NOT_REACHED: u8 = 2;

/** Where a piece's results for a chunk are, as if in a scratch of its own; `position` is that in the row. */
export function foldedPiece(build: Build, position: u32, piece: u32, chunk: u32): usize {
  const folds = foldsOf(build);
  const slots = folds.stride + 1;
  const states = folds.states + <usize>(position * slots);
  const place = folds.pieces + ((<usize>position) << 2);
  if (load<u32>(place) != piece + 1) {
    store<u32>(place, piece + 1);
    memory.fill(states, UNKNOWN, slots);
  }
  if (load<u8>(states + chunk) == UNKNOWN && !pieceReaches(build, piece, chunk)) store<u8>(states + chunk, NOT_REACHED);
  const slot = load<u8>(states + chunk) == NOT_REACHED ? folds.stride : chunk;
  const results = folds.results + <usize>(position * slots + slot) * resultBytes();
  if (load<u8>(states + slot) == UNKNOWN) {
    store<u8>(states + slot, FOLDED);
    foldPiece(build, piece, chunk);
    memory.copy(results, build.scratch + FOLDED_FIRST, resultBytes());
  }
  return results - FOLDED_FIRST;
}

/** Forgets all, because classes have been added. */
export function forgetFolds(build: Build): void {
  const folds = build.pieceFolds;
  if (folds != null) memory.fill(folds.pieces, 0, PIECES << 2);
}

function foldsOf(build: Build): PieceFolds {
  const known = build.pieceFolds;
  if (known != null && known.stride == build.rowStride) return known;
  const folds = changetype<PieceFolds>(take(offsetof<PieceFolds>()));
  const slots = PIECES * (build.rowStride + 1);
  folds.stride = build.rowStride;
  folds.pieces = take(PIECES << 2);
  folds.states = take(slots);
  folds.results = take(<usize>slots * resultBytes());
  build.pieceFolds = folds;
  forgetFolds(build);
  return folds;
}

function resultBytes(): usize {
  return FOLDED_END - FOLDED_FIRST;
}
