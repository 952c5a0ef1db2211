/**
 * From spans to a strip: the ports are cut where a span begins or ends, and each interval finds its piece.
 *
 *   spans ──cut──▶ intervals ──terms under their steps──▶ pieces ──▶ strip
 */
import { ACTION_TIE_END, ACTION_TIER_END, NONE } from "./abi";
import { Build } from "./build";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { internPiece, internStrip } from "./piece";
import { dropRepeats, sortWords, sortWordsBy } from "./sort";
import { mergesBefore, spanBefore, spanFirst, spanLast, Spans, spanStep, spanTerms } from "./span";
import { STEP_ACTION_MASK, STEP_ADDITIVE } from "./step";
import { TERM_ANY } from "./term-bits";
import { addressOf, append, at, cleared, push, put, Vec } from "./vec";

/** Intervals with more active spans are not kept: there may be very many of them, and their keys are long. */
const MOST_KEPT: u32 = 32;

/** Cuts the ports where a span begins or ends, and finds each interval's piece. */
export function stripOfSpans(build: Build, spans: Spans): u32 {
  mergeSpans(spans);
  const count = spans.spans.length >> 2;
  const cuts = cleared(spans.cuts);
  push(cuts, 0);
  for (let span: u32 = 0; span < count; ++span) {
    push(cuts, spanFirst(spans, span));
    if (spanLast(spans, span) < 0xffff) push(cuts, spanLast(spans, span) + 1);
  }
  sortWords(cuts.data, cuts.length);
  cuts.length = dropRepeats(cuts.data, cuts.length);
  const byFirst = orderByFirst(spans, count);
  const steps = intern(build.intervalSteps, spans.steps.data, spans.steps.length);

  const bounds = cleared(spans.bounds);
  const pieces = cleared(spans.rows);
  const active = cleared(spans.active);
  let next: u32 = 0;
  for (let i: u32 = 0; i < cuts.length; ++i) {
    // A limit was passed: the build is refused, so what it would say is of no interest.
    if (build.error != 0) return 0;
    const port = at(cuts, i);
    let kept: u32 = 0;
    for (let j: u32 = 0; j < active.length; ++j) {
      if (spanLast(spans, at(active, j)) >= port) put(active, kept++, at(active, j));
    }
    active.length = kept;
    while (next < count && spanFirst(spans, at(byFirst, next)) == port) push(active, at(byFirst, next++));
    const piece = pieceOfSpans(build, spans, steps, active);
    if (pieces.length > 0) {
      if (at(pieces, pieces.length - 1) == piece) continue;
      push(bounds, port - 1);
    }
    push(pieces, piece);
  }
  return internStrip(build, bounds, pieces);
}

/** The spans in the order of their first ports. */
function orderByFirst(spans: Spans, count: u32): Vec {
  const order = cleared(spans.byFirst);
  if (count > 0x10000) {
    for (let span: u32 = 0; span < count; ++span) push(order, span);
    sortWordsBy(order.data, count, changetype<usize>(spans), spanBefore);
    return order;
  }
  // Port and number in one word: words are sorted without a call for each comparison.
  for (let span: u32 = 0; span < count; ++span) push(order, (spanFirst(spans, span) << 16) | span);
  sortWords(order.data, count);
  for (let i: u32 = 0; i < count; ++i) put(order, i, at(order, i) & 0xffff);
  return order;
}

/** Joins spans of the same terms that overlap or touch: a rule with many ports is then as cheap as one with few. */
function mergeSpans(spans: Spans): void {
  const count = spans.spans.length >> 2;
  const order = cleared(spans.byFirst);
  for (let span: u32 = 0; span < count; ++span) push(order, span);
  sortWordsBy(order.data, count, changetype<usize>(spans), mergesBefore);
  const merged = cleared(spans.merged);
  for (let i: u32 = 0; i < count; ++i) {
    const span = at(order, i);
    const end = merged.length;
    if (end > 0 && at(merged, end - 4) == spanStep(spans, span) && at(merged, end - 1) == spanTerms(spans, span)) {
      if (spanFirst(spans, span) <= at(merged, end - 2) + 1) {
        if (spanLast(spans, span) > at(merged, end - 2)) put(merged, end - 2, spanLast(spans, span));
        continue;
      }
    }
    append(merged, addressOf(spans.spans, span << 2), 4);
  }
  const before = spans.spans;
  spans.spans = merged;
  spans.merged = before;
}

/**
 * What the active spans add up to. Most intervals of most layers have come before, so what is active is looked up
 * as it stands, steps (by their number) and term sets, before the terms are laid out.
 */
function pieceOfSpans(build: Build, spans: Spans, steps: u32, active: Vec): u32 {
  sortSpans(spans, active);
  if (active.length > MOST_KEPT) return layOut(build, spans, active);
  const key = cleared(spans.tuple);
  push(key, steps);
  for (let i: u32 = 0; i < active.length; ++i) {
    push(key, spanStep(spans, at(active, i)));
    push(key, spanTerms(spans, at(active, i)));
  }
  const known = tupleCount(build.intervals);
  const interval = intern(build.intervals, key.data, key.length);
  if (interval == known) push(build.intervalPieces, layOut(build, spans, active));
  return at(build.intervalPieces, interval);
}

/** Puts spans in the order of their steps, then of their term sets; there are few. */
function sortSpans(spans: Spans, active: Vec): void {
  for (let i: u32 = 1; i < active.length; ++i) {
    const span = at(active, i);
    const step = spanStep(spans, span);
    const terms = spanTerms(spans, span);
    let hole = i;
    for (; hole > 0; --hole) {
      const before = at(active, hole - 1);
      const order = spanStep(spans, before);
      if (order < step || (order == step && spanTerms(spans, before) <= terms)) break;
      put(active, hole, before);
    }
    put(active, hole, span);
  }
}

/**
 * The piece of the active spans, in order: their terms under their steps. What says the same is made the same piece: steps of
 * one action that follow one another are one, and those of a tier behind one for anyone are none.
 */
function layOut(build: Build, spans: Spans, active: Vec): u32 {
  const tuple = cleared(spans.tuple);
  let header: u32 = NONE;
  let says = false;
  let tied = false;
  let settled = false;
  let i: u32 = 0;
  for (let step: u32 = 0; step < spans.steps.length; ++step) {
    const action = at(spans.steps, step);
    const mark = action & STEP_ACTION_MASK;
    // What marks a tier or a tie has no terms.
    if (mark >= <u32>ACTION_TIER_END) {
      if (mark == ACTION_TIER_END) settled = false;
      else tied = mark != ACTION_TIE_END;
      header = NONE;
      push(tuple, action);
      push(tuple, 0);
      continue;
    }
    const first = i;
    while (i < active.length && spanStep(spans, at(active, i)) == step) ++i;
    if (i == first || settled) continue;
    if (header == NONE || at(tuple, header) != action) {
      header = push(tuple, action);
      push(tuple, 0);
    }
    for (let span = first; span < i; ++span) {
      const set = spanTerms(spans, at(active, span));
      append(tuple, tupleAt(build.termSets, set), tupleLength(build.termSets, set));
    }
    const terms = header + 2;
    sortWords(addressOf(tuple, terms), tuple.length - terms);
    tuple.length = terms + dropRepeats(addressOf(tuple, terms), tuple.length - terms);
    put(tuple, header + 1, tuple.length - terms);
    says = true;
    settled = !tied && !(action & STEP_ADDITIVE) && at(tuple, terms) == TERM_ANY;
  }
  if (!says) tuple.length = 0;
  return internPiece(build, tuple);
}
