/**
 * Each class here has one of three matches in a term: missed, open or certain. A fold is right where it says what trying
 * every way to settle the open matches says.
 */
import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  ACTION_TIER_END,
  ACTION_TIE_BEGIN,
  ACTION_TIE_END,
  ACTION_TIE_NEXT,
} from "../abi";
import { FOLD_BLOCK_ON_POD, FOLD_CERTAIN, FOLD_POSSIBLE } from "../fold";
import { STEP_ADDITIVE, STEP_OPEN_SUBJECT } from "../step";
import { ANYONE, NOBODY, MAYBE, FIRST, SECOND, BLOCK, MAYBE_BLOCK, newFixture, step, fold, result } from "./folds";

function expectFold(steps: u32[][], certain: u32, possible: u32): void {
  const build = newFixture();
  fold(build, steps);
  expect<u32>(result(build, FOLD_CERTAIN)).toBe(certain, "certain");
  expect<u32>(result(build, FOLD_POSSIBLE)).toBe(possible, "possible");
}

// Outcomes that remain.
const ALLOWS: u32 = 1;
const DENIES: u32 = 2;

const TIER_END: u32[] = [ACTION_TIER_END, 0];

describe("folding steps", () => {
  it("no steps leave everyone alone", () => {
    expectFold([], 0xffff, 0xffff);
  });

  it("allow then deny lets through the certain and leaves open what is open", () => {
    expectFold([step(ACTION_ALLOW, [FIRST]), step(ACTION_DENY, [ANYONE])], 0b01, 0b11);
  });

  it("a term that misses says nothing", () => {
    expectFold([step(ACTION_ALLOW, [NOBODY]), step(ACTION_DENY, [ANYONE])], 0, 0);
    expectFold([step(ACTION_DENY, [NOBODY])], 0xffff, 0xffff);
  });

  it("several terms of a step are one union, where certain outweighs open", () => {
    expectFold([step(ACTION_ALLOW, [FIRST, SECOND]), step(ACTION_DENY, [ANYONE])], 0b011, 0b111);
  });

  it("the first step that matches decides", () => {
    expectFold([step(ACTION_DENY, [FIRST]), step(ACTION_ALLOW, [ANYONE])], 0xfffc, 0xfffe);
    expectFold([step(ACTION_ALLOW, [ANYONE]), step(ACTION_DENY, [ANYONE])], 0xffff, 0xffff);
  });

  it("an open deny leaves both outcomes", () => {
    expectFold([step(ACTION_DENY, [MAYBE])], 0, 0xffff);
  });

  it("an open match before the same outcome for certain is settled", () => {
    expectFold(
      [step(ACTION_ALLOW, [MAYBE]), step(ACTION_ALLOW, [ANYONE]), step(ACTION_DENY, [ANYONE])],
      0xffff,
      0xffff,
    );
    expectFold([step(ACTION_DENY, [MAYBE]), step(ACTION_DENY, [ANYONE])], 0, 0);
  });

  it("pass skips the rest of its tier and comes back after its end", () => {
    expectFold([step(ACTION_PASS, [FIRST]), step(ACTION_DENY, [ANYONE]), TIER_END], 0b01, 0b11);
    expectFold(
      [step(ACTION_PASS, [ANYONE]), step(ACTION_ALLOW, [ANYONE]), TIER_END, step(ACTION_DENY, [ANYONE])],
      0,
      0,
    );
  });

  it("what a tier does not match goes on to the next", () => {
    expectFold([step(ACTION_ALLOW, [FIRST]), TIER_END, step(ACTION_DENY, [ANYONE])], 0b01, 0b11);
  });

  it("an open pass leaves both the tier's verdict and the next one's", () => {
    const next = [step(ACTION_PASS, [MAYBE]), step(ACTION_DENY, [ANYONE]), TIER_END, step(ACTION_ALLOW, [ANYONE])];
    expectFold(next, 0, 0xffff);
    const same = [step(ACTION_PASS, [MAYBE]), step(ACTION_DENY, [ANYONE]), TIER_END, step(ACTION_DENY, [ANYONE])];
    expectFold(same, 0, 0);
  });

  it("what passed the last tier and nobody decided is allowed", () => {
    expectFold([step(ACTION_PASS, [ANYONE])], 0xffff, 0xffff);
    expectFold([step(ACTION_PASS, [ANYONE]), TIER_END], 0xffff, 0xffff);
  });

  it("ordered tiers decide before and after the additive one", () => {
    const additive = [step(ACTION_ALLOW | STEP_ADDITIVE, [SECOND]), step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])];
    // The admin tier denies class 0 and lets class 1 pass; the additive one is isolated, so baseline has no say.
    expectFold(
      [
        step(ACTION_PASS, [SECOND]),
        step(ACTION_DENY, [FIRST]),
        TIER_END,
        additive[0],
        additive[1],
        step(ACTION_ALLOW, [ANYONE]),
        TIER_END,
      ],
      0b010,
      0b110,
    );
    // Without policies of the additive tier the baseline decides.
    expectFold([step(ACTION_ALLOW, [FIRST]), TIER_END, step(ACTION_DENY, [ANYONE]), TIER_END], 0b01, 0b11);
  });

  it("a policy whose subject is open applies as a whole or not at all", () => {
    const begin = step(ACTION_TIE_BEGIN, []);
    const end = step(ACTION_TIE_END | STEP_OPEN_SUBJECT, []);
    expectFold([begin, step(ACTION_DENY, [FIRST]), end], 0xfffc, 0xffff);
    expectFold([begin, step(ACTION_ALLOW, [ANYONE]), step(ACTION_DENY, [ANYONE]), end], 0xffff, 0xffff);
    expectFold([begin, step(ACTION_ALLOW, [ANYONE]), end, step(ACTION_DENY, [ANYONE])], 0, 0xffff);
  });

  it("every row of four steps says what trying each way to settle it says", () => {
    const build = newFixture();
    const headers: u32[] = [ACTION_ALLOW, ACTION_DENY, ACTION_PASS];
    const matches: u32[] = [NOBODY, MAYBE, ANYONE];
    // A step is one of nine (action, match) pairs, or a tier's end.
    const kinds: u32 = 10;
    let wrong: u32 = 0;
    const picked: u32[] = [0, 0, 0, 0];
    for (let index: u32 = 0; index < kinds * kinds * kinds * kinds; ++index) {
      let rest = index;
      const steps: u32[][] = [];
      for (let i = 0; i < 4; ++i) {
        const kind = rest % kinds;
        rest /= kinds;
        picked[i] = kind;
        steps.push(kind == 9 ? TIER_END : step(headers[kind / 3], [matches[kind % 3]]));
      }
      fold(build, steps);
      const outcomes = outcomesOf(picked);
      if (((outcomes & ALLOWS) != 0) != (result(build, FOLD_POSSIBLE) == 0xffff)) ++wrong;
      if ((outcomes == ALLOWS) != (result(build, FOLD_CERTAIN) == 0xffff)) ++wrong;
      if (result(build, FOLD_CERTAIN) & ~result(build, FOLD_POSSIBLE)) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });

  it("every two tied policies of two steps say what trying both orders says", () => {
    const build = newFixture();
    const headers: u32[] = [ACTION_ALLOW, ACTION_DENY, ACTION_PASS];
    const matches: u32[] = [NOBODY, MAYBE, ANYONE];
    const kinds: u32 = 9;
    let wrong: u32 = 0;
    const picked: u32[] = [0, 0, 0, 0];
    for (let index: u32 = 0; index < kinds * kinds * kinds * kinds * 2; ++index) {
      const open = (index & 1) != 0;
      let rest = index >> 1;
      const steps: u32[][] = [step(ACTION_TIE_BEGIN, [])];
      for (let i = 0; i < 4; ++i) {
        const kind = rest % kinds;
        rest /= kinds;
        picked[i] = kind;
        steps.push(step(headers[kind / 3], [matches[kind % 3]]));
        if (i == 1) steps.push(step(ACTION_TIE_NEXT, []));
      }
      steps.push(step(open ? ACTION_TIE_END | STEP_OPEN_SUBJECT : ACTION_TIE_END, []));
      // What none of them decides is denied after them; what passed leaves the tier.
      steps.push(step(ACTION_DENY, [ANYONE]));
      steps.push(TIER_END);
      fold(build, steps);
      const outcomes = outcomesOfTied(picked, open);
      if (((outcomes & ALLOWS) != 0) != (result(build, FOLD_POSSIBLE) == 0xffff)) ++wrong;
      if ((outcomes == ALLOWS) != (result(build, FOLD_CERTAIN) == 0xffff)) ++wrong;
    }
    expect<u32>(wrong).toBe(0);
  });
});

