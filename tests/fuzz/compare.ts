/** Answers of the engine in the reference's words, and when they count as the same. */
import { loadState, NetverdictError } from "../../bindings/inline.ts";
import type { LoadOptions, Verdict } from "../../sdk/types.ts";
import type { ReferenceAnswer } from "../reference/evaluate.ts";

export type State = ReturnType<typeof loadState>;

/** A batch or a matrix tells the verdict alone. `crash`: the engine threw what it should never throw, or contradicts itself. */
export type EngineAnswer = ReferenceAnswer | { readonly verdict: Verdict } | { readonly crash: string };

/** What loading gave: a state, or why there is none. */
export type Loaded = { readonly state: State } | { readonly failure: string };

/** Loads a cluster; never throws. */
export function load(objects: readonly object[], options: LoadOptions): Loaded {
  try {
    return { state: loadState(objects, options) };
  } catch (error) {
    return { failure: describe(error) };
  }
}

/** What `ask` gives, or what it threw as an answer. */
export function attempt<T>(ask: () => T): T | { readonly error: NetverdictError["code"] } | { readonly crash: string } {
  try {
    return ask();
  } catch (error) {
    return isFlowError(error) ? { error: error.code } : { crash: describe(error) };
  }
}

/**
 * Whether both answer alike: the same verdict and, where the route tells them, sides; or both an error. Which error it is
 * doesn't count, because a flow can be wrong in two ways at once.
 */
export function agree(reference: ReferenceAnswer, engine: EngineAnswer): boolean {
  if ("error" in reference) return "error" in engine;
  if (!("verdict" in engine) || reference.verdict !== engine.verdict) return false;
  return !("egress" in engine) || (reference.egress === engine.egress && reference.ingress === engine.ingress);
}

/** One line for an answer. */
export function formatAnswer(answer: EngineAnswer): string {
  if ("crash" in answer) return `crash: ${answer.crash}`;
  if ("error" in answer) return `error ${answer.error}`;
  return "egress" in answer
    ? `${answer.verdict} (egress ${answer.egress}, ingress ${answer.ingress})`
    : `${answer.verdict}`;
}

/** Whether an error is about the flow that was asked, as opposed to a broken engine. */
export function isFlowError(error: unknown): error is NetverdictError {
  const broken = ["core-failure", "poisoned-state"];
  return error instanceof NetverdictError && !broken.includes(error.code);
}

/** One line for what was thrown. */
export function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
