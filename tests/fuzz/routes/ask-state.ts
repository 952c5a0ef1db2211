/** All flows of a case put to a state that came about in another way than by loading the case's objects. */
import { evaluate } from "../../../bindings/inline.ts";
import type { Flow } from "../../../sdk/types.ts";
import { answerOf, attempt, type EngineAnswer, type State } from "../compare.ts";
import { askColumns } from "./batch.ts";

/** In columns where they fit, the rest and some of those too one by one. */
export function askState(state: State, objects: readonly object[], flows: readonly Flow[]): EngineAnswer[] {
  const inColumns = askColumns(state, objects, flows);
  return flows.map((flow, place) => {
    const code = place % 8 === 0 ? undefined : inColumns[place];
    return code ?? askOne(state, flow);
  });
}

/** The engine's answer to one flow. */
export function askOne(state: State, flow: Flow): EngineAnswer {
  return attempt(() => answerOf(evaluate(state, flow)));
}