/** Which outcomes remain over both orders of two policies of two steps, and all ways to settle the open steps and an open second one. */
function outcomesOfTied(kinds: u32[], open: bool): u32 {
  let outcomes: u32 = 0;
  for (let settled: u32 = 0; settled < 16; ++settled) {
    for (let selected: u32 = open ? 0 : 1; selected < 2; ++selected) {
      for (let first: u32 = 0; first < 2; ++first) outcomes |= outcomeOfTied(kinds, settled, selected != 0, first);
    }
  }
  return outcomes;
}

function outcomeOfTied(kinds: u32[], settled: u32, selected: bool, first: u32): u32 {
  for (let place: u32 = 0; place < 2; ++place) {
    const policy = place ^ first;
    if (policy == 1 && !selected) continue;
    for (let i = policy * 2; i < policy * 2 + 2; ++i) {
      const match = kinds[i] % 3;
      if (match == 0 || (match == 1 && ((settled >> i) & 1) == 0)) continue;
      return kinds[i] / 3 == 1 ? DENIES : ALLOWS;
    }
  }
  return DENIES;
}

/** Which outcomes remain over all ways to settle the open steps. */
function outcomesOf(kinds: u32[]): u32 {
  let outcomes: u32 = 0;
  for (let settled: u32 = 0; settled < 16; ++settled) outcomes |= outcomeOf(kinds, settled);
  return outcomes;
}

