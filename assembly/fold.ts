/**
 * Folding the steps of pieces into bits, 512 classes at a time, and the pieces of a row into one.
 *
 * Each class is in one of four states: undecided, passed (out of the tier, not decided), allowed, denied. An open match
 * leaves it in two states at once, so each state has a set of the classes that may be in it:
 *
 *   step allow / deny / pass:  next ∪= undecided ∩ possible;  undecided −= certain
 *   tier end:                  undecided ∪= passed;  passed = ∅
 *   tied policies:             each begins with what was undecided before the first; undecided = ∩ of what each leaves
 *   a policy with an open subject, tied or not, may leave all that it began with
 *   after the last step:       undecided ∪= passed
 *   after the last piece:      allowed ∪= undecided                    (what nobody decides is allowed)
 *
 * The verdict is settled as allow where no path denies, open where both remain.
 *
 * Each piece is folded as if nothing were decided before it. What it says holds for the classes that those before it leave
 * undecided, so a row is joined out of its three pieces, and a piece that many rows have is folded once (piece-folds.ts).
 */
import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  ACTION_TIE_BEGIN,
  ACTION_TIE_END,
  ACTION_TIE_NEXT,
  ACTION_TIER_END,
  CHUNK_BYTES,
} from "./abi";
import { Build } from "./build";
import { tupleAt, tupleLength } from "./intern";
import { STEP_ACTION_MASK, STEP_ADDITIVE, STEP_OPEN_SUBJECT } from "./step";
import { isBlockTerm, isUnknownTerm } from "./term";
import { isOpenTerm, termCertain, termPossible, termReaches } from "./term-bits";
import { addressOf, word } from "./vec";

// Chunks of `build.scratch`.
/** Results: classes allowed whatever is open; classes possibly allowed; pods that only an `ipBlock` allows. */
export const FOLD_CERTAIN: usize = 0;
export const FOLD_POSSIBLE: usize = CHUNK_BYTES;
export const FOLD_BLOCK_ON_POD: usize = CHUNK_BYTES * 2;
/** Of the classes possibly and not certainly allowed: those that a step's labels leave open, and a step's blocks. */
export const FOLD_OPEN_LABELS: usize = CHUNK_BYTES * 3;
export const FOLD_OPEN_ADDRESS: usize = CHUNK_BYTES * 4;
/** Of those too: classes that tied policies decide differently, and those that may be behind a domain name. */
export const FOLD_OPEN_TIE: usize = CHUNK_BYTES * 5;
export const FOLD_OPEN_DOMAIN: usize = CHUNK_BYTES * 6;
/** Of a piece alone: classes that it decides, whatever is open. */
export const FOLD_DECIDED: usize = CHUNK_BYTES * 7;
// What a piece leaves; the results above from FOLD_BLOCK_ON_POD on are a part of it.
const UNDECIDED: usize = CHUNK_BYTES * 8;
const PASSED: usize = CHUNK_BYTES * 9;
const ALLOWED: usize = CHUNK_BYTES * 10;
const DENIED: usize = CHUNK_BYTES * 11;
/** Where in `build.scratch` the results of a piece begin and end. */
export const FOLDED_FIRST: usize = FOLD_BLOCK_ON_POD;
export const FOLDED_END: usize = CHUNK_BYTES * 12;
const STEP_CERTAIN: usize = CHUNK_BYTES * 12;
const STEP_POSSIBLE: usize = CHUNK_BYTES * 13;
/** Of the step's terms: what its blocks possibly match, and what its other terms match for certain. */
const STEP_BLOCKS: usize = CHUNK_BYTES * 14;
const STEP_BEYOND_BLOCKS: usize = CHUNK_BYTES * 15;
const USED: usize = CHUNK_BYTES * 16;
/** Of tied policies: what was undecided before the first, and what all so far have left. */
const TIE_START: usize = CHUNK_BYTES * 16;
const TIE_LEFT: usize = CHUNK_BYTES * 17;
/** PASSED, ALLOWED and DENIED as they were before the first, and what those so far have made of them. */
const TIE_BEFORE: usize = CHUNK_BYTES * 18;
const TIE_SO_FAR: usize = CHUNK_BYTES * 21;
export const FOLD_BYTES: usize = CHUNK_BYTES * 24;

