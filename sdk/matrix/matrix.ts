/** Who reaches whom on one port: the class matrix out of the core, and what is read from it. */

import { VERDICT_ALLOW, VERDICT_UNDETERMINED } from "../../assembly/abi.ts";
import { addTo } from "../add-to.ts";
import { checkOptions } from "../check-options.ts";
import { NetverdictError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { type Internals, internalsOf, type State } from "../state.ts";
import { isUint8Array } from "../typed-arrays.ts";
import type { Protocol, Verdict } from "../types.ts";
import {
  type ClassBits,
  classBits,
  countPlaces,
  hasBit,
  itemsOf,
  type SpreadRow,
  setBit,
  spreadRows,
  without,
} from "../wasm/class-matrix.ts";
import type { Engine } from "../wasm/engine.ts";
import { hasOpenRows } from "../wasm/tables.ts";
import { classIn, familyBetween, type Group, type Grouping, groupingOf } from "./grouping.ts";
import { checkMatrixOptions, type MatrixSpec } from "./options.ts";
import { ownNodePairs } from "./own-nodes.ts";
import { podGroups } from "./pod-groups.ts";
import type {
  ExpandOptions,
  Matrix,
  MatrixCell,
  MatrixCounts,
  MatrixException,
  MatrixOptions,
  PodGroup,
} from "./types.ts";

const VERDICT_MASK = 3;

/**
 * Who reaches whom on one port. All pairs are judged as `evaluate` judges them, but class by class: 10,000 pods are some
 * thousand classes.
 *
 * @throws NetverdictError `invalid-option`
 * @example
 * const reach = matrix(state, { port: 5432 });
 * reach.verdict("shop/web-0", "shop/db-0"); // "allow" | "deny" | "undetermined", undefined without a common family
 * reach.counts.allowed;
 */
export function matrix(state: State, options: MatrixOptions): Matrix {
  const spec = checkMatrixOptions(options);
  const internals = internalsOf(state);
  return new ClassMatrix(internals, spec, groupingOf(internals, spec.family));
}

/** What a matrix is made of. */
export interface Inside {
  readonly engine: Engine;
  readonly grouping: Grouping;
  readonly allowed: ClassBits;
  /** By place. */
  readonly exceptions: readonly { readonly from: number; readonly to: number }[];
  /** Between two groups, between two places. */
  allowsGroups(from: Group, to: Group): boolean;
  allows(from: number, to: number): boolean;
}

export function insideOf(matrix: Matrix): Inside {
  return ClassMatrix.insideOf(matrix);
}

/** A pair of places whose verdict is not its groups'. */
interface Exception {
  readonly from: number;
  readonly to: number;
  readonly verdict: Verdict;
}

class ClassMatrix implements Matrix {
  readonly port: number | undefined;
  readonly protocol: Protocol;
  readonly family: 4 | 6 | undefined;
  readonly size: number;
  readonly rowBytes: number;
  readonly groups: readonly PodGroup[];
  readonly #state: Internals;
  readonly #grouping: Grouping;
  readonly #allowed: ClassBits;
  /** Undefined where nothing is open. */
  readonly #undetermined: ClassBits | undefined;
  readonly #exceptions: readonly Exception[];
  #exceptionOf: Map<number, Verdict> | undefined;
  #places: Map<string, number> | undefined;
  #counts: MatrixCounts | undefined;

  constructor(state: Internals, { slot, port, protocol, family }: MatrixSpec, grouping: Grouping) {
    const { engine } = state;
    this.port = port;
    this.protocol = protocol;
    this.family = family;
    this.size = grouping.names.length;
    this.rowBytes = Math.ceil(this.size / 64) * 8;
    this.groups = podGroups(grouping);
    this.#state = state;
    this.#grouping = grouping;
    this.#allowed = classBits(engine, grouping.sources, slot, port ?? 0, false);
    if (hasOpenRows(engine))
      this.#undetermined = without(classBits(engine, grouping.sources, slot, port ?? 0, true), this.#allowed);
    this.#exceptions = this.#findExceptions(slot, port ?? 0);
  }

  static insideOf(matrix: Matrix): Inside {
    if (!(#grouping in matrix)) throw new TypeError("this matrix is none of ours");
    return {
      engine: matrix.#state.engine,
      grouping: matrix.#grouping,
      allowed: matrix.#allowed,
      exceptions: matrix.#exceptions,
      allowsGroups: (from, to) => matrix.#groupVerdict(from, to) === "allow",
      allows: (from, to) => matrix.#verdictAt(from, to) === "allow",
    };
  }

  get names(): readonly string[] {
    return this.#grouping.names;
  }

  get podIndices(): Uint32Array {
    return this.#grouping.podIndices.slice();
  }

  get exceptions(): readonly MatrixException[] {
    const { names } = this;
    return this.#exceptions.map(({ from, to, verdict }) => ({
      from: names[from] ?? "",
      to: names[to] ?? "",
      verdict,
    }));
  }

  get counts(): MatrixCounts {
    this.#counts ??= Object.freeze(this.#count());
    return this.#counts;
  }

  verdict(from: string | number, to: string | number): Verdict | undefined {
    return this.#verdictAt(this.#placeOf(from), this.#placeOf(to));
  }

  *cells(): Generator<MatrixCell, void, undefined> {
    for (const source of this.#grouping.groups) {
      const from = this.groups[source.index];
      for (const [destination, verdict] of this.#reachedFrom(source)) {
        const to = this.groups[destination.index];
        if (from !== undefined && to !== undefined) yield { from, to, verdict };
      }
    }
  }

  *allowedPairs(): Generator<readonly [from: string, to: string], void, undefined> {
    const { names } = this;
    const extra = new Map<number, number[]>();
    for (const { from, to } of this.#exceptions) addTo(extra, from, to);
    for (const source of this.#grouping.groups) {
      const reached = [...this.#reachedFrom(source)].flatMap(([group]) => placesOf(group));
      for (const from of placesOf(source)) {
        for (const to of new Set([...reached, from, ...(extra.get(from) ?? [])])) {
          if (this.#verdictAt(from, to) === "allow") yield [names[from] ?? "", names[to] ?? ""];
        }
      }
    }
  }

  expand(options: ExpandOptions = {}): Uint8Array {
    const { verdict, out } = this.#checkExpand(options);
    const bits = verdict === "allow" ? this.#allowed : this.#undetermined;
    if (bits === undefined) out.fill(0, 0, this.rowBytes * this.size);
    else this.#spread(bits, out, verdict === "allow");
    for (const { from, to, verdict: own } of this.#exceptions) {
      setBit(out, from * this.rowBytes * 8 + to, own === verdict);
    }
    return out;
  }

  #checkExpand(options: ExpandOptions): { verdict: "allow" | "undetermined"; out: Uint8Array } {
    const bytes = this.rowBytes * this.size;
    const checked = checkOptions(options, ["verdict", "out"], ({ verdict = "allow", out }, fail) => {
      if (verdict !== "allow" && verdict !== "undetermined")
        fail(["verdict"], 'verdict must be "allow" or "undetermined"');
      if (out !== undefined && !isUint8Array(out)) fail(["out"], "`out` must be a Uint8Array");
      else if (out !== undefined && out.length < bytes) fail(["out"], `\`out\` has ${out.length} bytes of ${bytes}`);
      return { verdict, out } as ExpandOptions;
    });
    if (bytes > LIMITS.matrixBytes) {
      const message = `${this.size} × ${this.size} bits are ${bytes} bytes, more than ${LIMITS.matrixBytes}: use groups`;
      throw new NetverdictError([{ code: "limit-exceeded", message, path: [] }]);
    }
    return { verdict: checked.verdict ?? "allow", out: checked.out ?? new Uint8Array(bytes) };
  }

  #rows(): SpreadRow[] {
    return this.#grouping.groups.map((group) => ({
      copies: group.size,
      parts: this.#grouping.parts[group.index] ?? [],
    }));
  }

  #spread(bits: ClassBits, out: Uint8Array, bit: boolean): void {
    const spreads = this.#grouping.tables.map(({ places }) => places);
    const own = { where: this.#grouping.reachesItself, bit };
    spreadRows(this.#state.engine, bits, spreads, this.#rows(), this.rowBytes, out, own);
  }

  #count(): MatrixCounts {
    const { groups, tables, reachesItself } = this.#grouping;
    const spreads = tables.map(({ places }) => places);
    const rows = this.#rows();
    const pairs = (bits: ClassBits | undefined): number => {
      if (bits === undefined) return 0;
      const places = countPlaces(this.#state.engine, bits, spreads, rows);
      return groups.reduce((sum, { index, size }) => sum + size * (places[index] ?? 0), 0);
    };
    const counts = { allow: pairs(this.#allowed), undetermined: pairs(this.#undetermined), deny: 0 };
    const related = groups.reduce((sum, group, i) => {
      const reached = (rows[i]?.parts ?? []).reduce((pods, { table }) => pods + (tables[table]?.pods ?? 0), 0);
      return sum + group.size * reached;
    }, 0);
    counts.deny = related - counts.allow - counts.undetermined;
    const move = (from: Verdict, to: Verdict): void => {
      counts[from]--;
      counts[to]++;
    };
    reachesItself.forEach((itself, place) => {
      if (itself) move(this.#groupVerdict(this.#groupAt(place), this.#groupAt(place)) ?? "allow", "allow");
    });
    for (const { from, to, verdict } of this.#exceptions) {
      move(this.#groupVerdict(this.#groupAt(from), this.#groupAt(to)) ?? verdict, verdict);
    }
    return {
      allowed: counts.allow,
      denied: counts.deny,
      undetermined: counts.undetermined,
      withoutFamily: this.size * this.size - related,
    };
  }

  /** What a group reaches, or perhaps does. */
  *#reachedFrom(source: Group): Generator<[Group, "allow" | "undetermined"], void, undefined> {
    const { groups, tables, parts } = this.#grouping;
    for (const part of parts[source.index] ?? []) {
      const spread = tables[part.table]?.groups;
      if (spread === undefined) continue;
      for (const [bits, verdict] of [
        [this.#allowed, "allow"],
        [this.#undetermined, "undetermined"],
      ] as const) {
        if (bits === undefined) continue;
        for (const index of itemsOf(bits, part.source, spread)) {
          const group = groups[index];
          if (group !== undefined) yield [group, verdict];
        }
      }
    }
  }

  #findExceptions(slot: number, port: number): Exception[] {
    const { podIndices, groups } = this.#grouping;
    const known = new Map<number, Verdict>();
    const found: Exception[] = [];
    for (const { from, to, source, destination, family } of ownNodePairs(this.#grouping)) {
      const key = source.index * groups.length + destination.index;
      let verdict = known.get(key);
      if (verdict === undefined) {
        const [pod = 0, other = 0] = [podIndices[from], podIndices[to]];
        verdict = verdictOf(this.#state.engine.evaluatePair(pod, other, family, slot, port, false));
        known.set(key, verdict);
      }
      if (verdict !== this.#groupVerdict(source, destination)) found.push({ from, to, verdict });
    }
    return found;
  }

  #verdictAt(from: number, to: number): Verdict | undefined {
    if (from === to && this.#grouping.reachesItself[from]) return "allow";
    this.#exceptionOf ??= new Map(this.#exceptions.map((one) => [one.from * this.size + one.to, one.verdict]));
    return this.#exceptionOf.get(from * this.size + to) ?? this.#groupVerdict(this.#groupAt(from), this.#groupAt(to));
  }

  #groupVerdict(source: Group | undefined, destination: Group | undefined): Verdict | undefined {
    if (source === undefined || destination === undefined) return undefined;
    const family = familyBetween(source, destination.segment);
    if (family === undefined) return undefined;
    const [from = 0, to = 0] = [classIn(source, family), classIn(destination, family)];
    if (hasBit(this.#allowed, from, to)) return "allow";
    return this.#undetermined !== undefined && hasBit(this.#undetermined, from, to) ? "undetermined" : "deny";
  }

  #groupAt(place: number): Group | undefined {
    return this.#grouping.groups[this.#grouping.groupOf[place] ?? 0];
  }

  #placeOf(pod: string | number): number {
    if (typeof pod === "string") {
      this.#places ??= new Map(this.names.map((name, place) => [name, place]));
      const place = this.#places.get(pod);
      if (place !== undefined) return place;
    } else {
      const place = this.#grouping.placeOf[pod] ?? 0;
      if (place > 0) return place - 1;
    }
    const message = `no pod \`${pod}\` is in this matrix`;
    throw new NetverdictError([{ code: "unknown-pod", message, path: [] }]);
  }
}

function placesOf({ first, size }: Group): number[] {
  return Array.from({ length: size }, (_, i) => first + i);
}

/** The low bits of an answer. */
function verdictOf(answer: number): Verdict {
  const code = answer & VERDICT_MASK;
  if (code === VERDICT_ALLOW) return "allow";
  return code === VERDICT_UNDETERMINED ? "undetermined" : "deny";
}
