/** What a batch's columns are made of: pod indices, and room in the engine's memory. */
import { invalidOption } from "./check-options.ts";
import { NetverdictError } from "./errors.ts";
import { finishedPod, flowError } from "./flow/flow-error.ts";
import type { Internals } from "./state.ts";
import type { StateColumns } from "./types.ts";
import { ColumnRunner } from "./wasm/columns.ts";

/** The runner of a state's batches. */
export function runnerOf(state: Internals): ColumnRunner {
  state.columns ??= new ColumnRunner(state.engine);
  return state.columns;
}

/** A pod's index: its endpoint's number. */
export function podIndex(state: Internals, namespace: string, name: string): number {
  if (typeof namespace !== "string" || typeof name !== "string")
    throw flowError("unknown-pod", [], "`podIndex` takes two texts: a namespace, and the name of a pod");
  const pod = state.directory.podNamed(namespace, name);
  if (pod !== undefined) return pod.endpoint;
  const display = `${namespace}/${name}`;
  throw state.directory.hasFinished(display)
    ? finishedPod([], display)
    : flowError("unknown-pod", [], `no pod \`${display}\` was loaded`);
}

/** Columns for `count` flows, side by side in one piece of memory, widest first so that each is aligned. */
export function newColumns(state: Internals, count: number): StateColumns {
  if (!Number.isInteger(count) || count < 0 || count > MAX_COLUMNS) {
    const message = `\`${count}\` is no number of flows: 0 to ${MAX_COLUMNS}`;
    throw invalidOption([], message);
  }
  const { memory, address } = runnerOf(state).allocate(count * COLUMN_BYTES);
  let place = address;
  const next = (width: number): number => {
    const start = place;
    place += count * width;
    return start;
  };
  return {
    fromIPv6: new Uint8Array(memory, next(16), count * 16),
    toIPv6: new Uint8Array(memory, next(16), count * 16),
    from: new Uint32Array(memory, next(4), count),
    to: new Uint32Array(memory, next(4), count),
    fromIPv4: new Uint32Array(memory, next(4), count),
    toIPv4: new Uint32Array(memory, next(4), count),
    port: new Uint16Array(memory, next(2), count),
    protocol: new Uint8Array(memory, next(1), count),
    out: new Uint8Array(memory, next(1), count),
  };
}

/**
 * Refuses columns that have ended with the memory that they lay in: they are empty, and a batch over them would answer nothing.
 *
 * @throws NetverdictError `invalid-flow`
 */
export function refuseEnded(columns: Readonly<Record<string, ArrayBufferView | undefined>>): void {
  for (const [name, column] of Object.entries(columns)) {
    if (column === undefined || column.byteLength > 0 || !hasEnded(column.buffer)) continue;
    const message = `\`${name}\` has ended, because the engine's memory has grown or is another one: ask \`state.columns\` again`;
    throw new NetverdictError([{ code: "invalid-flow", message, path: [name] }]);
  }
}

/** Whether a buffer has been taken from its views; there is no view over such a one. */
function hasEnded(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer).length < 0;
  } catch {
    return true;
  }
}

/** Bytes of one flow in all columns. */
const COLUMN_BYTES = 52;
/** More than any machine's memory for Wasm holds together with a state. */
const MAX_COLUMNS = 16_777_216;
