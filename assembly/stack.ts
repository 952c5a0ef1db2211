/**
 * Stacks: the strips of the three layers over one another, as one port record.
 *
 *   before    │ piece 4   │    piece 9     │
 *   additive  │     piece 7      │ piece 8 │     each interval of all three ──▶ its row
 *   after     │          piece 0           │
 *
 * Kept by the strips, so that what profiles have in common is stacked once.
 */
import { Build } from "./build";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { internPortRecord, LAST_PORT } from "./port-record";
import { internRow } from "./row";
import { at, cleared, push, word } from "./vec";

/** The port record of three strips. */
export function recordOfStrips(build: Build, before: u32, additive: u32, after: u32): u32 {
  store<u32>(build.key, before);
  store<u32>(build.key + 4, additive);
  store<u32>(build.key + 8, after);
  const known = tupleCount(build.stacks);
  const stack = intern(build.stacks, build.key, 3);
  if (stack == known) push(build.stackRecords, stackStrips(build, before, additive, after));
  return at(build.stackRecords, stack);
}

function stackStrips(build: Build, before: u32, additive: u32, after: u32): u32 {
  const bounds = cleared(build.spans.bounds);
  const rows = cleared(build.spans.rows);
  let inBefore: u32 = 0;
  let inAdditive: u32 = 0;
  let inAfter: u32 = 0;
  let first: u32 = 0;
  while (true) {
    // A limit was passed: the build is refused, so what it would say is of no interest.
    if (build.error != 0) return 0;
    const row = internRow(
      build,
      pieceOf(build, before, inBefore),
      pieceOf(build, additive, inAdditive),
      pieceOf(build, after, inAfter),
    );
    if (rows.length == 0 || at(rows, rows.length - 1) != row) {
      if (rows.length > 0) push(bounds, first - 1);
      push(rows, row);
    }
    const endBefore = lastOf(build, before, inBefore);
    const endAdditive = lastOf(build, additive, inAdditive);
    const endAfter = lastOf(build, after, inAfter);
    const last = min<u32>(endBefore, min<u32>(endAdditive, endAfter));
    if (last == LAST_PORT) return internPortRecord(build, bounds, rows);
    inBefore += <u32>(endBefore == last);
    inAdditive += <u32>(endAdditive == last);
    inAfter += <u32>(endAfter == last);
    first = last + 1;
  }
}

function boundsOf(build: Build, strip: u32): u32 {
  return tupleLength(build.strips, strip) >> 1;
}

function pieceOf(build: Build, strip: u32, interval: u32): u32 {
  return word(tupleAt(build.strips, strip), boundsOf(build, strip) + interval);
}

function lastOf(build: Build, strip: u32, interval: u32): u32 {
  return interval < boundsOf(build, strip) ? word(tupleAt(build.strips, strip), interval) : LAST_PORT;
}
