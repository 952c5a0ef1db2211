/** Short ways to write the objects of the tests here, and to ask about a flow. */
import {
  type Caveat,
  evaluate,
  type Flow,
  type LoadOptions,
  loadState,
  NetverdictError,
} from "../../bindings/inline.ts";

type Labels = Readonly<Record<string, string>>;

export interface PodParts {
  readonly labels?: Labels;
  readonly ips?: readonly string[];
  readonly node?: string;
  readonly hostIP?: string;
  readonly hostIPs?: readonly string[];
  readonly hostNetwork?: boolean;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly owner?: { readonly kind: string; readonly name: string };
  readonly ports?: readonly object[];
  readonly containers?: readonly object[];
  readonly initContainers?: readonly object[];
}

function named(path: string): { namespace: string; name: string } {
  const [namespace, name] = path.split("/") as [string, string];
  return { namespace, name };
}

/** A pod, `namespace/name`. */
export function pod(path: string, parts: PodParts = {}): object {
  const { labels = {}, ips, node, hostIP, hostIPs, hostNetwork, phase = "Running", ready, terminating, owner } = parts;
  const containers = parts.containers ?? [{ name: "main", ...(parts.ports && { ports: parts.ports }) }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...named(path),
      labels,
      ...(owner && { ownerReferences: [{ ...owner, controller: true }] }),
      ...(terminating && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec: {
      containers,
      ...(parts.initContainers && { initContainers: parts.initContainers }),
      ...(node && { nodeName: node }),
      ...(hostNetwork && { hostNetwork }),
    },
    status: {
      phase,
      ...(ips && { podIPs: ips.map((ip) => ({ ip })) }),
      ...(hostIP && { hostIP }),
      ...(hostIPs && { hostIPs: hostIPs.map((ip) => ({ ip })) }),
      ...(ready !== undefined && { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] }),
    },
  };
}

/** A namespace. */
export function namespace(name: string, labels: Labels = {}): object {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A NetworkPolicy, `namespace/name`. */
export function policy(path: string, spec: object): object {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: named(path), spec };
}

const TIERS = "policy.networking.k8s.io";

/** A ClusterNetworkPolicy of every pod, unless the spec says otherwise. */
export function clusterPolicy(name: string, tier: "Admin" | "Baseline", priority: number, spec: object): object {
  return {
    apiVersion: `${TIERS}/v1alpha2`,
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier, priority, subject: { namespaces: {} }, ...spec },
  };
}

/** An AdminNetworkPolicy of every pod. */
export function adminPolicy(name: string, priority: number, spec: object): object {
  return {
    apiVersion: `${TIERS}/v1alpha1`,
    kind: "AdminNetworkPolicy",
    metadata: { name },
    spec: { priority, subject: { namespaces: {} }, ...spec },
  };
}

/** The BaselineAdminNetworkPolicy, of every pod. */
export function baselineAdminPolicy(spec: object): object {
  return {
    apiVersion: `${TIERS}/v1alpha1`,
    kind: "BaselineAdminNetworkPolicy",
    metadata: { name: "default" },
    spec: { subject: { namespaces: {} }, ...spec },
  };
}

/** A node with its internal addresses. */
export function node(
  name: string,
  addresses: readonly string[],
  podCIDRs: readonly string[] = [],
  labels: Labels = {},
): object {
  const status = { addresses: addresses.map((address) => ({ type: "InternalIP", address })) };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels }, spec: { podCIDRs }, status };
}

/** A Service, `namespace/name`. */
export function service(path: string, spec: object, loadBalancer: readonly string[] = []): object {
  const status = { loadBalancer: { ingress: loadBalancer.map((ip) => ({ ip })) } };
  return { apiVersion: "v1", kind: "Service", metadata: named(path), spec, status };
}

/** An EndpointSlice, `namespace/name`, of a Service beside it; of IPv4 addresses. */
export function endpointSlice(
  path: string,
  serviceName: string,
  port: { readonly name?: string; readonly port: number },
  endpoints: readonly object[],
): object {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...named(path), labels: { "kubernetes.io/service-name": serviceName } },
    addressType: "IPv4",
    endpoints,
    ports: [{ name: "", protocol: "TCP", ...port }],
  };
}

/** A workload of apps/v1 or batch/v1, `namespace/Kind/name`. */
export function workload(path: string, labels: Labels, more: object = {}, owner?: object): object {
  const [namespaceName, kind, name] = path.split("/") as [string, string, string];
  const template = { metadata: { labels }, spec: { containers: [{ name: "main" }] } };
  return {
    apiVersion: kind === "Job" || kind === "CronJob" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { namespace: namespaceName, name, ...(owner && { ownerReferences: [owner] }) },
    spec: kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template, ...more },
  };
}

/** What a flow is answered: the verdict, each side's reason, and the caveats' codes. */
export interface Answer {
  readonly verdict: string;
  readonly egress: string;
  readonly ingress: string;
  readonly caveats: readonly string[];
  readonly members: readonly string[] | undefined;
}

/** Loads and asks. */
export function answer(objects: readonly object[], flow: Flow, options?: LoadOptions): Answer {
  const { verdict, egress, ingress, caveats, members } = evaluate(loadState(objects, options), flow);
  return {
    verdict,
    egress: egress.reason,
    ingress: ingress.reason,
    caveats: caveats.map(({ code }: Caveat) => code),
    members: members?.map(({ from, to, port, family }) => `${from} ${to} ${port} ${family}`),
  };
}

/** The code of the error that a call ends in; undefined where it ends well. */
export function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof NetverdictError) return error.code;
    throw error;
  }
  return undefined;
}

/** Loads and asks for the verdict alone; the port is 80 unless the flow says otherwise. */
export function verdict(
  objects: readonly object[],
  from: Flow["from"],
  to: Flow["to"],
  more: Partial<Flow> = {},
  options?: LoadOptions,
): string {
  const port = more.protocol?.startsWith("ICMP") ? {} : { port: 80 };
  return answer(objects, { from, to, ...port, ...more }, options).verdict;
}
