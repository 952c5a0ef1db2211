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
  return new Cutting(by.filter((one) => meets(one, box))).isCovered(box, 0);
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

class Cutting {
  readonly #by: readonly Box[];
  #left: number = MOST_COMPARED;

  constructor(by: readonly Box[]) {
    this.#by = by;
  }

  isCovered(box: Box, start: number): boolean {
    let index = start;
    while (index < this.#by.length && !meets(this.#by[index]!, box)) index++;
    this.#left -= index + 1 - start;
    const cutter = this.#by[index];
    if (cutter === undefined || this.#left < 0) return false;
    let rest = box;
    for (const axis of AXES) {
      const outside = ranges.without(rest.axes[axis], cutter.axes[axis]);
      if (outside.length === 0) continue;
      if (!this.isCovered(withAxis(rest, axis, outside), index + 1)) return false;
      rest = withAxis(rest, axis, ranges.both(rest.axes[axis], cutter.axes[axis]));
    }
    for (const [key, wanted] of cutter.labels) {
      const given = rest.labels.get(key) ?? labels.ANY_LABEL;
      const outside = labels.without(given, wanted);
      if (labels.isNothing(outside)) continue;
      if (!this.isCovered(withLabel(rest, key, outside), index + 1)) return false;
      rest = withLabel(rest, key, labels.both(given, wanted));
    }
    return true;
  }
}

function withAxis(box: Box, axis: Axis, values: ranges.Ranges): Box {
  return { ...box, axes: { ...box.axes, [axis]: values } };
}

function withLabel(box: Box, key: string, values: labels.LabelValues): Box {
  return { ...box, labels: new Map(box.labels).set(key, values) };
}
