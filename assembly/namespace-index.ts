/**
 * Which namespaces have a label, so that a selector that asks for one by its value looks at those alone: clusters have
 * thousands of namespaces, and as many selectors that mean one of them each.
 *
 *   (key, value) ──▶ pair ──▶ how many namespaces have it, and the last one ──link──▶ the one before ──▶ …
 *
 * Namespaces whose labels are not all known stand in a list of their own.
 */
import { LABELS_OPEN, NONE, OPERATOR_IN } from "./abi";
import { take } from "./heap";
import { find, intern, newTuples, Tuples } from "./intern";
import { nextRequirement } from "./selector";
import { at, cleared, newVec, push, put, Vec, word } from "./vec";

@unmanaged
export class NamespaceIndex {
  /** Namespaces that have been taken in. */
  count: u32;
  /** (key, value) pairs of their labels. */
  pairs: Tuples;
  /** By pair: namespaces that have it, and its last link. */
  ends: Vec;
  /** Two words each: a namespace, and the link before, or NONE. */
  links: Vec;
  open: Vec;
  /** What was asked for last. */
  found: Vec;
}

export function newNamespaceIndex(): NamespaceIndex {
  const index = changetype<NamespaceIndex>(take(offsetof<NamespaceIndex>()));
  index.count = 0;
  index.pairs = newTuples();
  index.ends = newVec(32);
  index.links = newVec(32);
  index.open = newVec(4);
  index.found = newVec(16);
  return index;
}

/**
 * The namespaces from number `first` on, of those whose records are in `namespaces`, that a selector can match, and perhaps
 * others: each once, until the next call. `key` is room for a pair.
 */
export function namespacesToAsk(index: NamespaceIndex, namespaces: Vec, selector: usize, first: u32, key: usize): Vec {
  while (index.count < namespaces.length) takeIn(index, <usize>at(namespaces, index.count));
  const found = cleared(index.found);
  const requirement = rarest(index, selector, key);
  if (requirement == 0) {
    for (let namespace = first; namespace < namespaces.length; ++namespace) push(found, namespace);
    return found;
  }
  const values = word(requirement, 2);
  for (let i: u32 = 0; i < values; ++i) {
    const pair = pairOf(index, requirement, i, key);
    if (pair == NONE) continue;
    // Later namespaces come first.
    for (let link = at(index.ends, pair * 2 + 1); link != NONE; link = at(index.links, link + 1)) {
      if (at(index.links, link) < first) break;
      push(found, at(index.links, link));
    }
  }
  for (let i: u32 = 0; i < index.open.length; ++i) {
    if (at(index.open, i) >= first) push(found, at(index.open, i));
  }
  return found;
}

function takeIn(index: NamespaceIndex, record: usize): void {
  const namespace = index.count++;
  if (load<u32>(record) & LABELS_OPEN) {
    push(index.open, namespace);
    return;
  }
  for (let left = word(record, 1), label = record + 8; left > 0; --left, label += 8) {
    const pair = intern(index.pairs, label, 2);
    if (pair * 2 == index.ends.length) {
      push(index.ends, 0);
      push(index.ends, NONE);
    }
    const link = push(index.links, namespace);
    push(index.links, at(index.ends, pair * 2 + 1));
    put(index.ends, pair * 2, at(index.ends, pair * 2) + 1);
    put(index.ends, pair * 2 + 1, link);
  }
}

/** The requirement of a selector that asks for values, by those that the fewest namespaces have; 0 where none does. */
function rarest(index: NamespaceIndex, selector: usize, key: usize): usize {
  let best: usize = 0;
  let fewest: u32 = NONE;
  let requirement = selector + 4;
  for (let left = load<u32>(selector); left > 0; --left) {
    if (load<u32>(requirement) == OPERATOR_IN) {
      let count: u32 = 0;
      for (let i: u32 = 0; i < word(requirement, 2); ++i) {
        const pair = pairOf(index, requirement, i, key);
        if (pair != NONE) count += at(index.ends, pair * 2);
      }
      if (count < fewest) {
        fewest = count;
        best = requirement;
      }
    }
    requirement = nextRequirement(requirement);
  }
  return best;
}

/** The pair of a requirement's key and one of its values; NONE where no namespace has it. */
function pairOf(index: NamespaceIndex, requirement: usize, value: u32, key: usize): u32 {
  store<u32>(key, word(requirement, 1));
  store<u32>(key, word(requirement, 3 + value), 4);
  return find(index.pairs, key, 2);
}
