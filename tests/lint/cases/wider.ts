/** Cluster-wide policies, and what is seen only of several things together: ranges, blocks, namespaces by their labels. */
import { clusterPolicy, namespace, node, pod, policy, service, workload } from "../../docs/objects.ts";
import { atZero, dns, egress, type MoreCases, peer, select, toDb } from "./cluster.ts";

const APP = (app: string): object => ({ namespaceSelector: {}, podSelector: select({ app }) });
const subject = (app: string): object => ({ subject: { pods: APP(app) } });
const to = (app: string): object => ({ to: [{ pods: APP(app) }] });
const from = (app: string): object => ({ from: [{ pods: APP(app) }] });
const named = (name: string): object => ({ protocols: [{ destinationNamedPort: name }] });
const admin = (spec: object): object => clusterPolicy("guard", "Admin", 1, spec);
const accept = (rule: object): object => ({ action: "Accept", ...rule });
const tcp = (number: number): object => ({ protocols: [{ tcp: { destinationPort: { number } } }] });
const webOut = policy("shop/web-out", { podSelector: select({ app: "web" }), policyTypes: ["Egress"] });
const agent = pod("shop/agent", { labels: { app: "agent" }, hostNetwork: true, ips: ["192.0.2.1"] });
const done = pod("shop/done", { labels: { app: "done" }, phase: "Succeeded" });
const denyAll = { egress: [{ action: "Deny", to: [{ namespaces: {} }] }] };
const none = (app: string): object => workload(`shop/Deployment/${app}`, { app }, { replicas: 0 });
const block = (cidr: string, ...except: string[]): object => ({
  ipBlock: { cidr, ...(except.length > 0 && { except }) },
});
const nodes = [node("n1", ["192.0.2.1"], ["10.0.0.0/24"]), node("n2", ["192.0.2.2"], ["10.0.1.0/24"])];

/** What a dump of a cluster has beside the shop. */
const whole = [...nodes, namespace("default"), namespace("kube-public"), dns];

const hook = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name: "guard" },
  webhooks: [{ name: "a.b.c", clientConfig: { service: { namespace: "shop", name: "db", port: 80 } } }],
};
const dbService = service("shop/db", { selector: { app: "db" }, ports: [{ port: 80, targetPort: 5432 }] });
const withoutSelector = service("shop/db", { ports: [{ port: 80, targetPort: 80 }] });
const slice = (port: number): object => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { namespace: "shop", name: "db-1", labels: { "kubernetes.io/service-name": "db" } },
  addressType: "IPv4",
  endpoints: [{ addresses: ["10.0.0.2"], targetRef: { kind: "Pod", name: "db", namespace: "shop" } }],
  ports: [{ port }],
});

const out = { podSelector: select({ app: "db" }), egress: [{}] };
const outOnly = policy("shop/out", out);

