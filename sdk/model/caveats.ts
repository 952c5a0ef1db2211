/** What a whole state rests on: what the bundle lacks, and what it has that is not modelled. */
import { formatReference, type ObjectReference, type Source } from "../errors.ts";
import type { ContainerPort, Origin, PodObject, ReadObjects } from "../read/objects.ts";
import type { Caveat } from "../types.ts";

/** How many objects a message names before it only counts. */
const NAMED = 5;

/**
 * `undeclared`: the namespaces that objects are in and that have no object, in the order of their first use. `isPopulated`:
 * whether a namespace has live pods, or some that stand for workloads.
 */
export function stateCaveats(
  objects: ReadObjects,
  undeclared: readonly string[],
  isPopulated: (namespace: string) => boolean,
): Caveat[] {
  return [
    ...noPolicies(objects),
    ...undeclaredNamespaces(objects, undeclared),
    ...unmodelledPolicies(objects),
    ...policiesWithoutPods(objects, isPopulated),
    ...duplicatePortNames(objects),
  ];
}

function noPolicies(objects: ReadObjects): Caveat[] {
  if (objects.networkPolicies.length > 0) return [];
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

function ambiguousNames(ports: readonly ContainerPort[]): string[] {
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
