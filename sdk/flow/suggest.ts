/** What was probably meant by a name that nothing has. */
import type { Directory } from "../model/directory.ts";
import { didMean, nearest } from "../read/nearest.ts";
import { type NamedEnds, namedEnds, withoutSuffix } from "./named-ends.ts";

/** Shorter names of workloads are near to too many others. */
const SHORTEST = 4;

/**
 * The end of a message: a pod or workload of nearly this name, in this namespace or in one that is spelt nearly so, or of this very
 * name elsewhere. What controllers put behind a workload's name does not count.
 */
export function suggestPod(directory: Directory, namespace: string, name: string): string {
  const namespaces = [...directory.podNamespaces()].sort(); // whatever the order in which they came
  const here = nearestEnd(namedEnds(directory, [namespace]), name);
  const meant = here ?? exactEnd(namedEnds(directory, namespaces), name);
  if (meant !== undefined) return didMean(meant);
  const near = nearest(namespace, namespaces);
  const there = near === undefined ? undefined : nearestEnd(namedEnds(directory, [near]), name);
  return there === undefined ? "" : didMean(there);
}

/** The same for a name without a namespace. */
export function suggestAnywhere(directory: Directory, name: string): string {
  const ends = namedEnds(directory, [...directory.podNamespaces()].sort());
  const meant = exactEnd(ends, name) ?? nearestEnd(ends, name);
  return meant === undefined ? "" : didMean(meant);
}

function exactEnd({ pods, workloads, podsOf }: NamedEnds, name: string): string | undefined {
  return pods.get(name) ?? workloads.get(name) ?? podsOf.get(name);
}

/** A workload for what looks like a workload's name, one of its pods for what looks like a pod's. */
function nearestEnd({ pods, workloads, podsOf }: NamedEnds, name: string): string | undefined {
  const pod = nearest(name, pods.keys());
  if (pod !== undefined) return pods.get(pod);
  const stem = withoutSuffix(name);
  const lists = stem === name ? [workloads, podsOf] : [podsOf, workloads];
  for (const list of lists) {
    const near = list.has(stem) || stem.length >= SHORTEST ? nearest(stem, list.keys()) : undefined;
    if (near !== undefined) return list.get(near);
  }
  return undefined;
}