export const WIDER: Readonly<Record<string, MoreCases>> = {
  "implied-ingress": {
    fires: {
      "pods that nothing else isolates": [
        [outOnly],
        /^without `policyTypes` it is for ingress too, and lets nobody reach `shop\/db`$/,
      ],
    },
    silent: {
      "types that are written": [policy("shop/out", { ...out, policyTypes: ["Egress"] })],
      "both, and meant": [policy("shop/out", { ...out, policyTypes: ["Ingress", "Egress"] })],
      "an empty list of ingress rules": [policy("shop/out", { ...out, ingress: [] })],
      "pods that others isolate": [outOnly, toDb({ ports: [{ port: 5432 }] })],
      "no pods": [policy("shop/out", { ...out, podSelector: select({ app: "none" }) })],
    },
  },
  "unknown-port-name": {
    fires: {
      "egress of a cluster-wide policy": [
        [admin({ egress: [accept({ ...to("db"), ...named("postgres") })] })],
        /^none of the 1 destination pods has a port named `postgres`$/,
      ],
      "ingress of one": [
        [admin({ ...subject("db"), ingress: [accept({ ...from("web"), ...named("postgres") })] })],
        /^none of the 1 destination pods has a port named `postgres`$/,
      ],
    },
    silent: {
      "a name of any protocol": [
        pod("shop/names", {
          labels: { app: "names" },
          ips: ["10.0.0.8"],
          ports: [{ name: "lookup", containerPort: 53, protocol: "UDP" }],
        }),
        admin({ egress: [accept({ ...to("names"), ...named("lookup") })] }),
      ],
      "every pod, for ingress": [admin({ ingress: [accept({ ...from("web"), ...named("postgres") })] })],
      "a workload that is scaled to zero": [
        atZero("postgres"),
        admin({ egress: [accept({ ...to("db"), ...named("postgres") })] }),
      ],
    },
  },
  "half-open": {
    fires: {
      "ingress that a cluster-wide policy accepts": [
        [webOut, admin({ ...subject("db"), ingress: [accept(from("web"))] })],
        /^it lets in `shop\/web`, which cannot send it to `shop\/db` on any port: no rule for its egress lets it/,
      ],
      "egress that one accepts": [
        [
          toDb({ ports: [{ port: 5432 }] }),
          admin({ ...subject("web"), egress: [accept({ ...to("db"), ...tcp(80) })] }),
        ],
        /^it lets pods send to `shop\/db`, which cannot take it from `shop\/web` on 80\/TCP/,
      ],
    },
    silent: {
      "what it denies or passes": [
        webOut,
        admin({
          ...subject("db"),
          ingress: [
            { action: "Pass", ...from("web") },
            { action: "Deny", ...from("web") },
          ],
        }),
      ],
      "one pod of several that may": [
        webOut,
        pod("ops/web", { labels: { app: "web" }, ips: ["10.0.1.9"] }),
        admin({ ...subject("db"), ingress: [accept(from("web"))] }),
      ],
      "clients at other times": [webOut, none("web"), admin({ ...subject("db"), ingress: [accept(from("web"))] })],
    },
  },
  "host-network-subject": {
    fires: {
      "of a cluster-wide policy": [
        [agent, admin({ ...subject("agent"), ...denyAll })],
        /^only `shop\/agent` and its like have these labels, and they are on the host network$/,
      ],
    },
    silent: { "a workload that is scaled to zero": [agent, none("agent"), admin({ ...subject("agent"), ...denyAll })] },
  },
  "finished-subject": {
    fires: {
      "of a cluster-wide policy": [
        [done, admin({ ...subject("done"), ...denyAll })],
        /^only `shop\/done` and its like have these labels, and they have finished$/,
      ],
    },
  },
  "unknown-namespace": {
    fires: {
      "a label of a cluster-wide policy's subject": [
        [admin({ subject: { namespaces: select({ team: "Shop" }) }, ...denyAll })],
        /^no namespace has `team=Shop`; there is `team=shop`$/,
      ],
      "a name that one is for": [
        [admin({ subject: { namespaces: select({ "kubernetes.io/metadata.name": "kube-sytem" }) }, ...denyAll })],
        /^there is no namespace `kube-sytem`; there is `kube-system`$/,
      ],
    },
    silent: {
      "namespaces to come": [admin({ subject: { namespaces: select({ tenant: "yes" }) }, ...denyAll })],
    },
  },
  "selects-nothing": {
    fires: {
      "a cluster-wide policy of a whole cluster": [
        [...whole, admin({ subject: { namespaces: select({ team: "none" }) }, ...denyAll })],
        /^it selects no pod of the whole cluster$/,
      ],
    },
    silent: {
      "pods to come, of part of a cluster": [admin({ subject: { namespaces: select({ team: "none" }) }, ...denyAll })],
      "pods at other times": [...whole, none("later"), admin({ ...subject("later"), ...denyAll })],
    },
  },
  "peer-matches-nothing": {
    fires: {
      "a namespace that a whole cluster has not": [
        [...whole, peer({ namespaceSelector: select({ "kubernetes.io/metadata.name": "prometheus" }) })],
        /^no pod of the whole cluster is in a namespace with `kubernetes\.io\/metadata\.name=prometheus`$/,
      ],
      "a label that no namespace of a whole cluster has": [
        [...whole, peer({ namespaceSelector: select({ zone: "dmz" }), podSelector: select({ app: "x" }) })],
        /^no pod of the whole cluster is in a namespace with `zone=dmz`$/,
      ],
      "a label that no pod of a whole cluster has": [
        [...whole, peer({ namespaceSelector: {}, podSelector: select({ app: "nope" }) })],
        /^no pod of the whole cluster has `app=nope`$/,
      ],
      "a label that is misspelt, in namespaces by their labels": [
        [peer({ namespaceSelector: select({ team: "ops" }), podSelector: select({ app: "Probe" }) })],
        /^no pod of the namespaces that it selects has `app=Probe`; there is `app=probe`$/,
      ],
      "in every namespace": [
        [peer({ namespaceSelector: {}, podSelector: select({ app: "Probe" }) })],
        /there is `app=probe`$/,
      ],
    },
    silent: {
      "a namespace that part of a cluster has not": [
        peer({ namespaceSelector: select({ "kubernetes.io/metadata.name": "prometheus" }) }),
      ],
      "pods that something unread may make, in a whole cluster": [
        ...whole,
        { apiVersion: "serving.knative.dev/v1", kind: "Service", metadata: { namespace: "ops", name: "x" }, spec: {} },
        peer({ namespaceSelector: {}, podSelector: select({ app: "nope" }) }),
      ],
      "a namespace of a whole cluster whose pods are to come": [
        ...whole,
        namespace("jobs"),
        peer({ namespaceSelector: select({ "kubernetes.io/metadata.name": "jobs" }) }),
      ],
      "a label by which clients opt in, of none in a whole cluster": [
        ...whole,
        peer({ namespaceSelector: {}, podSelector: select({ "db-client": "true" }) }),
      ],
      "pods of a whole cluster at other times": [
        ...whole,
        none("later"),
        peer({ namespaceSelector: {}, podSelector: select({ app: "later" }) }),
      ],
      "a label of pods elsewhere": [
        peer({ namespaceSelector: select({ team: "shop" }), podSelector: select({ app: "Probe" }) }),
      ],
    },
  },
  "block-of-pods": {
    fires: {
      "the ranges of two Nodes": [
        [...nodes, peer(block("10.0.0.0/23"))],
        /^10\.0\.0\.0\/23 is in the pods' ranges 10\.0\.0\.0\/24, 10\.0\.1\.0\/24$/,
      ],
    },
    silent: { "more than those": [...nodes, peer(block("10.0.0.0/22"))] },
  },
  "metadata-address": {
    fires: {
      "both halves of all addresses": [
        [egress({ to: [block("0.0.0.0/1"), block("128.0.0.0/1")] })],
        /^it lets pods reach 169\.254\.169\.254/,
      ],
    },
    silent: {
      "one half, and what is not of the other": [egress({ to: [block("128.0.0.0/1"), block("0.0.0.0/2")] })],
      "halves with an exception": [egress({ to: [block("0.0.0.0/1"), block("128.0.0.0/1", "169.254.0.0/16")] })],
      "everywhere, and that address on purpose": [
        egress({ to: [block("0.0.0.0/0", "169.254.0.0/16"), block("169.254.169.254/32")] }),
      ],
    },
  },
  "service-port": {
    fires: {
      "a Service whose pods its EndpointSlices name": [
        [toDb({ ports: [{ port: 80 }] }), withoutSelector, slice(5432)],
        /^80 is a port of Service `shop\/db`, whose pods get it on `5432`$/,
      ],
    },
    silent: { "one that hands on the same": [toDb({ ports: [{ port: 80 }] }), withoutSelector, slice(80)] },
  },
  "webhook-cut": {
    fires: {
      "pods by their range": [
        [...nodes, dbService, hook, toDb({ from: [block("10.0.0.0/24")] })],
        /^the API server calls `shop\/db` on 80, and `shop\/db` lets in nothing that is no pod on 5432\/TCP$/,
      ],
    },
    silent: {
      "a range that Nodes share": [
        node("n1", ["10.0.0.10"], ["10.0.0.0/24"]),
        node("n2", ["10.0.0.11"]),
        dbService,
        hook,
        toDb({ from: [block("10.0.0.0/24")] }),
      ],
      "a range that is not known": [...nodes, dbService, hook, toDb({ from: [block("10.9.0.0/24")] })],
    },
  },
};
