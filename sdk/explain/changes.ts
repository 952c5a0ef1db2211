/** The changes that turn a verdict: each candidate is made on a copy of the state, and the flow asked again. */
import { evaluateInFull } from "../flow/resolved-flow.ts";
import type { Direction } from "../model/model.ts";
import type { FullInternals } from "../snapshot/restore.ts";
import type { FullState } from "../state.ts";
import type { Flow, Verdict } from "../types.ts";
import { adding, extending, type Last } from "./allowing.ts";
import { type Candidate, merged, shareNothing } from "./candidates.ts";
import { cutting, deleting, denial } from "./denying.ts";
import type { CandidatePair } from "./parts.ts";
import { Trial } from "./trial.ts";
import type { SuggestedChange, Unchangeable } from "./types.ts";
import { whyUnchangeable } from "./unchangeable.ts";

/** Steps of one change: what is behind a policy that goes may need a change too, in the next tier or direction. */
const MOST_STEPS = 6;

/** Parts of a change for several pairs up to which each is tried whether it is needed. */
const MOST_PARTS = 16;

/** Explains the flow over a state. */
export type Ask = (internals: FullInternals) => readonly CandidatePair[];

/** A change to try, and how it goes on where it was not enough. */
interface Way {
  readonly first: Candidate | undefined;
  readonly next?: (full: FullState, pairs: readonly CandidatePair[]) => Candidate | undefined;
}

export interface Changes {
  readonly changes: SuggestedChange[];
  readonly unchangeable: Unchangeable[];
}

export function suggestChanges(
  full: FullState,
  flow: Flow,
  verdict: Verdict,
  pairs: readonly CandidatePair[],
  ask: Ask,
): Changes {
  const wanted = (["allow", "deny"] as const).filter(
    (one) => one !== verdict && (one === "allow" || verdict !== "deny"),
  );
  const search = new Search(full, flow, pairs, ask);
  const found = wanted.map((one) => ({ wanted: one, changes: search.run(one) }));
  return {
    changes: found.flatMap(({ changes }) => changes),
    unchangeable: found
      .filter(({ changes }) => changes.length === 0)
      .map(({ wanted: one }) => whyUnchangeable(one, [...pairs, ...search.seen])),
  };
}

/** How many pairs a change is about that were not asked about. */
const effectOf = ({ opens = 0, cuts = 0 }: SuggestedChange): number => opens + cuts;

class Search {
  /** Pairs as they were after changes that were not enough. */
  readonly seen: CandidatePair[] = [];
  readonly #full: FullState;
  readonly #flow: Flow;
  readonly #pairs: readonly CandidatePair[];
  readonly #ask: Ask;
  #trial: Trial | undefined;

  constructor(full: FullState, flow: Flow, pairs: readonly CandidatePair[], ask: Ask) {
    this.#full = full;
    this.#flow = flow;
    this.#pairs = pairs;
    this.#ask = ask;
  }

