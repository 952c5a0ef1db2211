/** The pods that serve Ingresses and Routes, as far as their labels tell. */

import { addTo } from "../add-to.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { ServiceCall } from "../read/objects.ts";
import { backendsOf } from "./backends.ts";
import type { LintContext } from "./context.ts";
import { labelOf } from "./labels.ts";

const NAME = "app.kubernetes.io/name";

/** The class that each is installed with, by what its charts call its pods. */
const CLASSES: Readonly<Record<string, string>> = {
  "ingress-nginx": "nginx",
  "rke2-ingress-nginx": "nginx",
  "nginx-ingress": "nginx",
  traefik: "traefik",
  "haproxy-ingress": "haproxy",
  "kubernetes-ingress": "haproxy",
  contour: "contour",
  kong: "kong",
};

/** Of OpenShift's routers, whatever Routes each is for. */
const ROUTER = "ingresscontroller.operator.openshift.io/deployment-ingresscontroller";

/** Of the pods that Gateways are made of; its value is the Gateway's name, in their namespace. [GEP-1762] */
const GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name";

/** The pods that make a call, as far as they are known. */
export function callersOf(context: LintContext, call: ServiceCall): readonly LivePodEntry[] {
  if (call.reference.kind === "Route") return context.once(routers);
  if (call.gateways === undefined) return context.once(controllers).get(call.ingressClass ?? "") ?? [];
  const pods = context.once(gatewayPods);
  return call.gateways.flatMap((gateway) => pods.get(gateway) ?? []);
}

/** Everything that is known to lead in from outside. */
export function allCallers(context: LintContext): readonly LivePodEntry[] {
  const byName = [controllers, gatewayPods].flatMap((of) => [...context.once(of).values()].flat());
  return [...byName, ...context.once(routers)];
}

/** Not those on the host network: OpenShift has a namespace of its own for selectors that mean them. */
function routers({ pods }: LintContext): readonly LivePodEntry[] {
  return pods.filter(({ labels }) => Object.hasOwn(labels, ROUTER));
}

/** By Gateway, as `namespace/name`. */
function gatewayPods(context: LintContext): ReadonlyMap<string, readonly LivePodEntry[]> {
  const found = new Map<string, LivePodEntry[]>();
  for (const pod of [...context.pods, ...context.hostPods]) {
    const name = labelOf(pod.labels, GATEWAY_NAME);
    if (name !== undefined) addTo(found, `${pod.namespace}/${name}`, pod);
  }
  return found;
}

/** By class, those on the host network too. */
function controllers(context: LintContext): ReadonlyMap<string, readonly LivePodEntry[]> {
  const found = new Map<string, LivePodEntry[]>();
  for (const pod of [...context.pods, ...context.hostPods]) {
    const product = labelOf(pod.labels, NAME);
    const served = product === undefined ? undefined : labelOf(CLASSES, product);
    if (served !== undefined) addTo(found, served, pod);
  }
  return found;
}

/** By namespace the pods that can be reached from outside, of which any may be a controller that is known by no label. */
export function edgePods(context: LintContext): ReadonlyMap<string, ReadonlySet<LivePodEntry>> {
  const found = new Map<string, Set<LivePodEntry>>();
  for (const service of context.full.objects.services) {
    if (service.type !== "NodePort" && service.type !== "LoadBalancer") continue;
    const own = found.get(service.namespace) ?? new Set();
    found.set(service.namespace, own);
    for (const { port, protocol } of service.ports) {
      for (const { pod } of backendsOf(context, service, port, protocol)) {
        if (pod !== undefined) own.add(pod as LivePodEntry);
      }
    }
  }
  return found;
}
