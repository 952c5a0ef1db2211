/** Cases of the rules on flows that one side alone allows, and on what the control plane calls. */
import { clusterPolicy, namespace, node, pod, policy, service, workload } from "../../docs/objects.ts";
import { type Cases, dns, egress, select, toDb } from "./cluster.ts";

const WEB = { podSelector: select({ app: "web" }) };
const DB = { podSelector: select({ app: "db" }) };
const webOut = (...rules: object[]): object =>
  policy("shop/web-out", { ...WEB, policyTypes: ["Egress"], egress: rules });
const fromWeb = toDb({ from: [WEB], ports: [{ port: 5432 }] });

const intoDns = (rule: object): object =>
  policy("kube-system/dns", { podSelector: select({ "k8s-app": "kube-dns" }), ingress: [rule] });
const otherDns = pod("kube-system/dns-2", { labels: { "k8s-app": "coredns" }, ips: ["10.0.2.2"] });

const hook = (more: object = {}): object => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "guard" },
  webhooks: [{ name: "a.b.c", clientConfig: { service: { namespace: "guard", name: "guard", path: "/", ...more } } }],
});
const guard = [
  namespace("guard"),
  pod("guard/guard", { labels: { app: "guard" }, ips: ["10.0.5.1"], node: "worker" }),
  service("guard/guard", { selector: { app: "guard" }, ports: [{ port: 443, targetPort: 9443 }] }),
];
const guarded = (...rules: object[]): object => policy("guard/p", { podSelector: {}, ingress: rules });
const inside = guarded({ from: [{ namespaceSelector: {} }] });
const control = node("control", ["192.0.2.10"], [], { "node-role.kubernetes.io/control-plane": "" });
const worker = node("worker", ["192.0.2.20"]);
const denied = policy("guard/p", { podSelector: {}, policyTypes: ["Ingress"] });
const tunnel = pod("kube-system/konnectivity-agent-1", {
  labels: { "k8s-app": "konnectivity-agent" },
  ips: ["10.0.2.7"],
});

const apiServer = service("default/kubernetes", { clusterIP: "10.96.0.1", ports: [{ port: 443, targetPort: 6443 }] });
const apiSlice = {
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { namespace: "default", name: "kubernetes", labels: { "kubernetes.io/service-name": "kubernetes" } },
  addressType: "IPv4",
  endpoints: [{ addresses: ["192.0.2.10"] }],
  ports: [{ port: 6443 }],
};
const toCluster = { ipBlock: { cidr: "10.96.0.1/32" } };
const toEndpoint = { to: [{ ipBlock: { cidr: "192.0.2.10/32" } }], ports: [{ port: 6443 }] };

const named = (name: string): object => select({ "kubernetes.io/metadata.name": name });
const sql = { name: "sql", port: 80, targetPort: 5432 };
const metrics = { name: "metrics", port: 9187 };
const dbService = service("shop/db", { selector: { app: "db" }, ports: [sql] });

