/** What a whole state rests on: what the bundle lacks, and what it has that is not modelled. */
import { formatReference, type ObjectReference, type Source } from "../errors.ts";
import type { ContainerPort, Origin, PodObject, ReadObjects, TierPolicyObject } from "../read/objects.ts";
import type { Caveat } from "../types.ts";
import { addressesBehind, type Domains } from "./tier-policy.ts";

/** How many objects a message names before it only counts. */
const NAMED = 5;

/**
 * `undeclared`: the namespaces that objects are in and that have no object, in the order of their first use. `isPopulated`:
 * whether a namespace has live pods, or some that stand for workloads.
 */
export function stateCaveats(
  objects: ReadObjects,
  domains: Domains,
  undeclared: readonly string[],
  isPopulated: (namespace: string) => boolean,
): Caveat[] {
  return [
    ...noPolicies(objects),
    ...undeclaredNamespaces(objects, undeclared),
    ...unmodelledPolicies(objects),
    ...policiesWithoutPods(objects, isPopulated),
    ...duplicatePortNames(objects),
    ...mixedAPIs(objects),
    ...unknownDomains(objects, domains),
  ];
}

function noPolicies(objects: ReadObjects): Caveat[] {
  if (objects.networkPolicies.length + objects.tierPolicies.length > 0) return [];
  const message =
    "no NetworkPolicy was loaded, so every flow is allowed; `kubectl cluster-info dump` leaves policies out: add `kubectl get networkpolicies -A -o yaml`";
  return [{ code: "no-policies", message }];
}

function undeclaredNamespaces(objects: ReadObjects, names: readonly string[]): Caveat[] {
  if (names.length === 0) return [];
  if (objects.namespaces.length === 0) {
    const message = `no Namespace was loaded: of the labels of ${list(names)} only kubernetes.io/metadata.name is known; add \`kubectl get namespaces -o yaml\``;
    return [{ code: "no-namespaces", message, objects: names.map(namespaceReference) }];
  }
  const message = `no Namespace object for ${list(names)}: of its labels only kubernetes.io/metadata.name is known`;
  return [{ code: "undeclared-namespace", message, objects: names.map(namespaceReference) }];
}

function unmodelledPolicies(objects: ReadObjects): Caveat[] {
  if (objects.unmodelled.length === 0) return [];
  const references = objects.unmodelled.map((policy) => policy.reference);
  const message = `policies of kinds that are not modelled yet have no part in the verdicts: ${list(references.map(formatReference))}`;
  return [{ code: "unmodelled-policy", message, objects: references }];
}

function policiesWithoutPods(objects: ReadObjects, isPopulated: (namespace: string) => boolean): Caveat[] {
  return objects.networkPolicies
    .filter((policy) => !isPopulated(policy.namespace))
    .map((policy) => ({
      code: "policy-without-pods" as const,
      message: `NetworkPolicy ${policy.namespace}/${policy.name} is in a namespace without pods or workloads, so it decides nothing`,
      objects: [{ kind: "NetworkPolicy", namespace: policy.namespace, name: policy.name }],
      ...sourceOf(policy.origin),
    }));
}

/** Kubernetes only warns of one name on several containers; implementations differ on which port it then means. */
function duplicatePortNames(objects: ReadObjects): Caveat[] {
  const caveats: Caveat[] = [];
  for (const pod of objects.pods) {
    if (pod.finished || pod.ports.length < 2) continue;
    const names = ambiguousNames(pod.ports);
    if (names.length === 0) continue;
    caveats.push({
      code: "duplicate-port-name",
      message: `pod ${pod.namespace}/${pod.name} has several ports named ${list(names)}: a rule that names it matches each of them here, only the first in some CNI plugins`,
      objects: [podReference(pod)],
    });
  }
  return caveats;
}

/** No specification says how the two APIs stand to one another. */
function mixedAPIs({ tierPolicies }: ReadObjects): Caveat[] {
  const older = tierPolicies.filter(({ kind }) => kind !== "ClusterNetworkPolicy");
  if (older.length === 0 || older.length === tierPolicies.length) return [];
  const message =
    "ClusterNetworkPolicy and its predecessors are both there, and nothing says which decides first: taken as ClusterNetworkPolicy, then AdminNetworkPolicy, NetworkPolicy, ClusterNetworkPolicy's Baseline, BaselineAdminNetworkPolicy";
  return [{ code: "mixed-policy-apis", message, objects: older.map(tierReference) }];
}

/** Domain names whose addresses are not, or not all, known. */
function unknownDomains({ tierPolicies }: ReadObjects, domains: Domains): Caveat[] {
  const names = new Set<string>();
  const policies = new Set<ObjectReference>();
  for (const policy of tierPolicies) {
    const unknown = policy.egress
      .flatMap(({ peers, failsClosed }) => (failsClosed ? [] : peers))
      .flatMap((peer) => ("domainNames" in peer ? peer.domainNames : []))
      .filter((name) => !addressesBehind(name, domains).complete);
    for (const name of unknown) names.add(name);
    if (unknown.length > 0) policies.add(tierReference(policy));
  }
  if (names.size === 0) return [];
  const message = `the addresses of ${list([...names])} are not all known: pass them as \`domains\``;
  return [{ code: "domain-unknown", message, objects: [...policies] }];
}

function tierReference({ kind, name }: TierPolicyObject): ObjectReference {
  return { kind, name };
}

function ambiguousNames(ports: readonly ContainerPort[]): string[] {
  if (!haveOneName(ports)) return [];
  const numbers = new Map<string, number>();
  const ambiguous = new Set<string>();
  for (const { name, protocol, containerPort } of ports) {
    if (name === undefined) continue;
    const key = `${name}/${protocol}`;
    const known = numbers.get(key);
    if (known !== undefined && known !== containerPort) ambiguous.add(name);
    numbers.set(key, containerPort);
  }
  return [...ambiguous];
}

/** Ports up to which each is compared with all before it. */
const FEW_PORTS = 16;

/** Whether two ports may have one name; told without allocating, of the few ports that pods have. */
function haveOneName(ports: readonly ContainerPort[]): boolean {
  for (let i = 1; i < ports.length; i++) {
    if (i >= FEW_PORTS) return true;
    const { name } = ports[i]!;
    if (name === undefined) continue;
    for (let j = 0; j < i; j++) if (ports[j]!.name === name) return true;
  }
  return false;
}

function sourceOf(origin: Origin): { source?: Source } {
  const source = origin.locate([]);
  return source === undefined ? {} : { source };
}

function podReference(pod: PodObject): ObjectReference {
  return { kind: "Pod", namespace: pod.namespace, name: pod.name };
}

function namespaceReference(name: string): ObjectReference {
  return { kind: "Namespace", name };
}

/** `a, b and 3 more` */
function list(names: readonly string[]): string {
  const named = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${named} and ${names.length - NAMED} more` : named;
}
