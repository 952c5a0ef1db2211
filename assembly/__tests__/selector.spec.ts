import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "../match";
import { matchesSelector, matchSelectorOpen, nextRequirement, OTHER_VALUE, selectorWords } from "../selector";
import { doesNotExist, exists, isIn, notIn, selectorOf, wordsAt } from "./input";

const APP: u32 = 11;
const TIER: u32 = 12;
const WEB: u32 = 101;
const DB: u32 = 102;
const OTHER: u32 = 103;
/** The empty string is a value like any other; it has a number of its own. */
const EMPTY: u32 = 104;

function matches(requirements: u32[][], labels: u32[]): bool {
  return matchesSelector(selectorOf(requirements), wordsAt(labels), labels.length);
}

function matchesOpen(requirements: u32[][], labels: u32[]): u32 {
  return matchSelectorOpen(selectorOf(requirements), wordsAt(labels), labels.length);
}

/** All requirements that the values 101 and 102 allow on one key. */
function requirementsOn(key: u32): u32[][] {
  return [
    isIn(key, [WEB]),
    isIn(key, [DB]),
    isIn(key, [WEB, DB]),
    notIn(key, [WEB]),
    notIn(key, [DB]),
    notIn(key, [WEB, DB]),
    exists(key),
    doesNotExist(key),
  ];
}

/** Three-valued matching by trying every completion of one open key: absent, a named value, another value. */
function byCompletion(requirements: u32[][], key: u32): u32 {
  const selector = selectorOf(requirements);
  const values: u32[] = [WEB, DB, OTHER];
  let held: u32 = matchesSelector(selector, 0, 0) ? 1 : 0;
  for (let i = 0; i < 3; ++i) held += matchesSelector(selector, wordsAt([key, values[i]]), 2) ? 1 : 0;
  if (held == 0) return MATCH_NO;
  return held == 4 ? MATCH_YES : MATCH_OPEN;
}

describe("a selector over known labels", () => {
  it("no requirement matches everything", () => {
    expect<bool>(matches([], [])).toBe(true);
    expect<bool>(matches([], [APP, WEB])).toBe(true);
  });

  it("In needs the key with one of the values", () => {
    expect<bool>(matches([isIn(APP, [WEB, DB])], [APP, DB])).toBe(true);
    expect<bool>(matches([isIn(APP, [WEB, DB])], [APP, OTHER])).toBe(false);
    expect<bool>(matches([isIn(APP, [WEB])], [])).toBe(false);
    expect<bool>(matches([isIn(APP, [WEB])], [TIER, WEB])).toBe(false);
  });

  it("NotIn holds for an absent key and for other values", () => {
    expect<bool>(matches([notIn(APP, [WEB])], [])).toBe(true);
    expect<bool>(matches([notIn(APP, [WEB])], [APP, DB])).toBe(true);
    expect<bool>(matches([notIn(APP, [WEB])], [APP, WEB])).toBe(false);
  });

  it("Exists and DoesNotExist look at the key alone", () => {
    expect<bool>(matches([exists(APP)], [APP, EMPTY])).toBe(true);
    expect<bool>(matches([exists(APP)], [TIER, WEB])).toBe(false);
    expect<bool>(matches([doesNotExist(APP)], [TIER, WEB])).toBe(true);
    expect<bool>(matches([doesNotExist(APP)], [APP, EMPTY])).toBe(false);
  });

  it("an empty value is a value, not an absent key", () => {
    expect<bool>(matches([isIn(APP, [EMPTY])], [APP, EMPTY])).toBe(true);
    expect<bool>(matches([isIn(APP, [EMPTY])], [])).toBe(false);
    expect<bool>(matches([notIn(APP, [EMPTY])], [APP, EMPTY])).toBe(false);
  });

  it("a value that no selector names meets Exists and NotIn, never In", () => {
    expect<bool>(matches([exists(APP), notIn(APP, [WEB])], [APP, OTHER_VALUE])).toBe(true);
    expect<bool>(matches([isIn(APP, [WEB])], [APP, OTHER_VALUE])).toBe(false);
  });

  it("a list of no values has no member", () => {
    expect<bool>(matches([isIn(APP, [])], [APP, WEB])).toBe(false);
    expect<bool>(matches([notIn(APP, [])], [APP, WEB])).toBe(true);
  });

  it("all requirements must hold, two on one key included", () => {
    const both = [isIn(APP, [WEB, DB]), notIn(APP, [DB])];
    expect<bool>(matches(both, [APP, WEB])).toBe(true);
    expect<bool>(matches(both, [APP, DB])).toBe(false);
    const two = [isIn(APP, [WEB]), exists(TIER)];
    expect<bool>(matches(two, [APP, WEB, TIER, OTHER])).toBe(true);
    expect<bool>(matches(two, [APP, WEB])).toBe(false);
    expect<bool>(matches(two, [TIER, OTHER])).toBe(false);
  });

  it("requirements are stepped over by their length", () => {
    const selector = selectorOf([isIn(APP, [WEB, DB]), exists(TIER)]);
    expect<usize>(nextRequirement(selector + 4) - selector).toBe(24);
    expect<u32>(selectorWords(selector)).toBe(9);
    expect<u32>(selectorWords(selectorOf([]))).toBe(1);
  });
});

