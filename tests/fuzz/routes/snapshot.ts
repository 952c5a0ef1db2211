/** A snapshot, loaded again or attached to: the very decisions of the state that it was taken of, and the same codes of errors. */
import { isDeepStrictEqual } from "node:util";
import { attachState, evaluate, loadSnapshot, shareState, snapshot as take } from "../../../bindings/inline.ts";
import type { Flow } from "../../../sdk/types.ts";
import { attempt, type EngineAnswer, type State } from "../compare.ts";
import { askState } from "./ask-state.ts";
import type { Answers, Route } from "./route.ts";

export const snapshot: Route = {
  name: "snapshot",
  ask: ({ state, objects, random }, flows) => {
    if (!random.chance(0.35)) return [];
    const bytes = take(state);
    const verify = random.chance(0.5);
    const restored = random.chance(0.7) ? loadSnapshot(bytes, { verify }) : attachState(shareState(state));
    if (random.chance(0.1) && !isDeepStrictEqual(take(restored), bytes)) {
      return flows.map(() => ({ crash: "a snapshot's own snapshot differs from it" }));
    }
    return askRestored(state, restored, objects, flows);
  },
};

/** Answers of a state that has no build arena, each eighth compared in full with those of the state that has one. */
export function askRestored(full: State, restored: State, objects: readonly object[], flows: readonly Flow[]): Answers {
  const answers = askState(restored, objects, flows);
  return flows.map((flow, place): EngineAnswer | undefined => {
    const answer = answers[place]!;
    if (asksForFuturePod(flow)) return "verdict" in answer ? { crash: "a pod that it cannot know" } : undefined;
    if (place % 8 !== 0 || "crash" in answer) return answer;
    const [before, after] = [full, restored].map((state) => attempt(() => evaluate(state, flow)));
    return isDeepStrictEqual(before, after) ? answer : { crash: `differ: ${JSON.stringify([before, after])}` };
  });
}

/** Whether an end is a pod that does not exist yet: what takes selectors, which only a full state has. */
export function asksForFuturePod({ from, to }: Flow): boolean {
  return [from, to].some((end) => typeof end === "object" && "namespace" in end);
}
