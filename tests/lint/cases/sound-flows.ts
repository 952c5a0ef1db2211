/** What users write and mean, and what a rule on flows has taken for a mistake: as `sound.ts`, of the rules on what is open, cut off and half open. */
import { clusterPolicy, pod, policy, service, workload } from "../../docs/objects.ts";
import { dns, egress, ingress, type MoreCases, select, toDb } from "./cluster.ts";

const named = (name: string): object => select({ "kubernetes.io/metadata.name": name });
const owner = (kind: string, name: string): object => ({ kind, name, controller: true });
const oldReplicas = workload("shop/ReplicaSet/web-1", { app: "web" }, { replicas: 0 }, owner("Deployment", "web"));
const nowReplicas = workload("shop/ReplicaSet/web-2", { app: "web" }, { replicas: 1 }, owner("Deployment", "web"));
const batch = workload("shop/Deployment/batch", { app: "batch" }, { replicas: 0 });
const unmodelled = {
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { namespace: "shop", name: "web" },
  spec: { endpointSelector: {} },
};
const denied = policy("shop/deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });

const shutOut = policy("shop/out", { podSelector: {}, policyTypes: ["Egress"] });
const fromWebOrBatch = toDb({
  from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["web", "batch"] }] } }],
});
const REVISION = { key: "controller-revision-hash", operator: "Exists" };
const nodeCache = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { namespace: "kube-system", name: "node-local-dns" },
  spec: {
    selector: { matchLabels: { "k8s-app": "node-local-dns" } },
    template: {
      metadata: { labels: { "k8s-app": "node-local-dns" } },
      spec: { hostNetwork: true, containers: [{ name: "node-cache" }] },
    },
  },
};
const guard = (...rules: object[]): object => clusterPolicy("guard", "Admin", 1, { egress: rules });
const toDns = { namespaces: named("kube-system") };

export const SOUND_FLOWS: Readonly<Record<string, MoreCases>> = {
  "unprotected-pods": {
    silent: { "policies that are not modelled": [policy("ops/all", { podSelector: {} }), unmodelled] },
  },
  "unprotected-egress": {
    silent: {
      "policies that are not modelled": [policy("ops/out", { podSelector: {}, policyTypes: ["Egress"] }), unmodelled],
    },
    fires: {
      "a cluster-wide policy that denies some pods' egress": [
        [
          clusterPolicy("web", "Admin", 1, {
            subject: { pods: { namespaceSelector: {}, podSelector: select({ app: "web" }) } },
            egress: [{ action: "Deny", to: [{ namespaces: {} }] }],
          }),
        ],
        /^no policy selects ops\/probe for egress\nno policy selects shop\/db for egress$/,
      ],
    },
  },
  "dns-cut": {
    silent: {
      "pods that no rule lets out": [dns, denied],
      "pods that a cluster-wide rule lets out nowhere": [
        dns,
        guard({ action: "Deny", to: [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }] }),
      ],
      "a cache on each node whose pods are still to come": [dns, nodeCache, egress({ to: [{ podSelector: {} }] })],
      "a cache on each node, at a link-local address": [
        dns,
        egress({ to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: [{ port: 53, protocol: "UDP" }] }),
        policy("shop/more", {
          podSelector: select({ app: "web" }),
          policyTypes: ["Egress"],
          egress: [{ to: [{ podSelector: {} }] }],
        }),
      ],
    },
    fires: {
      "a cluster-wide rule, for pods that no NetworkPolicy isolates": [
        [dns, guard({ action: "Deny", to: [toDns] })],
        /^`ops\/probe` and 2 more cannot reach `kube-system\/dns` on 53\/UDP: this rule denies it$/,
      ],
      "a rule of the Baseline tier": [
        [dns, clusterPolicy("floor", "Baseline", 1, { egress: [{ action: "Deny", to: [toDns] }] })],
        /^`ops\/probe` and 2 more cannot reach `kube-system\/dns` on 53\/UDP: this rule denies it$/,
      ],
      "pods that a rule lets out, under a default deny": [
        [dns, denied, egress({ to: [{ podSelector: {} }] })],
        /^`shop\/web` cannot reach `kube-system\/dns` on 53\/UDP; `NetworkPolicy shop\/deny` isolates it too, and lets no DNS through$/,
      ],
      "DNS elsewhere": [
        [dns, egress({ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] })],
        /^`shop\/web` cannot reach/,
      ],
    },
  },
  "half-open": {
    silent: {
      "a whole namespace that has no other pods today": [
        policy("ops/probe", {
          podSelector: select({ app: "probe" }),
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: {} }] }],
        }),
        pod("ops/probe-2", { labels: { app: "probe" }, ips: ["10.0.1.2"] }),
      ],
      "a peer's workload that is scaled to zero": [fromWebOrBatch, shutOut, batch],
      "one whose pods get the label from their controller": [
        toDb({ from: [{ podSelector: { matchExpressions: [REVISION] } }] }),
        shutOut,
        pod("shop/old", { labels: { "controller-revision-hash": "x" }, ips: ["10.0.0.9"] }),
        workload("shop/StatefulSet/zero", { app: "zero" }, { replicas: 0 }),
      ],
      "a subject's workload that is scaled to zero": [
        toDb({ from: [{ podSelector: select({ app: "web" }) }] }),
        shutOut,
        workload("shop/Deployment/db", { app: "db" }, { replicas: 0 }),
      ],
      "one of a namespace that the peer selects": [
        policy("shop/from-ops", {
          podSelector: select({ app: "db" }),
          ingress: [{ from: [{ namespaceSelector: select({ team: "ops" }) }] }],
        }),
        policy("ops/out", { podSelector: {}, policyTypes: ["Egress"] }),
        workload("ops/Deployment/zero", { app: "zero" }, { replicas: 0 }),
      ],
    },
    fires: {
      "a workload that is scaled to zero beside the peer's, of its namespace": [
        [toDb({ from: [{ podSelector: select({ app: "web" }) }] }), shutOut, batch],
        /^it lets in `shop\/web`, which cannot send it to `shop\/db` on any port/,
      ],
      "one of another namespace": [
        [fromWebOrBatch, shutOut, workload("ops/Deployment/batch", { app: "batch" }, { replicas: 0 })],
        /^it lets in `shop\/web`, which cannot send it to/,
      ],
      "an old ReplicaSet of the peer's Deployment": [
        [toDb({ from: [{ podSelector: select({ app: "web" }) }] }), shutOut, oldReplicas, nowReplicas],
        /^it lets in `shop\/ReplicaSet\/web-2`, which cannot send it to/,
      ],
      "a whole namespace": [
        [
          policy("shop/deny", { podSelector: {}, policyTypes: ["Egress"] }),
          ingress({ podSelector: {} }, { from: [{ podSelector: {} }] }),
        ],
        /^it lets in `shop\/web`, which cannot send it to `shop\/db` on any port/,
      ],
    },
  },
  "service-cut": {
    fires: {
      "a port that no rule names": [
        [toDb({ ports: [{ port: 80 }] }), service("shop/db", { selector: { app: "db" }, ports: [{ port: 5432 }] })],
        /^`shop\/db` and all else behind it is isolated for ingress, and no rule is for 5432\/TCP$/,
      ],
    },
  },
};
