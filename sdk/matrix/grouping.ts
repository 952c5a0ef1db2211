/**
 * Which pods no policy can tell apart, whatever the port: the groups that matrices and port sets speak of.
 *
 * Pods stand in the order of their classes, so that a run of classes is a run of pods. A pair uses the first family of the
 * source's addresses that the destination has too, so the order is cut into three segments, and a source uses for each
 * segment one family's classes:
 *
 *   segments          │ only IPv4 │ both families │ only IPv6 │
 *   source: only IPv4 │ 4         │ 4             │           │
 *   both, IPv4 first  │ 4         │ 4             │ 6         │
 *   both, IPv6 first  │ 4         │ 6             │ 6         │
 *   only IPv6         │           │ 6             │ 6         │
 */
import {
  CLASS_MASK,
  ENDPOINT_NODE,
  ENDPOINT_POD,
  NODE_INDEX_MASK,
  NODE_KIND_SHIFT,
  NODE_NAMED,
  NODE_PREFERS_IPV6,
  NONE,
} from "../../assembly/abi.ts";
import type { Internals } from "../state.ts";
import { type Spread, widthOf } from "../wasm/class-matrix.ts";
import type { Engine } from "../wasm/engine.ts";
import { endpointWords, generationOf } from "../wasm/tables.ts";

/** Only IPv4, both families, only IPv6; and pods that share no family with anyone. */
export type Segment = 0 | 1 | 2 | 3;
const SEGMENTS = 3;
const ALONE: Segment = 3;

export interface Group {
  readonly index: number;
  /** Its pods' places: `first` to `first + size - 1`. */
  readonly first: number;
  readonly size: number;
  readonly segment: Segment;
  /** Undefined where its pods have no address of the family, or another family was asked for. */
  readonly class4: number | undefined;
  readonly class6: number | undefined;
  readonly prefersIPv6: boolean;
}

/** What one family's classes stand for in one segment, as places of pods and as indices of groups. */
export interface Table {
  readonly segment: Segment;
  readonly family: 4 | 6;
  /** How many pods they are. */
  readonly pods: number;
  readonly places: Spread;
  readonly groups: Spread;
}

/** A source's class, and the table over whose segment its row is spread. */
export interface RowPart {
  readonly table: number;
  readonly source: number;
}

export interface Grouping {
  readonly generation: number;
  /** By place: the pod's index, what it is called, and its group's index. */
  readonly podIndices: Uint32Array;
  readonly names: readonly string[];
  readonly groupOf: Uint32Array;
  /** By pod index: its place + 1, or 0. */
  readonly placeOf: Uint32Array;
  /** By place: it is one pod, which always reaches itself; not so on the host network or where it stands for many. */
  readonly reachesItself: Uint8Array;
  /** By place: the node whose address it has, or that it runs on; -1 where that is not known. */
  readonly hostOf: Int32Array;
  readonly nodeOf: Int32Array;
  readonly groups: readonly Group[];
  readonly tables: readonly Table[];
  /** By group: what its row is made of. */
  readonly parts: readonly (readonly RowPart[])[];
  /** The classes that any of them starts from. */
  readonly sources: ReadonlySet<number>;
}

const groupings = new WeakMap<Engine, Map<0 | 4 | 6, Grouping>>();

/** The groups of a state as it is now; made once for each state of the tables and each choice of family. */
export function groupingOf(state: Internals, family: 4 | 6 | undefined): Grouping {
  const { engine } = state;
  const known = groupings.get(engine) ?? new Map<0 | 4 | 6, Grouping>();
  groupings.set(engine, known);
  const found = known.get(family ?? 0);
  if (found !== undefined && found.generation === generationOf(engine)) return found;
  const made = makeGrouping(state, family);
  known.set(family ?? 0, made);
  return made;
}

/** The tables that a source's row is read through, and its class in each one's family. */
function partsOf(tables: readonly Table[], group: Group): RowPart[] {
  return tables.flatMap(({ segment, family }, table) => {
    const source = familyBetween(group, segment) === family ? classIn(group, family) : undefined;
    return source === undefined ? [] : [{ table, source }];
  });
}

/** The family that a source uses towards destinations of a segment; undefined where they share none. */
export function familyBetween({ segment: source, prefersIPv6 }: Group, destination: Segment): 4 | 6 | undefined {
  if (source === ALONE || destination === ALONE) return undefined;
  if (source === 1) return destination === 1 ? (prefersIPv6 ? 6 : 4) : destination === 0 ? 4 : 6;
  const own = source === 0 ? 4 : 6;
  return destination === 1 || destination === source ? own : undefined;
}

export function classIn({ class4, class6 }: Group, family: 4 | 6): number | undefined {
  return family === 4 ? class4 : class6;
}

