/** The core's memory as the host takes room in it. */
import { NetverdictError } from "../errors.ts";
import { coreFailure, outOfMemory } from "./core-failure.ts";
import { roundUp } from "./round-up.ts";

const PAGE = 65_536;
/** All that 32 bits reach. */
const MAX_PAGES = 65_536;
/** Without the last page: the address behind its end would be 0. */
const MAX_BYTES = (MAX_PAGES - 1) * PAGE;
/** 1 GiB for the states that are attached to a shared memory: a few MB each, and what their columns need. */
const WORKING_PAGES = 16_384;

/** The most that the core's heap gives at once. */
const MAX_BLOCK = 0x3ffffff0;

/** Room is never given back. */
export interface Heap {
  /**
   * Room for `bytes`, at a multiple of 16.
   *
   * @throws NetverdictError `limit-exceeded`
   */
  allocate(bytes: number): number;
  /** The same for what can be done without; undefined where there is none, or where it would end views that were handed out. */
  spare(bytes: number): number | undefined;
  /** Views over the memory are handed out: what the caller has not asked for must not end them. */
  lend(): void;
}

/** The heap of a core that has a memory of its own. */
export class CoreHeap implements Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #take: (bytes: number) => number;
  /** The memory as it was when views were last handed out: growing makes it another one. */
  #lent: ArrayBufferLike | undefined;

  /** `take` is the core's own, which stops for good where it finds no memory. */
  constructor(memory: WebAssembly.Memory, take: (bytes: number) => number) {
    this.#memory = memory;
    this.#take = take;
  }

  allocate(bytes: number): number {
    if (bytes >= PAGE && (bytes > MAX_BLOCK || this.#take(0) + bytes > MAX_BYTES)) throw outOfMemory();
    return this.#take(bytes);
  }

  spare(bytes: number): number | undefined {
    const { buffer } = this.#memory;
    const end = this.#take(0) + bytes + PAGE;
    const missing = end - buffer.byteLength;
    if (missing > 0) {
      if (this.#lent === buffer || end > MAX_BYTES) return undefined;
      try {
        this.#memory.grow(Math.ceil(missing / PAGE));
      } catch {
        return undefined;
      }
    }
    return this.#take(bytes);
  }

  lend(): void {
    this.#lent = this.#memory.buffer;
  }
}

/** Pages that an engine adds to a memory which was brought to it. They are nobody else's: growing a shared one gives each caller other ones. */
export class Pages implements Heap {
  readonly #memory: WebAssembly.Memory;
  #lent: ArrayBufferLike | undefined;
  #next = 0;
  #end = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  allocate(bytes: number): number {
    const start = roundUp(this.#next, 16);
    if (start + bytes > this.#end) return this.#addPages(bytes);
    this.#next = start + bytes;
    return start;
  }

  spare(bytes: number): number | undefined {
    const fits = roundUp(this.#next, 16) + bytes <= this.#end;
    // Growing a shared memory ends no view.
    if (!fits && this.#lent === this.#memory.buffer && !isSharedMemory(this.#memory)) return undefined;
    try {
      return this.allocate(bytes);
    } catch (error) {
      if (error instanceof NetverdictError) return undefined;
      throw error;
    }
  }

  lend(): void {
    this.#lent = this.#memory.buffer;
  }

  #addPages(bytes: number): number {
    const pages = Math.ceil(bytes / PAGE);
    if (this.#memory.buffer.byteLength + pages * PAGE > MAX_BYTES) throw outOfMemory();
    let before: number;
    try {
      before = this.#memory.grow(pages);
    } catch {
      if (!isSharedMemory(this.#memory)) throw outOfMemory();
      throw coreFailure("limit-exceeded", "the shared memory has no room left for another state to work in");
    }
    this.#next = before * PAGE + bytes;
    this.#end = (before + pages) * PAGE;
    return before * PAGE;
  }
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
