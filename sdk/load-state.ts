/** Text or objects to a `State`: read, model, compile. */
import { buildState, newInternals } from "./build-state.ts";
import { chooseCni } from "./cni/choose.ts";
import { newState } from "./new-state.ts";
import { checkOptions } from "./options.ts";
import { readInput } from "./read/index.ts";
import type { Runtime } from "./runtime.ts";
import type { State } from "./state.ts";
import type { LoadInput, LoadOptions } from "./types.ts";

export function loadWith(runtime: Runtime, input: LoadInput, options: LoadOptions = {}): State {
  checkOptions(options);
  const cni = options.cni === undefined ? undefined : chooseCni(options.cni);
  const objects = readInput(input, {
    defaultNamespace: options.defaultNamespace ?? "default",
    readText: runtime.readText,
    watch: cni?.watch,
  });
  return newState(newInternals(buildState(runtime, objects, options), cni?.enforcement()));
}
