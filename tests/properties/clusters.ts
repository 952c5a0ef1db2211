/** Random clusters for properties, changed and asked again. */
import { evaluate, loadState, NetverdictError } from "../../bindings/inline.ts";
import type { Flow, LoadOptions, Side, Verdict } from "../../sdk/types.ts";
import { someFlow } from "../fuzz/flows.ts";
import { generateWorld, optionsOf } from "../fuzz/generate.ts";
import type { Random } from "../fuzz/random.ts";
import type { World } from "../fuzz/world.ts";
import type { NetworkPolicy, PlainObject } from "../reference/objects.ts";

export interface Sample {
  readonly seed: string;
  readonly random: Random;
  readonly world: World;
  readonly objects: readonly PlainObject[];
  readonly options: LoadOptions;
  readonly flows: readonly Flow[];
}

/** An answer, or the code of the error that the flow is. */
export type Answer =
  | { readonly verdict: Verdict; readonly egress: string; readonly ingress: string }
  | { readonly error: string };

/** Makes clusters that the fuzz doesn't see, each with flows over it; others from another number on. */
export function* samples(count: number, flows = 60, first = 0): Generator<Sample> {
  const seed = Number(process.env.NETVERDICT_FUZZ_SEED ?? 20260102);
  for (let index = first; index < first + count; index++) {
    const { world, random } = generateWorld(seed, index, index % 3 === 0 ? "small" : "tiny");
    yield {
      seed: `seed ${seed}, sample ${index}`,
      random,
      world,
      objects: world.objects as PlainObject[],
      options: optionsOf(world),
      flows: Array.from({ length: flows }, () => someFlow(world)),
    };
  }
}

/** Loads a cluster and asks every flow. */
export function answers(objects: readonly object[], { flows, options }: Pick<Sample, "flows" | "options">): Answer[] {
  const state = loadState(objects, options);
  return flows.map((flow) => {
    try {
      const { verdict, egress, ingress, members } = evaluate(state, flow);
      // Of several members' reasons any may be the one that is given.
      const side = (one: Side): string => (members === undefined ? `${one.verdict} ${one.reason}` : one.verdict);
      return { verdict, egress: side(egress), ingress: side(ingress) };
    } catch (error) {
      if (error instanceof NetverdictError && error.code !== "core-failure") return { error: error.code };
      throw error;
    }
  });
}

/** How far an answer opens: deny 0, undetermined 1, allow 2; undefined for errors. */
export function openness(answer: Answer): number | undefined {
  return "error" in answer ? undefined : { deny: 0, undetermined: 1, allow: 2 }[answer.verdict];
}

/** Whether an object is a NetworkPolicy. */
export function isPolicy(object: PlainObject): object is NetworkPolicy {
  return object.kind === "NetworkPolicy";
}
