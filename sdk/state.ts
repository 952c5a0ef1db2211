/** A loaded cluster: one core instance and what flows are resolved by. */

import { NetverdictError } from "./errors.ts";
import type { BuiltModel } from "./model/build-model.ts";
import type { UnmodelledPolicy } from "./read/objects.ts";
import type { Caveat, Counts, LoadOptions, StateColumns } from "./types.ts";
import type { ColumnRunner } from "./wasm/columns.ts";
import type { Engine } from "./wasm/engine.ts";

/** What the functions of the SDK need of a state; not public. */
export interface Internals {
  readonly engine: Engine;
  readonly built: BuiltModel;
  readonly unmodelled: readonly UnmodelledPolicy[];
  readonly domains: NonNullable<LoadOptions["domains"]>;
  /** Endpoints that flows asked for: pods that do not exist yet, addresses that are not known. */
  readonly added: Map<string, number>;
  /** Namespaces that only flows have named. */
  readonly strangeNamespaces: Set<string>;
  /** Runs batches; made when the first one comes. */
  columns?: ColumnRunner;
  /** Namespace → pod's name → index; made when the first one is asked for. */
  podIndices?: Map<string, Map<string, number>>;
  /** Namespaces that have policies. */
  readonly policedNamespaces: ReadonlySet<string>;
}

/**
 * A loaded cluster, ready for `evaluate`. It owns its WebAssembly instance, so the garbage collector frees all of it.
 */
export interface State {
  /** What every answer from this state rests on. */
  readonly caveats: readonly Caveat[];
  readonly counts: Counts;
  /**
   * A pod's index, for the columns of `evaluateBatch`.
   *
   * @throws NetverdictError `unknown-pod`, `finished-pod`
   */
  podIndex(namespace: string, name: string): number;
  /**
   * Columns for `count` flows in the engine's own memory, zeroed. Each call takes memory that is not given back: ask once
   * and use them again. They end (their length becomes 0) when the memory grows.
   */
  columns(count: number): StateColumns;
}

const internals = new WeakMap<State, Internals>();

/** Makes an object a state. */
export function registerState(state: State, parts: Internals): State {
  internals.set(state, parts);
  return Object.freeze(state);
}

export function internalsOf(state: State): Internals {
  const parts = internals.get(state);
  if (parts !== undefined) return parts;
  throw new NetverdictError([
    { code: "invalid-input", message: "this is no State: states come from loadState", path: [] },
  ]);
}
