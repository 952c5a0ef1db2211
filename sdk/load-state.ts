/** Text or objects to a `State`: read, model, compile. */
import { buildState, newInternals } from "./build-state.ts";
import { newState } from "./new-state.ts";
import { checkOptions } from "./options.ts";
import { readInput } from "./read/index.ts";
import type { Runtime } from "./runtime.ts";
import type { State } from "./state.ts";
import type { LoadInput, LoadOptions } from "./types.ts";

export type { Runtime } from "./runtime.ts";

export function loadWith(runtime: Runtime, input: LoadInput, options: LoadOptions = {}): State {
  checkOptions(options);
  const objects = readInput(input, {
    defaultNamespace: options.defaultNamespace ?? "default",
    readText: runtime.readText,
  });
  return newState(newInternals(buildState(runtime, objects, options)));
}
