/** For every code that `docs/errors.md` lists, something that brings it about. `undefined`: nothing can yet. */
import {
  type CaveatCode,
  evaluate,
  type Flow,
  type IssueCode,
  type LoadOptions,
  loadSnapshot,
  loadState,
  portSets,
  type Reason,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { refuseToShare } from "../../sdk/snapshot/share.ts";
import { namespace, node, pod, policy, service, workload } from "./objects.ts";

const A = namespace("a");
const web = pod("a/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
const db = pod("a/db", { labels: { app: "db" }, ips: ["10.0.0.2"] });
const closed = policy("a/closed", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const OUTSIDE = "198.51.100.7";
const TO_WEB: Flow = { from: "a/db", to: "a/web", port: 80 };

const ingress = (rule: object): object => policy("a/p", { podSelector: {}, ingress: [rule] });
const load = (...objects: object[]) => loadState(objects);
const ask = (flow: object, ...objects: object[]) => evaluate(loadState([A, web, db, ...objects]), flow as Flow);

const fromBytes = (change: (bytes: Uint8Array) => Uint8Array) => loadSnapshot(change(snapshot(load(A, web, db))));

/** Throws the code. */
export const ISSUES: Readonly<Record<IssueCode, (() => unknown) | undefined>> = {
  "invalid-input": () => loadState(42 as unknown as string),
  "invalid-encoding": () => loadState(Uint8Array.of(0xff, 0xfe)),
  "invalid-syntax": () => loadState("apiVersion: v1\nkind: Pod\nkind: Pod\nmetadata: { name: web }\n"),
  "limit-exceeded": () => load(workload("a/StatefulSet/db", {}, { replicas: 10_001 })),
  "invalid-object": () => loadState("replicaCount: 3\n"),
  "unsupported-api-version": () =>
    load({ apiVersion: "extensions/v1beta1", kind: "NetworkPolicy", metadata: { name: "p" } }),
  "duplicate-object": () => load(A, A),
  "duplicate-address": () => load(web, pod("a/other", { ips: ["10.0.0.1"] })),
  "unknown-object": () => updateState(load(A), { remove: [{ kind: "Pod", namespace: "a", name: "web" }] }),
  required: () => load(ingress({ from: [{}] })),
  "invalid-type": () => loadState("apiVersion: v1\nkind: Pod\nmetadata: { name: web, labels: { version: 1 } }\n"),
  "unknown-field": () => load(ingress({ form: [] })),
  "unsupported-value": () => load(ingress({ ports: [{ protocol: "tcp" }] })),
  forbidden: () => load(ingress({ ports: [{ port: "http", endPort: 90 }] })),
  "too-many": () => load(policy("a/p", { policyTypes: ["Ingress", "Egress", "Ingress"] })),
  "invalid-name": () => load(namespace("Shop")),
  "invalid-label-key": () => load(pod("a/x", { labels: { "a/b/c": "v" } })),
  "invalid-label-value": () => load(pod("a/x", { labels: { app: "has spaces" } })),
  "invalid-annotation": () =>
    load({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "p", annotations: { "not a key": "" } },
    }),
  "invalid-port": () => load(ingress({ ports: [{ port: 70_000 }] })),
  "invalid-port-name": () => load(ingress({ ports: [{ port: "80" }] })),
  "invalid-port-range": () => load(ingress({ ports: [{ port: 90, endPort: 80 }] })),
  "invalid-cidr": () => load(ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/33" } }] })),
  "invalid-except": () => load(ingress({ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] } }] })),
  "invalid-address": () => load(pod("a/x", { ips: ["10.0.0.256"] })),
  "invalid-option": () => loadState([], { podCidr: ["10.0.0.0/8"] } as LoadOptions),
  "invalid-flow": () => ask({ from: "a/db", to: "a/web" }),
  "unknown-pod": () => ask({ ...TO_WEB, to: "a/nobody" }),
  "finished-pod": () => ask({ ...TO_WEB, to: "a/done" }, pod("a/done", { phase: "Succeeded" })),
  "unknown-workload": () => ask({ ...TO_WEB, to: { workload: "a/Deployment/none" } }),
  "no-pods": () =>
    ask({ ...TO_WEB, to: { workload: "a/Deployment/x" } }, workload("a/Deployment/x", {}, { replicas: 0 })),
  "unknown-service": () => ask({ ...TO_WEB, to: { service: "a/none" } }),
  "unknown-service-port": () => ask({ ...TO_WEB, to: { service: "a/web" }, port: 81 }, toWeb()),
  "no-backend": () => ask({ ...TO_WEB, to: { service: "a/web" } }, toWeb({ selector: { app: "none" } })),
  "unknown-node": () => ask({ ...TO_WEB, from: { node: "n9" } }),
  "unknown-namespace": undefined,
  "unknown-port": () => ask({ ...TO_WEB, port: "http" }),
  "no-common-family": () => ask({ ...TO_WEB, from: "2001:db8::1" }),
  "needs-full-state": () =>
    evaluate(
      fromBytes((bytes) => bytes),
      { ...TO_WEB, from: { namespace: "a", labels: {} } },
    ),
  "invalid-snapshot": () => fromBytes((bytes) => bytes.subarray(0, 1000)),
  "unsupported-snapshot": () => fromBytes((bytes) => bytes.fill(99, 4, 5)),
  "no-shared-memory": () => refuseToShare(),
  "state-changed": async () => {
    // So many groups that they do not come in one part.
    const apps = Array.from({ length: 400 }, (_, i) => `a${i}`);
    const expressions = [{ key: "app", operator: "NotIn", values: apps }];
    const pods = apps.map((app, i) => pod(`a/${app}`, { labels: { app }, ips: [`10.1.${i >> 8}.${i & 255}`] }));
    const state = load(A, ...pods, policy("a/p", { podSelector: { matchExpressions: expressions } }));
    for await (const _ of portSets(state)) {
      evaluate(state, { from: { namespace: "a", labels: {} }, to: "a/a0", port: 80 });
    }
  },
  "poisoned-state": undefined,
  "core-failure": undefined,
};

