/** A state from a snapshot, and one that is attached to a shared one: all flows but those of pods that do not exist yet. */
import { attachState, loadSnapshot, shareState, snapshot } from "../../../bindings/inline.ts";
import type { Flow } from "../../../sdk/types.ts";
import { askState } from "./ask-state.ts";
import type { Route } from "./route.ts";

export const snapshots: Route = {
  name: "snapshot",
  ask: ({ state, objects, random }, flows) => {
    if (!random.chance(0.3)) return [];
    const twin = random.chance(0.5) ? loadSnapshot(snapshot(state)) : attachState(shareState(state));
    const answers = askState(twin, objects, flows);
    return answers.map((answer, place) => (asksForFuturePod(flows[place]) ? undefined : answer));
  },
};

/** Whether an end is a pod that does not exist yet: what no snapshot can answer. */
export function asksForFuturePod(flow: Flow | undefined): boolean {
  return [flow?.from, flow?.to].some((end) => typeof end === "object" && end !== null && "namespace" in end);
}
