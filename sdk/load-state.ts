/** Text or objects to a `State`: read, model, compile. */
import { newColumns, podIndex } from "./columns.ts";
import { buildModel } from "./model/build-model.ts";
import { checkOptions } from "./options.ts";
import { readInput, type TextReader } from "./read/index.ts";
import { type Internals, registerState, type State } from "./state.ts";
import type { LoadInput, LoadOptions } from "./types.ts";
import { Engine } from "./wasm/engine.ts";

/** What a binding brings: the compiled core, and how text is read. */
export interface Runtime {
  readonly module: () => WebAssembly.Module;
  readonly readText: TextReader;
}

export function loadWith(runtime: Runtime, input: LoadInput, options: LoadOptions = {}): State {
  checkOptions(options);
  const objects = readInput(input, {
    defaultNamespace: options.defaultNamespace ?? "default",
    readText: runtime.readText,
  });
  const built = buildModel(objects, options);
  const engine = new Engine(runtime.module(), built.model);
  const parts: Internals = {
    engine,
    built,
    unmodelled: objects.unmodelled,
    domains: options.domains ?? {},
    added: new Map(),
    strangeNamespaces: new Set(),
    policedNamespaces: new Set(objects.networkPolicies.map((policy) => policy.namespace)),
  };
  const state: State = {
    caveats: [...built.caveats, ...objects.caveats],
    counts: { ...built.counts, classes: engine.classCount },
    podIndex: (namespace, name) => podIndex(parts, namespace, name),
    columns: (count) => newColumns(parts, count),
  };
  return registerState(state, parts);
}
