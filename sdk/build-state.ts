/** From objects that have been checked to what a state is made of: model, compile. */
import { OrdinaryDecisions } from "./flow/ordinary.ts";
import { buildModel } from "./model/build-model.ts";
import { Numbering } from "./model/numbering.ts";
import type { LoadedObjects } from "./read/objects.ts";
import type { Runtime } from "./runtime.ts";
import { type FullState, fullOf, type Internals } from "./state.ts";
import type { LoadOptions } from "./types.ts";
import { summarize } from "./update/summary.ts";
import { Builder } from "./wasm/builder.ts";

/**
 * Builds a state's parts; `numbering` is that of a state that is built again.
 *
 * @throws NetverdictError `limit-exceeded`, `core-failure`
 */
export function buildState(
  runtime: Runtime,
  objects: LoadedObjects,
  options: LoadOptions,
  numbering: Numbering = new Numbering(),
): FullState {
  const { model, directory, namespaces, nodes, podRanges, sets, addresses, counts, caveats } = buildModel(
    objects,
    options,
    numbering,
  );
  const builder = new Builder(runtime.module(), model);
  return {
    runtime,
    builder,
    objects,
    options,
    model,
    directory,
    namespaces,
    nodes,
    podRanges,
    sets,
    addresses,
    strangeNamespaces: new Set(),
    summary: {
      caveats: [...caveats, ...objects.caveats],
      counts: { ...counts, classes: builder.classCount },
    },
    ledger: undefined,
    compact: compactAsLoaded,
  };
}

/** What `FullState.compact` does before the first update. */
function compactAsLoaded(internals: Internals): void {
  const { runtime, objects, options, directory } = fullOf(internals);
  const kept = new Map([...directory.namedPods()].map(({ display, endpoint }) => [display, endpoint]));
  replaceFull(internals, buildState(runtime, objects, options, new Numbering(kept)));
}

/** The parts of a state around what was built. */
export function newInternals(full: FullState, enforcement?: Internals["enforcement"]): Internals {
  const internals: Internals & { full: FullState } = {
    ...facesOf(full),
    domains: full.options.domains ?? {},
    added: new Map(),
    decisions: new OrdinaryDecisions(),
    columns: undefined,
    enforcement,
    full,
    get caveats() {
      return summaryOf(internals.full).caveats;
    },
    get counts() {
      return summaryOf(internals.full).counts;
    },
  };
  return internals;
}

/** Puts what was built anew in the place of what a state had; its views over the old memory end. */
export function replaceFull(internals: Internals, full: FullState): void {
  internals.engine.retire();
  Object.assign(internals, facesOf(full));
  internals.columns = undefined;
  internals.added.clear();
  internals.full = full;
}

function facesOf(full: FullState): Pick<Internals, "engine" | "directory" | "unmodelled" | "policedNamespaces"> {
  return {
    engine: full.builder.engine,
    directory: full.directory,
    unmodelled: full.objects.unmodelled,
    policedNamespaces: new Set(full.objects.networkPolicies.map((policy) => policy.namespace)),
  };
}

function summaryOf(full: FullState): NonNullable<FullState["summary"]> {
  full.summary ??= summarize(full);
  return full.summary;
}
