/** Pieces are folded each by itself and joined: that must come to what folding all of their steps together comes to. */
import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  ACTION_TIER_END,
  ACTION_TIE_BEGIN,
  ACTION_TIE_END,
  ACTION_TIE_NEXT,
} from "../abi";
import {
  FOLD_BLOCK_ON_POD,
  FOLD_CERTAIN,
  FOLD_OPEN_ADDRESS,
  FOLD_OPEN_DOMAIN,
  FOLD_OPEN_LABELS,
  FOLD_OPEN_TIE,
  FOLD_POSSIBLE,
} from "../fold";
import { foldPieces } from "../row-fold";
import { STEP_ADDITIVE, STEP_OPEN_SUBJECT } from "../step";
import { ANYONE, newFixture, step, fold, pieceOf, result } from "./folds";

const TIER_END: u32[] = [ACTION_TIER_END, 0];

describe("three pieces one after another", () => {
  it("say what all their steps say as one", () => {
    const build = newFixture();
    const results: usize[] = [
      FOLD_CERTAIN,
      FOLD_POSSIBLE,
      FOLD_BLOCK_ON_POD,
      FOLD_OPEN_LABELS,
      FOLD_OPEN_ADDRESS,
      FOLD_OPEN_TIE,
      FOLD_OPEN_DOMAIN,
    ];
    let wrong = 0;
    for (let seed: u32 = 1; seed <= 4000; ++seed) {
      const draw = new Draw(seed);
      const before = orderedTier(draw);
      const additive = draw.below(4) == 0 ? new Array<u32[]>() : additiveTier(draw);
      const after = draw.below(3) == 0 ? new Array<u32[]>() : orderedTier(draw);
      fold(build, before.concat(additive).concat(after));
      const together = new Array<u32>();
      for (let i = 0; i < results.length; ++i) together.push(result(build, results[i]));
      foldPieces(build, pieceOf(build, before), pieceOf(build, additive), pieceOf(build, after), 0);
      for (let i = 0; i < results.length; ++i) if (result(build, results[i]) != together[i]) ++wrong;
    }
    expect<i32>(wrong).toBe(0);
  });
});

/** Small random numbers. */
class Draw {
  constructor(public state: u32) {}
  below(bound: u32): u32 {
    this.state = this.state * 1664525 + 1013904223;
    return (this.state >> 16) % bound;
  }
}

function orderedTier(draw: Draw): u32[][] {
  const actions: u32[] = [ACTION_ALLOW, ACTION_DENY, ACTION_PASS];
  const steps: u32[][] = [];
  const tie = draw.below(3);
  if (tie == 0) steps.push(step(ACTION_TIE_BEGIN, []));
  const count: u32 = 1 + draw.below(3);
  for (let i: u32 = 0; i < count; ++i) {
    steps.push(step(actions[draw.below(3)], someTerms(draw)));
    if (tie == 0 && i == 0) steps.push(step(ACTION_TIE_NEXT, []));
  }
  if (tie == 0) steps.push(step(draw.below(2) == 0 ? ACTION_TIE_END : ACTION_TIE_END | STEP_OPEN_SUBJECT, []));
  steps.push(TIER_END);
  return steps;
}

function additiveTier(draw: Draw): u32[][] {
  return [step(ACTION_ALLOW | STEP_ADDITIVE, someTerms(draw)), step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])];
}

function someTerms(draw: Draw): u32[] {
  const terms: u32[] = [];
  for (let term: u32 = draw.below(4) == 0 ? 0 : 1; term < 7; ++term) if (draw.below(3) == 0) terms.push(term);
  return terms;
}
