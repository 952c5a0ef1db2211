/** Holds the engine's answer to a flow against the reference's. */
import { allows, evaluate, loadState, NetverdictError } from "../../bindings/inline.ts";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { type ReferenceAnswer, type ReferenceInput, referenceVerdict } from "../reference/evaluate.ts";

export type State = ReturnType<typeof loadState>;

export interface Answers {
  readonly flow: Flow;
  readonly reference: ReferenceAnswer;
  readonly engine: EngineAnswer;
}

/** `crash`: the engine threw what it should never throw. */
export type EngineAnswer = ReferenceAnswer | { readonly crash: string };

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

/** The engine's answer in the reference's words; its two ways to ask must agree. */
export function engineVerdict(state: State, flow: Flow): EngineAnswer {
  const answer = attempt((): EngineAnswer => {
    const { verdict, egress, ingress } = evaluate(state, flow);
    return { verdict, egress: egress.verdict, ingress: ingress.verdict };
  });
  const allowed = attempt((): EngineAnswer | boolean => allows(state, flow));
  const same =
    typeof allowed === "boolean"
      ? "verdict" in answer && allowed === (answer.verdict === "allow")
      : formatAnswer(allowed) === formatAnswer(answer);
  return same ? answer : { crash: `allows and evaluate differ: ${JSON.stringify([allowed, answer])}` };
}

function attempt<T>(ask: () => T): T | EngineAnswer {
  try {
    return ask();
  } catch (error) {
    return isFlowError(error) ? { error: error.code } : { crash: describe(error) };
  }
}

/** Asks both. */
export function ask(state: State, input: ReferenceInput, flow: Flow): Answers {
  return { flow, reference: referenceVerdict(input, flow), engine: engineVerdict(state, flow) };
}

/**
 * Whether both answer alike: the same verdict and sides, or both an error. Which error it is doesn't count,
 * because a flow can be wrong in two ways at once.
 */
export function agree({ reference, engine }: Answers): boolean {
  if ("error" in reference) return "error" in engine;
  return (
    "verdict" in engine &&
    reference.verdict === engine.verdict &&
    reference.egress === engine.egress &&
    reference.ingress === engine.ingress
  );
}

/** One line for an answer. */
export function formatAnswer(answer: EngineAnswer): string {
  if ("crash" in answer) return `crash: ${answer.crash}`;
  if ("error" in answer) return `error ${answer.error}`;
  return `${answer.verdict} (egress ${answer.egress}, ingress ${answer.ingress})`;
}

function isFlowError(error: unknown): error is NetverdictError {
  const broken = ["core-failure", "poisoned-state"];
  return error instanceof NetverdictError && !broken.includes(error.code);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
