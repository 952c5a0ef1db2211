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
import { isBlockTerm, termCertain, termPossible, termReaches } from "./term";
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

/** Folds the steps at `steps` (see row.ts) for the classes of one chunk into `build.scratch`. */
export function foldChunk(build: Build, steps: usize, words: u32, chunk: u32): void {
  const scratch = build.scratch;
  memory.fill(scratch, 0, USED);
  memory.fill(scratch + UNDECIDED, 0xff, CHUNK_BYTES);

  let step: u32 = 0;
  while (step < words) {
    const header = word(steps, step);
    const termCount = word(steps, step + 1);
    unionTerms(build, steps + ((<usize>(step + 2)) << 2), termCount, chunk);
    if (header & STEP_OPEN_SUBJECT) {
      memory.fill(scratch + STEP_CERTAIN, 0, CHUNK_BYTES);
      memory.fill(scratch + FOLD_OPEN_LABELS, 0xff, CHUNK_BYTES);
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
  memory.fill(scratch + STEP_CERTAIN, 0, USED - STEP_CERTAIN);
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
      memory.fill(scratch + PASSED, 0, CHUNK_BYTES);
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

function orInto(target: usize, source: usize): void {
  for (let i: usize = 0; i < <usize>CHUNK_BYTES; i += 16) {
    v128.store(target + i, v128.or(v128.load(target + i), v128.load(source + i)));
  }
}
