/**
 * Flows as a space: each thing that a policy may ask of one is a dimension (a label of either end, a name that the
 * destination gives to the port, which kind of end the other one is, its address, the port), and what an entry of a rule
 * speaks of is a box. A union of boxes covers a box if nothing is left when they are cut out of it, one after the other.
 */
import * as labels from "./label-values.ts";
import * as ranges from "./ranges.ts";

/** The dimensions that are numbers. */
export type Axis = "peer" | "address" | "port";

export interface Box {
  readonly axes: Readonly<Record<Axis, ranges.Ranges>>;
  /** By what the label is of; where there is none, it may be anything. */
  readonly labels: ReadonlyMap<string, labels.LabelValues>;
}

const AXES: readonly Axis[] = ["peer", "address", "port"];

/** Pairs of boxes that one question may compare. */
const MOST_COMPARED = 100_000;

export function isEmpty(box: Box): boolean {
  return AXES.some((axis) => box.axes[axis].length === 0) || [...box.labels.values()].some(labels.isNothing);
}

/** Whether boxes together hold all of one; false too where that would take long to know. */
export function isCovered(box: Box, by: readonly Box[]): boolean {
  const cutters = ofUse(
    by.filter((one) => meets(one, box)),
    box,
  );
  const pieces: Piece[] = [{ box, next: 0 }];
  let left = MOST_COMPARED;
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    let next = piece.next;
    while (next < cutters.length && !meets(cutters[next]!, piece.box)) next++;
    left -= next + 1 - piece.next;
    const cutter = cutters[next];
    if (cutter === undefined || left < 0) return false;
    for (const outside of cutOut(piece.box, cutter)) pieces.push({ box: outside, next: next + 1 });
  }
  return true;
}

/**
 * The boxes without those that cannot help to hold all of one. Where some value of a label is in none of those that ask for
 * the label, the rest has to hold the box at that value; and as it does not ask for the label, at every other one too.
 */
function ofUse(cutters: readonly Box[], box: Box): readonly Box[] {
  const left = new Map<string, labels.LabelValues>();
  for (const cutter of cutters) {
    for (const [key, wanted] of cutter.labels) {
      left.set(key, labels.without(left.get(key) ?? box.labels.get(key) ?? labels.ANY_LABEL, wanted));
    }
  }
  const useful = cutters.filter((cutter) =>
    [...cutter.labels.keys()].every((key) => labels.isNothing(left.get(key) ?? labels.ANY_LABEL)),
  );
  return useful.length === cutters.length ? cutters : ofUse(useful, box);
}

/** What is left to cover, and which cutter is the next one that may. */
interface Piece {
  readonly box: Box;
  readonly next: number;
}

/** What of a box is not in another: boxes that have nothing in common. */
function cutOut(box: Box, cutter: Box): readonly Box[] {
  const outside: Box[] = [];
  let rest = box;
  for (const axis of AXES) {
    const others = ranges.without(rest.axes[axis], cutter.axes[axis]);
    if (others.length === 0) continue;
    outside.push(withAxis(rest, axis, others));
    rest = withAxis(rest, axis, ranges.both(rest.axes[axis], cutter.axes[axis]));
  }
  for (const [key, wanted] of cutter.labels) {
    const given = rest.labels.get(key) ?? labels.ANY_LABEL;
    const others = labels.without(given, wanted);
    if (labels.isNothing(others)) continue;
    outside.push(withLabel(rest, key, others));
    rest = withLabel(rest, key, labels.both(given, wanted));
  }
  return outside;
}

export function meets(a: Box, b: Box): boolean {
  for (const axis of AXES) if (!ranges.meet(a.axes[axis], b.axes[axis])) return false;
  const [few, many] = a.labels.size <= b.labels.size ? [a.labels, b.labels] : [b.labels, a.labels];
  for (const [key, values] of few) {
    const other = many.get(key);
    if (other !== undefined && !labels.meet(values, other)) return false;
  }
  return true;
}

function withAxis(box: Box, axis: Axis, values: ranges.Ranges): Box {
  return { ...box, axes: { ...box.axes, [axis]: values } };
}

function withLabel(box: Box, key: string, values: labels.LabelValues): Box {
  return { ...box, labels: new Map(box.labels).set(key, values) };
}
