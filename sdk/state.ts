/** A loaded cluster: one core instance and what flows are resolved by. */
import type { BuiltModel } from "./model/build-model.ts";
import type { UnmodelledPolicy } from "./read/objects.ts";
import type { Caveat, Counts, LoadOptions } from "./types.ts";
import type { Engine } from "./wasm/engine.ts";

/** What the functions of the SDK need of a state; not public. */
export interface Internals {
  readonly engine: Engine;
  readonly built: BuiltModel;
  readonly unmodelled: readonly UnmodelledPolicy[];
  readonly domains: NonNullable<LoadOptions["domains"]>;
  /** Endpoints that flows asked for: pods that do not exist yet, addresses that are not known. */
  readonly added: Map<string, number>;
  /** Namespaces that have policies. */
  readonly policedNamespaces: ReadonlySet<string>;
}

const internals = new WeakMap<State, Internals>();

/**
 * A loaded cluster, ready for `evaluate`. It owns its WebAssembly instance, so the garbage collector frees all of it.
 */
export class State {
  /** What every answer from this state rests on. */
  readonly caveats: readonly Caveat[];
  readonly counts: Counts;

  /** States come from `loadState`. */
  constructor(parts: Internals, caveats: readonly Caveat[], counts: Counts) {
    this.caveats = caveats;
    this.counts = counts;
    internals.set(this, parts);
  }
}

export function internalsOf(state: State): Internals {
  const parts = internals.get(state);
  if (parts === undefined) throw new TypeError("this is no State: states come from loadState");
  return parts;
}