  /** The changes after which the verdict is what is wanted, those first that do the least beside; the last resorts only where nothing else does. */
  run(wanted: "allow" | "deny"): SuggestedChange[] {
    const failing = this.#pairs.filter(({ pair }) => pair.verdict !== wanted);
    const [ways, resorts] = wanted === "allow" ? this.#toAllow(failing) : this.#toDeny(failing);
    const changes = ways.flatMap((way) => this.#try(wanted, way) ?? []);
    if (changes.length === 0) changes.push(...resorts.flatMap((way) => this.#try(wanted, way) ?? []));
    return changes.sort((a, b) => effectOf(a) - effectOf(b));
  }

  #toAllow(failing: readonly CandidatePair[]): [Way[], Way[]] {
    const full = this.#full;
    const goOn =
      (last: Last): NonNullable<Way["next"]> =>
      (changed, pairs) =>
        adding(
          changed,
          pairs.filter(({ pair }) => pair.verdict !== "allow"),
          last,
        );
    const [insert, remove] = [goOn("insert"), goOn("delete")];
    const ways = [adding(full, failing, "insert"), ...extending(full, failing)];
    return [ways.map((first) => ({ first, next: insert })), [{ first: adding(full, failing, "delete"), next: remove }]];
  }

  /** Of several pairs, any one's denial denies the flow: the first one's that something can be done about. */
  #toDeny(failing: readonly CandidatePair[]): [Way[], Way[]] {
    const full = this.#full;
    for (const facts of failing) {
      const goOn =
        (direction: Direction, isLast: boolean): NonNullable<Way["next"]> =>
        (changed, pairs) => {
          const { from, to } = facts.pair;
          const now = pairs.find(({ pair }) => pair.from === from && pair.to === to);
          if (now === undefined) return undefined;
          return cutting(changed, now, direction)[0] ?? (isLast ? deleting(now, direction) : undefined);
        };
      const directions = ["ingress", "egress"] as const;
      const ways = directions.flatMap((direction): Way[] => [
        { first: denial(full, facts, direction) },
        ...cutting(full, facts, direction).map((first) => ({ first, next: goOn(direction, false) })),
      ]);
      const resorts = directions.map((direction) => ({
        first: deleting(facts, direction),
        next: goOn(direction, true),
      }));
      if ([...ways, ...resorts].some(({ first }) => first !== undefined)) return [ways, resorts];
    }
    return [[], []];
  }

  /** Undefined where the verdict is not what is wanted, whatever was done. */
  #try(wanted: "allow" | "deny", { first, next }: Way): SuggestedChange | undefined {
    if (first === undefined) return undefined;
    const trial = this.#newTrial();
    const steps: Candidate[] = [];
    let change: SuggestedChange | undefined;
    for (let step: Candidate | undefined = first; step !== undefined && trial.apply(step); ) {
      steps.push(step);
      const { internals } = trial;
      if (evaluateInFull(internals, this.#flow).verdict === wanted) {
        const made = steps.length > 1 ? this.#withoutDetours(wanted, steps) : this.#pruned(wanted, step);
        const { message, apply, remove } = made;
        // Who gets them may go on to write them: what they share with the state's own policies is copied.
        change = { verdict: wanted, message, apply: structuredClone(apply), remove, ...trial.effects() };
        break;
      }
      const pairs = this.#ask(internals);
      this.seen.push(...pairs);
      step = steps.length < MOST_STEPS ? next?.(internals.full, pairs) : undefined;
    }
    trial.putBack();
    return change;
  }

  /** What of a change is enough, which then is made. Of one pair each side needs its own; several pairs may need the same. */
  #pruned(wanted: "allow" | "deny", whole: Candidate): Candidate {
    const { parts = [], without } = whole;
    if (this.#pairs.length < 2 || parts.length < 2 || parts.length > MOST_PARTS || without === undefined) return whole;
    const needless = new Set<string>();
    for (const part of parts) {
      const less = without(new Set([...needless, part]));
      if (less !== undefined && this.#isEnough(wanted, [less])) needless.add(part);
    }
    const rest = without(needless) ?? whole;
    if (!this.#isEnough(wanted, [rest])) throw new RangeError("what was enough is no longer");
    return rest;
  }

  /** What of several steps is enough, which then is made: a later one may have made an earlier one needless. */
  #withoutDetours(wanted: "allow" | "deny", steps: readonly Candidate[]): Candidate {
    let kept = steps;
    for (const step of steps) {
      const others = kept.filter((one) => one !== step);
      // A later version of the same policy holds what this step did.
      if (shareNothing(step, others) && this.#isEnough(wanted, others)) kept = others;
    }
    if (!this.#isEnough(wanted, kept)) throw new RangeError("what was enough is no longer");
    return merged(kept);
  }

  #isEnough(wanted: "allow" | "deny", steps: readonly Candidate[]): boolean {
    const trial = this.#newTrial();
    trial.putBack();
    const { internals } = trial;
    return steps.every((step) => trial.apply(step)) && evaluateInFull(internals, this.#flow).verdict === wanted;
  }

  #newTrial(): Trial {
    const pairs = this.#pairs.map(({ pair }) => pair);
    const [pair] = pairs;
    if (pair === undefined) throw new RangeError("a flow without pairs has no changes");
    const { protocol } = pair;
    const ports = [...new Set(pairs.flatMap(({ port }) => port ?? []))];
    const { family } = this.#flow;
    this.#trial ??= new Trial(this.#full, { protocol, ports, ...(family !== undefined && { family }) }, pairs);
    return this.#trial;
  }
}
