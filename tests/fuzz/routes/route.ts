/** A way to put flows to the engine. Each is held against the reference on every case. */
import type { Flow, LoadOptions } from "../../../sdk/types.ts";
import type { EngineAnswer, State } from "../compare.ts";
import type { Random } from "../random.ts";

/** The cluster that is asked about. */
export interface Subject {
  readonly objects: readonly object[];
  readonly options: LoadOptions;
  /** Loaded from the objects. Routes share it, so that each finds what the ones before it left there. */
  readonly state: State;
  /** The route's own choices: the same for the same case. */
  readonly random: Random;
}

export interface Route {
  readonly name: string;
  /**
   * Answers flows in their order; undefined stands for those that the route cannot put. It may throw: then it has failed for
   * the whole case.
   */
  ask(subject: Subject, flows: readonly Flow[]): Answers | Promise<Answers>;
}

export type Answers = readonly (EngineAnswer | undefined)[];