function toWeb(more: object = {}): object {
  return service("a/web", { clusterIP: "10.96.0.1", selector: { app: "web" }, ports: [{ port: 80 }], ...more });
}

const stateCodes = (...objects: object[]) => loadState(objects).caveats.map(({ code }) => code);
const codes = (flow: Partial<Flow>, ...objects: object[]) =>
  evaluate(loadState([A, ...objects]), { ...TO_WEB, ...flow } as Flow).caveats.map(({ code }) => code);
const fromBlock = (cidr: string): object => ingress({ from: [{ ipBlock: { cidr } }] });
const N1 = node("n1", ["192.0.2.1"]);
const AGENT = pod("a/agent", { hostNetwork: true, node: "n1", ips: ["192.0.2.1"] });

/** A ClusterNetworkPolicy with one egress rule over all pods. */
const tierPolicy = ({
  name = "one",
  tier = "Admin",
  action = "Deny",
  ...peersAndPorts
}: Partial<Record<"name" | "tier" | "action", string>> & { to?: object[]; protocols?: object[] } = {}): object => ({
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name },
  spec: {
    tier,
    priority: 1,
    subject: { namespaces: {} },
    egress: [{ action, to: [{ namespaces: {} }], ...peersAndPorts }],
  },
});
const olderPolicy = {
  apiVersion: "policy.networking.k8s.io/v1alpha1",
  kind: "AdminNetworkPolicy",
  metadata: { name: "older" },
  spec: { priority: 1, subject: { namespaces: {} } },
};

