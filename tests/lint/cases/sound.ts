/** What users write and mean, that some rule has taken for a mistake: more cases that must stay silent, and that must not. */
import { clusterPolicy, namespace, pod, policy, service, workload } from "../../docs/objects.ts";
import { atZero, egress, ingress, type MoreCases, peer, select, toDb } from "./cluster.ts";

const named = (name: string): object => select({ "kubernetes.io/metadata.name": name });
const APP = { key: "app", operator: "Exists" };
const OPS_TEAM = { key: "team", operator: "NotIn", values: ["shop"] };
const everywhere = { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } };
const webService = service("shop/web", { selector: { app: "web" }, ports: [{ port: 443, targetPort: 8443 }] });
const owner = (kind: string, name: string): object => ({ kind, name, controller: true });
const oldReplicas = workload("shop/ReplicaSet/web-1", { app: "web" }, { replicas: 0 }, owner("Deployment", "web"));
const nowReplicas = workload("shop/ReplicaSet/web-2", { app: "web" }, { replicas: 1 }, owner("Deployment", "web"));
const misspelt = ingress({ podSelector: select({ app: "Web" }) }, {});
const batch = workload("shop/Deployment/batch", { app: "batch" }, { replicas: 0 });
const sqlOn = (path: string, ip: string): object =>
  pod(path, { labels: { app: "db" }, ips: [ip], ports: [{ name: "sql", containerPort: 5433 }] });
const secondDb = sqlOn("shop/db-2", "10.0.0.9");
const thirdDb = sqlOn("shop/db-3", "10.0.0.10");

const agents = {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { namespace: "shop", name: "agent" },
  spec: {
    selector: { matchLabels: { app: "agent" } },
    template: {
      metadata: { labels: { app: "agent" } },
      spec: { hostNetwork: true, containers: [{ name: "main" }] },
    },
  },
};
const forAgents = ingress({ podSelector: select({ app: "agent" }) }, {});

