/**
 * From objects to the model that the core compiles and the directory that flows are resolved in.
 *
 *   Namespaces ─┐
 *   Nodes ──────┼─▶ endpoints (pods, stand-ins, node addresses) ─▶ Model, Directory
 *   Pods, workloads ┘
 */
import { parsePrefix } from "../address.ts";
import type { Prefix, ReadObjects } from "../read/objects.ts";
import type { Caveat, Counts, LoadOptions } from "../types.ts";
import { AddressSets } from "./address-sets.ts";
import { stateCaveats } from "./caveats.ts";
import { Endpoints, type PodName } from "./endpoints.ts";
import { LiveDirectory } from "./live-directory.ts";
import type { Model } from "./model.ts";
import { Namespaces } from "./namespaces.ts";
import { modelNetworkPolicy } from "./network-policy.ts";
import { Nodes } from "./nodes.ts";
import { Numbering } from "./numbering.ts";
import { workloadKey } from "./workloads.ts";

export interface BuiltModel {
  readonly model: Model;
  readonly directory: LiveDirectory;
  readonly namespaces: Namespaces;
  readonly nodes: Nodes;
  readonly sets: AddressSets;
  /** The addresses of live pods, host network aside, with the pods. */
  readonly addresses: Map<string, PodName>;
  readonly counts: Omit<Counts, "classes">;
  readonly caveats: Caveat[];
}

/** The model of objects and options that have been checked; `numbering` is that of a state that is built again. */
export function buildModel(
  objects: ReadObjects,
  options: LoadOptions,
  numbering: Numbering = new Numbering(),
): BuiltModel {
  const directory = new LiveDirectory();
  const namespaces = new Namespaces(objects.namespaces, options.undeclaredNamespaces ?? "unknown");
  const nodes = new Nodes(objects.nodes, objects.pods);
  const sets = new AddressSets(readPodCIDRs(objects, options));
  const endpoints = new Endpoints(directory, namespaces, nodes, sets, numbering);

  const workloads = new Map(objects.workloads.map((w) => [workloadKey(w.namespace, w.kind, w.name), w]));
  const withPods = endpoints.addPods(objects.pods, workloads);
  const workloadPods = endpoints.addStandIns(workloads, withPods);
  endpoints.addNodes();

  for (const service of objects.services) directory.addService(service);
  for (const slice of objects.endpointSlices) directory.addSlice(slice);
  const policies = objects.networkPolicies.map((policy) =>
    modelNetworkPolicy(policy, namespaces.indexOf(policy.namespace)),
  );

  const undeclared = namespaces.list.filter((namespace) => !namespace.declared).map(({ name }) => name);
  const finishedPods = objects.pods.filter((pod) => pod.finished).length;
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
    sets,
    addresses: endpoints.addresses,
    counts: {
      namespaces: namespaces.list.length,
      pods: objects.pods.length - finishedPods,
      finishedPods,
      workloadPods,
      nodes: nodes.list.length,
      services: objects.services.length,
      networkPolicies: objects.networkPolicies.length,
      skipped: Object.fromEntries(objects.skipped),
    },
    caveats: stateCaveats(objects, undeclared, directory),
  };
}

/** `podCIDRs` of the options, else of the nodes; both have been checked. */
function readPodCIDRs(objects: ReadObjects, options: LoadOptions): Prefix[] {
  const written = options.podCIDRs ?? objects.nodes.flatMap((node) => node.podCIDRs);
  return written.map(parsePrefix).filter((prefix) => prefix !== undefined);
}