/** Gives codes of which the key is one. */
export const CAVEATS: Readonly<Record<CaveatCode, () => readonly CaveatCode[]>> = {
  "no-policies": () => stateCodes(A, web),
  "no-namespaces": () => stateCodes(web),
  "undeclared-namespace": () => stateCodes(namespace("b"), web),
  "unmodelled-policy": () =>
    stateCodes(A, { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "c", namespace: "a" } }),
  "policy-without-pods": () => stateCodes(A, closed),
  "duplicate-port-name": () =>
    stateCodes(
      pod("a/x", {
        containers: [8001, 8002].map((containerPort, i) => ({
          name: `c${i}`,
          ports: [{ name: "http", containerPort }],
        })),
      }),
    ),
  "ambiguous-cidr": () => stateCodes(A, web, fromBlock("10.1.2.3/8")),
  "mixed-policy-apis": () => stateCodes(A, web, tierPolicy(), olderPolicy),
  "unknown-peer": () => stateCodes(A, web, tierPolicy({ to: [{ serviceAccounts: {} }] })),
  "invalid-selector": () =>
    stateCodes(A, web, tierPolicy({ to: [{ namespaces: { matchExpressions: [{ key: "x", operator: "In" }] } }] })),
  "every-port": () => stateCodes(A, web, tierPolicy({ protocols: [{ tcp: {} }] })),
  "equal-priority": () => codes({}, web, db, tierPolicy(), tierPolicy({ name: "other", action: "Accept" })),
  "egress-baseline": () =>
    codes({}, web, db, policy("a/in", { podSelector: {}, policyTypes: ["Ingress"] }), tierPolicy({ tier: "Baseline" })),
  "skipped-kinds": () => stateCodes({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }),
  "address-unknown": () => codes({ from: "a/young" }, web, pod("a/young"), fromBlock("10.0.0.0/8")),
  "namespace-undeclared": () =>
    codes(
      { from: "b/far" },
      web,
      pod("b/far", { ips: ["10.0.1.1"] }),
      ingress({ from: [{ namespaceSelector: { matchLabels: { team: "x" } } }] }),
    ),
  "domain-unknown": () =>
    codes(
      { from: "a/web", to: { service: "a/api" } },
      web,
      service("a/api", { type: "ExternalName", externalName: "api.example.com" }),
      policy("a/p", { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "203.0.113.0/24" } }] }] }),
    ),
  "family-differs": () =>
    codes(
      { from: "a/dual", to: "a/two" },
      pod("a/dual", { ips: ["10.0.0.8", "fd00::8"] }),
      pod("a/two", { ips: ["10.0.0.9", "fd00::9"] }),
      fromBlock("10.0.0.0/8"),
    ),
  "portless-protocol": () =>
    evaluate(loadState([A, web, db, closed]), { from: "a/db", to: "a/web", protocol: "ICMP" }).caveats.map(
      ({ code }) => code,
    ),
  "same-pod": () => codes({ from: "a/web" }, web, closed),
  "own-node-egress": () => codes({ from: "a/web", to: { node: "n1" } }, N1, web, closed),
  "node-unknown": () => codes({ from: { node: "n1" }, to: "a/db" }, N1, db, closed),
  "host-network": () => codes({ from: "a/agent" }, N1, AGENT, web, closed),
  "ip-block-matches-pod": () => codes({}, web, db, fromBlock("10.0.0.0/8")),
  "service-translation": () => codes({ to: { service: "a/web" } }, web, db, toWeb(), closed),
  "source-translation": () =>
    codes({ from: OUTSIDE, to: { service: "a/web" } }, web, toWeb({ type: "NodePort" }), closed),
  "source-ranges": () =>
    codes(
      { from: OUTSIDE, to: { service: "a/web" } },
      web,
      toWeb({ type: "LoadBalancer", loadBalancerSourceRanges: ["192.0.2.0/28"] }),
    ),
  "node-port": () =>
    codes(
      { from: OUTSIDE, to: { node: "n1" }, port: 30080 },
      N1,
      web,
      toWeb({ ports: [{ port: 80, nodePort: 30080 }] }),
    ),
  hairpin: () => codes({ from: "a/web", to: { service: "a/web" } }, web, toWeb(), closed),
  "many-receivers": () => codes({ from: "a/web", to: "224.0.0.251" }, web),
};

const sides = (flow: Flow, ...objects: object[]): Reason[] => {
  const { egress, ingress: into } = evaluate(loadState([A, ...objects]), flow);
  return [egress.reason, into.reason];
};

/** A ClusterNetworkPolicy that does one thing with all that comes into pods from pods. */
const tier = (name: "Admin" | "Baseline", action: "Accept" | "Deny"): object => ({
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name: "c" },
  spec: {
    tier: name,
    priority: 0,
    subject: { namespaces: {} },
    ingress: [{ action, from: [{ namespaces: {} }] }],
  },
});

/** Gives the reasons of both sides, of which the key is one. */
export const REASONS: Readonly<Record<Reason, () => readonly Reason[]>> = {
  "not-isolated": () => sides(TO_WEB, web, db),
  rule: () => sides(TO_WEB, web, db, ingress({})),
  "no-rule": () => sides(TO_WEB, web, db, closed),
  "not-a-subject": () => sides({ ...TO_WEB, from: OUTSIDE }, web),
  "same-pod": () => sides({ ...TO_WEB, from: "a/web" }, web),
  "own-node": () => sides({ ...TO_WEB, from: { node: "n1" } }, N1, web, closed),
  mixed: () =>
    sides(
      { ...TO_WEB, to: { workload: "a/Deployment/d" } },
      db,
      pod("a/d-1", { labels: { x: "1" }, ips: ["10.0.0.3"], owner: { kind: "Deployment", name: "d" } }),
      pod("a/d-2", { ips: ["10.0.0.4"], owner: { kind: "Deployment", name: "d" } }),
      policy("a/p", { podSelector: { matchLabels: { x: "1" } } }),
    ),
  unsettled: () => sides({ ...TO_WEB, from: "a/young" }, web, pod("a/young"), fromBlock("10.0.0.0/8")),
  "admin-allow": () => sides(TO_WEB, web, db, tier("Admin", "Accept")),
  "admin-deny": () => sides(TO_WEB, web, db, tier("Admin", "Deny")),
  "baseline-allow": () => sides(TO_WEB, web, db, tier("Baseline", "Accept")),
  "baseline-deny": () => sides(TO_WEB, web, db, tier("Baseline", "Deny")),
};
