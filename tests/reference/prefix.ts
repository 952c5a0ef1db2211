/** `ipBlock` against an endpoint's address (semantics 1.4), or against what is known of it (design: a pod with no address yet). */
import { type Family, type Prefix, parsePrefix, width } from "./address.ts";
import type { Whereabouts } from "./endpoint.ts";
import type { IPBlock } from "./objects.ts";
import { settled, type Truth } from "./truth.ts";

/** Consecutive addresses of one family, both ends included. */
interface Span {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * In `cidr` and in none of `except`; whether a pod, a node or nothing known is behind the address doesn't matter.
 * An address that is somewhere in some ranges: what the block leaves covers them all, or is disjoint from them all, or it
 * is open.
 */
export function inBlock(block: IPBlock, whereabouts: Whereabouts): Truth {
  const spans = spansOf(block);
  if ("at" in whereabouts) {
    const { family, value } = whereabouts.at;
    return settled(spans.some((span) => contains(span, { family, first: value, last: value })));
  }
  const ranges = whereabouts.within.map(spanOf);
  // What is left of a block never touches: a range is covered by one span or by none.
  if (ranges.every((range) => spans.some((span) => contains(span, range)))) return "yes";
  return ranges.some((range) => spans.some((span) => overlaps(span, range))) ? "unknown" : "no";
}

const known = new WeakMap<IPBlock, readonly Span[]>();

function spansOf(block: IPBlock): readonly Span[] {
  const spans =
    known.get(block) ??
    (block.except ?? [])
      .map((except) => spanOf(parsePrefix(except)))
      .reduce((left, except) => left.flatMap((span) => without(span, except)), [spanOf(parsePrefix(block.cidr))]);
  known.set(block, spans);
  return spans;
}

function without(span: Span, hole: Span): Span[] {
  if (!overlaps(span, hole)) return [span];
  const { family } = span;
  const parts = [
    { family, first: span.first, last: hole.first - 1n },
    { family, first: hole.last + 1n, last: span.last },
  ];
  return parts.filter(({ first, last }) => first <= last);
}

function spanOf({ family, first, length }: Prefix): Span {
  return { family, first, last: first + (1n << BigInt(width(family) - length)) - 1n };
}

function contains(outer: Span, inner: Span): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

function overlaps(a: Span, b: Span): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}
