/** Spans: ports that the terms of a step hold for, while a strip is in the making. */
import { take } from "./heap";
import { at, newVec, pushFour, Vec } from "./vec";

/** Working lists, kept with the build so that they are allocated once. */
@unmanaged
export class Spans {
  /** Header words of the steps (action and flags), in order. */
  steps: Vec;
  /** Four words each: step, first port, last port, term set. */
  spans: Vec;
  merged: Vec;
  policies: Vec;
  terms: Vec;
  cuts: Vec;
  byFirst: Vec;
  active: Vec;
  tuple: Vec;
  bounds: Vec;
  /** The pieces of a strip, or the rows of a port record, in the making. */
  rows: Vec;
  /** A strip, a wide port record or a port list in the making. */
  lines: Vec;
  /** A word a term and a word a piece, while classes are taken in. */
  marks: Vec;
  pieceMarks: Vec;
}

export function newSpans(): Spans {
  const spans = changetype<Spans>(take(offsetof<Spans>()));
  spans.steps = newVec(16);
  spans.spans = newVec(64);
  spans.merged = newVec(64);
  spans.policies = newVec(16);
  spans.terms = newVec(64);
  spans.cuts = newVec(64);
  spans.byFirst = newVec(64);
  spans.active = newVec(64);
  spans.tuple = newVec(64);
  spans.bounds = newVec(16);
  spans.rows = newVec(16);
  spans.lines = newVec(64);
  spans.marks = newVec(64);
  spans.pieceMarks = newVec(64);
  return spans;
}

/** Adds ports [first, last] of `terms` to the step opened last. */
export function addSpan(spans: Spans, first: u32, last: u32, terms: u32): void {
  pushFour(spans.spans, spans.steps.length - 1, first, last, terms);
}

export function spanStep(spans: Spans, span: u32): u32 {
  return at(spans.spans, span << 2);
}

export function spanTerms(spans: Spans, span: u32): u32 {
  return at(spans.spans, (span << 2) + 3);
}

export function spanFirst(spans: Spans, span: u32): u32 {
  return at(spans.spans, (span << 2) + 1);
}

export function spanLast(spans: Spans, span: u32): u32 {
  return at(spans.spans, (span << 2) + 2);
}

export function spanBefore(context: usize, a: u32, b: u32): bool {
  const spans = changetype<Spans>(context);
  return spanFirst(spans, a) < spanFirst(spans, b);
}

/** Spans that can be joined stand together, by their first port. */
export function mergesBefore(context: usize, a: u32, b: u32): bool {
  const spans = changetype<Spans>(context);
  if (spanStep(spans, a) != spanStep(spans, b)) return spanStep(spans, a) < spanStep(spans, b);
  if (spanTerms(spans, a) != spanTerms(spans, b)) return spanTerms(spans, a) < spanTerms(spans, b);
  return spanFirst(spans, a) < spanFirst(spans, b);
}
