/** Everything that a state answers to some flows, errors included, so that two states can be compared. */
import { allows, evaluate, type Flow, NetverdictError, type State } from "../../bindings/inline.ts";

/** A decision and `allows`, or the error's issues. */
export function answerTo(state: State, flow: Flow): unknown {
  return attempt(() => ({ decision: evaluate(state, flow), allowed: allows(state, flow) }));
}

export function attempt<T>(ask: () => T): T | { readonly issues: NetverdictError["issues"] } {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NetverdictError) return { issues: error.issues };
    throw error;
  }
}
