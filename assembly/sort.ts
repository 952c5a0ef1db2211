/** Sorting of words in place, without recursion: short runs by insertion, long ones by a heap, O(n log n) whatever comes. */

/** True when `a` must come before `b`; `context` is whatever the comparison needs. */
export type Before = (context: usize, a: u32, b: u32) => bool;

/** Up to so many words insertion is faster. */
const SHORT: u32 = 24;

export function sortWords(data: usize, length: u32): void {
  if (length > SHORT) {
    sortWordsBy(data, length, 0, (_context: usize, a: u32, b: u32): bool => a < b);
    return;
  }
  const end = data + ((<usize>length) << 2);
  for (let here = data + 4; here < end; here += 4) {
    const value = load<u32>(here);
    let hole = here;
    for (; hole > data && load<u32>(hole - 4) > value; hole -= 4) store<u32>(hole, load<u32>(hole - 4));
    store<u32>(hole, value);
  }
}

/** Words that `before` takes for equal keep their order in short runs only. */
export function sortWordsBy(data: usize, length: u32, context: usize, before: Before): void {
  if (length <= SHORT) {
    insertBy(data, length, context, before);
    return;
  }
  if (isSorted(data, length, context, before)) return;
  for (let start = length >> 1; start > 0; --start) siftDown(data, start - 1, length, context, before);
  for (let end = length - 1; end > 0; --end) {
    const top = load<u32>(data);
    store<u32>(data, load<u32>(data + ((<usize>end) << 2)));
    store<u32>(data + ((<usize>end) << 2), top);
    siftDown(data, 0, end, context, before);
  }
}

function insertBy(data: usize, length: u32, context: usize, before: Before): void {
  const end = data + ((<usize>length) << 2);
  for (let here = data + 4; here < end; here += 4) {
    const value = load<u32>(here);
    let hole = here;
    for (; hole > data && before(context, value, load<u32>(hole - 4)); hole -= 4) store<u32>(hole, load<u32>(hole - 4));
    store<u32>(hole, value);
  }
}

/** Much of what is sorted here comes in order already. */
function isSorted(data: usize, length: u32, context: usize, before: Before): bool {
  for (let i: u32 = 1; i < length; ++i) {
    const here = data + ((<usize>i) << 2);
    if (before(context, load<u32>(here), load<u32>(here - 4))) return false;
  }
  return true;
}

function siftDown(data: usize, from: u32, length: u32, context: usize, before: Before): void {
  const value = load<u32>(data + ((<usize>from) << 2));
  let hole = from;
  while (true) {
    let child = hole * 2 + 1;
    if (child >= length) break;
    let largest = load<u32>(data + ((<usize>child) << 2));
    if (child + 1 < length) {
      const right = load<u32>(data + ((<usize>(child + 1)) << 2));
      if (before(context, largest, right)) {
        largest = right;
        ++child;
      }
    }
    if (!before(context, value, largest)) break;
    store<u32>(data + ((<usize>hole) << 2), largest);
    hole = child;
  }
  store<u32>(data + ((<usize>hole) << 2), value);
}

/** Drops repeated words from a sorted run and gives the new length. */
export function dropRepeats(data: usize, length: u32): u32 {
  if (length < 2) return length;
  let kept: u32 = 1;
  for (let i: u32 = 1; i < length; ++i) {
    const value = load<u32>(data + ((<usize>i) << 2));
    if (value == load<u32>(data + ((<usize>(kept - 1)) << 2))) continue;
    store<u32>(data + ((<usize>kept) << 2), value);
    ++kept;
  }
  return kept;
}