describe("a selector over open labels", () => {
  it("no requirement matches for certain", () => {
    expect<u32>(matchesOpen([], [])).toBe(MATCH_YES);
  });

  it("a listed label decides as if all were known", () => {
    expect<u32>(matchesOpen([isIn(APP, [WEB])], [APP, WEB])).toBe(MATCH_YES);
    expect<u32>(matchesOpen([isIn(APP, [WEB])], [APP, DB])).toBe(MATCH_NO);
    expect<u32>(matchesOpen([doesNotExist(APP)], [APP, DB])).toBe(MATCH_NO);
  });

  it("every operator is open on a key that is not listed", () => {
    expect<u32>(matchesOpen([isIn(APP, [WEB])], [])).toBe(MATCH_OPEN);
    expect<u32>(matchesOpen([notIn(APP, [WEB])], [])).toBe(MATCH_OPEN);
    expect<u32>(matchesOpen([exists(APP)], [])).toBe(MATCH_OPEN);
    expect<u32>(matchesOpen([doesNotExist(APP)], [])).toBe(MATCH_OPEN);
  });

  it("a listed label that misses outweighs an open one, in either order", () => {
    expect<u32>(matchesOpen([exists(TIER), isIn(APP, [WEB])], [APP, DB])).toBe(MATCH_NO);
    expect<u32>(matchesOpen([isIn(APP, [WEB]), exists(TIER)], [APP, DB])).toBe(MATCH_NO);
    expect<u32>(matchesOpen([isIn(APP, [WEB]), exists(TIER)], [APP, WEB])).toBe(MATCH_OPEN);
  });

  it("requirements that no value meets are a miss, not open", () => {
    expect<u32>(matchesOpen([exists(APP), doesNotExist(APP)], [])).toBe(MATCH_NO);
    expect<u32>(matchesOpen([isIn(APP, [WEB]), isIn(APP, [DB])], [])).toBe(MATCH_NO);
    expect<u32>(matchesOpen([isIn(APP, [WEB, DB]), notIn(APP, [DB, WEB])], [])).toBe(MATCH_NO);
    expect<u32>(matchesOpen([notIn(APP, [WEB]), isIn(APP, [WEB, DB])], [])).toBe(MATCH_OPEN);
  });

  it("a key that cannot be met is a miss beside one that can", () => {
    expect<u32>(matchesOpen([exists(TIER), isIn(APP, [WEB]), doesNotExist(APP)], [])).toBe(MATCH_NO);
  });

  it("any three requirements on one open key agree with trying every completion", () => {
    const all = requirementsOn(APP);
    let wrong: u32 = 0;
    let asked: u32 = 0;
    for (let i = 0; i < all.length; ++i) {
      for (let j = 0; j < all.length; ++j) {
        for (let k = 0; k < all.length; ++k) {
          const requirements = [all[i], all[j], all[k]];
          if (matchesOpen(requirements, []) != byCompletion(requirements, APP)) ++wrong;
          ++asked;
        }
      }
    }
    expect<u32>(wrong).toBe(0);
    expect<u32>(asked).toBe(512);
  });
});
