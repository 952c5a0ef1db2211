/** A part of the suite. */
import type { Cluster, Size } from "../cluster/index.ts";
import type { Rounds } from "../harness/measure.ts";
import type { Result } from "../harness/result.ts";

/** How much is done for a measurement. */
export interface Effort {
  readonly rounds: Rounds;
  /** Rounds of what is over soon. */
  readonly shortRounds: Rounds;
  /** Rounds of what takes long. */
  readonly longRounds: Rounds;
  /** Flows of a batch. */
  readonly flows: number;
  /** Single calls of a round. */
  readonly calls: number;
  /** Single calls of those who are slow. */
  readonly slowCalls: number;
}

export interface Context {
  readonly size: Size;
  readonly cluster: Cluster;
  readonly effort: Effort;
}

/** Flows on which a peer's verdict differs for one and the same reason. */
export interface Disagreement {
  readonly peer: string;
  readonly size: Size["name"];
  readonly count: number;
  /** The first of them, in words. */
  readonly example: string;
  readonly ours: "allow" | "deny" | "undetermined";
  readonly theirs: "allow" | "deny";
  /** Who is right by the specification, and why. */
  readonly right: string;
}

/** What a group found out. */
export interface Outcome {
  readonly results: readonly Result[];
  /** What could not be measured, and why. */
  readonly skipped?: readonly string[];
  readonly disagreements?: readonly Disagreement[];
  /** Peer → how many of its verdicts were compared with ours. */
  readonly compared?: Readonly<Record<string, number>>;
}

export interface Group {
  readonly name: string;
  /** Measured for each size, or once. */
  readonly every: "size" | "run";
  readonly run: (context: Context) => Promise<Outcome>;
}
