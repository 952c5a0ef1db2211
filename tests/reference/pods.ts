/** What a verdict needs to know of a pod, from its object, its template, or its description in a flow. */
import type { FuturePod } from "../../sdk/types.ts";
import { type Address, parseAddress } from "./address.ts";
import type { NamedPort, PodFacts } from "./endpoint.ts";
import type { Labels, Maybe, Pod, PodSpec, PodTemplate } from "./objects.ts";

/** Succeeded and Failed pods are no endpoints any more (semantics 3, finished pods). */
function isFinished(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** The pods that are still there: of one that is being deleted the network is gone once another pod has its address. */
export function livePods(pods: readonly Pod[]): Pod[] {
  const unfinished = pods.filter((pod) => !isFinished(pod));
  const isStaying = ({ metadata, spec }: Pod): boolean => !metadata.deletionTimestamp && !spec?.hostNetwork;
  const keysOf = ({ status }: Pod): string[] =>
    addressesOf(status?.podIPs, status?.podIP).map(({ family, value }) => `${family} ${value}`);
  const taken = new Set(unfinished.filter(isStaying).flatMap(keysOf));
  return unfinished.filter(
    (pod) => isStaying(pod) || pod.spec?.hostNetwork || !keysOf(pod).some((key) => taken.has(key)),
  );
}

/** Describes a loaded pod. */
export function loadedPod(pod: Pod, namespace: string): PodFacts {
  return facts({
    namespace,
    labels: pod.metadata.labels ?? {},
    spec: pod.spec,
    addresses: addressesOf(pod.status?.podIPs, pod.status?.podIP),
    ready: isReady(pod) && !pod.metadata.deletionTimestamp,
    draining: isReady(pod) && Boolean(pod.metadata.deletionTimestamp),
  });
}

/** Describes a pod that a workload will make; it has no address yet, and counts as ready. */
export function templatePod(
  template: Maybe<PodTemplate>,
  namespace: string,
  extraLabels: Labels,
  representative: boolean,
): PodFacts {
  const labels = { ...template?.metadata?.labels, ...extraLabels };
  return facts({ namespace, labels, spec: template?.spec, addresses: [], ready: true, representative });
}

/** Describes the pod that a flow's end spells out. */
export function futurePod(pod: FuturePod): PodFacts {
  const ports = (pod.ports ?? []).map(({ name, containerPort, protocol }) => ({ name, containerPort, protocol }));
  return facts({
    namespace: pod.namespace,
    labels: pod.labels,
    spec: { nodeName: pod.node, containers: [{ ports }] },
    addresses: (pod.ips ?? []).map(mustParse),
    ready: true,
  });
}

/** The addresses of the node that a pod runs on, as the pod tells them. */
export function hostAddressesOf(pod: Pod): Address[] {
  return addressesOf(pod.status?.hostIPs, pod.status?.hostIP);
}

interface Parts {
  readonly namespace: string;
  readonly labels: Labels;
  readonly spec: Maybe<PodSpec>;
  readonly addresses: readonly Address[];
  readonly ready: boolean;
  readonly draining?: boolean;
  readonly representative?: boolean;
}

function facts({ namespace, labels, spec, addresses, ready, draining, representative }: Parts): PodFacts {
  return {
    identity: {},
    namespace,
    labels,
    ports: portsOf(spec),
    addresses,
    hostNetwork: spec?.hostNetwork === true,
    ...(spec?.nodeName ? { nodeName: spec.nodeName } : {}),
    representative: representative ?? false,
    ready,
    draining: draining ?? false,
  };
}

/** Ports of containers, and of init containers that keep running (semantics 4, recommended). */
function portsOf(spec: Maybe<PodSpec>): NamedPort[] {
  const sidecars = (spec?.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  return [...(spec?.containers ?? []), ...sidecars].flatMap((container) =>
    (container.ports ?? []).map((port) => ({
      ...(port.name ? { name: port.name } : {}),
      number: port.containerPort,
      protocol: port.protocol ?? "TCP",
      ...(port.hostPort ? { onNode: port.hostPort } : {}),
    })),
  );
}

/** `status.podIPs` says more than `status.podIP`, its first item (semantics 3, dual stack). */
function addressesOf(many: Maybe<readonly { readonly ip: string }[]>, one: Maybe<string>): Address[] {
  if (many && many.length > 0) return many.map(({ ip }) => mustParse(ip));
  return one ? [mustParse(one)] : [];
}

/** A pod that reports no conditions is taken for ready. */
function isReady(pod: Pod): boolean {
  const conditions = pod.status?.conditions ?? [];
  return conditions.length === 0 || conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

function mustParse(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`not an address: ${text}`);
  return address;
}
