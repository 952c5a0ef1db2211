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
  PORT_LIST_FLAG,
  PORT_RECORD_BOUNDS,
  PORT_RECORD_BYTES,
  PORT_RECORD_ROWS,
  SECTION_CHUNKS,
  SECTION_CLASS_PORTS,
  SECTION_CLASS4,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_ROW_CHUNKS,
} from "../../assembly/abi.ts";
import type { Arena } from "../core.ts";

const PORTS_WORDS = CLASS_PORTS_BYTES / 4;
const INGRESS_WORD = CLASS_PORTS_INGRESS / 4;
const RECORD_WORDS = PORT_RECORD_BYTES / 4;
const ROWS_WORD = PORT_RECORD_ROWS / 4;
const BIAS = 0x8000;

export class ArrayEvaluator {
  readonly #classes: Uint32Array;
  readonly #classPorts: Uint32Array;
  readonly #records: Uint32Array;
  readonly #bounds: Int16Array;
  readonly #lists: Uint32Array;
  readonly #rowChunks: Uint16Array;
  readonly #stride: number;
  readonly #chunks: Uint32Array;

  /** Copies the tables. */
  constructor(arena: Arena) {
    const part = (section: number): ArrayBuffer =>
      arena.memory.slice(arena.startOf(section), arena.startOf(section) + arena.bytesOf(section));
    this.#classes = new Uint32Array(part(SECTION_CLASS4)).slice(arena.header(ARENA_FIRST_ENDPOINT_OFFSET));
    this.#classPorts = new Uint32Array(part(SECTION_CLASS_PORTS));
    const records = part(SECTION_PORT_RECORDS);
    this.#records = new Uint32Array(records);
    this.#bounds = new Int16Array(records);
    this.#lists = new Uint32Array(part(SECTION_PORT_LISTS));
    this.#rowChunks = new Uint16Array(part(SECTION_ROW_CHUNKS));
    this.#stride = arena.header(ARENA_ROW_STRIDE_OFFSET);
    this.#chunks = new Uint32Array(part(SECTION_CHUNKS));
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

  #row(record: number, port: number): number {
    if ((record & PORT_LIST_FLAG) !== 0) return this.#rowOfList(record & ~PORT_LIST_FLAG, port);
    const first = record * (PORT_RECORD_BYTES / 2);
    let interval = 0;
    while (interval < PORT_RECORD_BOUNDS && port - BIAS > (this.#bounds[first + interval] as number)) interval++;
    return this.#records[record * RECORD_WORDS + ROWS_WORD + interval] as number;
  }

  #rowOfList(start: number, port: number): number {
    const count = this.#lists[start] as number;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (port > (this.#lists[start + 1 + middle] as number)) low = middle + 1;
      else high = middle;
    }
    return this.#lists[start + 1 + count + low] as number;
  }

  #bit(row: number, peer: number): boolean {
    const chunk = this.#rowChunks[row * this.#stride + (peer >> CHUNK_SHIFT)] as number;
    const word = this.#chunks[(chunk << 4) + ((peer & 511) >> 5)] as number;
    return ((word >>> (peer & 31)) & 1) !== 0;
  }
}
