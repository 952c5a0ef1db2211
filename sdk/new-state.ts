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
    // A method of this name would keep bundlers from leaving the class out: they do not know what its key does.
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), { value: shown });
    Object.freeze(this);
  }

  get caveats(): readonly Caveat[] {
    return frozen(internalsOf(this).caveats);
  }

  get counts(): Counts {
    return frozen(internalsOf(this).counts);
  }
}

type Inspect = (value: object, options: object) => string;

/** What `console.log` shows in Node, Deno and Bun: what the getters give, which it would leave out, and no functions. */
function shown(this: State, _depth: number, options: object, inspect: Inspect): string {
  const { counts, caveats } = this;
  return `State ${inspect({ counts, caveats }, options)}`;
}

export function newState(parts: Internals): State {
  return new PartsState(parts);
}
