/**
 * Addresses that an endpoint may get: the prefixes of a set, seen as signatures.
 *
 * An endpoint without an address (a pod that is not running yet) has one of the set's addresses. A prefix holds it for
 * certain if it holds all of them, possibly if it holds any. The pieces of a set are the numbers of all tree prefixes in
 * which one of its addresses has its longest match.
 */
import { PREFIX_ADDRESS, PREFIX_LENGTH } from "./abi";
import { take } from "./heap";
import { holdsPrefix, longestMatch, prefixAt, PrefixTree } from "./prefix";
import { at, push, Vec, word } from "./vec";

/** Appends to `pieces` the signatures that addresses of `prefix` can have. */
export function addPieces(tree: PrefixTree, prefix: usize, pieces: Vec): void {
  const around = longestMatch(tree, prefix);
  if (leavesGap(tree, around, prefix)) push(pieces, around);
  // Whatever lies inside `prefix` follows its own place in the order.
  const end = at(tree.ends, around);
  for (let number = around + 1; number < end; ++number) {
    const inside = prefixAt(tree, number);
    if (holdsPrefix(prefix, inside) && leavesGap(tree, number, inside)) push(pieces, number);
  }
}

/** Whether some address of `within` (inside prefix `number`) is in none of the prefixes below `number`. */
export function leavesGap(tree: PrefixTree, number: u32, within: usize): bool {
  // `covered` counts how far the children tile `within`, as its next address not covered yet.
  const next = take(16);
  for (let i: u32 = 0; i < 4; ++i) store<u32>(next + ((<usize>i) << 2), word(within, PREFIX_ADDRESS + i));
  const end = at(tree.ends, number);
  let child = number + 1;
  let gap = false;
  let full = false;
  while (child < end && !gap && !full) {
    const prefix = prefixAt(tree, child);
    if (holdsPrefix(prefix, within)) full = true;
    else if (holdsPrefix(within, prefix)) {
      if (memory.compare(next, prefix + (PREFIX_ADDRESS << 2), 16) != 0) gap = true;
      else full = advance(next, word(prefix, PREFIX_LENGTH), within);
    }
    child = at(tree.ends, child);
  }
  heap.free(next);
  return gap || !full;
}

/** Moves `next` past a prefix of `length` bits that starts there; true when that ends `within`. */
function advance(next: usize, length: u32, within: usize): bool {
  // Add 2^(bits - length): carry from the prefix's last bit upwards, within the family's width.
  let bit = <i32>length - 1;
  while (bit >= 0) {
    const place = next + ((<usize>(bit >> 5)) << 2);
    const mask: u32 = 0x80000000 >> (bit & 31);
    const value = load<u32>(place);
    store<u32>(place, value ^ mask);
    if ((value & mask) == 0) break;
    --bit;
  }
  // Past the end of `within` as soon as the carry leaves its host bits.
  return bit < <i32>word(within, PREFIX_LENGTH);
}
