/**
 * One instance of the core and the query arena in its memory. The only file that says WebAssembly.
 *
 * A trap poisons the instance: every later call throws `poisoned-state`, so that a half-written table never answers.
 */
import { ABI_VERSION, ARENA_BYTES_OFFSET } from "../../assembly/abi.ts";
import { type IssueCode, NetverdictError } from "../errors.ts";
import type { CoreExports, InspectExports } from "./exports.ts";
import { roundUp } from "./round-up.ts";

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

const PAGE = 65_536;
/** All that 32 bits reach. */
const MAX_PAGES = 65_536;
/** Without the last page: the address behind its end would be 0. */
const MAX_BYTES = (MAX_PAGES - 1) * PAGE;
/** The most that the core's heap gives at once. */
const MAX_BLOCK = 0x3ffffff0;
/** Bytes of a memory from which on a core that gives up is taken for one that found no more: it asks for twice what it has. */
const LARGE = 0x40000000;
/** 1 GiB for the states that are attached to a shared memory: a few MB each, and what their columns need. */
const WORKING_PAGES = 16_384;

export class Engine {
  /** The query arena's address. Whoever gives the engine one, and whatever moves it, says so here. */
  arena = 0;
  readonly module: WebAssembly.Module;
  readonly #core: CoreExports;
  // Calls that users wait for, out of the exports object: it is looked up by hashing.
  readonly #evaluatePods: CoreExports["evaluatePods"];
  readonly #allowsPods: CoreExports["allowsPods"];
  readonly #memory: WebAssembly.Memory;
  /** The room left of the pages that this engine has added to a memory that it was given; undefined where the core has its own. */
  readonly #room: { next: number; end: number } | undefined;
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
    this.#memory = brought ?? this.#core.memory;
    if (brought !== undefined) this.#room = { next: 0, end: 0 };
    checkVersion("the core", this.#core.abiVersion());
    this.#address = this.allocate(16);
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
    this.#refusePoisoned();
    try {
      return this.#evaluatePods(this.arena, source, destination, slot, port);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Whether an ordinary flow between pods that callers name is allowed: 1 or 0, or LOOK_CLOSER. */
  allowsPods(source: number, destination: number, slot: number, port: number): number {
    this.#refusePoisoned();
    try {
      return this.#allowsPods(this.arena, source, destination, slot, port);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** Room in the core's memory for `bytes`; it is never given back. */
  allocate(bytes: number): number {
    const room = this.#room;
    if (room === undefined) {
      // Where this is not so the core stops, and could not be used any more.
      const fits =
        bytes < PAGE || (bytes <= MAX_BLOCK && this.call((core) => core.allocate(0) >>> 0) + bytes <= MAX_BYTES);
      if (!fits) throw outOfMemory();
      return this.call((core) => core.allocate(bytes) >>> 0);
    }
    const start = roundUp(room.next, 16);
    if (start + bytes > room.end) return this.#addPages(room, bytes);
    room.next = start + bytes;
    return start;
  }

  /** The core's memory as it is now; a call that adds to the state may replace it. */
  get memory(): ArrayBufferLike {
    return this.#memory.buffer;
  }

  /** The query arena as it lies in memory; a view, good until the state changes. */
  get arenaBytes(): Uint8Array {
    this.#refusePoisoned();
    const bytes = new DataView(this.memory).getUint32(this.arena + ARENA_BYTES_OFFSET, true);
    return new Uint8Array(this.memory, this.arena, bytes);
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
    throw error;
  }

  /** Pages that are nobody else's: growing a shared memory gives each caller other ones. */
  #addPages(room: { next: number; end: number }, bytes: number): number {
    const pages = Math.ceil(bytes / PAGE);
    if (this.#memory.buffer.byteLength + pages * PAGE > MAX_BYTES) throw outOfMemory();
    let before: number;
    try {
      before = this.#memory.grow(pages);
    } catch {
      if (!isSharedMemory(this.#memory)) throw outOfMemory();
      throw coreFailure("limit-exceeded", "the shared memory has no room left for another state to work in");
    }
    room.next = before * PAGE + bytes;
    room.end = (before + pages) * PAGE;
    return before * PAGE;
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

function outOfMemory(): NetverdictError {
  return coreFailure("limit-exceeded", "the state needs more memory than the 4 GiB of WebAssembly, or than there is");
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

/** A problem of the core's, which no part of the input has a path to. */
export function coreFailure(code: IssueCode, message: string): NetverdictError {
  return new NetverdictError([{ code, message, path: [] }]);
}

/**
 * A shared memory that holds `bytes` bytes and has room to grow for those who work over it.
 *
 * @throws NetverdictError `no-shared-memory`
 */
export function newSharedMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.ceil(bytes / PAGE);
  const maximum = Math.min(MAX_PAGES, initial + WORKING_PAGES);
  try {
    return new WebAssembly.Memory({ initial, maximum, shared: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw coreFailure("no-shared-memory", `this runtime gives no shared memory: ${reason}`);
  }
}

/** Whether something is a memory that threads share. */
export function isSharedMemory(value: unknown): value is WebAssembly.Memory {
  return (
    value instanceof WebAssembly.Memory &&
    typeof SharedArrayBuffer === "function" &&
    value.buffer instanceof SharedArrayBuffer
  );
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
