/**
 * From objects to the model that the core compiles and the directory that flows are resolved in.
 *
 *   Namespaces ─┐
 *   Nodes ──────┼─▶ endpoints (pods, stand-ins, node addresses) ─▶ Model, Directory
 *   Pods, workloads ┘
 */
import type { ReadObjects } from "../read/objects.ts";
import type { Caveat, Counts, LoadOptions } from "../types.ts";
import { AddressSets } from "./address-sets.ts";
import { stateCaveats } from "./caveats.ts";
import { Endpoints } from "./endpoints.ts";
import { LiveDirectory } from "./live-directory.ts";
import type { Model } from "./model.ts";
import { Namespaces } from "./namespaces.ts";
import { modelNetworkPolicy } from "./network-policy.ts";
import { Nodes } from "./nodes.ts";
import { Numbering } from "./numbering.ts";
import type { PodAddresses } from "./pod-addresses.ts";
import { PodRanges } from "./pod-ranges.ts";
import { canonicalDomains, countTierPolicies, modelTierPolicy } from "./tier-policy.ts";
import { workloadKey } from "./workloads.ts";

export interface BuiltModel {
  readonly model: Model;
  readonly directory: LiveDirectory;
  readonly namespaces: Namespaces;
  readonly nodes: Nodes;
  readonly podRanges: PodRanges;
  readonly sets: AddressSets;
  /** The addresses of live pods, host network aside. */
  readonly addresses: PodAddresses;
  readonly counts: Omit<Counts, "classes">;
  readonly caveats: Caveat[];
}

/** The model of objects and options that have been checked; `numbering` is that of a state that is built again. */
export function buildModel(
  objects: ReadObjects,
  options: LoadOptions,
  numbering: Numbering = new Numbering(),
): BuiltModel {
  const namespaces = new Namespaces(objects.namespaces, options.undeclaredNamespaces ?? "unknown");
  const nodes = new Nodes(objects.nodes, objects.pods);
  const podRanges = new PodRanges(options.podCIDRs, objects.nodes, objects.pods);
  const sets = new AddressSets(podRanges);
  const workloads = new Map(objects.workloads.map((w) => [workloadKey(w.namespace, w.kind, w.name), w]));
  const endpoints = new Endpoints(objects.pods, workloads, namespaces, nodes, sets, numbering);
  const directory = new LiveDirectory((into) => {
    endpoints.describe(into);
    into.services.setAll(objects.services, objects.endpointSlices, objects.endpoints);
  });
  const domains = canonicalDomains(options.domains);
  // The core numbers policies in this order, and updates go by it.
  const policies = [
    ...objects.networkPolicies.map((policy) => modelNetworkPolicy(policy, namespaces.indexOf(policy.namespace))),
    ...objects.tierPolicies.map((policy) => modelTierPolicy(policy, domains)),
  ];

  const undeclared = namespaces.list.filter((namespace) => !namespace.declared).map(({ name }) => name);
  let finishedPods = 0;
  for (const pod of objects.pods) if (pod.finished) finishedPods++;
  return {
    model: {
      namespaces: namespaces.list,
      nodes: nodes.list,
      policies,
      addressSets: sets.list,
      endpoints: endpoints.list,
    },
    directory,
    namespaces,
    nodes,
    podRanges,
    sets,
    addresses: endpoints.addresses,
    counts: {
      namespaces: namespaces.list.length,
      pods: objects.pods.length - finishedPods,
      finishedPods,
      workloadPods: endpoints.standInCount,
      nodes: nodes.list.length,
      services: objects.services.length,
      networkPolicies: objects.networkPolicies.length,
      ...countTierPolicies(objects.tierPolicies),
      skipped: Object.fromEntries(objects.skipped),
    },
    caveats: stateCaveats(objects, domains, undeclared, (namespace) => endpoints.isPopulated(namespace)),
  };
}
