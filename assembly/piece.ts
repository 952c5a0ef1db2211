/**
 * Pieces: steps that stand together in rows, those before, in or after the additive tier, by what they say.
 *
 *   step = action | flags, number of terms, terms (sorted, each once: TERM_ANY, which is 0, first)
 *
 * A strip has a slot's ports cut into intervals, and the piece of each: (bounds …, pieces …), one piece more than bounds, a
 * bound the last port of its interval.
 */
import { ACTION_ALLOW, ACTION_DENY, ACTION_PASS, ACTION_TIER_END, ERROR_ROWS, MAX_ROW_WORDS } from "./abi";
import { Build } from "./build";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { STEP_ACTION_MASK, STEP_ADDITIVE } from "./step";
import { TERM_ANY, termReaches } from "./term-bits";
import { append, at, cleared, newVec, push, pushMany, put, Vec, word } from "./vec";

/** It says nothing. */
export const PIECE_NONE: u32 = 0;
/** It allows anyone, as if a NetworkPolicy did. */
const PIECE_OPENED: u32 = 1;

// Bits of `pieceTraits`.
const DECIDES_ALL: u32 = 1;
const IS_ORDERED: u32 = 2;

/** The strips of no policies, and of NetworkPolicies that let everyone in. */
export const STRIP_NONE: u32 = 0;
export const STRIP_OPENED: u32 = 1;

/** Makes the pieces and strips that every state has. */
export function makeFirstPieces(build: Build): void {
  const words = newVec(6);
  assert(internPiece(build, words) == PIECE_NONE, "piece 0 says nothing");
  push(words, ACTION_ALLOW | STEP_ADDITIVE);
  push(words, 1);
  push(words, TERM_ANY);
  push(words, ACTION_DENY | STEP_ADDITIVE);
  push(words, 1);
  push(words, TERM_ANY);
  assert(internPiece(build, words) == PIECE_OPENED, "piece 1 allows anyone");
  const bounds = newVec(1);
  push(cleared(words), PIECE_NONE);
  assert(internStrip(build, bounds, words) == STRIP_NONE, "strip 0 says nothing");
  push(cleared(words), PIECE_OPENED);
  assert(internStrip(build, bounds, words) == STRIP_OPENED, "strip 1 allows anyone");
}

/** The piece that says `steps`; past the limit of words, the build has an error. */
export function internPiece(build: Build, steps: Vec): u32 {
  const known = tupleCount(build.pieces);
  const piece = intern(build.pieces, steps.data, steps.length);
  if (piece == known)
    push(build.pieceTraits, (decidesAll(steps) ? DECIDES_ALL : 0) | (isOrdered(steps) ? IS_ORDERED : 0));
  if (build.pieces.words.length > <u32>MAX_ROW_WORDS) build.error = ERROR_ROWS;
  return piece;
}

/** Whether a piece decides about everyone, so that nothing behind it is asked. */
export function pieceDecides(build: Build, piece: u32): bool {
  return (at(build.pieceTraits, piece) & DECIDES_ALL) != 0;
}

/** Whether a piece has steps of ordered tiers, or of policies that stand as if tied. */
export function pieceIsOrdered(build: Build, piece: u32): bool {
  return (at(build.pieceTraits, piece) & IS_ORDERED) != 0;
}

function isOrdered(steps: Vec): bool {
  for (let step: u32 = 0; step < steps.length; step += 2 + at(steps, step + 1)) {
    if ((at(steps, step) & STEP_ACTION_MASK) >= <u32>ACTION_TIER_END) return true;
  }
  return false;
}

function decidesAll(steps: Vec): bool {
  let passes = false;
  for (let step: u32 = 0; step < steps.length; step += 2 + at(steps, step + 1)) {
    const action = at(steps, step) & STEP_ACTION_MASK;
    // Of tied policies each is asked.
    if (action > <u32>ACTION_TIER_END) return false;
    if (action == ACTION_TIER_END) passes = false;
    else if (action == ACTION_PASS) passes = true;
    else if (!passes && at(steps, step + 2) == TERM_ANY) return true;
  }
  return false;
}

/** The strip of intervals that end at `bounds` (ascending, the last one open) and say `pieces` (one more). */
export function internStrip(build: Build, bounds: Vec, pieces: Vec): u32 {
  assert(pieces.length == bounds.length + 1, "one piece more than bounds");
  const strip = cleared(build.spans.lines);
  append(strip, bounds.data, bounds.length);
  append(strip, pieces.data, pieces.length);
  return intern(build.strips, strip.data, strip.length);
}

/** Whether one of a piece's terms, but that of anyone, has classes in a chunk. */
export function pieceReaches(build: Build, piece: u32, chunk: u32): bool {
  return someTerm(build, piece, reaches, chunk);
}

function reaches(build: Build, term: u32, chunk: u32): bool {
  return term != TERM_ANY && termReaches(build, term, chunk);
}

/** Marks the pieces that have a marked term. */
export function markPieces(build: Build): void {
  const marks = build.spans.pieceMarks;
  const count = tupleCount(build.pieces);
  pushMany(cleared(marks), 0, count);
  for (let piece: u32 = 0; piece < count; ++piece) {
    if (someTerm(build, piece, isMarked, 0)) put(marks, piece, 1);
  }
}

function isMarked(build: Build, term: u32, _: u32): bool {
  return at(build.spans.marks, term) != 0;
}

/** Whether something holds for one of a piece's terms. */
function someTerm(build: Build, piece: u32, holds: (build: Build, term: u32, about: u32) => bool, about: u32): bool {
  const steps = tupleAt(build.pieces, piece);
  const words = tupleLength(build.pieces, piece);
  let step: u32 = 0;
  while (step < words) {
    const end = step + 2 + word(steps, step + 1);
    for (step += 2; step < end; ++step) {
      if (holds(build, word(steps, step), about)) return true;
    }
  }
  return false;
}
