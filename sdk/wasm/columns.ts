/**
 * Columns of flows in the core's memory: the one place besides engine.ts that holds views over it.
 *
 * A view is good until the memory grows (a flow end that the state did not know yet can make it grow); then its length is 0.
 */
import {
  BATCH_DONE,
  BATCH_SCRATCH_BYTES,
  COLUMN_ENDPOINTS,
  COLUMN_IPV4,
  COLUMN_IPV6,
  COLUMNS_FAMILY,
  COLUMNS_FROM,
  COLUMNS_FROM_KIND,
  COLUMNS_OUT,
  COLUMNS_PORT,
  COLUMNS_PROTOCOL,
  COLUMNS_SCRATCH,
  COLUMNS_TO,
  COLUMNS_TO_KIND,
  COLUMNS_WORDS,
} from "../../assembly/abi.ts";
import type { Engine } from "./engine.ts";

/** One end's column: pod indices, IPv4 addresses in host order, or IPv6 addresses of 16 bytes. */
export type EndColumn =
  | { readonly kind: "pods" | "ipv4"; readonly values: Uint32Array }
  | { readonly kind: "ipv6"; readonly values: Uint8Array };

export interface EngineColumns {
  readonly from: EndColumn;
  readonly to: EndColumn;
  readonly port: Uint16Array;
  readonly protocol: Uint8Array;
  readonly out: Uint8Array;
  readonly count: number;
  /** The family that addresses fix, or 0 where each pair finds its own. */
  readonly family: 0 | 4 | 6;
}

const KINDS = { pods: COLUMN_ENDPOINTS, ipv4: COLUMN_IPV4, ipv6: COLUMN_IPV6 } as const;

/** Flows that are copied into the core's memory at a time. */
const COPIED = 65_536;
/** Bytes that one flow takes in the copying room: two ends of at most 16 bytes, port, protocol, verdict. */
const FLOW_BYTES = 36;
const ALIGNMENT = 16;

/** Where the columns lie in the core's memory. */
interface Places {
  readonly from: number;
  readonly to: number;
  readonly port: number;
  readonly protocol: number;
  readonly out: number;
}

/** Runs batches of one engine; it keeps the room that copies and the core's own work need. */
export class ColumnRunner {
  readonly #engine: Engine;
  readonly #words: number;
  readonly #scratch: number;
  #room = 0;
  /** Buffers that columns were handed out of: a shared memory that has grown has another one, and the old one lives on. */
  readonly #handedOut = new WeakSet<ArrayBufferLike>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#words = engine.allocate(COLUMNS_WORDS * 4);
    this.#scratch = engine.allocate(BATCH_SCRATCH_BYTES);
  }

  /** Writes a verdict code for each flow into `columns.out`; gives BATCH_DONE, or the index of the first flow without one. */
  run(columns: EngineColumns): number {
    const { from, to, port, protocol, out, count } = columns;
    const views = [from.values, to.values, port, protocol, out];
    if (views.every(({ buffer }) => this.#handedOut.has(buffer))) {
      const places = {
        from: from.values.byteOffset,
        to: to.values.byteOffset,
        port: port.byteOffset,
        protocol: protocol.byteOffset,
        out: out.byteOffset,
      };
      return this.#call(columns, places, count);
    }
    for (let first = 0; first < count; first += COPIED) {
      const failed = this.#runCopy(columns, first, Math.min(COPIED, count - first));
      if (failed !== BATCH_DONE) return first + failed;
    }
    return BATCH_DONE;
  }

  /** Zeroed room for `bytes` in the core's memory. */
  allocate(bytes: number): { readonly memory: ArrayBufferLike; readonly address: number } {
    const address = aligned(this.#engine.allocate(bytes + ALIGNMENT));
    const { memory } = this.#engine;
    this.#handedOut.add(memory);
    new Uint8Array(memory, address, bytes).fill(0);
    return { memory, address };
  }

  #runCopy(columns: EngineColumns, first: number, count: number): number {
    if (this.#room === 0) this.#room = aligned(this.#engine.allocate(COPIED * FLOW_BYTES + 6 * ALIGNMENT));
    const { memory } = this.#engine;
    let place = this.#room;
    const room = (bytes: number): number => {
      const start = place;
      place = aligned(place + bytes);
      return start;
    };
    const copy = (view: Uint8Array | Uint16Array | Uint32Array, width: number): number => {
      const start = room(count * width);
      const bytes = new Uint8Array(view.buffer, view.byteOffset + first * width, count * width);
      new Uint8Array(memory, start, count * width).set(bytes);
      return start;
    };
    const copyEnd = ({ kind, values }: EndColumn): number => copy(values, kind === "ipv6" ? 16 : 4);
    const places = {
      from: copyEnd(columns.from),
      to: copyEnd(columns.to),
      port: copy(columns.port, 2),
      protocol: copy(columns.protocol, 1),
      out: room(count),
    };
    const failed = this.#call(columns, places, count);
    columns.out.set(new Uint8Array(memory, places.out, count), first);
    return failed;
  }

  #call({ from, to, family }: EngineColumns, places: Places, count: number): number {
    const words = new Uint32Array(this.#engine.memory, this.#words, COLUMNS_WORDS);
    words[COLUMNS_FROM_KIND] = KINDS[from.kind];
    words[COLUMNS_TO_KIND] = KINDS[to.kind];
    words[COLUMNS_FROM] = places.from;
    words[COLUMNS_TO] = places.to;
    words[COLUMNS_PORT] = places.port;
    words[COLUMNS_PROTOCOL] = places.protocol;
    words[COLUMNS_OUT] = places.out;
    words[COLUMNS_SCRATCH] = this.#scratch;
    words[COLUMNS_FAMILY] = family;
    return this.#engine.evaluateColumns(this.#words, count);
  }
}

function aligned(address: number): number {
  return (address + ALIGNMENT - 1) & -ALIGNMENT;
}
