/** States in which a plugin's rewriting of the policies, or its view of the pods, is what was loaded. Built when first asked for. */
import { buildState, newInternals } from "../build-state.ts";
import type { LoadedObjects, NetworkPolicyObject, PodObject } from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import type { World } from "./effects.ts";
import { type Rewriting, rewriteOf, TIERLESS } from "./rewrite.ts";

export class Variants {
  /** What the states were made of; an update puts other objects there. */
  #objects: LoadedObjects | undefined;
  readonly #states = new Map<string, Internals>();

  /** The state with these rewritings; the given one where they change nothing. */
  of(state: Internals, full: FullState, rewritings: readonly Rewriting[], world: World | undefined): Internals {
    if (this.#objects !== full.objects) {
      this.#states.clear();
      this.#objects = full.objects;
    }
    const names = [...new Set(rewritings)].sort();
    if (names.length === 0 && world === undefined) return state;
    const key = [world ?? "", ...names].join(" ");
    const known = this.#states.get(key) ?? variantOf(state, full, names, world);
    this.#states.set(key, known);
    return known;
  }
}

function variantOf(
  state: Internals,
  full: FullState,
  rewritings: readonly Rewriting[],
  world: World | undefined,
): Internals {
  const { objects, runtime, options } = full;
  const networkPolicies = objects.networkPolicies.flatMap((policy) => rewritten(policy, objects, rewritings) ?? []);
  const tierPolicies = rewritings.includes(TIERLESS) ? [] : objects.tierPolicies;
  const isTiersSame = tierPolicies.length === objects.tierPolicies.length;
  if (world === undefined && isTiersSame && meaningOf(networkPolicies) === meaningOf(objects.networkPolicies))
    return state;
  const pods = world === undefined ? objects.pods : objects.pods.map(world === "host-pods" ? withOwnNetwork : offNode);
  return newInternals(buildState(runtime, { ...objects, networkPolicies, tierPolicies, pods }, options));
}

function rewritten(
  policy: NetworkPolicyObject,
  objects: LoadedObjects,
  rewritings: readonly Rewriting[],
): NetworkPolicyObject | undefined {
  let result: NetworkPolicyObject | undefined = policy;
  for (const rewriting of rewritings) {
    const rewrite = rewriteOf(rewriting);
    if (result !== undefined && rewrite !== undefined) result = rewrite(result, objects);
  }
  return result;
}

/** All of the policies but where they were written. */
const meaningOf = (policies: readonly NetworkPolicyObject[]): string =>
  JSON.stringify(policies.map(({ origin: _, ...policy }) => policy));

const withOwnNetwork = (pod: PodObject): PodObject => (pod.hostNetwork ? { ...pod, hostNetwork: false } : pod);

const offNode = (pod: PodObject): PodObject => {
  if (pod.hostNetwork) return pod;
  const { nodeName: _, ...rest } = pod;
  return { ...rest, hostIPs: [] };
};
