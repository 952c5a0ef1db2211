/** Memories that are brought to a core which has none, and what there is of them. */
import { coreFailure, outOfMemory } from "./core-failure.ts";
import { roundUp } from "./round-up.ts";

export const PAGE = 65_536;
/** All that 32 bits reach. */
const MAX_PAGES = 65_536;
/** Without the last page: the address behind its end would be 0. */
export const MAX_BYTES: number = (MAX_PAGES - 1) * PAGE;
/** 1 GiB for the states that are attached to a shared memory: a few MB each, and what their columns need. */
const WORKING_PAGES = 16_384;

/** Pages that one engine has added to a memory, which are nobody else's: growing a shared one gives each caller other ones. */
export class Pages {
  readonly #memory: WebAssembly.Memory;
  #next = 0;
  #end = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /**
   * Room for `bytes`, at a multiple of 16.
   *
   * @throws NetverdictError `limit-exceeded`
   */
  allocate(bytes: number): number {
    const start = roundUp(this.#next, 16);
    if (start + bytes > this.#end) return this.#addPages(bytes);
    this.#next = start + bytes;
    return start;
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
