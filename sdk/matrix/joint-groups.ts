/** Pods that neither of two groupings tells apart. Both are of the same pods with the same addresses. */
import type { Spread } from "../wasm/class-matrix.ts";
import { classIn, type Group, type Grouping, makeSpread, type RowPart } from "./grouping.ts";

export interface JointGroup {
  readonly before: Group;
  readonly after: Group;
  readonly size: number;
  /** How many of its pods always reach themselves. */
  readonly selves: number;
}

export interface JointGroups {
  /** Places stand in the order of their segments, so the joint groups of a segment follow one another too. */
  readonly groups: readonly JointGroup[];
  /** The joint group of a place of the grouping before. */
  readonly of: Uint32Array;
  /** A place of the grouping before as one of the grouping after. */
  readonly placeAfter: Uint32Array;
}

export function jointGroups(before: Grouping, after: Grouping): JointGroups {
  const numbers = new Map<number, number>();
  const groups: { before: Group; after: Group; size: number; selves: number }[] = [];
  const of = new Uint32Array(before.podIndices.length);
  const placeAfter = new Uint32Array(before.podIndices.length);
  before.podIndices.forEach((pod, place) => {
    const other = (after.placeOf[pod] ?? 0) - 1;
    const was = before.groups[before.groupOf[place] ?? 0];
    const is = after.groups[after.groupOf[other] ?? -1];
    if (was === undefined || is === undefined) throw new RangeError(`pod ${pod} is in one grouping only`);
    const key = was.index * after.groups.length + is.index;
    const number = numbers.get(key) ?? groups.length;
    const group = groups[number] ?? { before: was, after: is, size: 0, selves: 0 };
    if (number === groups.length) {
      numbers.set(key, number);
      groups.push(group);
    }
    group.size++;
    group.selves += before.reachesItself[place] ?? 0;
    of[place] = number;
    placeAfter[place] = other;
  });
  return { groups, of, placeAfter };
}

/** How either grouping's class bits spread over the joint groups. */
export function jointSpread(
  grouping: Grouping,
  groups: readonly JointGroup[],
  side: "before" | "after",
  width: number,
): { readonly spreads: readonly Spread[]; readonly parts: readonly (readonly RowPart[])[] } {
  const spreads = grouping.tables.map(({ segment, family }) => {
    const first = groups.findIndex((group) => group[side].segment === segment);
    const members = groups.filter((group) => group[side].segment === segment);
    const classes = members.map((group) => classIn(group[side], family) ?? 0);
    return makeSpread(classes, new Array<number>(classes.length).fill(1), first, width);
  });
  return { spreads, parts: groups.map((group) => grouping.parts[group[side].index] ?? []) };
}
