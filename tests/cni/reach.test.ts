/** How far each fact reaches: a flow that it decides, and beside it one that it has to leave alone. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, type FlowEnd, loadState } from "../../bindings/inline.ts";
import { type Case, decide, pod, policy } from "./support.ts";

const DB = { podSelector: { matchLabels: { app: "db" } } };
const WEB = { podSelector: { matchLabels: { app: "web" } } };
const egress = (rule: object, name = "web") => policy({ ...WEB, policyTypes: ["Egress"], egress: [rule] }, name);
const ingress = (rule: object, name = "db") => policy({ ...DB, policyTypes: ["Ingress"], ingress: [rule] }, name);
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } });

const AWS = { name: "aws-vpc-cni", settings: { "enable-network-policy": true } } as const;
const EBPF = { name: "calico", settings: { bpfEnabled: true } } as const;

const web = { from: "shop/web-0", to: "shop/db-0", port: 80 } as const;
const sctp = { ...web, protocol: "SCTP" } as const;
const service = { from: "shop/web-0", to: { service: "shop/db" }, port: 80 } as const;
const even = { from: "shop/web-0", to: { service: "shop/even" }, port: 8080 } as const;
const fromNode = { from: { node: "n2" }, to: "shop/db-0", port: 80 } as const;
const self = { from: "shop/db-0", to: "shop/db-0", port: 80 } as const;

/** A Service whose port is the container's, and that selects by one label of two. */
const EVEN = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace: "shop", name: "even" },
  spec: { clusterIP: "10.96.0.2", selector: { app: "db" }, ports: [{ port: 8080 }] },
};
const hostService = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace: "shop", name: "agent" },
  spec: { clusterIP: "10.96.0.3", selector: { app: "agent" }, ports: [{ port: 80, targetPort: 9100 }] },
};
const hostAgent = pod("agent-0", "192.0.2.1", { spec: { nodeName: "n1", hostNetwork: true } });
const other = (name: string, ip: string, ...ports: object[]) =>
  pod(name, ip, { spec: { containers: [{ name: "c", ports }] } });

const custom = (apiVersion: string, kind: string, namespace?: string): object => ({
  apiVersion,
  kind,
  metadata: { name: "own", ...(namespace !== undefined && { namespace }) },
  spec: {},
});
const GLOBAL = custom("crd.projectcalico.org/v1", "GlobalNetworkPolicy");

