/**
 * Columns of flows in the core's memory: the one place besides engine.ts that holds views over it.
 *
 * A view is good until the memory grows (a flow end that the state did not know yet can make it grow); then its length is 0.
 */
import {
  BATCH_DONE,
  BATCH_NEEDS_ROOM,
  COLUMN_ENDPOINTS,
  COLUMN_IPV4,
  COLUMN_IPV6,
  COLUMNS_FAMILY,
  COLUMNS_FROM,
  COLUMNS_FROM_KIND,
  COLUMNS_OUT,
  COLUMNS_PORT,
  COLUMNS_PROTOCOL,
  COLUMNS_ROOM,
  COLUMNS_ROOM_BYTES,
  COLUMNS_TO,
  COLUMNS_TO_KIND,
  COLUMNS_WORDS,
} from "../../assembly/abi.ts";
import { NetverdictError } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { LINE, roundUp } from "./round-up.ts";

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

/** Flows that are copied into the core's memory at a time: few enough to stay in the caches between copy and answer. */
const COPIED = 16_384;
/** Bytes that one flow takes in the copying room: two ends of at most 16 bytes, port, protocol, verdict. */
const FLOW_BYTES = 36;
const FEW = 48;

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
  #room = 0;
  /** Buffers that columns were handed out of: a shared memory that has grown has another one, and the old one lives on. */
  readonly #handedOut = new WeakSet<ArrayBufferLike>();
  /** Where columns were handed out. */
  readonly #pieces: { readonly start: number; readonly end: number }[] = [];
  #roomBytes = 0;
  readonly #copies: number;
  #bytes: Uint8Array = new Uint8Array();
  #words16: Uint16Array = new Uint16Array();
  #words32: Uint32Array = new Uint32Array();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#words = engine.allocate(COLUMNS_WORDS * 4);
    // Before any column is handed out: room that is taken later can end those that are read from.
    this.#copies = aligned(engine.allocate(COPIED * FLOW_BYTES + 6 * LINE));
    this.#makeRoom();
  }

  /** Writes a verdict code for each flow into `columns.out`; gives BATCH_DONE, or the index of the first flow without one. */
  run(columns: EngineColumns): number {
    const { from, to, port, protocol, out, count } = columns;
    if (
      this.#isOwn(out) &&
      this.#isOwn(port) &&
      this.#isOwn(protocol) &&
      this.#isOwn(from.values) &&
      this.#isOwn(to.values)
    ) {
      const places = {
        from: from.values.byteOffset,
        to: to.values.byteOffset,
        port: port.byteOffset,
        protocol: protocol.byteOffset,
        out: out.byteOffset,
      };
      return this.#call(columns, places, count);
    }
    if (this.#handedOut.has(out.buffer) && !this.#isOwn(out)) throw notAColumn();
    for (let first = 0; first < count; first += COPIED) {
      const failed = this.#runCopy(columns, first, Math.min(COPIED, count - first));
      if (failed !== BATCH_DONE) return first + failed;
    }
    return BATCH_DONE;
  }

  /** Zeroed room for `bytes` in the core's memory. */
  allocate(bytes: number): { readonly memory: ArrayBufferLike; readonly address: number } {
    // Else the next batch could end at once what is handed out here.
    if (this.#engine.batchRoom > this.#roomBytes) this.#makeRoom();
    const address = aligned(this.#engine.allocate(bytes + LINE));
    const { memory } = this.#engine;
    this.#engine.lend();
    this.#handedOut.add(memory);
    this.#pieces.push({ start: address, end: address + bytes });
    new Uint8Array(memory, address, bytes).fill(0);
    return { memory, address };
  }

  /** Whether a column was handed out by `allocate`, so that it is read and written where it is. */
  #isOwn({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array | Uint32Array): boolean {
    return (
      this.#handedOut.has(buffer) &&
      this.#pieces.some(({ start, end }) => start <= byteOffset && byteOffset + byteLength <= end)
    );
  }

  #runCopy(columns: EngineColumns, first: number, count: number): number {
    const { from, to, port, protocol, out } = columns;
    if (this.#bytes.length === 0) this.#takeViews();
    const fromPlace = this.#copies;
    const toPlace = aligned(fromPlace + count * 16);
    const portPlace = aligned(toPlace + count * 16);
    const protocolPlace = aligned(portPlace + count * 2);
    const outPlace = aligned(protocolPlace + count);
    this.#copyEnd(from, fromPlace, first, count);
    this.#copyEnd(to, toPlace, first, count);
    copy(port, first, this.#words16, portPlace / 2, count);
    copy(protocol, first, this.#bytes, protocolPlace, count);
    const places = { from: fromPlace, to: toPlace, port: portPlace, protocol: protocolPlace, out: outPlace };
    const failed = this.#call(columns, places, count);
    copy(this.#bytes, outPlace, out, first, count);
    return failed;
  }

  #copyEnd({ kind, values }: EndColumn, place: number, first: number, count: number): void {
    if (kind === "ipv6") copy(values, first * 16, this.#bytes, place, count * 16);
    else copy(values, first, this.#words32, place / 4, count);
  }

  #call(columns: EngineColumns, places: Places, count: number): number {
    this.#writeWords(columns, places);
    const failed = this.#engine.evaluateColumns(this.#words, count);
    if (failed !== BATCH_NEEDS_ROOM) return failed;
    this.#makeRoom();
    // INVARIANT: nobody reads flows or verdicts from a view that has ended.
    if (hasEnded(columns)) throw outgrown();
    this.#writeWords(columns, places);
    return this.#engine.evaluateColumns(this.#words, count);
  }

  #writeWords({ from, to, family }: EngineColumns, places: Places): void {
    if (this.#words32.length === 0) this.#takeViews();
    const words = this.#words32;
    const first = this.#words / 4;
    words[first + COLUMNS_FROM_KIND] = KINDS[from.kind];
    words[first + COLUMNS_TO_KIND] = KINDS[to.kind];
    words[first + COLUMNS_FROM] = places.from;
    words[first + COLUMNS_TO] = places.to;
    words[first + COLUMNS_PORT] = places.port;
    words[first + COLUMNS_PROTOCOL] = places.protocol;
    words[first + COLUMNS_OUT] = places.out;
    words[first + COLUMNS_ROOM] = this.#room;
    words[first + COLUMNS_ROOM_BYTES] = this.#roomBytes;
    words[first + COLUMNS_FAMILY] = family;
  }

  /** Gives the core room for what batches keep, with some to spare for endpoints to come: old room is not given back. */
  #makeRoom(): void {
    const bytes = this.#engine.batchRoom;
    this.#roomBytes = bytes + (bytes >>> 2);
    this.#room = aligned(this.#engine.allocate(this.#roomBytes + LINE));
    this.#takeViews();
  }

  /** Views over all of the memory; a memory of the engine's own ends them when it grows, a shared one leaves them as they are. */
  #takeViews(): void {
    const { memory } = this.#engine;
    this.#bytes = new Uint8Array(memory);
    this.#words16 = new Uint16Array(memory);
    this.#words32 = new Uint32Array(memory);
  }
}

/** Whether one of the columns was over memory that has grown since. */
function hasEnded({ from, to, port, protocol, out, count }: EngineColumns): boolean {
  return [from.values, to.values, port, protocol, out].some(({ length }) => length < count);
}

/** Copies part of a column; of few items one by one, which costs less than a view. */
function copy<T extends Uint8Array | Uint16Array | Uint32Array>(
  source: T,
  from: number,
  target: T,
  to: number,
  count: number,
): void {
  if (count > FEW) target.set(from === 0 && source.length === count ? source : source.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) target[to + i] = source[from + i] ?? 0;
}

const aligned = (address: number): number => roundUp(address, LINE);

function outgrown(): NetverdictError {
  const message = "the state has outgrown the memory of these columns: take new ones by `state.columns`";
  return new NetverdictError([{ code: "invalid-flow", message, path: [] }]);
}

function notAColumn(): NetverdictError {
  const message =
    "`out` is in the engine's memory, and not in the columns that it has handed out: pass one of those, or an array of your own";
  return new NetverdictError([{ code: "invalid-flow", message, path: ["out"] }]);
}