export const SOUND: Readonly<Record<string, MoreCases>> = {
  "finished-subject": {
    fires: {
      "the pods of a Job that has ended": [
        [
          {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { namespace: "shop", name: "once" },
            spec: { template: { metadata: { labels: { app: "once" } }, spec: { containers: [{ name: "main" }] } } },
            status: { conditions: [{ type: "Complete", status: "True" }], succeeded: 1 },
          },
          pod("shop/once-x", { labels: { app: "once" }, phase: "Succeeded", owner: { kind: "Job", name: "once" } }),
          ingress({ podSelector: select({ app: "once" }) }, {}),
        ],
        /^only `shop\/once-x` and its like have these labels, and they have finished$/,
      ],
    },
    silent: {
      "a workload that is scaled to zero": [
        pod("shop/once-x", { labels: { app: "batch" }, phase: "Succeeded" }),
        batch,
        ingress({ podSelector: select({ app: "batch" }) }, {}),
      ],
    },
  },
  "allows-anyone": {
    fires: {
      "every address": [
        [peer({ ipBlock: { cidr: "0.0.0.0/0" } })],
        /^it lets every IPv4 address reach `shop\/db` on every port$/,
      ],
    },
    silent: {
      "every address but some": [peer({ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } })],
      "every address on one port": [toDb({ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] })],
    },
  },
  "host-network-subject": {
    silent: {
      "a workload that is scaled to zero": [
        agents,
        forAgents,
        workload("shop/Deployment/agent", { app: "agent" }, { replicas: 0 }),
      ],
    },
    fires: {
      "a workload whose pods are still to come": [
        [agents, forAgents],
        /^only `shop\/DaemonSet\/agent` and its like have these labels/,
      ],
    },
  },
  "service-port": {
    silent: {
      "HTTPS to everywhere, beside a Service of that port": [
        egress({ to: [everywhere], ports: [{ port: 443 }] }),
        service("shop/db", { selector: { app: "db" }, ports: [{ port: 443, targetPort: 8443 }] }),
      ],
      "a port that another Service hands on as it is": [
        ingress({ podSelector: {} }, { ports: [{ port: 443 }] }),
        webService,
        service("shop/db", { selector: { app: "db" }, ports: [{ port: 443 }] }),
      ],
      "a port for several pods, of which one is behind a Service": [
        ingress({ podSelector: {} }, { ports: [{ port: 443 }] }),
        webService,
      ],
      "a headless Service, which translates nothing": [
        toDb({ ports: [{ port: 80 }] }),
        service("shop/db", { clusterIP: "None", selector: { app: "db" }, ports: [{ port: 80, targetPort: 81 }] }),
      ],
    },
    fires: {
      "the port of a client's rule": [
        [
          egress({ to: [{ podSelector: select({ app: "db" }) }], ports: [{ port: 80 }] }),
          service("shop/db", { selector: { app: "db" }, ports: [{ port: 80, targetPort: "sql" }] }),
        ],
        /^80 is a port of Service `shop\/db`, whose pods get it on `sql`$/,
      ],
    },
  },
  "unknown-port-name": {
    silent: {
      "DNS by name in namespaces that were not loaded": [
        egress({ to: [{ namespaceSelector: {} }], ports: [{ port: "dns", protocol: "UDP" }] }),
      ],
      "a peer beside that matches no pod here": [
        egress({
          to: [{ podSelector: select({ app: "db" }) }, { namespaceSelector: named("elsewhere") }],
          ports: [{ port: "metrics" }],
        }),
      ],
      "a name on pods of a workload that is scaled to zero": [toDb({ ports: [{ port: "admin" }] }), atZero("admin")],
    },
    fires: {
      "a name on other pods": [
        [egress({ to: [{ podSelector: select({ app: "db" }) }], ports: [{ port: "http" }] })],
        /^none of the 1 destination pods has a TCP port named `http`$/,
      ],
      "the other protocol": [[toDb({ ports: [{ port: "sql", protocol: "UDP" }] })], /has a UDP port named `sql`$/],
    },
  },
  "joined-peer": {
    silent: {
      "a workload that is scaled to zero": [
        peer({ namespaceSelector: named("ops"), podSelector: select({ app: "web" }) }),
        workload("ops/Deployment/web", { app: "web" }, { replicas: 0 }),
      ],
    },
  },
  "split-peer": {
    fires: {
      "selectors by expressions": [
        [
          ...Array.from({ length: 6 }, (_, i) => pod(`ops/tool-${i}`, { ips: [`10.0.1.${i + 10}`] })),
          pod("ops/web", { labels: { app: "web" }, ips: ["10.0.1.99"] }),
          peer(
            { podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["probe"] }, APP] } },
            { namespaceSelector: { matchExpressions: [{ key: "team", operator: "Exists" }, OPS_TEAM] } },
          ),
        ],
        /match 8 and 2 pods, one with both selectors would match 1$/,
      ],
      "pods of which the policy's own namespace has none": [
        [
          pod("ops/api", { labels: { app: "api" }, ips: ["10.0.1.98"] }),
          peer({ namespaceSelector: select({ team: "ops" }) }, { podSelector: select({ app: "api" }) }),
        ],
        /match 2 and 0 pods, one with both selectors would match 1$/,
      ],
    },
    silent: {
      "pods of its own that have finished": [
        pod("ops/api", { labels: { app: "api" }, ips: ["10.0.1.98"] }),
        pod("shop/api-1", { labels: { app: "api" }, phase: "Succeeded" }),
        peer({ namespaceSelector: select({ team: "ops" }) }, { podSelector: select({ app: "api" }) }),
      ],
      "pods of its own that are still to come": [
        pod("ops/api", { labels: { app: "api" }, ips: ["10.0.1.98"] }),
        workload("shop/Deployment/api", { app: "api" }, { replicas: 0 }),
        peer({ namespaceSelector: select({ team: "ops" }) }, { podSelector: select({ app: "api" }) }),
      ],
    },
  },
  "selects-nothing": {
    silent: {
      "another namespace that was not loaded": [policy("billing/p", { podSelector: select({ app: "db" }) })],
      "a default namespace that has a Service": [
        service("default/db", { selector: { app: "db" }, ports: [{ port: 5432 }] }),
        policy("default/p", { podSelector: select({ app: "db" }) }),
      ],
      "part of a cluster, whose other policies have no pods either": [
        policy("default/p", { podSelector: select({ app: "db" }) }),
        policy("billing/p", { podSelector: select({ app: "bill" }) }),
      ],
      "a namespace of nearly the name": [policy("shop-1/p", { podSelector: select({ app: "db" }) })],
      "a default namespace that is there": [
        namespace("default"),
        policy("default/p", { podSelector: select({ app: "db" }) }),
      ],
      "labels that nobody has": [policy("default/p", { podSelector: select({ app: "nobody" }) })],
      "pods of the default namespace that are still to come": [
        policy("default/p", { podSelector: select({ app: "db" }) }),
        workload("default/Deployment/db", { app: "db" }, { replicas: 0 }),
      ],
      "pods on the host network that are still to come": [agents, forAgents],
      "a cluster-wide policy for namespaces to come": [
        clusterPolicy("guard", "Admin", 1, {
          subject: { namespaces: select({ env: "prod" }) },
          egress: [{ action: "Deny", to: [{ namespaces: {} }] }],
        }),
      ],
      "pods of a Rollout, which is not read": [
        { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { namespace: "shop", name: "api" }, spec: {} },
        ingress({ podSelector: select({ app: "api" }) }, {}),
      ],
      "pods of a CronJob": [
        ingress({ podSelector: select({ app: "nightly" }) }, {}),
        workload("shop/CronJob/nightly", { app: "nightly" }),
      ],
      "a pod by its name, of a StatefulSet that is scaled to zero": [
        ingress({ podSelector: select({ "statefulset.kubernetes.io/pod-name": "zero-0" }) }, {}),
        workload("shop/StatefulSet/zero", { app: "zero" }, { replicas: 0 }),
      ],
      "an owned workload that is scaled to zero, whose owner was not loaded": [
        ingress({ podSelector: select({ app: "solo" }) }, {}),
        workload("shop/ReplicaSet/solo-1", { app: "solo" }, { replicas: 0 }, owner("Deployment", "solo")),
      ],
    },
    fires: {
      "pods of another namespace than the default one": [
        [policy("default/p", { podSelector: select({ app: "db" }) })],
        /^`default` has no pods; `shop\/db`, which has the labels, is in another namespace$/,
      ],
      "a cluster-wide policy's subject that is misspelt": [
        [
          clusterPolicy("guard", "Admin", 1, {
            subject: { pods: { namespaceSelector: {}, podSelector: select({ App: "web" }) } },
            egress: [{ action: "Deny", to: [{ namespaces: {} }] }],
          }),
        ],
        /^no pod has `App=web`; there is `app=web`$/,
      ],
      "a label called as what objects inherit": [
        [ingress({ podSelector: select({ constructor: "Object" }) }, {})],
        /^no pod of `shop` has `constructor=Object`$/,
      ],
      "what a Deployment has replaced is not scaled to zero": [
        [misspelt, workload("shop/Deployment/web", { app: "web" }), oldReplicas],
        /^no pod of `shop` has `app=Web`; there is `app=web`$/,
      ],
      "nor what has a younger sibling": [[misspelt, oldReplicas, nowReplicas], /there is `app=web`$/],
      "the nearest value": [[ingress({ podSelector: select({ app: "webb" }) }, {})], /there is `app=web`$/],
      "another workload is scaled to zero": [[misspelt, batch], /there is `app=web`$/],
      "a key with another spelling": [
        [
          pod("shop/x", { labels: { "app.kubernetes.io/name": "x" }, ips: ["10.0.0.77"] }),
          ingress({ podSelector: select({ "app.kubernetes.io/Name": "x" }) }, {}),
        ],
        /there is `app.kubernetes.io\/name=x`$/,
      ],
    },
  },
  "peer-matches-nothing": {
    silent: {
      "clients of a chart that was loaded by itself": [
        namespace("redis"),
        pod("redis/redis", { labels: { app: "redis" }, ips: ["10.0.3.1"] }),
        policy("redis/p", { podSelector: {}, ingress: [{ from: [{ podSelector: select({ app: "frontend" }) }] }] }),
      ],
      "pods that have finished": [
        peer({ podSelector: select({ app: "migrate" }) }),
        pod("shop/migrate", {
          labels: { app: "migrate" },
          phase: "Succeeded",
          owner: { kind: "Job", name: "migrate" },
        }),
      ],
      "a workload that is scaled to zero": [peer({ podSelector: select({ app: "batch" }) }), batch],
      "other labels in another namespace": [
        peer({ namespaceSelector: named("ops"), podSelector: select({ app: "prometheus" }) }),
      ],
    },
    fires: {
      "labels of another case in a namespace that is named": [
        [peer({ namespaceSelector: named("ops"), podSelector: select({ app: "Probe" }) })],
        /^no pod of `ops` has `app=Probe`; there is `app=probe`$/,
      ],
      "pods on the host network": [
        [
          peer({ podSelector: select({ app: "agent" }) }),
          pod("shop/agent", { labels: { app: "agent" }, hostNetwork: true, ips: ["192.0.2.1"] }),
        ],
        /^no pod of `shop` has `app=agent` but such as `shop\/agent`, on the host network/,
      ],
    },
  },
  "unknown-namespace": {
    silent: {
      "a number that is another's with its digits exchanged": [
        namespace("tenant-12"),
        peer({ namespaceSelector: named("tenant-21") }),
      ],
      "a label that some namespace has": [
        namespace("labelled", { name: "other" }),
        peer({ namespaceSelector: select({ name: "ops" }) }),
      ],
      "another value of a label": [peer({ namespaceSelector: select({ team: "data" }) })],
      "a label for something else": [peer({ namespaceSelector: select({ env: "ops" }) })],
      "a namespace that was not loaded": [peer({ namespaceSelector: select({ name: "monitoring" }) })],
      "a namespace of another number": [namespace("tenant-1"), peer({ namespaceSelector: named("tenant-12") })],
    },
    fires: {
      "a label that namespaces do not have": [
        [peer({ namespaceSelector: select({ name: "ops" }) })],
        /^no namespace has the label `name`, and namespace `ops` is there without it$/,
      ],
      "a label of another case": [
        [peer({ namespaceSelector: select({ team: "OPS" }) })],
        /^no namespace has `team=OPS`; there is `team=ops`$/,
      ],
      "a letter that is missing": [
        [peer({ namespaceSelector: named("kube-sytem") })],
        /^there is no namespace `kube-sytem`; there is `kube-system`$/,
      ],
    },
  },
  "ambiguous-port-name": {
    silent: {
      "one number for every pod of either protocol": [
        pod("shop/db-2", {
          labels: { app: "db" },
          ips: ["10.0.0.9"],
          ports: [{ name: "sql", containerPort: 5433, protocol: "UDP" }],
        }),
        toDb({ ports: [{ port: "sql" }, { port: "sql", protocol: "UDP" }] }),
      ],
    },
    fires: {
      "once for all rules of a namespace that have the same numbers": [
        [
          secondDb,
          thirdDb,
          policy("shop/a", {
            podSelector: select({ app: "db" }),
            ingress: [{ ports: [{ port: "sql" }, { port: 80 }] }, { ports: [{ port: "sql" }] }],
          }),
          policy("shop/b", { podSelector: {}, ingress: [{ ports: [{ port: "sql" }] }] }),
          policy("shop/c", {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [{ to: [{ podSelector: {} }], ports: [{ port: "sql" }] }],
          }),
        ],
        /^`sql` stands for 5432 on `shop\/db`, 5433 on `shop\/db-2` and 1 more; so in `NetworkPolicy shop\/b` and 1 more$/,
      ],
      "where the numbers, or the namespaces, are others": [
        [
          secondDb,
          toDb({ ports: [{ port: "sql" }] }),
          policy("ops/out", {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [{ to: [{ namespaceSelector: named("shop") }], ports: [{ port: "sql" }] }],
          }),
        ],
        /^`sql` stands for 5432 on .*\n`sql` stands for 5432 on .*$/,
      ],
    },
  },
};
