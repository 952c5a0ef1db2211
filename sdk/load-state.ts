/** Text or objects to a `State`: read, model, compile. */
import { buildState, newInternals } from "./build-state.ts";
import { chooseCni } from "./cni/choose.ts";
import { keepLoadOptions } from "./load-options.ts";
import { newState } from "./new-state.ts";
import { readInput } from "./read/index.ts";
import type { Runtime } from "./runtime.ts";
import type { State } from "./state.ts";
import type { LoadInput, LoadOptions } from "./types.ts";

export function loadWith(runtime: Runtime, input: LoadInput, given: LoadOptions = {}): State {
  const options = keepLoadOptions(given);
  const { defaultNamespace = "default" } = options;
  const cni = options.cni === undefined ? undefined : chooseCni(options.cni, defaultNamespace);
  const evidence = cni?.evidence;
  const objects = readInput(input, {
    defaultNamespace,
    readText: runtime.readText,
    watch: evidence && ((...object) => void evidence.add(...object)),
  });
  const internals = newInternals(buildState(runtime, objects, options), cni?.enforcement());
  internals.evidence = evidence;
  return newState(internals);
}
