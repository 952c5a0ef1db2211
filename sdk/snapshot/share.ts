/** One snapshot in a memory that threads share: each of them has an instance and working room of its own over it. */
import { NetverdictError } from "../errors.ts";
import type { State } from "../state.ts";
import { Engine, hasMemory, isModule } from "../wasm/engine.ts";
import { isSharedMemory, newSharedMemory } from "../wasm/memory.ts";
import { readHeader } from "./format.ts";
import { stateOver } from "./load-snapshot.ts";
import { snapshot, type TakeOptions } from "./snapshot.ts";

/**
 * What `shareState` gives and `attachState` takes. It can be posted to a worker, which copies none of the state; what is in
 * it is nobody else's business.
 */
export interface SharedState {
  /** A shared `WebAssembly.Memory` that begins with the snapshot. */
  readonly memory: object;
  /** The compiled core for it, a `WebAssembly.Module`. */
  readonly module: object;
  /** Length of the snapshot. */
  readonly bytes: number;
}

/** @throws NetverdictError `no-shared-memory`, and as `snapshot` */
export function shareWith(module: () => WebAssembly.Module, state: State, options?: TakeOptions): SharedState {
  const bytes = snapshot(state, options);
  const memory = newSharedMemory(bytes.length);
  new Uint8Array(memory.buffer).set(bytes);
  return { memory, module: module(), bytes: bytes.length };
}

/** @throws NetverdictError `no-shared-memory` */
export function refuseToShare(): never {
  const message = "this runtime has no threads: load the snapshot where it is needed";
  throw new NetverdictError([{ code: "no-shared-memory", message, path: [] }]);
}

/**
 * A state over what `shareState` has shared, in this thread or another, without a copy. It answers as a state from a
 * snapshot does, and what it works in is its own: any number of threads may ask at once.
 *
 * @throws NetverdictError `invalid-input` for what is no handle, `unsupported-snapshot` for one of another version
 * @example
 * parentPort.once("message", (handle) => evaluateBatch(attachState(handle), columns));
 */
export function attachState(handle: SharedState): State {
  const { memory, module, bytes } = handle ?? {};
  if (
    !isSharedMemory(memory) ||
    !isModule(module) ||
    hasMemory(module) ||
    !Number.isInteger(bytes) ||
    bytes < 0 ||
    bytes > memory.buffer.byteLength
  ) {
    throw noHandle();
  }
  // Before the instance: a core of another version would be refused as a failure of its own.
  const layout = readHeader(new Uint8Array(memory.buffer, 0, bytes));
  return stateOver(engineOver(module, memory), 0, layout);
}

function engineOver(module: WebAssembly.Module, memory: WebAssembly.Memory): Engine {
  try {
    return new Engine(module, memory);
  } catch (error) {
    // A module that is not the shared core does not fit the memory.
    throw error instanceof NetverdictError ? error : noHandle();
  }
}

function noHandle(): NetverdictError {
  const message = "this is nothing to attach to: handles come from shareState";
  return new NetverdictError([{ code: "invalid-input", message, path: [] }]);
}