/**
 * Folds what most rows are, one step of the additive tier that allows settled terms and one that denies the rest: gives false
 * where the steps are others. Leaves the certain classes and the pods that only blocks allow in `build.scratch`; what is
 * possible is what is certain, and nothing is open.
 */
export function foldSimple(build: Build, piece: u32, chunk: u32): bool {
  const steps = tupleAt(build.pieces, piece);
  const words = tupleLength(build.pieces, piece);
  if (words < 5 || load<u32>(steps) != (<u32>ACTION_ALLOW | STEP_ADDITIVE)) return false;
  const count = word(steps, 1);
  // INVARIANT: a step that denies in the additive tier denies anyone.
  if (words != count + 5 || word(steps, count + 2) != (<u32>ACTION_DENY | STEP_ADDITIVE)) return false;
  const terms = steps + 8;
  for (let i: u32 = 0; i < count; ++i) if (isOpenTerm(build, word(terms, i))) return false;

  const scratch = build.scratch;
  clear(scratch + STEP_BLOCKS, CHUNK_BYTES * 2);
  for (let i: u32 = 0; i < count; ++i) {
    const term = word(terms, i);
    if (!termReaches(build, term, chunk)) continue;
    const target = scratch + (isBlockTerm(build, term) ? STEP_BLOCKS : STEP_BEYOND_BLOCKS);
    orInto(target, termCertain(build, term) + <usize>chunk * CHUNK_BYTES);
  }
  const pods = addressOf(build.podBits, chunk * (CHUNK_BYTES >> 2));
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const blocks = v128.load(scratch + STEP_BLOCKS + i);
    const others = v128.load(scratch + STEP_BEYOND_BLOCKS + i);
    v128.store(scratch + FOLD_CERTAIN + i, v128.or(blocks, others));
    v128.store(scratch + FOLD_BLOCK_ON_POD + i, v128.and(v128.andnot(blocks, others), v128.load(pods + i)));
  }
  return true;
}

/** Folds a piece for the classes of one chunk. Its results are in `build.scratch`. */
export function foldPiece(build: Build, piece: u32, chunk: u32): void {
  const scratch = build.scratch;
  clear(scratch, USED);
  setAll(scratch + UNDECIDED);
  const steps = tupleAt(build.pieces, piece);
  const words = tupleLength(build.pieces, piece);
  let step: u32 = 0;
  while (step < words) {
    const header = word(steps, step);
    const termCount = word(steps, step + 1);
    unionTerms(build, steps + ((<usize>(step + 2)) << 2), termCount, chunk);
    // What an open subject decides waits for labels.
    if (header & STEP_OPEN_SUBJECT) setAll(scratch + FOLD_OPEN_LABELS);
    if (header & STEP_ADDITIVE) noteBlocksOnPods(build, chunk);
    applyStep(scratch, header);
    step += 2 + termCount;
  }
  // The last tier ends with the piece.
  orInto(scratch + UNDECIDED, scratch + PASSED);
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    v128.store(scratch + FOLD_DECIDED + i, v128.not(v128.load(scratch + UNDECIDED + i)));
  }
}

