/**
 * Which pairs of pods became open, and which were cut, between two matrices of the same pods.
 *
 * Joint groups are compared as expanded matrices would be, a row of bits for each, and weighed by how many pods stand on both
 * sides. The pairs that groups do not answer for are taken out and looked at one by one.
 */
import type { Verdict } from "../types.ts";
import { spreadRows } from "../wasm/class-matrix.ts";
import { type JointGroup, type JointGroups, jointGroups, jointSpread } from "./joint-groups.ts";
import { type Inside, insideOf } from "./matrix.ts";
import type { Matrix } from "./types.ts";

/** Pairs by name. */
type Pairs = readonly { readonly from: string; readonly to: string }[];

export interface Difference {
  /** Pairs of pods that are allowed after, on any of the ports, and were not before. */
  readonly opens: number;
  /** And the reverse. Of several ports one may be opened for a pair and another cut. */
  readonly cuts: number;
  /** Some of those pairs. */
  readonly examples: readonly { readonly from: string; readonly to: string; readonly verdict: Verdict }[];
}

/** One port. */
interface Pictures {
  readonly was: Inside;
  readonly is: Inside;
}

/** On any of the ports. */
interface Turn {
  readonly opened: boolean;
  readonly cut: boolean;
}

const EXAMPLES = 5;
/** Rows that are compared at once. */
const BLOCK = 256;

/**
 * @param before port by port, of one state
 * @param after the same of that state when only its policies have changed
 * @param left pairs that do not count
 */
export function differenceOf(before: readonly Matrix[], after: readonly Matrix[], left: Pairs): Difference {
  const ports = after.map((is, i) => ({ was: insideOf(before[i] ?? is), is: insideOf(is) }));
  const [first] = ports;
  return first === undefined ? { opens: 0, cuts: 0, examples: [] } : new Comparison(ports, first, after).run(left);
}

class Comparison {
  readonly #ports: readonly Pictures[];
  readonly #after: readonly Matrix[];
  readonly #names: readonly string[];
  readonly #reachesItself: Uint8Array;
  readonly #joint: JointGroups;
  readonly #examples: { from: string; to: string; verdict: Verdict }[] = [];
  #opens = 0;
  #cuts = 0;

  constructor(ports: readonly Pictures[], { was, is }: Pictures, after: readonly Matrix[]) {
    this.#ports = ports;
    this.#after = after;
    this.#names = was.grouping.names;
    this.#reachesItself = was.grouping.reachesItself;
    this.#joint = jointGroups(was.grouping, is.grouping);
  }

  run(left: Pairs): Difference {
    const { groups, of } = this.#joint;
    const singly = this.#singlePairs(left);
    for (const [from, to, turn] of this.#turnedGroups()) {
      const [source, destination] = [groups[from], groups[to]];
      if (source === undefined || destination === undefined) continue;
      this.#count(turn, source.size * destination.size - (from === to ? source.selves : 0));
      if (this.#examples.length < EXAMPLES) this.#exemplify(from, to, turn, singly);
    }
    for (const [from, others] of singly) {
      for (const [to, counts] of others) {
        const [source, destination] = [groups[of[from] ?? 0], groups[of[to] ?? 0]];
        if (source !== undefined && destination !== undefined) this.#count(this.#turnOfGroups(source, destination), -1);
        if (!counts) continue;
        const turn = this.#turnOfPair(from, to);
        this.#count(turn, 1);
        if (turn.opened || turn.cut) this.#note(from, to, turn);
      }
    }
    return { opens: this.#opens, cuts: this.#cuts, examples: this.#examples };
  }

  #count({ opened, cut }: Turn, pairs: number): void {
    if (opened) this.#opens += pairs;
    if (cut) this.#cuts += pairs;
  }

  #note(from: number, to: number, { opened }: Turn): void {
    if (this.#examples.length >= EXAMPLES) return;
    const [source = "", destination = ""] = [this.#names[from], this.#names[to]];
    this.#examples.push({
      from: source,
      to: destination,
      verdict: opened ? "allow" : this.#cutTo(source, destination),
    });
  }