const tier = (apiVersion: string, kind: string, more: object): object => ({
  apiVersion: `policy.networking.k8s.io/${apiVersion}`,
  kind,
  metadata: { name: "guard" },
  spec: { priority: 1, subject: { namespaces: {} }, ...more },
});
const CLUSTER = tier("v1alpha2", "ClusterNetworkPolicy", {
  tier: "Admin",
  ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
});
const ADMIN = tier("v1alpha1", "AdminNetworkPolicy", { ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] });

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  "AWS judges Services before translation": [
    // Blocks are held against the cluster address; the pod's own, and the container's port, are not seen.
    { cni: AWS, policies: [egress({})], flow: service, verdict: "allow", enforced: "allow" },
    { cni: AWS, policies: [egress({ to: [block("0.0.0.0/0")] })], flow: service, verdict: "allow", enforced: "allow" },
    {
      cni: AWS,
      policies: [egress({ to: [block("10.96.0.0/12")] })],
      flow: service,
      verdict: "deny",
      enforced: "allow",
      topic: "service-translation",
    },
    {
      cni: AWS,
      policies: [egress({ to: [block("10.0.0.0/16")] })],
      flow: service,
      verdict: "allow",
      enforced: "deny",
      topic: "service-translation",
    },
    {
      cni: AWS,
      policies: [egress({ ports: [{ port: 80 }] })],
      flow: service,
      verdict: "deny",
      enforced: "allow",
      topic: "service-translation",
    },
    {
      cni: AWS,
      policies: [egress({ ports: [{ port: 8080 }] })],
      flow: service,
      verdict: "allow",
      enforced: "deny",
      topic: "service-translation",
    },
    // Selectors are held against the Service's own.
    { cni: AWS, policies: [EVEN, egress({ to: [DB] })], flow: even, verdict: "allow", enforced: "allow" },
    {
      cni: AWS,
      policies: [EVEN, egress({ to: [DB], ports: [{ port: "web" }] })],
      flow: even,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: AWS,
      policies: [
        EVEN,
        pod("db-1", "10.0.0.9", { labels: { app: "db", tier: "data" } }),
        egress({ to: [{ podSelector: { matchLabels: { app: "db" } } }] }),
      ],
      flow: even,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: AWS,
      policies: [
        {
          ...EVEN,
          spec: { ...EVEN.spec, selector: { role: "data" } },
        },
        pod("data-0", "10.0.0.9", { labels: { app: "data", role: "data" } }),
        egress({ to: [{ podSelector: { matchLabels: { app: "data" } } }] }),
      ],
      flow: even,
      verdict: "allow",
      enforced: "deny",
      topic: "service-translation",
    },
    // What ingress sees is the pod.
    { cni: AWS, policies: [ingress({ ports: [{ port: 8080 }] })], flow: service, verdict: "allow", enforced: "allow" },
    {
      cni: "calico",
      policies: [egress({ to: [block("10.96.0.0/12")] })],
      flow: service,
      verdict: "deny",
      enforced: "deny",
    },
  ],
  "AWS and named ports, excepts, nodes": [
    {
      cni: AWS,
      policies: [egress({ to: [block("10.0.0.0/8")], ports: [{ port: "web" }, { port: 80 }] })],
      flow: web,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: AWS,
      policies: [egress({ to: [block("10.0.0.0/8")], ports: [{ port: "web" }, { port: 80 }] })],
      flow: { ...web, port: 8080 },
      verdict: "allow",
      enforced: "deny",
      topic: "named-ports",
    },
    // An `except` of a policy that does not select the pod is not among the pod's entries.
    {
      cni: AWS,
      policies: [
        ingress({ from: [block("10.0.0.0/16")] }),
        policy({ ...WEB, ingress: [{ from: [block("10.0.0.0/8", "10.0.0.0/24")] }] }, "other"),
      ],
      flow: web,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: AWS,
      policies: [
        ingress({ from: [block("10.0.0.0/16")] }),
        policy({ podSelector: {}, ingress: [{ from: [block("10.0.0.0/8", "10.0.0.0/24")] }] }, "other"),
      ],
      flow: web,
      verdict: "allow",
      enforced: "unknown",
      topic: "ip-block",
    },
    ...(["kubernetes.io/os=windows", "eks.amazonaws.com/compute-type=fargate", "kubernetes.io/os=linux"] as const).map(
      (label): Case => {
        const [key = "", value = ""] = label.split("=");
        const isCovered = value === "linux";
        return {
          cni: AWS,
          policies: [
            { apiVersion: "v1", kind: "Node", metadata: { name: "n3", labels: { [key]: value } } },
            pod("db-9", "10.0.0.19", { spec: { nodeName: "n3" } }),
            ingress({ from: [{ podSelector: { matchLabels: { app: "nobody" } } }] }),
          ],
          flow: { ...web, to: "shop/db-9" },
          verdict: "deny",
          enforced: isCovered ? "deny" : "allow",
          ...(!isCovered && { topic: "enforces", effect: "linux-ec2-only" }),
        };
      },
    ),
  ],
  "a node has the address of its host-network pods": [
    ...[AWS, "ovn-kubernetes" as const].map(
      (cni): Case => ({
        cni,
        policies: [ingress({ from: [{ podSelector: { matchLabels: { app: "host" } } }] })],
        flow: fromNode,
        verdict: "deny",
        enforced: "unknown",
        topic: "host-network-peer",
      }),
    ),
    {
      cni: "calico",
      policies: [ingress({ from: [{ podSelector: { matchLabels: { app: "host" } } }] })],
      flow: fromNode,
      verdict: "deny",
      enforced: "deny",
    },
    // Not of another node's.
    {
      cni: AWS,
      policies: [
        {
          apiVersion: "v1",
          kind: "Node",
          metadata: { name: "n3" },
          status: { addresses: [{ type: "InternalIP", address: "192.0.2.3" }] },
        },
        ingress({ from: [{ podSelector: { matchLabels: { app: "host" } } }] }),
      ],
      flow: { ...fromNode, from: { node: "n3" } },
      verdict: "deny",
      enforced: "deny",
    },
    {
      cni: "ovn-kubernetes",
      policies: [
        ingress({
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ovn-host-network" } } }],
        }),
      ],
      flow: fromNode,
      verdict: "deny",
      enforced: "unknown",
      topic: "host-network-peer",
    },
    {
      cni: "ovn-kubernetes",
      policies: [ingress({ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }] })],
      flow: fromNode,
      verdict: "deny",
      enforced: "deny",
    },
    // Together with a podSelector it is about pods.
    {
      cni: "ovn-kubernetes",
      policies: [
        ingress({
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ovn-host-network" } },
              podSelector: {},
            },
          ],
        }),
      ],
      flow: fromNode,
      verdict: "deny",
      enforced: "deny",
    },
  ],
  "SCTP without its ports": [
    {
      cni: EBPF,
      policies: [ingress({ from: [{ podSelector: {} }] })],
      flow: sctp,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: EBPF,
      policies: [ingress({ ports: [{ protocol: "SCTP" }] })],
      flow: sctp,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: EBPF,
      policies: [ingress({ ports: [{ protocol: "SCTP", port: 80, endPort: 90 }] })],
      flow: sctp,
      verdict: "allow",
      enforced: "unknown",
      topic: "sctp",
    },
    { cni: EBPF, policies: [ingress({ ports: [{ port: 80 }] })], flow: web, verdict: "allow", enforced: "allow" },
    { cni: "gke-dpv2", policies: [policy(DB)], flow: sctp, verdict: "deny", enforced: "unknown", topic: "sctp" },
  ],
  "names by the pods that the traffic goes to": [
    // Another pod has the name; those that the policy selects do not.
    ...(["kube-router", "k3s"] as const).map(
      (cni): Case => ({
        cni,
        policies: [
          other("named-0", "10.0.0.9", { name: "metrics", containerPort: 9090 }),
          ingress({ from: [{ podSelector: {} }], ports: [{ port: "metrics" }] }),
        ],
        flow: web,
        verdict: "deny",
        enforced: "unknown",
        topic: "named-ports",
      }),
    ),
    {
      cni: "kube-router",
      policies: [
        other("named-0", "10.0.0.9", { name: "metrics", containerPort: 9090 }),
        policy({
          podSelector: { matchLabels: { app: "named" } },
          ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "metrics" }] }],
        }),
      ],
      flow: { ...web, to: "shop/named-0" },
      verdict: "deny",
      enforced: "deny",
    },
    {
      cni: "kube-router",
      policies: [
        other("named-0", "10.0.0.9", { name: "metrics", containerPort: 9090 }),
        egress({ to: [DB], ports: [{ port: "metrics" }] }),
      ],
      flow: web,
      verdict: "deny",
      enforced: "unknown",
      topic: "named-ports",
    },
    {
      cni: "cilium",
      policies: [
        other("db-1", "10.0.0.9", { name: "web", containerPort: 9090 }),
        egress({ to: [DB], ports: [{ port: "web" }] }),
      ],
      flow: { ...web, port: 8080 },
      verdict: "allow",
      enforced: "unknown",
      topic: "named-ports",
    },
    {
      cni: "cilium",
      policies: [
        other("elsewhere-1", "10.0.0.9", { name: "web", containerPort: 9090 }),
        egress({ to: [DB], ports: [{ port: "web" }] }),
      ],
      flow: { ...web, port: 8080 },
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: "gke-dpv2",
      policies: [ingress({ ports: [{ port: "web" }] })],
      flow: { ...web, port: 8080 },
      verdict: "allow",
      enforced: "unknown",
      topic: "named-ports",
    },
  ],
  "a pod that reaches itself by its own address": [
    ...(["azure-npm", "gke-dpv2", AWS] as const).map(
      (cni): Case => ({
        cni,
        policies: [policy({ ...DB, policyTypes: ["Ingress", "Egress"] })],
        flow: self,
        verdict: "allow",
        enforced: "unknown",
        topic: "pod-to-itself",
      }),
    ),
    // A rule lets it, whoever it is.
    {
      cni: "azure-npm",
      policies: [policy({ ...DB, ingress: [{ from: [{ podSelector: {} }] }] })],
      flow: self,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: "weave",
      policies: [policy({ ...DB, policyTypes: ["Ingress", "Egress"] })],
      flow: self,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: "calico",
      policies: [policy({ ...DB, policyTypes: ["Ingress", "Egress"] })],
      flow: self,
      verdict: "allow",
      enforced: "allow",
    },
  ],
  "kube-router and a Service on the pod's own node": [
    {
      cni: "kube-router",
      policies: [hostAgent, hostService, policy({ ...WEB, policyTypes: ["Egress"] })],
      flow: { from: "shop/web-0", to: { service: "shop/agent" }, port: 80 },
      verdict: "deny",
      enforced: "unknown",
      topic: "pod-to-own-node",
    },
    {
      cni: "kube-router",
      policies: [hostAgent, hostService, policy({ ...WEB, policyTypes: ["Egress"] })],
      flow: { from: "shop/web-0", to: "shop/agent-0", port: 9100 },
      verdict: "deny",
      enforced: "deny",
    },
  ],
  "policies of the plugin's own": [
    { cni: "calico", policies: [GLOBAL], flow: web, verdict: "allow", enforced: "unknown", topic: "own-policies" },
    { cni: "canal", policies: [GLOBAL], flow: web, verdict: "allow", enforced: "unknown", topic: "own-policies" },
    { cni: "cilium", policies: [GLOBAL], flow: web, verdict: "allow", enforced: "allow" },
    { cni: "flannel", policies: [GLOBAL], flow: web, verdict: "allow", enforced: "allow" },
    {
      cni: "cilium",
      policies: [custom("cilium.io/v2", "CiliumNetworkPolicy", "shop")],
      flow: web,
      verdict: "allow",
      enforced: "unknown",
      topic: "own-policies",
    },
    {
      cni: "cilium",
      policies: [custom("cilium.io/v2", "CiliumNetworkPolicy", "elsewhere")],
      flow: web,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: { name: "cilium", settings: { "enable-policy": "never" } },
      policies: [custom("cilium.io/v2", "CiliumNetworkPolicy", "shop")],
      flow: web,
      verdict: "allow",
      enforced: "allow",
    },
    {
      cni: "antrea",
      policies: [custom("crd.antrea.io/v1beta1", "ClusterNetworkPolicy")],
      flow: web,
      verdict: "allow",
      enforced: "unknown",
      topic: "own-policies",
    },
    {
      cni: "ovn-kubernetes",
      policies: [custom("k8s.ovn.org/v1", "EgressFirewall", "shop")],
      flow: { ...web, to: "198.51.100.1" },
      verdict: "allow",
      enforced: "unknown",
      topic: "own-policies",
    },
  ],
  "ordered tiers, by kind and version": [
    ...(
      [
        // Without a version ANP may be one that it still knows.
        ["calico", "deny", "unknown"],
        [{ name: "calico", version: "v3.32.0" }, "deny", "allow"],
        [{ name: "calico", version: "v3.31.9" }, "allow", "deny"],
        [{ name: "canal", version: "v3.29.0" }, "allow", "deny"],
        [{ name: "calico", version: "v3.28.5" }, "allow", "allow"],
        ["kube-router", "allow", "allow"],
        ["k3s", "allow", "allow"],
        ["weave", "allow", "allow"],
        ["azure-npm", "allow", "allow"],
        ["ovn-kubernetes", "unknown", "deny"],
        [AWS, "deny", "unknown"],
        ["cilium", "unknown", "unknown"],
        ["antrea", "unknown", "unknown"],
        [{ name: "antrea", version: "1.12.3" }, "allow", "allow"],
        ["kube-network-policies", "unknown", "unknown"],
        ["gke-dpv2", "unknown", "unknown"],
      ] as const
    ).flatMap(([cni, cluster, admin]): Case[] => {
      const one = (policies: readonly object[], enforced: Case["enforced"]): Case => ({
        cni,
        policies,
        flow: web,
        verdict: "deny",
        enforced,
        ...(enforced !== "deny" && { topic: "own-policies" }),
      });
      return [one([CLUSTER], cluster), one([ADMIN], admin)];
    }),
  ],
};

