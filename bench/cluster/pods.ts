/** Pods of Deployments and StatefulSets: few in most namespaces, many in some. */
import { type Random, skewed } from "../random.ts";
import { byNamespace } from "./order.ts";
import { podNetwork4, podNetwork6 } from "./places.ts";
import { nodeCount, type Size } from "./size.ts";

export interface PodObject {
  readonly apiVersion: "v1";
  readonly kind: "Pod";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: object;
  readonly status: { readonly phase: "Running"; readonly podIPs: readonly { readonly ip: string }[] };
}

/** A namespace runs some of all applications, so that a selector means something in several. */
export const APPLICATIONS = 40;

/** One of a namespace's applications, the first ones more often. */
export function someApplication(namespace: number, { applications }: Size, random: Random): number {
  return (namespace * 7 + skewed(random, applications)) % APPLICATIONS;
}

/** In the order in which the API server lists them: by namespace and name. */
export function makePods(size: Size, random: Random): PodObject[] {
  return Array.from({ length: size.pods }, (_, i) => makePod(i, size, random)).sort(byNamespace);
}

function makePod(i: number, size: Size, random: Random): PodObject {
  const namespace = skewed(random, size.namespaces);
  const app = someApplication(namespace, size, random);
  const stateful = app % 4 === 0;
  const name = stateful ? `app-${app}-${i}` : `app-${app}-${(0x10000 + random(5000)).toString(36)}-${i.toString(36)}`;
  const node = i % nodeCount(size);
  const host = 2 + (Math.floor(i / nodeCount(size)) % 250);
  const ips = [{ ip: `${podNetwork4(node)}.${host}` }];
  // Every second namespace is dual-stack.
  if (namespace % 2 === 0) ips.push({ ip: `${podNetwork6(node)}::${host.toString(16)}` });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: `ns-${namespace}`, labels: podLabels(app, i, name, stateful, random) },
    spec: { nodeName: `node-${node}`, containers: [{ name: "main", ports: containerPorts(app) }] },
    status: { phase: "Running", podIPs: ips },
  };
}

/** Beside what policies select by, the labels that controllers add and that differ from pod to pod. */
function podLabels(
  app: number,
  i: number,
  name: string,
  stateful: boolean,
  random: Random,
): Readonly<Record<string, string>> {
  return {
    app: `app-${app}`,
    tier: ["front", "back", "data"][app % 3] ?? "",
    version: random(10) === 0 ? "canary" : "stable",
    ...(stateful
      ? { "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": `${i}` }
      : { "pod-template-hash": (0x10000 + random(5000)).toString(36) }),
  };
}

/** Most applications have their named ports on the usual numbers, some elsewhere. */
function containerPorts(app: number): object[] {
  return [
    { name: "http", containerPort: app % 5 === 0 ? 8081 : 8080 },
    { name: "metrics", containerPort: app % 7 === 0 ? 9091 : 9090 },
    ...(app % 6 === 0 ? [{ name: "dns", containerPort: 5353, protocol: "UDP" }] : []),
  ];
}
