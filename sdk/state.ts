/** A loaded cluster: one core instance and what flows are resolved by. */

import type { Evidence } from "./cni/evidence.ts";
import type { CniChoice, CniFact, CniName, Enforced } from "./cni/types.ts";
import { NetverdictError } from "./errors.ts";
import type { OrdinaryDecisions } from "./flow/ordinary.ts";
import type { AddressSets } from "./model/address-sets.ts";
import type { Directory } from "./model/directory.ts";
import type { LiveDirectory } from "./model/live-directory.ts";
import type { Model } from "./model/model.ts";
import type { Namespaces } from "./model/namespaces.ts";
import type { Nodes } from "./model/nodes.ts";
import type { PodAddresses } from "./model/pod-addresses.ts";
import type { PodRanges } from "./model/pod-ranges.ts";
import type { LoadedObjects, UnmodelledPolicy } from "./read/objects.ts";
import type { Runtime } from "./runtime.ts";
import type { Caveat, Counts, Decision, Flow, LoadOptions, StateColumns } from "./types.ts";
import type { Ledger } from "./update/ledger.ts";
import type { Builder } from "./wasm/builder.ts";
import type { ColumnRunner } from "./wasm/columns.ts";
import type { Engine } from "./wasm/engine.ts";

/** What the functions of the SDK need of a state; not public. What an update can replace is not `readonly`. */
export interface Internals {
  engine: Engine;
  directory: Directory;
  readonly caveats: readonly Caveat[];
  readonly counts: Counts;
  unmodelled: readonly Pick<UnmodelledPolicy, "reference" | "namespace">[];
  /** Namespaces that have policies. */
  policedNamespaces: ReadonlySet<string>;
  readonly domains: NonNullable<LoadOptions["domains"]>;
  /** Endpoints that flows asked for: addresses that are not known, pods that do not exist yet. */
  added: Map<string, number>;
  readonly decisions: OrdinaryDecisions;
  /** Says what the CNI plugin does with a flow; with the option `cni`. */
  enforcement?:
    | {
        readonly choices: readonly CniChoice[];
        readonly plugins: readonly { readonly name: CniName; readonly facts: readonly CniFact[] }[];
        enforce(state: Internals, flow: Flow, decision: Decision): Enforced;
      }
    | undefined;
  /** What tells which plugin that is, where nobody said so: with `cni: "auto"`. */
  evidence?: Evidence | undefined;
  /** A question or an update has its parts in hand: it must not be built anew. */
  isInUse?: boolean;
  /** Runs batches; made when the first one comes. */
  columns?: ColumnRunner | undefined;
  /** Undefined for a state that came from a snapshot; see `fullOf`. */
  full: FullState | undefined;
  /** Where the snapshot lies that a state without `full` came from, and its section of sources if it has one. */
  readonly snapshot?: {
    readonly address: number;
    readonly bytes: number;
    readonly sources?: (() => Uint8Array) | undefined;
  };
  /** A state that was built of those sources; made when the first question needs it. */
  restored?: Internals;
}

/** What a state's face shows of it as a whole. */
export interface Summary {
  readonly caveats: readonly Caveat[];
  readonly counts: Counts;
}

/** What only a state that was loaded from objects has: the build arena, and what it was built from. */
export interface FullState {
  readonly runtime: Runtime;
  readonly builder: Builder;
  /** As they are now; whoever changes them puts another object here. */
  objects: LoadedObjects;
  readonly options: LoadOptions;
  /** As it was built; an update changes `objects`, and what the builder has, but not the model. */
  readonly model: Model;
  readonly directory: LiveDirectory;
  readonly namespaces: Namespaces;
  readonly nodes: Nodes;
  readonly podRanges: PodRanges;
  readonly sets: AddressSets;
  /** The addresses of live pods, host network aside. */
  readonly addresses: PodAddresses;
  /** Namespaces that only flows have named. */
  readonly strangeNamespaces: Set<string>;
  /** Undefined where an update has made it stale. */
  summary: Summary | undefined;
  /** What updates go by; made for the first one. */
  ledger: Ledger | undefined;
  /**
   * Builds the state of these parts anew, without what flows and changes have left behind. Pods keep their indices.
   *
   * @throws NetverdictError `limit-exceeded`, `core-failure`; the state stays as it was
   */
  compact(internals: Internals): void;
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
   * and use them again. They end (their length becomes 0) when the memory grows, or the state is built anew: by an
   * update, or because questions about pods that do not exist have taken more memory than the state.
   */
  columns(count: number): StateColumns;
}

/** What makes an object a state. A private field is reached several times as fast as an entry of a WeakMap. */
export class StateParts {
  readonly #parts: Internals;

  constructor(parts: Internals) {
    this.#parts = parts;
  }

  /** The parts of what may be a state. Reading the field is quicker than asking first whether it is there. */
  static of(state: State): Internals | undefined {
    try {
      return (state as State & StateParts).#parts;
    } catch {
      return undefined;
    }
  }
}

export function internalsOf(state: State): Internals {
  const parts = StateParts.of(state);
  if (parts !== undefined) return parts;
  throw new NetverdictError([
    {
      code: "invalid-input",
      message: "this is no State: states come from loadState, loadSnapshot and attachState",
      path: [],
    },
  ]);
}

/**
 * What only a state that was loaded from objects has.
 *
 * @throws NetverdictError `needs-full-state`
 */
export function fullOf(state: Internals): FullState {
  if (state.full !== undefined) return state.full;
  const message =
    "a state from a snapshot takes nothing in, neither changes nor pods that do not exist yet: ask a state that loadState made";
  throw new NetverdictError([{ code: "needs-full-state", message, path: [] }]);
}