const nameOf = (cni: Case["cni"]): string => (typeof cni === "string" ? cni : JSON.stringify(cni));

describe.each(Object.entries(GROUPS))("%s", (_, cases) => {
  it.each(
    cases.map((one, i) => [`${i}: ${nameOf(one.cni)}: ${JSON.stringify(one.flow)} is ${one.enforced}`, one] as const),
  )("%s", (_name, one) => {
    const { verdict, enforced } = decide(one);
    expect([verdict, enforced?.verdict]).toEqual([one.verdict, one.enforced]);
    const told = enforced?.facts.filter(({ bearing }) => bearing !== "agrees") ?? [];
    const topics = told.filter(({ effect }) => effect === (one.effect ?? effect)).map(({ topic }) => topic);
    if (one.topic !== undefined) expect(topics).toContain(one.topic);
    else expect(told.map(({ bearing }) => bearing)).not.toContain("could-change");
  });
});

it("a Service in front of a StatefulSet that has no pods yet is answered as its pod is", () => {
  const objects = [
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "web", labels: { app: "web" } },
      status: { podIPs: [{ ip: "10.0.0.1" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { namespace: "shop", name: "db" },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "db" } },
        template: { metadata: { labels: { app: "db" } } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: "shop", name: "db" },
      spec: { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] },
    },
  ];
  const cni = {
    name: "aws-vpc-cni",
    version: "1.18.0",
    settings: { NETWORK_POLICY_ENFORCING_MODE: "strict" },
  } as const;
  const state = loadState(objects, { cni, podCIDRs: ["10.0.0.0/16"] });
  const flow = (to: FlowEnd) => ({ from: "shop/web", to, port: 5432 });
  const expected = evaluate(state, flow("shop/db-0")).enforced?.verdict;
  expect(expected).toBeDefined();
  for (const to of [{ service: "shop/db" }, "10.96.0.1"]) {
    expect(evaluate(state, flow(to)).enforced?.verdict).toBe(expected);
    expect(explain(state, flow(to)).enforced?.verdict).toBe(expected);
  }
});
