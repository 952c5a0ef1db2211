/** A state from a snapshot that has its sources, built again: for those who look into policies. */
import { buildState, newInternals } from "../build-state.ts";
import { Enforcement } from "../cni/enforce.ts";
import { NetverdictError } from "../errors.ts";
import { resolveEnd } from "../flow/ends.ts";
import { parseEnd, parseFlow } from "../flow/parse-flow.ts";
import { evaluateInFull } from "../flow/resolved-flow.ts";
import { readJson } from "../read/json.ts";
import type { FullState, Internals } from "../state.ts";
import type { Flow, FlowEnd, Verdict } from "../types.ts";
import { damaged, withoutSources } from "./format.ts";
import { readSources } from "./read-sources.ts";

export type FullInternals = Internals & { readonly full: FullState };

/**
 * The state itself where it has what it was built from; of a snapshot that has its sources, a state that was built of them,
 * once. It answers as the one that the snapshot was taken of, but numbers its endpoints in its own way.
 *
 * @throws NetverdictError `needs-full-state` for a snapshot without sources, `invalid-snapshot`
 */
export function inFull(core: () => WebAssembly.Module, state: Internals): FullInternals {
  if (isFull(state)) return state;
  const sources = state.snapshot?.sources?.();
  if (sources === undefined) throw withoutSources();
  state.restored ??= restore(core, sources);
  const { restored } = state;
  if (isFull(restored)) return restored;
  throw new RangeError("what was built again is no full state");
}

function restore(core: () => WebAssembly.Module, sources: Uint8Array): Internals {
  const { objects, options, cni } = readSources(sources);
  const built = buildState({ module: core, readText: readJson }, objects, options);
  return newInternals(built, cni === undefined ? undefined : new Enforcement(cni));
}

function isFull(state: Internals): state is FullInternals {
  return state.full !== undefined;
}

/**
 * An end of a flow that means the same in the state that was built again: a pod by its name, where it was given by its index.
 *
 * @throws NetverdictError as `evaluate` for an index that is nobody's
 */
export function endByName(state: Internals, end: FlowEnd, side: "from" | "to"): FlowEnd {
  if (typeof end !== "number") return end;
  const [candidate] = resolveEnd(state, parseEnd(end, side), side).candidates;
  return candidate?.pod === undefined ? end : { pod: candidate.pod.display };
}

/**
 * The same flow for the state that was built again.
 *
 * @throws NetverdictError as `evaluate`
 */
export function flowByName(state: Internals, flow: Flow): Flow {
  // Whatever is wrong with a flow as such comes before who its ends are.
  parseFlow(flow);
  return { ...flow, from: endByName(state, flow.from, "from"), to: endByName(state, flow.to, "to") };
}

/**
 * Holds a verdict from a snapshot's sources against its tables. What is asked of pods that do not exist yet, tables cannot answer.
 *
 * @throws NetverdictError `invalid-snapshot` where they differ: the snapshot was put together of two
 */
export function checkAgreement(state: Internals, flow: Flow, verdict: Verdict): void {
  let decided: Verdict;
  try {
    decided = evaluateInFull(state, flow).verdict;
  } catch (error) {
    if (error instanceof NetverdictError && error.code === "needs-full-state") return;
    throw error;
  }
  if (decided !== verdict) throw damaged("its tables and its sources do not agree");
}
