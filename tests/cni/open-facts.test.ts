/** What nobody has written down in full: the answer is unknown where it would matter, and only there. */
import { describe, expect, it } from "vitest";
import { type Case, decide, pod, policy } from "./support.ts";

const DB = { podSelector: { matchLabels: { app: "db" } } };
const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, ...(except.length > 0 && { except }) } });
const ingress = (rule: object) => policy({ ...DB, policyTypes: ["Ingress"], ingress: [rule] });
const web = { from: "shop/web-0", to: "shop/db-0", port: 80, family: 4 } as const;

const node = (os: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n3", labels: { "kubernetes.io/os": os } },
});
/** A pod on such a node, and a rule for it. */
const on = (os: string, rule: object): object[] => [
  node(os),
  pod("db-3", "10.0.0.33", { spec: { nodeName: "n3" } }),
  ingress(rule),
];
const toThird = { ...web, to: "shop/db-3" } as const;
const guard = (version: string, kind: string, more: object): object => ({
  apiVersion: `policy.networking.k8s.io/${version}`,
  kind,
  metadata: { name: "guard" },
  spec: {
    priority: 1,
    subject: { namespaces: {} },
    ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
    ...more,
  },
});
const CLUSTER = guard("v1alpha2", "ClusterNetworkPolicy", { tier: "Admin" });
const ADMIN = guard("v1alpha1", "AdminNetworkPolicy", {});
const range = ingress({ ports: [{ port: 80, endPort: 90 }] });

const always = { name: "cilium", settings: { "enable-policy": "always" } } as const;

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  "Azure NPM on Windows nodes": [
    ...(
      [
        [{ ports: [{ port: 80, protocol: "SCTP" }] }, { ...toThird, protocol: "SCTP" }],
        [{ ports: [{ port: "web" }] }, { ...toThird, port: 8080 }],
        [{ from: [block("10.0.0.0/24", "10.0.0.128/25")] }, toThird],
      ] as const
    ).flatMap(([rule, flow]): Case[] => [
      { cni: "azure-npm", policies: on("windows", rule), flow, verdict: "allow", enforced: "unknown", topic: "limits" },
      { cni: "azure-npm", policies: on("linux", rule), flow, verdict: "allow", enforced: "allow" },
    ]),
    // Denied it stays where the policy has nothing of the kind.
    {
      cni: "azure-npm",
      policies: on("windows", { ports: [{ port: 81 }] }),
      flow: toThird,
      verdict: "deny",
      enforced: "deny",
    },
  ],
  "Cilium that is told to enforce always": [
    { cni: always, policies: [], flow: web, verdict: "allow", enforced: "unknown", topic: "startup" },
    { cni: "cilium", policies: [], flow: web, verdict: "allow", enforced: "allow" },
  ],
  "an exception that is another block of the rule, under kube-router": [
    {
      cni: "kube-router",
      policies: [ingress({ from: [block("10.0.0.0/24"), block("10.0.0.0/16", "10.0.0.0/24")] })],
      flow: web,
      verdict: "allow",
      enforced: "unknown",
      topic: "ip-block",
    },
    {
      cni: "kube-router",
      policies: [ingress({ from: [block("10.0.0.0/24"), block("10.0.0.0/16", "10.0.7.0/24")] })],
      flow: web,
      verdict: "allow",
      enforced: "allow",
    },
  ],
  "plugins whose versions do not know the tiers": [
    ...(["kube-router", "weave", "azure-npm", "k3s"] as const).map(
      (cni): Case => ({
        cni,
        policies: [CLUSTER],
        flow: web,
        verdict: "deny",
        enforced: "allow",
        topic: "own-policies",
        effect: "tiers-ignored",
      }),
    ),
    {
      cni: { name: "antrea", version: "2.6.0" },
      policies: [CLUSTER],
      flow: web,
      verdict: "deny",
      enforced: "allow",
      effect: "admin-policies-alone",
      topic: "own-policies",
    },
    // They are behind a switch, which is off by default.
    {
      cni: { name: "antrea", version: "2.6.0" },
      policies: [ADMIN],
      flow: web,
      verdict: "deny",
      enforced: "unknown",
      topic: "own-policies",
    },
    { cni: { name: "antrea", version: "1.12" }, policies: [ADMIN], flow: web, verdict: "deny", enforced: "allow" },
  ],
  "ranges of ports under a k3s whose kube-router may be too old": [
    {
      cni: { name: "k3s", version: "1.18.0" },
      policies: [range],
      flow: { ...web, port: 85 },
      verdict: "allow",
      enforced: "unknown",
      topic: "end-port",
    },
    {
      cni: { name: "k3s", version: "1.31.2" },
      policies: [range],
      flow: { ...web, port: 85 },
      verdict: "allow",
      enforced: "allow",
    },
  ],
};

describe.each(Object.entries(GROUPS))("%s", (_, cases) => {
  it.each(cases)("$cni $flow: $verdict, enforced $enforced", ({ verdict, enforced, topic, effect, ...asked }) => {
    const decision = decide(asked);
    expect([decision.verdict, decision.enforced?.verdict]).toEqual([verdict, enforced]);
    if (topic === undefined) return;
    const fact = decision.enforced?.facts.find((one) => one.topic === topic && one.bearing !== "agrees");
    expect(fact?.sources.length).toBeGreaterThan(0);
    if (effect !== undefined) expect(fact?.effect).toBe(effect);
  });
});
