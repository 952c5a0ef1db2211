/** Whether a state says what another one says: counts, caveats, decisions, errors, batches. */
import { allows, evaluate, evaluateBatch, type Flow, NetverdictError } from "../../bindings/inline.ts";
import type { State } from "../../sdk/state.ts";

/** An answer, or what is wrong with the question. */
export function answerOf(state: State, flow: Flow): unknown {
  return attempt(() => ({ decision: evaluate(state, flow), allowed: allows(state, flow) }));
}

/** What a whole state says of itself. How many classes it takes is not part of it: an updated one may have more. */
export function summaryOf(state: State): unknown {
  const { classes, ...counts } = state.counts;
  return { counts, caveats: state.caveats };
}

/** Verdict codes of all pairs of the pods, or the error. */
export function batchOf(state: State, pods: readonly string[], port: number): unknown {
  const indices = pods.map((pod) => indexOf(state, pod));
  const from = indices.flatMap((index) => indices.map(() => index));
  const to = indices.flatMap(() => indices);
  return from.map((source, i) => {
    const columns = {
      from: Uint32Array.of(source),
      to: Uint32Array.of(to[i]!),
      port: Uint16Array.of(port),
      protocol: Uint8Array.of(6),
    };
    return attempt(() => evaluateBatch(state, columns)[0]);
  });
}

export function indexOf(state: State, pod: string): number {
  const [namespace = "", name = ""] = pod.split("/");
  return state.podIndex(namespace, name);
}

/** Runs something; an error becomes its issues. */
export function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    return { issues: error.issues };
  }
}
