/** Network policies of the usual forms, and of some less usual ones. */
import { pick, type Random, skewed } from "../random.ts";
import { byNamespace, type Named } from "./order.ts";
import { makePeer } from "./peers.ts";
import { someApplication } from "./pods.ts";
import type { Size } from "./size.ts";

const TCP_PORTS = [80, 443, 3306, 5432, 6379, 8080, 8081, 8443, 9090, 9091, 9092, 9200, 11211, 15020, 26257, 27017];

export function makePolicies(size: Size, random: Random): object[] {
  return Array.from({ length: size.policies }, (_, i) => makePolicy(i, size, random)).sort(byNamespace);
}

function makePolicy(i: number, size: Size, random: Random): Named {
  // The first namespaces have most pods, and somewhat more policies.
  const namespace = random(2) === 0 ? random(size.namespaces) : skewed(random, size.namespaces);
  const policy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `policy-${i}`, namespace: `ns-${namespace}` },
    spec: { podSelector: makeSubject(namespace, size, random), ...makeRules(namespace, size, random) },
  };
  return policy;
}

function makeSubject(namespace: number, size: Size, random: Random): object {
  const app = (): string => `app-${someApplication(namespace, size, random)}`;
  switch (random(10)) {
    case 0:
      return {};
    case 1:
      return { matchExpressions: [{ key: "app", operator: "In", values: [app(), app(), app()] }] };
    case 2:
      return { matchLabels: { tier: pick(random, ["front", "back", "data"]) } };
    case 3:
      return {
        matchLabels: { app: app() },
        matchExpressions: [{ key: "version", operator: "NotIn", values: ["canary"] }],
      };
    default:
      return { matchLabels: { app: app() } };
  }
}

function makeRules(namespace: number, size: Size, random: Random): object {
  const form = random(20);
  if (form === 0) return { policyTypes: ["Ingress"] };
  if (form === 1) return { policyTypes: ["Ingress", "Egress"], egress: [DNS] };
  const few = (): number => (random(5) === 0 ? 2 : 1);
  const rule = (side: "from" | "to"): object => ({
    [side]: Array.from({ length: 1 + random(3) }, () => makePeer(namespace, size, random)),
    ...(random(6) === 0 ? {} : { ports: Array.from({ length: few() }, () => makePort(random)) }),
  });
  const rules = (side: "from" | "to"): object[] => Array.from({ length: few() }, () => rule(side));
  if (form < 12) return { policyTypes: ["Ingress"], ingress: rules("from") };
  if (form < 18) return { policyTypes: ["Egress"], egress: [DNS, ...rules("to")] };
  return { policyTypes: ["Ingress", "Egress"], ingress: rules("from"), egress: [DNS, ...rules("to")] };
}

/** Every policy of egress lets names be resolved. */
const DNS = {
  to: [{ namespaceSelector: {} }],
  ports: [{ protocol: "UDP", port: 53 }],
};

function makePort(random: Random): object {
  switch (random(20)) {
    case 0:
      return { protocol: "TCP", port: 9_000, endPort: 9_000 + 50 * (1 + random(8)) };
    case 1:
      return { protocol: "TCP", port: 30_000 + 500 * random(5), endPort: 32_767 };
    case 2:
      return { protocol: "UDP", port: pick(random, ["dns", 123, 514, 4789]) };
    case 3:
      return { protocol: "SCTP", port: pick(random, [3868, 38412]) };
    case 4:
    case 5:
    case 6:
      return { protocol: "TCP", port: "metrics" };
    case 7:
    case 8:
    case 9:
    case 10:
    case 11:
      return { protocol: "TCP", port: "http" };
    default:
      return { protocol: "TCP", port: pick(random, TCP_PORTS) };
  }
}
