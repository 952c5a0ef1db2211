/** A copy of a state to try changes on: built once for all of them, and put back after each. */
import { buildState, newInternals } from "../build-state.ts";
import { type IssueCode, NetverdictError } from "../errors.ts";
import { differenceOf } from "../matrix/difference.ts";
import type { Matrix } from "../matrix/types.ts";
import { newState } from "../new-state.ts";
import type { FullInternals } from "../snapshot/restore.ts";
import { type FullState, internalsOf, type State } from "../state.ts";
import { putBackPolicies } from "../update/put-back.ts";
import { updateState } from "../update/update-state.ts";
import type { Candidate } from "./candidates.ts";
import { type ReachOptions, reachOf } from "./reach.ts";
import type { SuggestedChange } from "./types.ts";

const FATAL: ReadonlySet<IssueCode> = new Set(["core-failure", "poisoned-state"]);

export class Trial {
  readonly #original: FullState;
  readonly #asked: Parameters<typeof differenceOf>[2];
  readonly #compared: ReachOptions;
  readonly #state: State;
  /** Port by port. */
  readonly #before: readonly Matrix[] | undefined;

  /** @param asked the pairs that the flow asks about: what else a change does is of others */
  constructor(full: FullState, compared: ReachOptions, asked: Parameters<typeof differenceOf>[2]) {
    this.#original = full;
    this.#asked = asked;
    this.#compared = compared;
    this.#state = newState(newInternals(buildState(full.runtime, full.objects, full.options)));
    this.#before = reachOf(this.#state, compared);
  }

  get internals(): FullInternals {
    return internalsOf(this.#state) as FullInternals;
  }

  /** Makes a change; false where the API server would refuse it, or a flow over it has no answer. */
  apply({ apply, remove }: Pick<Candidate, "apply" | "remove">): boolean {
    return isAccepted(() => updateState(this.#state, { upsert: apply, remove }));
  }

  /** What all that was made opens and cuts. */
  effects(): Pick<SuggestedChange, "opens" | "cuts" | "examples" | "unsettles"> {
    const before = this.#before;
    const after = before && reachOf(this.#state, this.#compared);
    if (before === undefined || after === undefined) return { opens: undefined, cuts: undefined, examples: [] };
    const unsettles = before.some((was, i) => this.#undeterminedIn(was) !== this.#undeterminedIn(after[i] ?? was));
    return { ...differenceOf(before, after, this.#asked), ...(unsettles && { unsettles }) };
  }

  /** How many other pairs are undetermined. */
  #undeterminedIn(matrix: Matrix): number {
    const { undetermined } = matrix.counts;
    if (undetermined === 0) return 0;
    const names = new Set(matrix.names);
    const asked = new Map(this.#asked.map(({ from, to }) => [`${from} ${to}`, [from, to] as const]));
    const own = [...asked.values()].filter(
      ([from, to]) => names.has(from) && names.has(to) && matrix.verdict(from, to) === "undetermined",
    );
    return undetermined - own.length;
  }

  /** Undoes all that was made. */
  putBack(): void {
    putBackPolicies(this.#state, this.#original.objects);
  }
}

/** Whether something can be done; a core that has failed is another matter. */
function isAccepted(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (!(error instanceof NetverdictError) || FATAL.has(error.code)) throw error;
    return false;
  }
}
