/**
 * The whole SDK with the core's bytes inlined: Node, Deno, Bun, browsers and bundlers. No file access, no set-up; the core
 * compiles on the first `loadState`.
 */
import bytes from "../dist/core.wasm";
import { loadWith, type Runtime } from "../sdk/load-state.ts";
import { readYaml } from "../sdk/read/yaml.ts";
import type { State } from "../sdk/state.ts";
import type { LoadInput, LoadOptions } from "../sdk/types.ts";
import { compileModule } from "../sdk/wasm/engine.ts";

export * from "../sdk/index.ts";

let compiled: WebAssembly.Module | undefined;

const runtime: Runtime = {
  module: () => {
    compiled ??= compileModule(bytes);
    return compiled;
  },
  readText: readYaml,
};

/**
 * Loads a cluster: YAML or JSON text, Kubernetes objects, `List`s, or any iterable of these.
 *
 * @throws NetverdictError carrying every problem found, each with file:line:column where there is a text
 * @example
 * const state = loadState(await readFile("shop.yaml", "utf8"));
 */
export function loadState(input: LoadInput, options?: LoadOptions): State {
  return loadWith(runtime, input, options);
}