  /** What a pair that is no longer allowed has come to: on one of several ports it may still be. */
  #cutTo(from: string, to: string): Verdict {
    const verdicts = this.#after.map((matrix) => matrix.verdict(from, to));
    return verdicts.includes("deny") || !verdicts.includes("undetermined") ? "deny" : "undetermined";
  }

  /** The pairs that are looked at one by one, by place, and whether they count. */
  #singlePairs(left: Pairs): Map<number, Map<number, boolean>> {
    const singly = new Map<number, Map<number, boolean>>();
    const add = (from: number | undefined, to: number | undefined, counts: boolean): void => {
      // A pod's way to itself never turns: `selves` leaves it out.
      if (from === undefined || to === undefined || (from === to && this.#reachesItself[from])) return;
      const others = singly.get(from) ?? new Map<number, boolean>();
      singly.set(from, others);
      others.set(to, counts);
    };
    for (const { was, is } of this.#ports) {
      for (const { from, to } of was.exceptions) add(from, to, true);
      const placeBefore = (place: number): number =>
        (was.grouping.placeOf[is.grouping.podIndices[place] ?? 0] ?? 0) - 1;
      for (const { from, to } of is.exceptions) add(placeBefore(from), placeBefore(to), true);
    }
    const named = new Set(left.flatMap(({ from, to }) => [from, to]));
    const places = new Map(this.#names.flatMap((name, place) => (named.has(name) ? [[name, place] as const] : [])));
    for (const { from, to } of left) add(places.get(from), places.get(to), false);
    return singly;
  }

  /** Some pairs of two groups. */
  #exemplify(from: number, to: number, turn: Turn, singly: ReadonlyMap<number, ReadonlyMap<number, boolean>>): void {
    const destinations = this.#placesOf(to);
    for (const source of this.#placesOf(from)) {
      for (const destination of destinations) {
        if (this.#examples.length >= EXAMPLES) return;
        const isSure = source === destination && this.#reachesItself[source] === 1;
        if (!isSure && singly.get(source)?.has(destination) !== true) this.#note(source, destination, turn);
      }
    }
  }

  #placesOf(number: number): number[] {
    const { groups, of } = this.#joint;
    const { first, size } = groups[number]?.before ?? { first: 0, size: 0 };
    return Array.from({ length: size }, (_, i) => first + i).filter((place) => of[place] === number);
  }

  #turnOfGroups(from: JointGroup, to: JointGroup): Turn {
    return this.#turn(({ was, is }) => [
      was.allowsGroups(from.before, to.before),
      is.allowsGroups(from.after, to.after),
    ]);
  }

  #turnOfPair(from: number, to: number): Turn {
    const { placeAfter } = this.#joint;
    const [fromAfter = 0, toAfter = 0] = [placeAfter[from], placeAfter[to]];
    return this.#turn(({ was, is }) => [was.allows(from, to), is.allows(fromAfter, toAfter)]);
  }

  #turn(ask: (port: Pictures) => [was: boolean, is: boolean]): Turn {
    const answers = this.#ports.map(ask);
    return { opened: answers.some(([was, is]) => is && !was), cut: answers.some(([was, is]) => was && !is) };
  }

  /** The pairs of joint groups that the groups' verdict has turned for. */
  *#turnedGroups(): Generator<readonly [from: number, to: number, turn: Turn], void, undefined> {
    const { groups } = this.#joint;
    const rowWords = Math.ceil(groups.length / 64) * 2;
    const sides = this.#ports.map(
      ({ was, is }) => [this.#rowsOf(was, "before", rowWords), this.#rowsOf(is, "after", rowWords)] as const,
    );
    for (let first = 0; first < groups.length; first += BLOCK) {
      const rows = sides.map(([was, is]) => [was(first), is(first)] as const);
      const words = rowWords * Math.min(BLOCK, groups.length - first);
      for (let at = 0; at < words; at++) {
        // Nearly all words are the same before and after.
        if (!differsAt(rows, at)) continue;
        let [opened, cut] = [0, 0];
        for (const [before, after] of rows) {
          const [was, is] = [before[at] ?? 0, after[at] ?? 0];
          opened |= is & ~was;
          cut |= was & ~is;
        }
        for (let turned = opened | cut; turned !== 0; turned &= turned - 1) {
          const bit = turned & -turned;
          const from = first + Math.floor(at / rowWords);
          const to = (at % rowWords) * 32 + 31 - Math.clz32(bit);
          yield [from, to, { opened: (opened & bit) !== 0, cut: (cut & bit) !== 0 }];
        }
      }
    }
  }

  /** Gives a block's rows of bits over joint groups, in a room that the next block's take too. */
  #rowsOf(
    { engine, grouping, allowed }: Inside,
    side: "before" | "after",
    rowWords: number,
  ): (first: number) => Uint32Array {
    const { spreads, parts } = jointSpread(grouping, this.#joint.groups, side, allowed.width);
    const room = new Uint32Array(rowWords * BLOCK);
    const bytes = new Uint8Array(room.buffer);
    return (first) => {
      const rows = parts.slice(first, first + BLOCK).map((of) => ({ parts: of, copies: 1 }));
      spreadRows(engine, allowed, spreads, rows, rowWords * 4, bytes);
      return room;
    };
  }
}

function differsAt(rows: readonly (readonly [before: Uint32Array, after: Uint32Array])[], at: number): boolean {
  for (let port = 0; port < rows.length; port++) {
    const row = rows[port];
    if (row !== undefined && row[0][at] !== row[1][at]) return true;
  }
  return false;
}
