/**
 * One instance of the core and the query arena in its memory. This file and memory.ts alone say WebAssembly.
 *
 * A trap poisons the instance: every later call throws `poisoned-state`, so that a half-written table never answers.
 */
import { ABI_VERSION, ARENA_BYTES_OFFSET } from "../../assembly/abi.ts";
import { NetverdictError } from "../errors.ts";
import { coreFailure, outOfMemory } from "./core-failure.ts";
import type { CoreExports, InspectExports } from "./exports.ts";
import { CoreHeap, type Heap, Pages } from "./memory.ts";
import { LINE, roundUp } from "./round-up.ts";

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

/** An engine of its own memory, which a build that has none is given. */
export function newEngine(module: WebAssembly.Module): Engine {
  const brought = hasMemory(module) ? undefined : new WebAssembly.Memory({ initial: 1 });
  try {
    return new Engine(module, brought);
  } catch (error) {
    // Of a core for shared memory; whatever else does not fit has been told.
    if (error instanceof NetverdictError) throw error;
    throw coreFailure(
      "invalid-input",
      `this core does not work alone: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Bytes of a memory from which on a core that gives up is taken for one that found no more: it asks for twice what it has. */
const LARGE = 0x40000000;
/** Single calls after which keeping their answers is worth its room, at the least. */
const MANY_CALLS = 4096;
const BROKEN = -1;

export class Engine {
  #arena = 0;
  /** Where the core keeps answers to single calls; 0 for nowhere. */
  #answers = 0;
  #answerBytes = 0;
  /** Single calls ahead of the one that their answers are kept from; 0 behind it, and BROKEN where the engine is poisoned. */
  #ahead = 0;
  readonly module: WebAssembly.Module;
  readonly #core: CoreExports;
  // Calls that users wait for, out of the exports object: it is looked up by hashing.
  readonly #evaluatePods: CoreExports["evaluatePods"];
  readonly #allowsPods: CoreExports["allowsPods"];
  readonly #evaluateKept: CoreExports["evaluateKept"];
  readonly #allowsKept: CoreExports["allowsKept"];
  readonly #memory: WebAssembly.Memory;
  readonly #heap: Heap;
  /** Four words for an IPv6 address on its way in. */
  readonly #address: number;
  #inspect: InspectExports | undefined;
  #poison: unknown;

  /**
   * An instance with a memory of its own; or over one that is brought, of a build without a heap. Those have the query
   * surface alone: whoever has no build arena calls nothing else.
   *
   * @throws NetverdictError `core-failure`
   */
  constructor(module: WebAssembly.Module, brought?: WebAssembly.Memory) {
    this.module = module;
    const imports = brought === undefined ? {} : { env: { memory: brought } };
    this.#core = new WebAssembly.Instance(module, imports).exports as unknown as CoreExports;
    this.#evaluatePods = this.#core.evaluatePods;
    this.#allowsPods = this.#core.allowsPods;
    this.#evaluateKept = this.#core.evaluateKept;
    this.#allowsKept = this.#core.allowsKept;
    this.#memory = brought ?? this.#core.memory;
    this.#heap =
      brought === undefined
        ? new CoreHeap(this.#memory, (bytes) => this.call((core) => core.allocate(bytes) >>> 0))
        : new Pages(brought);
    checkVersion("the core", this.#core.abiVersion());
    this.#address = this.allocate(16);
  }

  /** The query arena's address. Whoever gives the engine one, and whatever changes it, says so here. */
  get arena(): number {
    return this.#arena;
  }

  set arena(address: number) {
    this.#arena = address;
    // What is kept is made by a walk over all endpoints, which more calls have to be worth where there are more.
    this.#ahead = Math.max(MANY_CALLS, this.#arenaSize >>> 6);
  }

  /** The endpoint of an address of 4 or 16 bytes; below 0 where it is an external one. */
  endpointOf(address: Uint8Array): number {
    const view = new DataView(address.buffer, address.byteOffset, address.byteLength);
    if (address.length === 4) return this.call((core) => core.endpointOf4(this.arena, view.getUint32(0) | 0));
    const words = new Uint32Array(this.memory, this.#address, 4);
    for (let i = 0; i < 4; i++) words[i] = view.getUint32(i * 4);
    return this.call((core) => core.endpointOf6(this.arena, this.#address));
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
      return this.#core.evaluate(this.arena, source, destination, family, slot, port, distinct ? 1 : 0);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** The answer to an ordinary flow between pods that callers name, or LOOK_CLOSER. */
  evaluatePods(source: number, destination: number, slot: number, port: number): number {
    if (this.#ahead !== 0) this.#prepareCall();
    try {
      const answers = this.#answers;
      return answers === 0
        ? this.#evaluatePods(this.#arena, source, destination, slot, port)
        : this.#evaluateKept(answers, this.#arena, source, destination, slot, port);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Whether an ordinary flow between pods that callers name is allowed: 1 or 0, or LOOK_CLOSER. */
  allowsPods(source: number, destination: number, slot: number, port: number): number {
    if (this.#ahead !== 0) this.#prepareCall();
    try {
      const answers = this.#answers;
      return answers === 0
        ? this.#allowsPods(this.#arena, source, destination, slot, port)
        : this.#allowsKept(answers, this.#arena, source, destination, slot, port);
    } catch (error) {
      return this.#fail(error);
    }
  }

  #prepareCall(): void {
    this.#refusePoisoned();
    if (--this.#ahead === 0) this.keepAnswers();
  }

  /** Lets the core keep answers to single calls, where there are classes few enough and memory for it. */
  keepAnswers(): void {
    this.#refusePoisoned();
    this.#ahead = 0;
    const bytes = this.call((core) => core.answerRoom(this.#arena) >>> 0);
    if (bytes > this.#answerBytes) {
      // Some to spare for classes to come.
      const wanted = bytes + (bytes >>> 2);
      const room = this.#heap.spare(wanted + LINE);
      if (room === undefined) return;
      this.#answers = roundUp(room, LINE);
      this.#answerBytes = wanted;
    }
    if (bytes > 0) this.call((core) => core.keepAnswers(this.#answers, this.#arena));
  }

  /** Room in the core's memory for `bytes`; it is never given back. */
  allocate(bytes: number): number {
    return this.#heap.allocate(bytes);
  }

  /** Views over the memory go to the caller: from now on they end by what he asks for alone. */
  lend(): void {
    this.#heap.lend();
  }

  /** The core's memory as it is now; a call that adds to the state may replace it. */
  get memory(): ArrayBufferLike {
    return this.#memory.buffer;
  }

  /** The query arena as it lies in memory; a view, good until the state changes. */
  get arenaBytes(): Uint8Array {
    this.#refusePoisoned();
    return new Uint8Array(this.memory, this.#arena, this.#arenaSize);
  }

  get #arenaSize(): number {
    return new DataView(this.memory).getUint32(this.#arena + ARENA_BYTES_OFFSET, true);
  }

  /** Writes 16 bytes to `out`: the checksum of the `bytes` bytes of a snapshot at `start`. */
  checksum(start: number, bytes: number, out: number): void {
    this.call((core) => core.checksum(start, bytes, out));
  }

  /** The bytes of room that batches need as the state is now. */
  get batchRoom(): number {
    return this.call((core) => core.batchRoom(this.arena) >>> 0);
  }

  /** Answers the columns described at `columns` (abi: COLUMNS_…); BATCH_DONE, BATCH_NEEDS_ROOM, or the first flow that has no verdict. */
  evaluateColumns(columns: number, count: number): number {
    this.#refusePoisoned();
    try {
      return this.#core.evaluateColumns(this.arena, columns, count);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Calls the core; a trap poisons the engine, an error of the SDK's own does not. */
  call<T>(call: (core: CoreExports) => T): T {
    this.#refusePoisoned();
    try {
      return call(this.#core);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /**
   * Calls the module that looks into builds, which works over this engine's memory. It changes nothing there.
   *
   * @throws NetverdictError `core-failure` for one of another version, which would misread the build
   */
  inspect<T>(module: () => WebAssembly.Module, call: (inspect: InspectExports) => T): T {
    this.#inspect ??= newInspect(module(), this.#memory);
    const inspect = this.#inspect;
    return this.call(() => call(inspect));
  }

  /** Ends all views over the memory of an engine that another one has taken the place of. */
  retire(): void {
    try {
      this.#core.memory.grow(1);
    } catch (error) {
      // There is no memory left to grow by: the views live on, over what nobody changes any more.
      if (!(error instanceof RangeError)) throw error;
    }
  }

  /** Ends the engine: its tables may be half written. */
  poison(error: Error): never {
    this.#poison = error;
    this.#ahead = BROKEN;
    throw error;
  }

  #refusePoisoned(): void {
    if (this.#poison === undefined) return;
    throw coreFailure("poisoned-state", "the state cannot be used: the core failed earlier; load it again");
  }

  #fail(error: unknown): never {
    if (error instanceof NetverdictError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    if (/unreachable/i.test(text) && this.#memory.buffer.byteLength >= LARGE) {
      return this.poison(outOfMemory());
    }
    return this.poison(coreFailure("core-failure", `the core stopped: ${text}`));
  }
}

function newInspect(module: WebAssembly.Module, memory: WebAssembly.Memory): InspectExports {
  const inspect = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as InspectExports;
  checkVersion("`core-inspect.wasm`", inspect.abiVersion());
  return inspect;
}

function checkVersion(name: string, version: number): void {
  if (version !== ABI_VERSION)
    throw coreFailure("core-failure", `${name} speaks ABI ${version}, the SDK ${ABI_VERSION}`);
}

/** Whether a core builds states, and does not only answer from them. */
export function canBuild(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === "compile");
}

/** Whether a core has a memory of its own, so that it works over no other one. */
export function hasMemory(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.imports(module).length === 0;
}

export function isModule(value: unknown): value is WebAssembly.Module {
  return value instanceof WebAssembly.Module;
}
