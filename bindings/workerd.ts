/** The whole SDK for workerd, which compiles WebAssembly only from modules that are imported. */
import module from "../dist/core.wasm";
import { loadWith, type Runtime } from "../sdk/load-state.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import type { State } from "../sdk/state.ts";
import type { LoadInput, LoadOptions } from "../sdk/types.ts";

export * from "../sdk/index.ts";

const runtime: Runtime = { module: () => module as unknown as WebAssembly.Module, readText: readYaml };

/** Loads a cluster, as `loadState` does elsewhere. */
export function loadState(input: LoadInput, options?: LoadOptions): State {
  return loadWith(runtime, input, options);
}
