/**
 * One instance of the core with one state in its memory. The only file that says WebAssembly.
 *
 * A trap poisons the instance: every later call throws `poisoned-state`, so that a half-written table never answers.
 */
import { ABI_VERSION, ERROR_CHUNKS, ERROR_ROWS, ERROR_VERSION, MAX_CHUNKS } from "../../assembly/abi.ts";
import { type IssueCode, NetverdictError } from "../errors.ts";
import type { Model, ModelEndpoint, ModelNamespace, ModelNode } from "../model/model.ts";
import { Encoder } from "./encode.ts";

/** What the core exports; `tests/package/exports.txt` lists the same names. */
interface CoreExports {
  readonly memory: WebAssembly.Memory;
  abiVersion(): number;
  allocate(bytes: number): number;
  compile(input: number): number;
  errorOf(build: number): number;
  arenaOf(build: number): number;
  classCount(build: number): number;
  addNamespace(build: number, record: number): number;
  addNode(build: number, record: number): number;
  addEndpoint(build: number, record: number): number;
  endpointOf4(arena: number, address: number): number;
  endpointOf6(arena: number, address: number): number;
  evaluate(
    arena: number,
    source: number,
    destination: number,
    family: number,
    slot: number,
    port: number,
    distinct: number,
  ): number;
  evaluateColumns(arena: number, columns: number, count: number): number;
  openEgressFacts(
    build: number,
    source: number,
    destination: number,
    family: number,
    slot: number,
    port: number,
  ): number;
  openIngressFacts(
    build: number,
    source: number,
    destination: number,
    family: number,
    slot: number,
    port: number,
  ): number;
}

/** A pair of endpoints and what flows between them; `slot` is one of abi's SLOT_…. */
export interface PairFlow {
  readonly source: number;
  readonly destination: number;
  readonly family: 4 | 6;
  readonly slot: number;
  readonly port: number;
  /** Equal ends do not mean one pod talking to itself. */
  readonly distinct: boolean;
}

/** The compiled core: bytes in, `WebAssembly.Module` out. Synchronous; browsers allow it up to 8 MB. */
export function compileModule(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  return new WebAssembly.Module(bytes);
}

export class Engine {
  readonly #core: CoreExports;
  readonly #encoder: Encoder = new Encoder();
  /** Four words for an IPv6 address on its way in. */
  readonly #address: number;
  readonly #build: number;
  #arena: number;
  #poison: unknown;

  /** @throws NetverdictError `core-failure`, `limit-exceeded` */
  constructor(module: WebAssembly.Module, model: Model) {
    this.#core = new WebAssembly.Instance(module, {}).exports as unknown as CoreExports;
    const version = this.#core.abiVersion();
    if (version !== ABI_VERSION)
      throw failure("core-failure", `the core speaks ABI ${version}, the SDK ${ABI_VERSION}`);
    this.#address = this.#guard(() => this.#core.allocate(16) >>> 0);
    this.#build = this.#guard(() => this.#core.compile(this.#write(this.#encoder.encode(model))) >>> 0);
    this.#checkError();
    this.#arena = this.#core.arenaOf(this.#build) >>> 0;
  }

  get classCount(): number {
    return this.#core.classCount(this.#build) >>> 0;
  }

