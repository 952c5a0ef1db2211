/** States in which a plugin's rewriting of the policies, or its view of the pods, is what was loaded. Built when first asked for. */
import { buildState, newInternals } from "../build-state.ts";
import type {
  LoadedObjects,
  NamespaceObject,
  NetworkPolicyObject,
  PodObject,
  PodShape,
  TierPolicyObject,
} from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import { HOST_NAMESPACE, type World } from "./effects.ts";
import { Matches } from "./matches.ts";
import {
  NO_ADMIN_POLICIES,
  NO_CLUSTER_POLICIES,
  type Rewriting,
  rewriteOf,
  TIER_RULES_CLOSED,
  TIERLESS,
} from "./rewrite.ts";
import { withUnsupportedClosed } from "./tier-rules.ts";

export class Variants {
  /** What the states were made of; an update puts other objects there. */
  #objects: LoadedObjects | undefined;
  #matches: Matches | undefined;
  readonly #states = new Map<string, Internals>();

  /** Whom selectors match in what was loaded. */
  matches(full: FullState): Matches {
    this.#forget(full);
    this.#matches ??= new Matches(full);
    return this.#matches;
  }

  /** The state with these rewritings; the given one where they change nothing. */
  of(state: Internals, full: FullState, rewritings: readonly Rewriting[], world: World | undefined): Internals {
    this.#forget(full);
    const names = [...new Set(rewritings)].sort();
    if (names.length === 0 && world === undefined) return state;
    const key = [world ?? "", ...names].join(" ");
    const known = this.#states.get(key);
    // One that flows have added much to is let go: pairs that were found in it may still be asked about.
    if (known === state || known?.full?.builder.isWasteful === false) return known;
    const made = variantOf(state, full, names, world, this.matches(full));
    this.#states.set(key, made);
    return made;
  }

  #forget({ objects }: FullState): void {
    if (this.#objects === objects) return;
    this.#states.clear();
    this.#matches = undefined;
    this.#objects = objects;
  }
}

function variantOf(
  state: Internals,
  full: FullState,
  rewritings: readonly Rewriting[],
  world: World | undefined,
  matches: Matches,
): Internals {
  const { objects, runtime, options } = full;
  const networkPolicies = objects.networkPolicies.flatMap(
    (policy) => rewritten(policy, objects, rewritings, matches) ?? [],
  );
  const left = objects.tierPolicies.filter(({ kind }) => !isLeftOut(kind, rewritings));
  const tierPolicies = rewritings.includes(TIER_RULES_CLOSED) ? left.map(withUnsupportedClosed) : left;
  const isTiersSame =
    left.length === objects.tierPolicies.length && tierPolicies.every((policy, i) => policy === left[i]);
  if (world === undefined && isTiersSame && meaningOf(networkPolicies) === meaningOf(objects.networkPolicies))
    return state;
  const { podCIDRs: _, ...others } = options;
  return newInternals(
    buildState(
      runtime,
      { ...objectsIn(world, objects), networkPolicies, tierPolicies },
      world === "untranslated" ? others : options,
    ),
  );
}

function isLeftOut(kind: TierPolicyObject["kind"], rewritings: readonly Rewriting[]): boolean {
  const isNew = kind === "ClusterNetworkPolicy";
  return rewritings.some((one) => one === TIERLESS || one === (isNew ? NO_CLUSTER_POLICIES : NO_ADMIN_POLICIES));
}

function objectsIn(world: World | undefined, objects: LoadedObjects): LoadedObjects {
  switch (world) {
    case "host-pods": {
      const workloads = objects.workloads.map((one) => ({ ...one, template: withOwnNetwork(one.template) }));
      return { ...objects, pods: objects.pods.map(withOwnNetwork), workloads };
    }
    case "off-node":
      return { ...objects, pods: objects.pods.map(offNode) };
    case "untranslated":
      // Which addresses pods can have tells nothing of those of Services.
      return { ...objects, services: [], nodes: objects.nodes.map((node) => ({ ...node, podCIDRs: [] })) };
    case "host-namespace":
      if (objects.namespaces.some(({ name }) => name === HOST_NAMESPACE)) return objects;
      return { ...objects, namespaces: [...objects.namespaces, hostNamespace()] };
    default:
      return objects;
  }
}

function rewritten(
  policy: NetworkPolicyObject,
  objects: LoadedObjects,
  rewritings: readonly Rewriting[],
  matches: Matches,
): NetworkPolicyObject | undefined {
  let result: NetworkPolicyObject | undefined = policy;
  for (const rewriting of rewritings) {
    const rewrite = rewriteOf(rewriting);
    if (result !== undefined && rewrite !== undefined) result = rewrite(result, objects, matches);
  }
  return result;
}

/** All of the policies but where they were written. */
const meaningOf = (policies: readonly NetworkPolicyObject[]): string =>
  JSON.stringify(policies.map(({ origin: _, ...policy }) => policy));

const withOwnNetwork = <T extends PodShape>(pod: T): T => (pod.hostNetwork ? { ...pod, hostNetwork: false } : pod);

const offNode = (pod: PodObject): PodObject => {
  if (pod.hostNetwork) return pod;
  const { nodeName: _, ...rest } = pod;
  return { ...rest, hostIPs: [] };
};

/** As the plugin makes it. */
const hostNamespace = (): NamespaceObject => ({
  kind: "Namespace",
  namespace: "",
  name: HOST_NAMESPACE,
  labels: { "kubernetes.io/metadata.name": HOST_NAMESPACE },
  annotations: {},
  origin: { locate: () => undefined },
});
