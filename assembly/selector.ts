/**
 * Label selectors: all requirements must hold. [Kubernetes labels.Requirement.Matches]
 *
 * A selector is a run of words: the number of requirements, then each as operator, key, number of values, values.
 * Labels are a run of (key, value) words sorted by key; `OTHER_VALUE` is a value that no selector names.
 */
import { OPERATOR_DOES_NOT_EXIST, OPERATOR_EXISTS, OPERATOR_IN, OPERATOR_NOT_IN } from "./abi";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { word } from "./vec";

/** A label's value where only the key is named by selectors. */
export const OTHER_VALUE: u32 = 0xfffffffe;
/** The key is absent. */
const ABSENT: u32 = 0xffffffff;

/** Whether `selector` matches labels that are all known. */
export function matchesSelector(selector: usize, labels: usize, labelWords: u32): bool {
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) {
    if (!holds(requirement, valueOf(labels, labelWords, word(requirement, 1)))) return false;
    requirement = nextRequirement(requirement);
  }
  return true;
}

/**
 * Whether `selector` matches labels of which only the listed ones are known: any other key may be absent, or present with
 * any value. It is a miss only if no completion matches, a match only if every one does.
 */
export function matchSelectorOpen(selector: usize, labels: usize, labelWords: u32): u32 {
  let answer = MATCH_YES;
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) {
    const key = word(requirement, 1);
    const value = valueOf(labels, labelWords, key);
    if (value != ABSENT) {
      if (!holds(requirement, value)) return MATCH_NO;
    } else {
      // No single requirement holds for every value and for absence alike, so an open key is at best open.
      if (!satisfiable(selector, key)) return MATCH_NO;
      answer = MATCH_OPEN;
    }
    requirement = nextRequirement(requirement);
  }
  return answer;
}

/** A bit for each of the first 32 requirements that the labels do not meet; what an open key would be is left out. */
export function missedRequirements(selector: usize, labels: usize, labelWords: u32, open: bool): u32 {
  let missed: u32 = 0;
  let requirement = selector + 4;
  const count = min<u32>(load<u32>(selector), 32);
  for (let i: u32 = 0; i < count; ++i) {
    const value = valueOf(labels, labelWords, word(requirement, 1));
    if (!(open && value == ABSENT) && !holds(requirement, value)) missed |= 1 << i;
    requirement = nextRequirement(requirement);
  }
  return missed;
}

/** Whether a requirement asks for a key that the listed labels leave open. */
export function asksOpen(selector: usize, labels: usize, labelWords: u32): bool {
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) {
    if (valueOf(labels, labelWords, word(requirement, 1)) == ABSENT) return true;
    requirement = nextRequirement(requirement);
  }
  return false;
}

/** The address after a requirement. */
export function nextRequirement(requirement: usize): usize {
  return requirement + ((<usize>(3 + word(requirement, 2))) << 2);
}

/** The words that a selector takes. */
export function selectorWords(selector: usize): u32 {
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) requirement = nextRequirement(requirement);
  return <u32>((requirement - selector) >> 2);
}

/** In and Exists need the key; NotIn and DoesNotExist hold without it. */
function holds(requirement: usize, value: u32): bool {
  const operator = load<u32>(requirement);
  if (operator == OPERATOR_IN) return value != ABSENT && hasValue(requirement, value);
  if (operator == OPERATOR_NOT_IN) return value == ABSENT || !hasValue(requirement, value);
  if (operator == OPERATOR_EXISTS) return value != ABSENT;
  assert(operator == OPERATOR_DOES_NOT_EXIST, "an operator");
  return value == ABSENT;
}

/** Whether some value of `key`, or its absence, meets all that `selector` asks of that key. */
function satisfiable(selector: usize, key: u32): bool {
  if (holdsForKey(selector, key, ABSENT) || holdsForKey(selector, key, OTHER_VALUE)) return true;
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) {
    if (load<u32>(requirement) == OPERATOR_IN && word(requirement, 1) == key) {
      const values = word(requirement, 2);
      for (let i: u32 = 0; i < values; ++i) {
        if (holdsForKey(selector, key, word(requirement, 3 + i))) return true;
      }
      return false;
    }
    requirement = nextRequirement(requirement);
  }
  return false;
}

function holdsForKey(selector: usize, key: u32, value: u32): bool {
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) {
    if (word(requirement, 1) == key && !holds(requirement, value)) return false;
    requirement = nextRequirement(requirement);
  }
  return true;
}

function valueOf(labels: usize, labelWords: u32, key: u32): u32 {
  for (let i: u32 = 0; i < labelWords; i += 2) {
    if (word(labels, i) == key) return word(labels, i + 1);
  }
  return ABSENT;
}

function hasValue(requirement: usize, value: u32): bool {
  const values = word(requirement, 2);
  for (let i: u32 = 0; i < values; ++i) {
    if (word(requirement, 3 + i) == value) return true;
  }
  return false;
}
