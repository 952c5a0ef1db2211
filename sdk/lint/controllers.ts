/** The pods that serve Ingresses, as far as their labels tell. */
import type { LivePodEntry } from "../model/directory.ts";
import { backendsOf } from "./backends.ts";
import type { LintContext } from "./context.ts";
import { labelOf } from "./labels.ts";
import { addTo } from "./order.ts";

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

/** By class, those on the host network too. */
export function controllers(context: LintContext): ReadonlyMap<string, readonly LivePodEntry[]> {
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