/** Joins what three pieces say, one after another, each by where its results would be in a scratch of its own. */
export function joinFolds(build: Build, before: usize, additive: usize, after: usize): void {
  const scratch = build.scratch;
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const second = v128.load(before + UNDECIDED + i);
    const third = v128.and(second, v128.load(additive + UNDECIDED + i));
    const undecided = v128.and(third, v128.load(after + UNDECIDED + i));
    const allowed = v128.or(undecided, inTurn(before, additive, after, ALLOWED + i, second, third));
    const open = v128.and(allowed, inTurn(before, additive, after, DENIED + i, second, third));
    v128.store(scratch + FOLD_POSSIBLE + i, allowed);
    v128.store(scratch + FOLD_CERTAIN + i, v128.andnot(allowed, open));
    v128.store(scratch + FOLD_BLOCK_ON_POD + i, inTurn(before, additive, after, FOLD_BLOCK_ON_POD + i, second, third));
    v128.store(
      scratch + FOLD_OPEN_TIE + i,
      v128.and(open, inTurn(before, additive, after, FOLD_OPEN_TIE + i, second, third)),
    );
    v128.store(scratch + FOLD_OPEN_LABELS + i, v128.and(open, inAny(before, additive, after, FOLD_OPEN_LABELS + i)));
    v128.store(scratch + FOLD_OPEN_ADDRESS + i, v128.and(open, inAny(before, additive, after, FOLD_OPEN_ADDRESS + i)));
    v128.store(scratch + FOLD_OPEN_DOMAIN + i, v128.and(open, inAny(before, additive, after, FOLD_OPEN_DOMAIN + i)));
  }
}

/** What the first piece says, the second of the classes that the first left, and the third of those that both did. */
function inTurn(before: usize, additive: usize, after: usize, field: usize, second: v128, third: v128): v128 {
  return v128.or(
    v128.load(before + field),
    v128.or(v128.and(second, v128.load(additive + field)), v128.and(third, v128.load(after + field))),
  );
}

function inAny(before: usize, additive: usize, after: usize, field: usize): v128 {
  return v128.or(v128.load(before + field), v128.or(v128.load(additive + field), v128.load(after + field)));
}

function unionTerms(build: Build, terms: usize, count: u32, chunk: u32): void {
  const scratch = build.scratch;
  clear(scratch + STEP_CERTAIN, USED - STEP_CERTAIN);
  for (let i: u32 = 0; i < count; ++i) {
    const term = word(terms, i);
    if (!termReaches(build, term, chunk)) continue;
    const certain = termCertain(build, term) + <usize>chunk * CHUNK_BYTES;
    const possible = termPossible(build, term) + <usize>chunk * CHUNK_BYTES;
    orInto(scratch + STEP_CERTAIN, certain);
    orInto(scratch + STEP_POSSIBLE, possible);
    const isBlock = isBlockTerm(build, term);
    if (isBlock) orInto(scratch + STEP_BLOCKS, possible);
    else orInto(scratch + STEP_BEYOND_BLOCKS, certain);
    if (possible == certain) continue;
    const target = isBlock ? FOLD_OPEN_ADDRESS : isUnknownTerm(build, term) ? FOLD_OPEN_DOMAIN : FOLD_OPEN_LABELS;
    noteOpen(scratch + target, possible, certain);
  }
}

/** Classes that possibly match a term, and not for certain. */
function noteOpen(target: usize, possible: usize, certain: usize): void {
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const open = v128.andnot(v128.load(possible + i), v128.load(certain + i));
    v128.store(target + i, v128.or(v128.load(target + i), open));
  }
}

/** Pods still undecided that the step takes by blocks alone. */
function noteBlocksOnPods(build: Build, chunk: u32): void {
  const scratch = build.scratch;
  const pods = addressOf(build.podBits, chunk * (CHUNK_BYTES >> 2));
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const taken = v128.and(v128.load(scratch + UNDECIDED + i), v128.load(scratch + STEP_BLOCKS + i));
    const byBlock = v128.andnot(taken, v128.load(scratch + STEP_BEYOND_BLOCKS + i));
    v128.store(
      scratch + FOLD_BLOCK_ON_POD + i,
      v128.or(v128.load(scratch + FOLD_BLOCK_ON_POD + i), v128.and(byBlock, v128.load(pods + i))),
    );
  }
}

