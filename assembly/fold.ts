/**
 * Folding a row's steps into bits, 512 classes at a time.
 *
 * Each class is in one of four states: undecided, passed (out of the tier, not decided), allowed, denied. An open match
 * leaves it in two states at once, so each state has a set of the classes that may be in it:
 *
 *   step allow / deny / pass:  next ∪= undecided ∩ possible;  undecided −= certain
 *   tier end:                  undecided ∪= passed;  passed = ∅
 *   after the last step:       allowed ∪= undecided ∪ passed          (what nobody decides is allowed)
 *
 * The verdict is settled as allow where no path denies, open where both remain. A step whose own subject is open matches
 * nothing for certain.
 */
import { ACTION_ALLOW, ACTION_DENY, ACTION_PASS, ACTION_TIER_END, CHUNK_BYTES } from "./abi";
import { Build } from "./build";
import { STEP_ACTION_MASK, STEP_ADDITIVE, STEP_OPEN_SUBJECT } from "./step";
import { isBlockTerm, isOpenTerm, termCertain, termPossible, termReaches } from "./term";
import { addressOf, word } from "./vec";

// Chunks of `build.scratch`.
/** Results: classes allowed whatever is open; classes possibly allowed; pods that only an `ipBlock` allows. */
export const FOLD_CERTAIN: usize = 0;
export const FOLD_POSSIBLE: usize = CHUNK_BYTES;
export const FOLD_BLOCK_ON_POD: usize = CHUNK_BYTES * 2;
/** Of the classes possibly and not certainly allowed: those that a step's labels leave open, and a step's blocks. */
export const FOLD_OPEN_LABELS: usize = CHUNK_BYTES * 3;
export const FOLD_OPEN_ADDRESS: usize = CHUNK_BYTES * 4;
const UNDECIDED: usize = CHUNK_BYTES * 5;
const PASSED: usize = CHUNK_BYTES * 6;
const ALLOWED: usize = CHUNK_BYTES * 7;
const DENIED: usize = CHUNK_BYTES * 8;
const STEP_CERTAIN: usize = CHUNK_BYTES * 9;
const STEP_POSSIBLE: usize = CHUNK_BYTES * 10;
/** Of the step's terms: what its blocks possibly match, and what its other terms match for certain. */
const STEP_BLOCKS: usize = CHUNK_BYTES * 11;
const STEP_BEYOND_BLOCKS: usize = CHUNK_BYTES * 12;
const USED: usize = CHUNK_BYTES * 13;

/**
 * Folds what most rows are, one step of the additive tier that allows settled terms and one that denies the rest: gives false
 * where the steps are others. Leaves the certain classes and the pods that only blocks allow in `build.scratch`; what is
 * possible is what is certain, and nothing is open.
 */
export function foldSimple(build: Build, steps: usize, words: u32, chunk: u32): bool {
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

/** Folds the steps at `steps` (see row.ts) for the classes of one chunk into `build.scratch`. */
export function foldChunk(build: Build, steps: usize, words: u32, chunk: u32): void {
  const scratch = build.scratch;
  clear(scratch, USED);
  setAll(scratch + UNDECIDED);

  let step: u32 = 0;
  while (step < words) {
    const header = word(steps, step);
    const termCount = word(steps, step + 1);
    unionTerms(build, steps + ((<usize>(step + 2)) << 2), termCount, chunk);
    if (header & STEP_OPEN_SUBJECT) {
      clear(scratch + STEP_CERTAIN, CHUNK_BYTES);
      setAll(scratch + FOLD_OPEN_LABELS);
    }
    if (header & STEP_ADDITIVE) noteBlocksOnPods(build, chunk);
    applyStep(scratch, header & STEP_ACTION_MASK);
    step += 2 + termCount;
  }

  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    const allowed = v128.or(
      v128.load(scratch + ALLOWED + i),
      v128.or(v128.load(scratch + UNDECIDED + i), v128.load(scratch + PASSED + i)),
    );
    const open = v128.and(allowed, v128.load(scratch + DENIED + i));
    v128.store(scratch + FOLD_POSSIBLE + i, allowed);
    v128.store(scratch + FOLD_CERTAIN + i, v128.andnot(allowed, open));
    v128.store(scratch + FOLD_OPEN_LABELS + i, v128.and(v128.load(scratch + FOLD_OPEN_LABELS + i), open));
    v128.store(scratch + FOLD_OPEN_ADDRESS + i, v128.and(v128.load(scratch + FOLD_OPEN_ADDRESS + i), open));
  }
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
    if (possible != certain) noteOpen(scratch + (isBlock ? FOLD_OPEN_ADDRESS : FOLD_OPEN_LABELS), possible, certain);
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

function applyStep(scratch: usize, action: u32): void {
  let next: usize = 0;
  switch (action) {
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