  /** Adds a namespace and gives its index. */
  addNamespace(namespace: ModelNamespace): number {
    return this.#guard(() =>
      this.#core.addNamespace(this.#build, this.#write(this.#encoder.encodeNamespace(namespace))),
    );
  }

  /** Adds a node and gives its index. */
  addNode(node: ModelNode): number {
    return this.#guard(() => this.#core.addNode(this.#build, this.#write(this.#encoder.encodeNode(node))));
  }

  /** Adds an endpoint that no address leads to and gives its number. */
  addEndpoint(endpoint: ModelEndpoint): number {
    const number = this.#guard(() =>
      this.#core.addEndpoint(this.#build, this.#write(this.#encoder.encodeEndpoint(endpoint))),
    );
    this.#checkError();
    this.#arena = this.#core.arenaOf(this.#build) >>> 0;
    return number;
  }

  /** The endpoint of an address of 4 or 16 bytes; below 0 where it is an external one. */
  endpointOf(address: Uint8Array): number {
    const view = new DataView(address.buffer, address.byteOffset, address.byteLength);
    if (address.length === 4) return this.#guard(() => this.#core.endpointOf4(this.#arena, view.getUint32(0) | 0));
    const words = new Uint32Array(this.#core.memory.buffer, this.#address, 4);
    for (let i = 0; i < 4; i++) words[i] = view.getUint32(i * 4);
    return this.#guard(() => this.#core.endpointOf6(this.#arena, this.#address));
  }

  /** One pair's answer as bits; see decode.ts. Positional, and without a closure, because it allocates nothing. */
  evaluatePair(
    source: number,
    destination: number,
    family: 4 | 6,
    slot: number,
    port: number,
    distinct: boolean,
  ): number {
    this.#refusePoisoned();
    try {
      return this.#core.evaluate(this.#arena, source, destination, family, slot, port, distinct ? 1 : 0);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Room in the core's memory for `bytes`; it is never given back. */
  allocate(bytes: number): number {
    return this.#guard(() => this.#core.allocate(bytes) >>> 0);
  }

  /** The core's memory as it is now; a call that adds to the state may replace it. */
  get memory(): ArrayBuffer {
    return this.#core.memory.buffer;
  }

  /** Answers the columns described at `columns` (abi: COLUMNS_…); BATCH_DONE, or the first flow that has no verdict. */
  evaluateColumns(columns: number, count: number): number {
    this.#refusePoisoned();
    try {
      return this.#core.evaluateColumns(this.#arena, columns, count);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** The facts (abi: OPEN_…) that the source's egress waits for. */
  openEgressFacts({ source, destination, family, slot, port }: PairFlow): number {
    return this.#guard(() => this.#core.openEgressFacts(this.#build, source, destination, family, slot, port));
  }

  /** The facts (abi: OPEN_…) that the destination's ingress waits for. */
  openIngressFacts({ source, destination, family, slot, port }: PairFlow): number {
    return this.#guard(() => this.#core.openIngressFacts(this.#build, source, destination, family, slot, port));
  }

  /** Writes words into the core's memory and gives their address. */
  #write(words: Uint32Array): number {
    const address = this.#core.allocate(words.length * 4) >>> 0;
    new Uint32Array(this.#core.memory.buffer, address, words.length).set(words);
    return address;
  }

  #checkError(): void {
    const error = this.#core.errorOf(this.#build);
    if (error === 0) return;
    this.#poison = error;
    if (error === ERROR_CHUNKS) {
      throw failure("limit-exceeded", `the cluster needs more than ${MAX_CHUNKS} distinct row chunks`);
    }
    if (error === ERROR_ROWS) {
      const message = "too many rules differ in overlapping port ranges: their combinations do not fit";
      throw failure("limit-exceeded", message);
    }
    const meaning = error === ERROR_VERSION ? "another ABI version" : `error ${error}`;
    throw failure("core-failure", `the core refused its input: ${meaning}`);
  }

  /** Runs a call of the core; a trap poisons the state. */
  #guard<T>(call: () => T): T {
    this.#refusePoisoned();
    try {
      return call();
    } catch (error) {
      return this.#fail(error);
    }
  }

  #refusePoisoned(): void {
    if (this.#poison === undefined) return;
    throw failure("poisoned-state", "the state cannot be used: the core failed earlier; load it again");
  }

  #fail(error: unknown): never {
    this.#poison = error;
    throw failure("core-failure", `the core stopped: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function failure(code: IssueCode, message: string): NetverdictError {
  return new NetverdictError([{ code, message, path: [] }]);
}