export const FLOWS: Cases = {
  "half-open": {
    fires: [fromWeb, webOut({ to: [DB], ports: [{ port: 3306 }] })],
    says: /^it lets in `shop\/web`, which cannot send it to `shop\/db` on 5432\/TCP: no rule for its egress lets it \(isolated by `NetworkPolicy shop\/web-out`\)\nit lets pods send to `shop\/db`, .* on 3306\/TCP: no rule for its ingress/,
    silent: [
      [fromWeb],
      [fromWeb, webOut({ to: [DB] })],
      // One port of several is enough, and one pod of several.
      [toDb({ from: [WEB] }), webOut({ to: [DB], ports: [{ port: 7777 }] })],
      [toDb({ from: [WEB], ports: [{ port: 5000, endPort: 6000 }] }), webOut({ to: [DB], ports: [{ port: "sql" }] })],
      [
        fromWeb,
        pod("shop/web-2", { labels: { app: "web", free: "yes" }, ips: ["10.0.0.9"] }),
        policy("shop/out", {
          podSelector: { matchExpressions: [{ key: "free", operator: "DoesNotExist" }] },
          policyTypes: ["Egress"],
        }),
      ],
      // Anyone, and addresses, have no egress that policies of this cluster could forbid.
      [toDb({}), webOut()],
      [toDb({ from: [{ ipBlock: { cidr: "10.0.0.0/16" } }] }), webOut()],
      [
        toDb({ from: [{ namespaceSelector: {} }] }),
        policy("ops/out", { podSelector: {}, policyTypes: ["Egress"] }),
        webOut(),
      ],
      // There are more clients at other times.
      [fromWeb, webOut(), workload("shop/Deployment/web", { app: "web" }, { replicas: 0 })],
      // Policies that are not modelled may let it.
      [
        fromWeb,
        webOut(),
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumNetworkPolicy",
          metadata: { namespace: "shop", name: "x" },
          spec: {},
        },
      ],
      // A pod's own connections need no policy.
      [toDb({ from: [DB] }), policy("shop/out", { ...DB, policyTypes: ["Egress"] })],
    ],
  },
  "webhook-cut": {
    fires: [...guard, hook(), control, worker, inside],
    says: /^the API server calls `guard\/guard` on 443, and `guard\/guard` lets in nothing that is no pod on 9443\/TCP$/,
    silent: [
      [...guard, hook(), control, worker],
      [...guard, control, worker, inside],
      [hook(), control, worker],
      [...guard, hook({ port: 8443 }), inside],
      [...guard, hook(), control, worker, guarded({ ports: [{ port: 9443 }] })],
      [...guard, hook(), control, worker, guarded({ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] })],
      [...guard, hook(), guarded({ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] })],
      // The only node, to which the API server is local.
      [...guard, hook(), worker, denied],
      [
        ...guard,
        hook(),
        tunnel,
        guarded({ from: [{ namespaceSelector: select({ "kubernetes.io/metadata.name": "kube-system" }) }] }),
      ],
      [
        ...guard,
        hook(),
        denied,
        {
          apiVersion: "cilium.io/v2",
          kind: "CiliumNetworkPolicy",
          metadata: { namespace: "guard", name: "in" },
          spec: {},
        },
      ],
    ],
  },
  "api-server-address": {
    fires: [apiServer, apiSlice, egress({ to: [toCluster], ports: [{ port: 443 }] })],
    says: /^10\.96\.0\.1\/32 holds the cluster address of the API server; it leads to 192\.0\.2\.10:6443, which the policy's pods cannot reach$/,
    silent: [
      [egress({ to: [toCluster] })],
      [
        apiServer,
        apiSlice,
        policy("shop/p", { ...WEB, policyTypes: ["Egress"], egress: [{ to: [toCluster] }, toEndpoint] }),
      ],
      [apiServer, policy("shop/p", { ...WEB, policyTypes: ["Egress"], egress: [{ to: [toCluster] }, toEndpoint] })],
      [apiServer, apiSlice, egress({ to: [{ ipBlock: { cidr: "10.96.0.0/12" } }] })],
    ],
  },
  "finished-subject": {
    fires: [
      pod("shop/once", { labels: { app: "once" }, phase: "Succeeded" }),
      policy("shop/p", { podSelector: select({ app: "once" }) }),
    ],
    says: /^only `shop\/once` and its like have these labels, and they have finished$/,
    silent: [
      [policy("shop/p", { podSelector: select({ app: "once" }) })],
      [
        pod("shop/once", { labels: { app: "once" }, phase: "Failed" }),
        pod("shop/again", { labels: { app: "once" } }),
        policy("shop/p", { podSelector: select({ app: "once" }) }),
      ],
      [
        pod("shop/once", { labels: { app: "once" }, phase: "Succeeded", owner: { kind: "Job", name: "nightly-1" } }),
        policy("shop/p", { podSelector: select({ app: "once" }) }),
      ],
      [
        workload("shop/CronJob/nightly", { app: "once" }),
        workload("shop/Job/nightly-1", { app: "once" }, {}, { kind: "CronJob", name: "nightly", controller: true }),
        pod("shop/once", { labels: { app: "once" }, phase: "Succeeded", owner: { kind: "Job", name: "nightly-1" } }),
        policy("shop/p", { podSelector: select({ app: "once" }) }),
      ],
    ],
  },
  "service-cut": {
    fires: [toDb({ ports: [{ port: 3306 }] }), dbService],
    says: /^`shop\/db` and all else behind it is isolated for ingress, and no rule is for 5432\/TCP$/,
    silent: [
      [dbService],
      [toDb({ ports: [{ port: 3306 }] })],
      [toDb({ ports: [{ port: "sql" }] }), dbService],
      [toDb({ from: [{ namespaceSelector: select({ team: "nobody" }) }] }), dbService],
      [toDb({ ports: [{ port: 5000, endPort: 6000 }] }), dbService],
      // Another of its ports is open: this one may be shut on purpose.
      [toDb({ ports: [{ port: 9187 }] }), service("shop/db", { selector: { app: "db" }, ports: [sql, metrics] })],
      [
        toDb({ ports: [{ port: 3306 }] }),
        dbService,
        clusterPolicy("open", "Admin", 1, { ingress: [{ action: "Accept", from: [{ namespaces: {} }] }] }),
      ],
    ],
  },
  "dns-closed": {
    fires: [dns, intoDns({ from: [{ namespaceSelector: {} }], ports: [{ port: 53 }] })],
    says: /`ops\/probe` and 2 more may ask `kube-system\/dns`, which does not let them in on 53\/UDP$/,
    silent: [
      [intoDns({ from: [{ namespaceSelector: {} }], ports: [{ port: 53 }] })],
      [dns, intoDns({ from: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: "UDP" }] })],
      [
        dns,
        intoDns({ ports: [{ port: 53 }] }),
        egress({ to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53, protocol: "UDP" }] }),
      ],
      [
        pod("tenant/dns", { labels: { "k8s-app": "coredns" }, ips: ["10.0.2.9"] }),
        policy("tenant/p", { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
      ],
      // Another DNS pod lets them in.
      [dns, otherDns, intoDns({ ports: [{ port: 53 }] })],
      [
        dns,
        intoDns({ ports: [{ port: 53 }] }),
        pod("kube-system/cache", { labels: { "k8s-app": "node-local-dns" }, hostNetwork: true, ips: ["192.0.2.30"] }),
      ],
      [
        dns,
        intoDns({ ports: [{ port: 53 }] }),
        { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "x", namespace: "kube-system" } },
      ],
    ],
  },
  "dns-tcp-cut": {
    fires: [dns, egress({ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: "UDP" }] })],
    says: /^`shop\/web` cannot reach `kube-system\/dns` on 53\/TCP$/,
    silent: [
      [egress({ ports: [{ port: 53, protocol: "UDP" }] })],
      [dns, egress({ to: [{ podSelector: {} }] })],
      [dns, egress({ ports: [{ port: 53, protocol: "UDP" }, { port: 53 }] })],
      [
        dns,
        pod("kube-system/cache", {
          labels: { "k8s-app": "node-local-dns" },
          hostNetwork: true,
          ips: ["192.0.2.30"],
        }),
        egress({ ports: [{ port: 53, protocol: "UDP" }] }),
      ],
    ],
  },
  "port-name-outside": {
    fires: [egress({ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ports: [{ port: "sql" }] })],
    says: /^no address outside has a port named `sql`$/,
    silent: [
      [egress({ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ports: [{ port: 5432 }] })],
      [egress({ to: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ports: [{ port: "sql" }, { port: 5432 }] })],
      [egress({ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ port: "sql" }] })],
      [toDb({ from: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ports: [{ port: "sql" }] })],
    ],
  },
  "unknown-namespace": {
    fires: [toDb({ from: [{ namespaceSelector: named("kubesystem") }] })],
    says: /^there is no namespace `kubesystem`; there is `kube-system`$/,
    silent: [
      [toDb({ from: [{ namespaceSelector: named("kube-system") }] })],
      [toDb({ from: [{ namespaceSelector: named("monitoring") }] })],
      [namespace("team-b"), toDb({ from: [{ namespaceSelector: named("team-a") }] })],
      [pod("kubesystem/x"), toDb({ from: [{ namespaceSelector: named("kubesystem") }] })],
    ],
  },
};
