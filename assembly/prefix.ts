/**
 * IP prefixes as a tree. Two prefixes of one family either nest or are disjoint, so the set of prefixes that hold an
 * address is given by the longest of them alone: that one's number is the address's *signature*.
 *
 * Prefixes are numbered in preorder (by family, address, length), so that everything inside prefix p is [p, end of p):
 * an `ipBlock` is one such range less the ranges of its `except`s. Number 0 is 0.0.0.0/0; ::/0 is always there too.
 *
 * A prefix is six words (abi: PREFIX_…). IPv4-mapped IPv6 never comes here: the SDK has turned it into IPv4.
 */
import { PREFIX_ADDRESS, PREFIX_FAMILY, PREFIX_LENGTH, PREFIX_WORDS } from "./abi";
import { take } from "./heap";
import { intern, newTuples, tupleAt, tupleCount, Tuples } from "./intern";
import { sortWordsBy } from "./sort";
import { at, newVec, push, put, Vec, word } from "./vec";

@unmanaged
export class PrefixTree {
  prefixes: Tuples;
  /** Number → prefix id. */
  order: Vec;
  /** Prefix id → number. */
  numbers: Vec;
  /** Number → the number after its last descendant. */
  ends: Vec;
  /** Number → number of the prefix around it; a root has itself. */
  parents: Vec;
  /** The number of ::/0. */
  root6: u32;
}

export function newPrefixTree(): PrefixTree {
  const tree = changetype<PrefixTree>(take(offsetof<PrefixTree>()));
  tree.prefixes = newTuples();
  tree.order = newVec(16);
  tree.numbers = newVec(16);
  tree.ends = newVec(16);
  tree.parents = newVec(16);
  const root = newVec(PREFIX_WORDS);
  push(root, 4);
  for (let i = 1; i < <i32>PREFIX_WORDS; ++i) push(root, 0);
  addPrefix(tree, root.data);
  put(root, 0, 6);
  addPrefix(tree, root.data);
  return tree;
}

/** Notes a prefix; `numberPrefixes` must follow before anything is asked. Gives the prefix's id. */
export function addPrefix(tree: PrefixTree, prefix: usize): u32 {
  return intern(tree.prefixes, prefix, PREFIX_WORDS);
}

/** Sorts and numbers all prefixes. */
export function numberPrefixes(tree: PrefixTree): void {
  const count = tupleCount(tree.prefixes);
  tree.order.length = 0;
  tree.numbers.length = 0;
  tree.ends.length = 0;
  tree.parents.length = 0;
  for (let id: u32 = 0; id < count; ++id) {
    push(tree.order, id);
    push(tree.numbers, 0);
  }
  sortWordsBy(tree.order.data, count, changetype<usize>(tree.prefixes), prefixBefore);
  let open: u32 = 0;
  for (let number: u32 = 0; number < count; ++number) {
    const id = at(tree.order, number);
    const prefix = tupleAt(tree.prefixes, id);
    put(tree.numbers, id, number);
    push(tree.ends, number + 1);
    if (word(prefix, PREFIX_LENGTH) == 0) {
      if (word(prefix, PREFIX_FAMILY) == 6) tree.root6 = number;
      open = number;
      push(tree.parents, number);
      continue;
    }
    while (!holdsPrefix(prefixAt(tree, open), prefix)) open = at(tree.parents, open);
    push(tree.parents, open);
    open = number;
  }
  // Children come after their parents, so one pass from the back carries every end upwards.
  for (let number = count - 1; number > 0; --number) {
    const parent = at(tree.parents, number);
    if (parent != number && at(tree.ends, parent) < at(tree.ends, number))
      put(tree.ends, parent, at(tree.ends, number));
  }
}

export function prefixCount(tree: PrefixTree): u32 {
  return tree.order.length;
}

/** The six words of prefix `number`. */
export function prefixAt(tree: PrefixTree, number: u32): usize {
  return tupleAt(tree.prefixes, at(tree.order, number));
}

/** The number of a prefix that was added, by its words. */
export function numberOf(tree: PrefixTree, prefix: usize): u32 {
  return at(tree.numbers, intern(tree.prefixes, prefix, PREFIX_WORDS));
}

/** The number of the longest prefix that holds `address` (as a prefix of full or lesser length). */
export function longestMatch(tree: PrefixTree, address: usize): u32 {
  // The last prefix that does not come after the address either holds it or has an ancestor that does.
  let low: u32 = 0;
  let high = prefixCount(tree);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (comparePrefixes(prefixAt(tree, middle), address) <= 0) low = middle;
    else high = middle;
  }
  while (!holdsPrefix(prefixAt(tree, low), address)) low = at(tree.parents, low);
  return low;
}

/** Whether every address of `inner` is one of `outer`. */
export function holdsPrefix(outer: usize, inner: usize): bool {
  const length = word(outer, PREFIX_LENGTH);
  if (word(outer, PREFIX_FAMILY) != word(inner, PREFIX_FAMILY) || length > word(inner, PREFIX_LENGTH)) return false;
  for (let i: u32 = 0; i < 4; ++i) {
    const bits = <i32>length - <i32>(i * 32);
    if (bits <= 0) break;
    const mask: u32 = bits >= 32 ? 0xffffffff : ~(0xffffffff >> bits);
    if (((word(outer, PREFIX_ADDRESS + i) ^ word(inner, PREFIX_ADDRESS + i)) & mask) != 0) return false;
  }
  return true;
}

/** Below, equal to or above zero: family first, then address, then length. */
export function comparePrefixes(a: usize, b: usize): i32 {
  if (word(a, PREFIX_FAMILY) != word(b, PREFIX_FAMILY)) return word(a, PREFIX_FAMILY) < word(b, PREFIX_FAMILY) ? -1 : 1;
  for (let i: u32 = 0; i < 4; ++i) {
    const x = word(a, PREFIX_ADDRESS + i);
    const y = word(b, PREFIX_ADDRESS + i);
    if (x != y) return x < y ? -1 : 1;
  }
  return <i32>word(a, PREFIX_LENGTH) - <i32>word(b, PREFIX_LENGTH);
}

function prefixBefore(prefixes: usize, a: u32, b: u32): bool {
  const tuples = changetype<Tuples>(prefixes);
  return comparePrefixes(tupleAt(tuples, a), tupleAt(tuples, b)) < 0;
}
