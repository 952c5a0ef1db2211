/** A state that other objects were loaded into, updated in several calls until it has those of the case. */
import { isDeepStrictEqual } from "node:util";
import { evaluate, loadSnapshot, loadState, snapshot, updateState } from "../../../bindings/inline.ts";
import type { Flow } from "../../../sdk/types.ts";
import { attempt, isFlowError, type State } from "../compare.ts";
import type { Random } from "../random.ts";
import { askState } from "./ask-state.ts";
import { beginning, keyOf, type Manifest, variantOf } from "./edits.ts";
import type { Route } from "./route.ts";
import { askRestored } from "./snapshot.ts";

export const update: Route = {
  name: "update",
  ask: ({ objects, options, random }, flows) => {
    if (!random.chance(objects.length > 200 ? 0.1 : 0.3)) return [];
    const run = new Edits(random, objects as readonly Manifest[], options.defaultNamespace ?? "default");
    const state = run.start((first) => loadState(first, options));
    for (let calls = random.below(8); calls > 0; calls--) {
      // What is asked on the way leaves memories behind, which a change must not leave standing.
      for (const flow of someOf(random, flows)) attempt(() => evaluate(state, flow));
      run.change(state);
    }
    run.finish(state);
    // A snapshot of what updates have made is one of the state that it equals.
    if (random.chance(0.2)) return askRestored(state, loadSnapshot(snapshot(state)), objects, flows);
    return askState(state, objects, flows);
  },
};

/** What is loaded at any time, and how it comes to be what it should be. */
class Edits {
  readonly #random: Random;
  readonly #goal: ReadonlyMap<string, Manifest>;
  readonly #keyOf: (object: Manifest) => string;
  #loaded = new Map<string, Manifest>();

  constructor(random: Random, objects: readonly Manifest[], defaultNamespace: string) {
    this.#random = random;
    this.#keyOf = (object) => keyOf(object, defaultNamespace);
    this.#goal = new Map(objects.map((object) => [this.#keyOf(object), object]));
  }

  /** Loads something else; where that is no valid cluster, a part of the goal. */
  start(load: (objects: readonly object[]) => State): State {
    const random = this.#random;
    const goal = [...this.#goal.values()];
    for (const first of [beginning(random, goal), goal.filter(() => random.chance(0.5)), []]) {
      const state = attempt(() => load(first));
      if ("error" in state || "crash" in state) continue;
      this.#loaded = new Map(first.map((object) => [this.#keyOf(object), object]));
      return state;
    }
    throw new Error("nothing can be loaded");
  }

  /** One call, mostly towards the goal. A cluster that is not valid on the way is refused, and nothing has changed. */
  change(state: State): void {
    const random = this.#random;
    const missing = this.#missing();
    const wrong = random.chance(0.2) && missing.length > 0 ? [variantOf(random, random.pick(missing), missing)] : [];
    const upsert = new Map([...take(random, missing), ...wrong].map((object) => [this.#keyOf(object), object]));
    const remove = take(random, this.#surplus()).filter((object) => !upsert.has(this.#keyOf(object)));
    this.#call(state, [...upsert.values()], remove, true);
  }

  /** Whatever is left to do, in a few calls or in one. */
  finish(state: State): void {
    for (let calls = 0; calls < 3 && this.#missing().length > 0; calls++) this.change(state);
    this.#call(state, this.#missing(), this.#surplus(), false);
  }

  #call(state: State, upsert: readonly Manifest[], remove: readonly Manifest[], mayFail: boolean): void {
    try {
      updateState(state, { upsert, remove });
    } catch (error) {
      if (mayFail && isFlowError(error)) return;
      throw error;
    }
    for (const object of remove) this.#loaded.delete(this.#keyOf(object));
    for (const object of upsert) this.#loaded.set(this.#keyOf(object), object);
  }

  #missing(): Manifest[] {
    return [...this.#goal]
      .filter(([key, object]) => !isDeepStrictEqual(this.#loaded.get(key), object))
      .map(([, o]) => o);
  }

  #surplus(): Manifest[] {
    return [...this.#loaded].filter(([key]) => !this.#goal.has(key)).map(([, object]) => object);
  }
}

/** A few items, or many. */
function take<T>(random: Random, items: readonly T[]): T[] {
  return random.shuffle(items).slice(0, random.pick([1, 1, 2, 4, Math.ceil(items.length / 2)]));
}

function someOf(random: Random, flows: readonly Flow[]): readonly Flow[] {
  return flows.length === 0 ? [] : Array.from({ length: 5 }, () => random.pick(flows));
}
