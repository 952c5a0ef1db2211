/** Clusters to measure on: what `kubectl get` would show of them, from a seed. */
import { randomFrom } from "../random.ts";
import { makeNamespaces, makeNodes } from "./places.ts";
import { makePods, type PodObject } from "./pods.ts";
import { makePolicies } from "./policies.ts";
import type { Size } from "./size.ts";

export { SIZES, type Size } from "./size.ts";

export interface Cluster {
  /** Namespaces, nodes, pods, policies. */
  readonly objects: readonly object[];
  readonly pods: readonly PodObject[];
  /** `namespace/name`, in the order of the pods. */
  readonly podNames: readonly string[];
}

/** A cluster's objects; the same for each seed. */
export function makeCluster(size: Size, seed = 0x5eed): Cluster {
  const random = randomFrom(seed);
  const pods = makePods(size, random);
  return {
    objects: [...makeNamespaces(size), ...makeNodes(size), ...pods, ...makePolicies(size, random)],
    pods,
    podNames: pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  };
}
