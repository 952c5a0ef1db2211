/** Flows one by one, by `evaluate` and by `allows`, which must agree. */
import { allows, evaluate } from "../../../bindings/inline.ts";
import type { Flow } from "../../../sdk/types.ts";
import { attempt, type EngineAnswer, formatAnswer, type State } from "../compare.ts";
import type { Route } from "./route.ts";

export const single: Route = {
  name: "single",
  ask: ({ state }, flows) => flows.map((flow) => askBoth(state, flow)),
};

/** The engine's answer; a crash where its two ways to ask differ. */
export function askBoth(state: State, flow: Flow): EngineAnswer {
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
