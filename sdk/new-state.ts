/** The public face of a state's parts. */
import { newColumns, podIndex } from "./columns.ts";
import { type Internals, registerState, type State } from "./state.ts";

export function newState(parts: Internals): State {
  const state: State = {
    get caveats() {
      return parts.caveats;
    },
    get counts() {
      return parts.counts;
    },
    podIndex: (namespace, name) => podIndex(parts, namespace, name),
    columns: (count) => newColumns(parts, count),
  };
  return registerState(state, parts);
}
