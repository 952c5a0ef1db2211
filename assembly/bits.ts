/** Runs of bits: a row over classes spread out over what is of those classes. */

/**
 * Spreads `words` 64-bit words of bits over classes: for each class in them, sets the bits from `starts[class]` to
 * `starts[class + 1]` of `row`, or those that `order` has at these places (0: the places themselves). Gives how many those
 * are; a `row` of 0 only counts them.
 */
export function spreadBits(bits: usize, words: u32, starts: usize, order: usize, row: usize): u32 {
  let count: u32 = 0;
  let first: u32 = 0;
  let inside = false;
  let carry: u64 = 0;
  for (let i: u32 = 0; i <= words; ++i) {
    // The run that reaches the last bit ends behind it.
    const word: u64 = i < words ? load<u64>(bits + ((<usize>i) << 3)) : 0;
    let edges = word ^ ((word << 1) | carry);
    carry = word >> 63;
    while (edges != 0) {
      const place = load<u32>(starts + ((<usize>((i << 6) + <u32>ctz(edges))) << 2));
      edges &= edges - 1;
      if (inside) {
        count += place - first;
        if (row != 0) setPlaces(row, first, place, order);
      }
      first = place;
      inside = !inside;
    }
  }
  return count;
}

function setPlaces(row: usize, first: u32, end: u32, order: usize): void {
  if (order == 0) setRun(row, first, end);
  else for (let i = first; i < end; ++i) setBit(row, load<u32>(order + ((<usize>i) << 2)));
}

export function setBit(row: usize, place: u32): void {
  const byte = row + (place >> 3);
  store<u8>(byte, load<u8>(byte) | <u8>((<u32>1) << (place & 7)));
}

/** Sets the bits `first` to `end` - 1. */
export function setRun(row: usize, first: u32, end: u32): void {
  if (first >= end) return;
  let at = row + ((<usize>(first >> 6)) << 3);
  const last = row + ((<usize>((end - 1) >> 6)) << 3);
  let mask: u64 = ~(<u64>0) << (<u64>first & 63);
  while (at < last) {
    store<u64>(at, load<u64>(at) | mask);
    mask = ~(<u64>0);
    at += 8;
  }
  store<u64>(at, load<u64>(at) | (mask & (~(<u64>0) >> (63 - (<u64>(end - 1) & 63)))));
}
