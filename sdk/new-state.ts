/** The public face of a state's parts. */
import { newColumns, podIndex } from "./columns.ts";
import { frozen } from "./frozen.ts";
import { type Internals, internalsOf, type State, StateParts } from "./state.ts";
import type { Caveat, Counts } from "./types.ts";

class PartsState extends StateParts implements State {
  readonly podIndex: State["podIndex"];
  readonly columns: State["columns"];

  constructor(parts: Internals) {
    super(parts);
    this.podIndex = (namespace, name) => podIndex(parts, namespace, name);
    this.columns = (count) => newColumns(parts, count);
    Object.freeze(this);
  }

  get caveats(): readonly Caveat[] {
    return frozen(internalsOf(this).caveats);
  }

  get counts(): Counts {
    return frozen(internalsOf(this).counts);
  }
}

export function newState(parts: Internals): State {
  return new PartsState(parts);
}