function applyStep(scratch: usize, header: u32): void {
  let next: usize = 0;
  switch (header & STEP_ACTION_MASK) {
    case ACTION_ALLOW:
      next = ALLOWED;
      break;
    case ACTION_DENY:
      next = DENIED;
      break;
    case ACTION_PASS:
      next = PASSED;
      break;
    case ACTION_TIER_END:
      orInto(scratch + UNDECIDED, scratch + PASSED);
      clear(scratch + PASSED, CHUNK_BYTES);
      return;
    case ACTION_TIE_BEGIN:
      memory.copy(scratch + TIE_START, scratch + UNDECIDED, CHUNK_BYTES);
      memory.copy(scratch + TIE_LEFT, scratch + UNDECIDED, CHUNK_BYTES);
      memory.copy(scratch + TIE_BEFORE, scratch + PASSED, CHUNK_BYTES * 3);
      clear(scratch + TIE_SO_FAR, CHUNK_BYTES * 3);
      clear(scratch + PASSED, CHUNK_BYTES * 3);
      return;
    case ACTION_TIE_NEXT:
      closeTied(scratch, header);
      memory.copy(scratch + UNDECIDED, scratch + TIE_START, CHUNK_BYTES);
      clear(scratch + PASSED, CHUNK_BYTES * 3);
      return;
    case ACTION_TIE_END:
      closeTied(scratch, header);
      memory.copy(scratch + UNDECIDED, scratch + TIE_LEFT, CHUNK_BYTES);
      memory.copy(scratch + PASSED, scratch + TIE_BEFORE, CHUNK_BYTES * 3);
      for (let i: usize = 0; i < <usize>CHUNK_BYTES * 3; i += <usize>CHUNK_BYTES)
        orInto(scratch + PASSED + i, scratch + TIE_SO_FAR + i);
      return;
    default:
      unreachable();
  }
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const undecided = v128.load(scratch + UNDECIDED + i);
    const moved = v128.and(undecided, v128.load(scratch + STEP_POSSIBLE + i));
    v128.store(scratch + next + i, v128.or(v128.load(scratch + next + i), moved));
    v128.store(scratch + UNDECIDED + i, v128.andnot(undecided, v128.load(scratch + STEP_CERTAIN + i)));
  }
}

/** Joins what one of the tied policies decided to what those before it did, and notes where they differ. */
function closeTied(scratch: usize, header: u32): void {
  if (header & STEP_OPEN_SUBJECT) orInto(scratch + UNDECIDED, scratch + TIE_START);
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const passed = v128.load(scratch + PASSED + i);
    const allowed = v128.load(scratch + ALLOWED + i);
    const denied = v128.load(scratch + DENIED + i);
    const passedBefore = v128.load(scratch + TIE_SO_FAR + i);
    const allowedBefore = v128.load(scratch + TIE_SO_FAR + CHUNK_BYTES + i);
    const deniedBefore = v128.load(scratch + TIE_SO_FAR + CHUNK_BYTES * 2 + i);
    const differ = v128.or(
      v128.or(
        v128.and(passed, v128.or(allowedBefore, deniedBefore)),
        v128.and(allowed, v128.or(passedBefore, deniedBefore)),
      ),
      v128.and(denied, v128.or(passedBefore, allowedBefore)),
    );
    v128.store(scratch + FOLD_OPEN_TIE + i, v128.or(v128.load(scratch + FOLD_OPEN_TIE + i), differ));
    v128.store(scratch + TIE_SO_FAR + i, v128.or(passedBefore, passed));
    v128.store(scratch + TIE_SO_FAR + CHUNK_BYTES + i, v128.or(allowedBefore, allowed));
    v128.store(scratch + TIE_SO_FAR + CHUNK_BYTES * 2 + i, v128.or(deniedBefore, denied));
    v128.store(scratch + TIE_LEFT + i, v128.and(v128.load(scratch + TIE_LEFT + i), v128.load(scratch + UNDECIDED + i)));
  }
}

/** `memory.fill` is a call out of the module in some engines, which costs more than so few bytes. */
function clear(target: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(target + i, i64x2.splat(0));
}

function setAll(target: usize): void {
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) v128.store(target + i, i64x2.splat(-1));
}

function orInto(target: usize, source: usize): void {
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    v128.store(target + i, v128.or(v128.load(target + i), v128.load(source + i)));
  }
}
