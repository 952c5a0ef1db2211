/** Answers of the engine in the reference's words, and when they count as the same. */
import { loadState, NetverdictError } from "../../bindings/inline.ts";
import type { Decision, LoadOptions, Reason, Verdict } from "../../sdk/types.ts";
import type { ReferenceAnswer } from "../reference/evaluate.ts";

export type State = ReturnType<typeof loadState>;

/** A batch or a matrix tells the verdict alone. `crash`: the engine threw what it should never throw, or contradicts itself. */
export type EngineAnswer = ReferenceAnswer | { readonly verdict: Verdict } | { readonly crash: string };

/** A decision as an answer. */
export function answerOf({ verdict, egress, ingress }: Decision): EngineAnswer {
  const reasons = { egress: new Set([egress.reason]), ingress: new Set([ingress.reason]) };
  return { verdict, egress: egress.verdict, ingress: ingress.verdict, reasons };
}

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
 * Whether both answer alike: the same verdict and, where the route tells them, sides with their reasons; or both an error. Which error it is
 * doesn't count, because a flow can be wrong in two ways at once.
 */
export function agree(reference: ReferenceAnswer, engine: EngineAnswer): boolean {
  if ("error" in reference) return "error" in engine;
  if (!("verdict" in engine) || reference.verdict !== engine.verdict) return false;
  if (!("egress" in engine)) return true;
  return (["egress", "ingress"] as const).every(
    (side) =>
      reference[side] === engine[side] && hasReason(reference[side], reference.reasons?.[side], engine.reasons?.[side]),
  );
}

/** Where an answer is not settled, no reason is; where it is for several, any of those will do. */
function hasReason(verdict: Verdict, may?: ReadonlySet<Reason>, given?: ReadonlySet<Reason>): boolean {
  if (may === undefined || given === undefined) return true;
  const known: ReadonlySet<Reason> = verdict === "undetermined" ? new Set(["unsettled"]) : may;
  return [...given].every((reason) => known.has(reason));
}

/** One line for an answer. */
export function formatAnswer(answer: EngineAnswer): string {
  if ("crash" in answer) return `crash: ${answer.crash}`;
  if ("error" in answer) return `error ${answer.error}`;
  if (!("egress" in answer)) return answer.verdict;
  const side = (name: "egress" | "ingress"): string =>
    [name, answer[name], ...(answer.reasons === undefined ? [] : [`(${[...answer.reasons[name]].join(" or ")})`])].join(
      " ",
    );
  return `${answer.verdict} (${side("egress")}, ${side("ingress")})`;
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