/** One class's way through the tiers; bit i of `settled` says whether step i matches if it is open. */
function outcomeOf(kinds: u32[], settled: u32): u32 {
  let passed = false;
  for (let i = 0; i < kinds.length; ++i) {
    if (kinds[i] == 9) passed = false;
    else if (!passed) {
      const match = kinds[i] % 3;
      if (match == 0 || (match == 1 && ((settled >> i) & 1) == 0)) continue;
      if (kinds[i] / 3 == 0) return ALLOWS;
      if (kinds[i] / 3 == 1) return DENIES;
      passed = true;
    }
  }
  return ALLOWS;
}

describe("what an ipBlock alone lets pods do", () => {
  it("pods that only a block allows are noted, and none but pods", () => {
    const build = newFixture();
    fold(build, [step(ACTION_ALLOW | STEP_ADDITIVE, [BLOCK]), step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])]);
    expect<u32>(result(build, FOLD_CERTAIN)).toBe(0b100000011);
    expect<u32>(result(build, FOLD_BLOCK_ON_POD)).toBe(0b011);
  });

  it("a pod that a selector allows too is not", () => {
    const build = newFixture();
    fold(build, [step(ACTION_ALLOW | STEP_ADDITIVE, [FIRST, BLOCK]), step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])]);
    expect<u32>(result(build, FOLD_BLOCK_ON_POD)).toBe(0b010, "class 1 is only possibly selected");
  });

  it("a pod that only a selector possibly allows is not", () => {
    const build = newFixture();
    fold(build, [step(ACTION_ALLOW | STEP_ADDITIVE, [SECOND, MAYBE]), step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])]);
    expect<u32>(result(build, FOLD_POSSIBLE)).toBe(0xffff);
    expect<u32>(result(build, FOLD_BLOCK_ON_POD)).toBe(0);
  });

  it("a pod that a block possibly allows is", () => {
    const build = newFixture();
    fold(build, [step(ACTION_ALLOW | STEP_ADDITIVE, [MAYBE_BLOCK]), step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])]);
    expect<u32>(result(build, FOLD_BLOCK_ON_POD)).toBe(0b1000);
  });

  it("what an ordered tier has decided is not the block's doing", () => {
    const build = newFixture();
    const additive = step(ACTION_ALLOW | STEP_ADDITIVE, [BLOCK]);
    fold(build, [step(ACTION_DENY, [FIRST]), TIER_END, additive, step(ACTION_DENY | STEP_ADDITIVE, [ANYONE])]);
    expect<u32>(result(build, FOLD_BLOCK_ON_POD)).toBe(0b010);
    fold(build, [step(ACTION_ALLOW, [BLOCK]), TIER_END]);
    expect<u32>(result(build, FOLD_BLOCK_ON_POD)).toBe(0, "a block of an ordered tier");
  });
});