function makeGrouping(state: Internals, wanted: 4 | 6 | undefined): Grouping {
  const { engine, directory } = state;
  const { class4, class6, node } = endpointWords(engine);
  const count = node.length;
  const width = widthOf(engine);
  const has = (classes: Uint32Array, pod: number, family: 4 | 6): boolean =>
    wanted !== (family === 4 ? 6 : 4) && classes[pod] !== NONE;
  const classOf = (classes: Uint32Array, pod: number): number => (classes[pod] ?? 0) & CLASS_MASK;
  const displays: string[] = [];
  const segments: number[][] = [[], [], [], []];
  for (let pod = 0; pod < count; pod++) {
    const entry = directory.endpoint(pod);
    if (entry?.kind !== "pod") continue;
    displays[pod] = entry.pod.display;
    const segment = segmentOf(has(class4, pod, 4), has(class6, pod, 6));
    segments[segment]?.push(pod);
  }

  const prefers = (pod: number): number => ((node[pod] ?? 0) & NODE_PREFERS_IPV6 ? 1 : 0);
  const four = (pod: number): number => classOf(class4, pod);
  const six = (pod: number): number => classOf(class6, pod);
  const [only4 = [], both = [], only6 = [], alone = []] = segments;
  const ordered = [
    sortBy(only4, [four], width),
    // The family that most of them prefer last: it decides, so that its classes are runs.
    sortBy(both, both.filter(prefers).length * 2 > both.length ? [prefers, four, six] : [prefers, six, four], width),
    sortBy(only6, [six], width),
    alone,
  ];
  const podIndices = Uint32Array.from(ordered.flat());
  const size = podIndices.length;
  const grouping = {
    generation: generationOf(engine),
    podIndices,
    names: Object.freeze(Array.from(podIndices, (pod) => displays[pod] ?? "")),
    groupOf: new Uint32Array(size),
    placeOf: new Uint32Array(count),
    reachesItself: new Uint8Array(size),
    hostOf: new Int32Array(size).fill(-1),
    nodeOf: new Int32Array(size).fill(-1),
  };
  const groups: Group[] = [];
  let place = 0;
  ordered.forEach((pods, segment) => {
    let last: Group | undefined;
    for (const pod of pods) {
      const word = node[pod] ?? 0;
      const kind = word >>> NODE_KIND_SHIFT;
      const index = (word & NODE_INDEX_MASK) === NODE_INDEX_MASK ? -1 : word & NODE_INDEX_MASK;
      if (kind === ENDPOINT_NODE) grouping.hostOf[place] = index;
      if (kind === ENDPOINT_POD) grouping.nodeOf[place] = index;
      grouping.reachesItself[place] = kind === ENDPOINT_POD && (word & NODE_NAMED) !== 0 && segment !== ALONE ? 1 : 0;
      const group: Group = {
        index: groups.length,
        first: place,
        size: 1,
        segment: segment as Segment,
        class4: segment < 2 ? four(pod) : undefined,
        class6: segment === 1 || segment === 2 ? six(pod) : undefined,
        prefersIPv6: segment === 1 && prefers(pod) === 1,
      };
      if (last !== undefined && isAlike(last, group)) {
        last = { ...last, size: last.size + 1 };
        groups[groups.length - 1] = last;
      } else {
        last = group;
        groups.push(group);
      }
      grouping.groupOf[place] = groups.length - 1;
      grouping.placeOf[pod] = place + 1;
      place++;
    }
  });
  const tables = makeTables(groups, width);
  const parts = groups.map((group) => partsOf(tables, group));
  return { ...grouping, groups, tables, parts, sources: new Set(parts.flat().map(({ source }) => source)) };
}

function segmentOf(has4: boolean, has6: boolean): Segment {
  if (has4) return has6 ? 1 : 0;
  return has6 ? 2 : ALONE;
}

function isAlike(a: Group, b: Group): boolean {
  return a.class4 === b.class4 && a.class6 === b.class6 && a.prefersIPv6 === b.prefersIPv6;
}

/** One table for each family in each segment that has pods. */
function makeTables(groups: readonly Group[], width: number): Table[] {
  const tables: Table[] = [];
  for (let segment = 0; segment < SEGMENTS; segment++) {
    const members = groups.filter((group) => group.segment === segment);
    if (members.length === 0) continue;
    for (const family of [4, 6] as const) {
      if (segment !== 1 && (segment === 0) !== (family === 4)) continue;
      const classes = members.map((group) => classIn(group, family) ?? 0);
      const sizes = members.map(({ size }) => size);
      tables.push({
        segment: segment as Segment,
        family,
        pods: sizes.reduce((sum, size) => sum + size, 0),
        places: makeSpread(classes, sizes, members[0]?.first ?? 0, width),
        groups: makeSpread(classes, sizes.fill(1), members[0]?.index ?? 0, width),
      });
    }
  }
  return tables;
}

/** Items `first`, `first` + 1 … come in runs of these lengths, each of one class. */
export function makeSpread(classes: readonly number[], runs: readonly number[], first: number, width: number): Spread {
  const starts = new Uint32Array(width + 1);
  let sorted = true;
  classes.forEach((id, i) => {
    starts[id + 1] = (starts[id + 1] ?? 0) + (runs[i] ?? 0);
    if (i > 0 && id < (classes[i - 1] ?? 0)) sorted = false;
  });
  for (let id = 0; id < width; id++) starts[id + 1] = (starts[id + 1] ?? 0) + (starts[id] ?? 0);
  if (sorted) return { starts: starts.map((start) => start + first), order: undefined };
  const order = new Uint32Array(starts[width] ?? 0);
  const next = starts.slice();
  let item = first;
  classes.forEach((id, i) => {
    for (let left = runs[i] ?? 0; left > 0; left--) {
      const at = next[id] ?? 0;
      order[at] = item++;
      next[id] = at + 1;
    }
  });
  return { starts, order };
}

/** Sorts by several keys below `limit`, the last one first; pods that are equal keep their order. */
function sortBy(pods: readonly number[], keys: readonly ((pod: number) => number)[], limit: number): number[] {
  let sorted: number[] = [...pods];
  for (const key of keys) {
    const ends = new Uint32Array(limit + 1);
    for (const pod of sorted) {
      const at = key(pod) + 1;
      ends[at] = (ends[at] ?? 0) + 1;
    }
    for (let i = 0; i < limit; i++) ends[i + 1] = (ends[i + 1] ?? 0) + (ends[i] ?? 0);
    const next: number[] = new Array<number>(sorted.length);
    for (const pod of sorted) {
      const at = ends[key(pod)] ?? 0;
      next[at] = pod;
      ends[key(pod)] = at + 1;
    }
    sorted = next;
  }
  return sorted;
}
