/** Text or objects to a `State`: read, model, compile. */
import { buildModel } from "./model/build-model.ts";
import { checkOptions } from "./options.ts";
import { readInput, type TextReader } from "./read/index.ts";
import { newState, type State } from "./state.ts";
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
  const parts = {
    engine,
    built,
    unmodelled: objects.unmodelled,
    domains: options.domains ?? {},
    added: new Map<string, number>(),
    policedNamespaces: new Set(objects.networkPolicies.map((policy) => policy.namespace)),
  };
  return newState(parts, [...built.caveats, ...objects.caveats], { ...built.counts, classes: engine.classCount });
}
