/** Flows one by one: by `evaluate`, by the full way that ordinary flows are spared, and by `allows`, which must agree. */
import { isDeepStrictEqual } from "node:util";
import { allows, evaluate } from "../../../bindings/inline.ts";
import { evaluateInFull } from "../../../sdk/flow/resolved-flow.ts";
import { internalsOf } from "../../../sdk/state.ts";
import type { Flow } from "../../../sdk/types.ts";
import { answerOf, attempt, type EngineAnswer, formatAnswer, type State } from "../compare.ts";
import type { Route } from "./route.ts";

export const single: Route = {
  name: "single",
  ask: ({ state }, flows) => flows.map((flow, place) => askBoth(state, flow, place % 4 === 0)),
};

/** The engine's answer; a crash where its ways to ask differ. The full way, which takes its time, is only for some. */
function askBoth(state: State, flow: Flow, inFull: boolean): EngineAnswer {
  const answer = attempt((): EngineAnswer => {
    const decision = evaluate(state, flow);
    const full = inFull ? evaluateInFull(internalsOf(state), flow) : decision;
    if (!isDeepStrictEqual(decision, full)) return { crash: `in full: ${JSON.stringify([decision, full])}` };
    return answerOf(decision);
  });
  if ("crash" in answer) return answer;
  const allowed = attempt((): EngineAnswer | boolean => allows(state, flow));
  const same =
    typeof allowed === "boolean"
      ? "verdict" in answer && allowed === (answer.verdict === "allow")
      : formatAnswer(allowed) === formatAnswer(answer);
  return same ? answer : { crash: `allows and evaluate differ: ${JSON.stringify([allowed, answer])}` };
}
