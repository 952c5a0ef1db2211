/**
 * The same design without WebAssembly: the core's own tables (docs/abi.md) as typed arrays, walked by JavaScript. It answers
 * pods that have an IPv4 address in a cluster that leaves nothing open, which is what the benchmark's clusters are.
 */
import {
  ARENA_FIRST_ENDPOINT_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  CHUNK_SHIFT,
  CLASS_MASK,
  CLASS_PORTS_BYTES,
  CLASS_PORTS_INGRESS,
  SECTION_CHUNKS,
  SECTION_CLASS_PORTS,
  SECTION_CLASS4,
  SECTION_ROW_CHUNKS,
} from "../../assembly/abi.ts";
import type { Arena } from "../core.ts";
import { intervalsOf } from "./intervals.ts";

const PORTS_WORDS = CLASS_PORTS_BYTES / 4;
const INGRESS_WORD = CLASS_PORTS_INGRESS / 4;
/** So many bounds are looked at one after another, more by halves. */
const FEW = 8;

export class ArrayEvaluator {
  readonly #classes: Uint32Array;
  /** By class and slot: where its intervals begin in `#intervals`. */
  readonly #classPorts: Uint32Array;
  /** One after another: the count of bounds, the bounds, a row more than bounds. */
  readonly #intervals: Uint32Array;
  readonly #rowChunks: Uint16Array;
  readonly #stride: number;
  readonly #chunks: Uint32Array;

  /** Copies the tables. */
  constructor(arena: Arena) {
    this.#classes = arena.words(SECTION_CLASS4).slice(arena.header(ARENA_FIRST_ENDPOINT_OFFSET));
    const intervals: number[] = [];
    const starts = new Map<number, number>();
    this.#classPorts = arena.words(SECTION_CLASS_PORTS).map((record) => {
      const known = starts.get(record);
      if (known !== undefined) return known;
      const start = intervals.length;
      starts.set(record, start);
      const { bounds, rows } = intervalsOf(arena, record);
      intervals.push(bounds.length, ...bounds, ...rows);
      return start;
    });
    this.#intervals = Uint32Array.from(intervals);
    this.#rowChunks = new Uint16Array(arena.words(SECTION_ROW_CHUNKS).buffer);
    this.#stride = arena.header(ARENA_ROW_STRIDE_OFFSET);
    this.#chunks = arena.words(SECTION_CHUNKS);
  }

  /** Answers columns of pod indices; `out` takes 1 for allow and 0 for deny. */
  evaluate(from: Uint32Array, to: Uint32Array, port: Uint16Array, protocol: Uint8Array, out: Uint8Array): void {
    for (let i = 0; i < port.length; i++) {
      out[i] = this.allows(from[i] as number, to[i] as number, port[i] as number, protocol[i] as number) ? 1 : 0;
    }
  }

  allows(from: number, to: number, port: number, protocol: number): boolean {
    if (from === to) return true;
    const slot = protocol === 6 ? 0 : protocol === 17 ? 1 : 2;
    const source = (this.#classes[from] as number) & CLASS_MASK;
    const destination = (this.#classes[to] as number) & CLASS_MASK;
    const egress = this.#classPorts[source * PORTS_WORDS + slot] as number;
    const ingress = this.#classPorts[destination * PORTS_WORDS + INGRESS_WORD + slot] as number;
    return this.#bit(this.#row(egress, port), destination) && this.#bit(this.#row(ingress, port), source);
  }

  /** The row of a port is the one whose number is the count of bounds below the port. */
  #row(start: number, port: number): number {
    const count = this.#intervals[start] as number;
    let below = 0;
    if (count <= FEW) {
      while (below < count && port > (this.#intervals[start + 1 + below] as number)) below++;
    } else {
      for (let high = count; below < high; ) {
        const middle = (below + high) >> 1;
        if (port > (this.#intervals[start + 1 + middle] as number)) below = middle + 1;
        else high = middle;
      }
    }
    return this.#intervals[start + 1 + count + below] as number;
  }

  #bit(row: number, peer: number): boolean {
    const chunk = this.#rowChunks[row * this.#stride + (peer >> CHUNK_SHIFT)] as number;
    const word = this.#chunks[(chunk << 4) + ((peer & 511) >> 5)] as number;
    return ((word >>> (peer & 31)) & 1) !== 0;
  }
}
