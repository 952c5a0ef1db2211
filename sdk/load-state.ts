/** Text or objects to a `State`: read, model, compile. */
import { buildModel } from "./model/build-model.ts";
import { newState } from "./new-state.ts";
import { checkOptions } from "./options.ts";
import { readInput, type TextReader } from "./read/index.ts";
import type { State } from "./state.ts";
import type { LoadInput, LoadOptions } from "./types.ts";
import { Builder } from "./wasm/builder.ts";

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
  const { model, directory, namespaces, nodes, sets, addresses, counts, caveats } = buildModel(objects, options);
  const builder = new Builder(runtime.module(), model);
  return newState({
    engine: builder.engine,
    directory,
    caveats: [...caveats, ...objects.caveats],
    counts: { ...counts, classes: builder.classCount },
    unmodelled: objects.unmodelled,
    policedNamespaces: new Set(objects.networkPolicies.map((policy) => policy.namespace)),
    domains: options.domains ?? {},
    full: {
      builder,
      objects,
      options,
      model,
      namespaces,
      nodes,
      sets,
      addresses,
      added: new Map(),
      strangeNamespaces: new Set(),
    },
  });
}
