/** Sets of whole numbers, as ranges in order that neither overlap nor touch. */

export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

export type Ranges = readonly Range[];

/** Whether some number is in both. */
export function meet(a: Ranges, b: Ranges): boolean {
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]!.last < b[j]!.first) i++;
    else if (b[j]!.last < a[i]!.first) j++;
    else return true;
  }
  return false;
}

/** The range from the first number of two to the last. */
export function hull(a: Range, b: Range): Range {
  return { first: earlier(a.first, b.first), last: later(a.last, b.last) };
}

/** What is in any of some ranges, which may be in any order and overlap. */
export function union(ranges: readonly Range[]): Ranges {
  const found: Range[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = found.at(-1);
    if (before === undefined || before.last + 1n < first) found.push({ first, last });
    else found[found.length - 1] = { first: before.first, last: later(before.last, last) };
  }
  return found;
}

export function both(a: Ranges, b: Ranges): Ranges {
  const found: Range[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i]!, b[j]!];
    const [first, last] = [later(one.first, other.first), earlier(one.last, other.last)];
    if (first <= last) found.push({ first, last });
    if (one.last < other.last) i++;
    else j++;
  }
  return found;
}

export function without(a: Ranges, b: Ranges): Ranges {
  const left: Range[] = [];
  let j = 0;
  for (const { first, last } of a) {
    let start = first;
    while (j < b.length && b[j]!.last < start) j++;
    for (let k = j; k < b.length && b[k]!.first <= last; k++) {
      if (b[k]!.first > start) left.push({ first: start, last: b[k]!.first - 1n });
      start = b[k]!.last + 1n;
    }
    if (start <= last) left.push({ first: start, last });
  }
  return left;
}

function earlier(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function later(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
