/** Flows that are asked until their answers are kept: the kept answer must be the one that was found. */
import { isDeepStrictEqual } from "node:util";
import { allows, evaluate } from "../../../bindings/inline.ts";
import { internalsOf } from "../../../sdk/state.ts";
import type { Flow } from "../../../sdk/types.ts";
import { answerOf, attempt, type EngineAnswer, type State } from "../compare.ts";
import type { Route } from "./route.ts";

/** More often than the core counts before it keeps the answers for a pair of kinds of pods. */
const OFTEN = 12;

export const kept: Route = {
  name: "kept",
  ask: ({ state, random }, flows) => flows.map((flow) => (random.chance(0.3) ? askAgain(state, flow) : undefined)),
};

function askAgain(state: State, flow: Flow): EngineAnswer {
  const found = attempt(() => evaluate(state, flow));
  // What is kept goes when a flow has added to the state.
  internalsOf(state).engine.keepAnswers();
  for (let i = 0; i < OFTEN; i++) attempt(() => evaluate(state, flow));
  const again = attempt(() => evaluate(state, flow));
  if (!isDeepStrictEqual(again, found)) return { crash: `kept: ${JSON.stringify([again, found])}` };
  if (!("verdict" in found)) return found;
  const allowed = attempt(() => allows(state, flow));
  return allowed === (found.verdict === "allow")
    ? answerOf(found)
    : { crash: `allows, kept: ${JSON.stringify([allowed, found])}` };
}
