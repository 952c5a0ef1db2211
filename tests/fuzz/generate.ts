/** Cases for the differential test: a small dense cluster, how to load it, and flows over it. */
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { someFlow } from "./flows.ts";
import { pairFlows } from "./pairs.ts";
import { addNamespaces, addNodes, addPods } from "./pods.ts";
import { addPolicies } from "./policies.ts";
import { makeRandom, mixSeeds, type Random } from "./random.ts";
import { addServices } from "./services.ts";
import { addTiers } from "./tiers/index.ts";
import { addWorkloads } from "./workloads.ts";
import { clusterFamilies, makeWorld, type Size, type World } from "./world.ts";

export interface Case {
  readonly seed: number;
  readonly index: number;
  readonly objects: readonly object[];
  readonly options: LoadOptions;
  readonly flows: readonly Flow[];
}

/** Flows of any form, and flows between pods and addresses. */
const FLOWS = {
  tiny: [30, 90],
  small: [70, 230],
  medium: [150, 850],
  brink: [600, 3400],
  crowd: [2000, 8000],
} as const;
/** The large clusters come at fixed places, so that short runs have them too. */
const CYCLE = 400;
const LARGE: Readonly<Record<number, Size>> = { 7: "crowd", 107: "brink", 307: "brink" };

/** Makes the case with a number from a seed: the same two give the same case. */
export function generateCase(seed: number, index: number): Case {
  const { world, random } = generateWorld(seed, index);
  const [any, pairs] = FLOWS[world.size];
  const flows = [...Array.from({ length: any }, () => someFlow(world)), ...pairFlows(world, pairs)];
  return { seed, index, objects: random.shuffle(world.objects), options: optionsOf(world), flows };
}

/** Makes a case's cluster, for tests that change it and ask flows of their own. */
export function generateWorld(seed: number, index: number, size?: Size): { world: World; random: Random } {
  const random = makeRandom(mixSeeds(seed, index));
  const world = makeWorld(random, size ?? LARGE[index % CYCLE] ?? random.weighted({ tiny: 52, small: 42, medium: 6 }));
  addNamespaces(world);
  addNodes(world);
  addPods(world);
  addWorkloads(world);
  addServices(world);
  addPolicies(world);
  addTiers(world);
  return { world, random };
}

/** The options that a case's cluster is loaded with. */
export function optionsOf(world: World): LoadOptions {
  const { random, features, book, domains, defaultNamespace } = world;
  const families = clusterFamilies(world);
  return {
    ...(features.podCIDRs === "option"
      ? { podCIDRs: families.flatMap((family) => random.list(1, 2, () => book.cidr(family))) }
      : {}),
    ...(features.undeclared && random.chance(0.4)
      ? { undeclaredNamespaces: random.pick(["unknown", "unlabelled"]) }
      : {}),
    ...(defaultNamespace !== "default" || random.chance(0.1) ? { defaultNamespace } : {}),
    ...(Object.keys(domains).length > 0 ? { domains } : {}),
  };
}
