/** Each fact that changes something, with the verdict that it makes. */
import { describe, expect, it } from "vitest";
import type { CniName } from "../../sdk/cni/types.ts";
import { type Case, decide, policy } from "./support.ts";

const DB = { podSelector: { matchLabels: { app: "db" } } };
const WEB = { podSelector: { matchLabels: { app: "web" } } };
const DENY = [policy({ ...DB, policyTypes: ["Ingress"] })];
const DENY_EGRESS = [policy({ ...WEB, policyTypes: ["Egress"] })];
const NAMED = [policy({ ...DB, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "web" }] }] })];
const UNKNOWN_NAME = [policy({ ...DB, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: "nobody" }] }] })];
const RANGE = [policy({ ...DB, ingress: [{ ports: [{ port: 80, endPort: 90 }] }] })];
const BLOCK = [policy({ ...DB, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] })];
const NODE_BLOCK = [policy({ ...DB, ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }] })];
const MASKED = [
  policy({
    ...DB,
    ingress: [
      { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/24"] } }, { ipBlock: { cidr: "10.0.0.0/16" } }] },
    ],
  }),
];
const SCTP = [policy({ ...DB, ingress: [{ ports: [{ port: 80, protocol: "SCTP" }] }] })];
const FROM_HOST = [policy({ ...DB, ingress: [{ from: [{ podSelector: { matchLabels: { app: "host" } } }] }] })];
const FROM_NAMESPACE = [policy({ ...DB, ingress: [{ from: [{ namespaceSelector: {} }] }] })];
const SELF = [policy({ ...DB, policyTypes: ["Ingress", "Egress"] })];
const SELF_EGRESS = [policy({ ...DB, policyTypes: ["Ingress", "Egress"], egress: [{}] })];
const TO_DB = [policy({ ...WEB, policyTypes: ["Egress"], egress: [{ to: [DB] }] })];

const web = { from: "shop/web-0", to: "shop/db-0", port: 80 } as const;
const web8080 = { ...web, port: 8080 } as const;
const ping = { from: "shop/web-0", to: "shop/db-0", protocol: "ICMP" } as const;
const toOwnNode = { from: "shop/web-0", to: { node: "n1" }, port: 10250 } as const;
const fromOwnNode = { from: { node: "n1" }, to: "shop/db-0", port: 80 } as const;
const fromHost = { from: "shop/host-0", to: "shop/db-0", port: 80 } as const;
const hairpin = { from: "shop/db-0", to: { service: "shop/db" }, port: 80 } as const;
const service = { from: "shop/web-0", to: { service: "shop/db" }, port: 80 } as const;

const AWS = { name: "aws-vpc-cni", settings: { "enable-network-policy": true } } as const;

const AWS_STRICT = {
  name: "aws-vpc-cni",
  settings: { "enable-network-policy": true, NETWORK_POLICY_ENFORCING_MODE: "strict" },
} as const;

const TIER = [
  {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "guard" },
    spec: {
      tier: "Admin",
      priority: 1,
      subject: { namespaces: {} },
      ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
    },
  },
];

/** A rule of an Admin policy for the pods' egress. */
const guard = (...egress: readonly object[]): readonly object[] => [
  {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "guard" },
    spec: { tier: "Admin", priority: 1, subject: { namespaces: {} }, egress },
  },
];
const REST = { action: "Deny", to: [{ networks: ["0.0.0.0/0"] }] };
const toNode = { from: "shop/web-0", to: { node: "n2" }, port: 80 } as const;

const CASES: readonly Case[] = [
  // Nothing is enforced.
  { cni: "flannel", policies: DENY, flow: web, verdict: "deny", enforced: "allow", topic: "enforces" },
  { cni: "flannel-netpol", policies: DENY, flow: web, verdict: "deny", enforced: "deny" },
  {
    cni: { name: "cilium", settings: { "enable-policy": "never" } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "cilium", settings: { "policy-audit-mode": true } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "kube-router", settings: { "run-firewall": "false" } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "k3s", settings: { "disable-network-policy": true } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "weave", settings: { EXPECT_NPC: "0" } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "kindnet", settings: { "network-policy": false } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "kindnet", version: "v0.23.0" },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  {
    cni: { name: "aws-vpc-cni", settings: { "enable-network-policy": false } },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  { cni: "aws-vpc-cni", policies: DENY, flow: web, verdict: "deny", enforced: "unknown", topic: "enforces" },
  { cni: AWS, policies: DENY, flow: web, verdict: "deny", enforced: "deny" },
  {
    cni: AWS,
    policies: [policy({ podSelector: {} })],
    flow: { ...web, to: "shop/alone-0" },
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
    effect: "owned-pods-only",
  },
  // endPort.
  { cni: "calico", policies: RANGE, flow: { ...web, port: 85 }, verdict: "allow", enforced: "allow" },
  {
    cni: { name: "cilium", version: "1.15.3" },
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "unknown",
    topic: "end-port",
  },
  {
    cni: { name: "cilium", version: "1.16.0" },
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "allow",
  },
  { cni: { name: "cilium", version: "1.15.3" }, policies: RANGE, flow: web, verdict: "allow", enforced: "allow" },
  {
    cni: { name: "calico", version: "v3.21.4" },
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "deny",
    topic: "end-port",
  },
  {
    cni: { name: "antrea", version: "1.0" },
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "deny",
    topic: "end-port",
  },
  {
    cni: { name: "kube-router", version: "1.2.9" },
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "deny",
    topic: "end-port",
  },
  {
    cni: "weave",
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "unknown",
    topic: "end-port",
  },
  // SCTP.
  {
    cni: "cilium",
    policies: SCTP,
    flow: { ...web, protocol: "SCTP" },
    verdict: "allow",
    enforced: "unknown",
    topic: "sctp",
  },
  {
    cni: { name: "cilium", settings: { "enable-sctp": true } },
    policies: SCTP,
    flow: { ...web, protocol: "SCTP" },
    verdict: "allow",
    enforced: "allow",
    topic: "sctp",
  },
  {
    cni: { name: "calico", settings: { bpfEnabled: true } },
    policies: SCTP,
    flow: { ...web, protocol: "SCTP" },
    verdict: "allow",
    enforced: "unknown",
    topic: "sctp",
  },
  // Named ports.
  { cni: "weave", policies: NAMED, flow: web, verdict: "deny", enforced: "allow", topic: "named-ports" },
  { cni: "ovn-kubernetes", policies: NAMED, flow: web, verdict: "deny", enforced: "unknown", topic: "named-ports" },
  { cni: "ovn-kubernetes", policies: NAMED, flow: { ...web, protocol: "UDP" }, verdict: "deny", enforced: "deny" },
  { cni: "kube-router", policies: UNKNOWN_NAME, flow: web, verdict: "deny", enforced: "unknown", topic: "named-ports" },
  { cni: "kube-router", policies: NAMED, flow: web, verdict: "deny", enforced: "deny" },
  {
    cni: AWS,
    policies: [
      policy({
        ...WEB,
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" } }], ports: [{ port: "web" }] }],
      }),
    ],
    flow: web8080,
    verdict: "allow",
    enforced: "deny",
    topic: "named-ports",
  },
  // Address families.
  {
    cni: "azure-npm",
    policies: DENY,
    flow: { ...web, family: 6 },
    verdict: "deny",
    enforced: "unknown",
    topic: "ip-families",
  },
  { cni: "azure-npm", policies: DENY, flow: { ...web, family: 4 }, verdict: "deny", enforced: "deny" },
  {
    cni: "weave",
    policies: DENY,
    flow: { ...web, family: 6 },
    verdict: "deny",
    enforced: "unknown",
    topic: "ip-families",
  },
  // ipBlock.
  { cni: "cilium", policies: BLOCK, flow: web, verdict: "allow", enforced: "deny", topic: "ip-block" },
  { cni: "cilium", policies: BLOCK, flow: { ...web, from: "10.9.9.9" }, verdict: "allow", enforced: "allow" },
  { cni: "calico", policies: BLOCK, flow: web, verdict: "allow", enforced: "allow", topic: "ip-block" },
  {
    cni: "cilium",
    policies: NODE_BLOCK,
    flow: { ...web, from: { node: "n2" } },
    verdict: "allow",
    enforced: "deny",
    topic: "ip-block",
  },
  {
    cni: { name: "cilium", settings: { "policy-cidr-match-mode": "nodes" } },
    policies: NODE_BLOCK,
    flow: { ...web, from: { node: "n2" } },
    verdict: "allow",
    enforced: "allow",
  },
  {
    cni: { name: "cilium", settings: { "policy-cidr-match-mode": "nodes" } },
    policies: BLOCK,
    flow: web,
    verdict: "allow",
    enforced: "deny",
    topic: "ip-block",
  },
  { cni: "kube-router", policies: MASKED, flow: web, verdict: "allow", enforced: "unknown", topic: "ip-block" },
  { cni: AWS, policies: MASKED, flow: web, verdict: "allow", enforced: "unknown", topic: "ip-block" },
  { cni: "calico", policies: MASKED, flow: web, verdict: "allow", enforced: "allow", topic: "ip-block" },
  // ICMP.
  { cni: "kube-router", policies: DENY, flow: ping, verdict: "deny", enforced: "allow", topic: "icmp" },
  { cni: "k3s", policies: DENY, flow: ping, verdict: "deny", enforced: "allow", topic: "icmp" },
  { cni: "calico", policies: DENY, flow: ping, verdict: "deny", enforced: "deny", topic: "icmp" },
  { cni: "ovn-kubernetes", policies: DENY, flow: ping, verdict: "deny", enforced: "deny", topic: "icmp" },
  {
    cni: { name: "ovn-kubernetes", settings: { "allow-icmp-network-policy": true } },
    policies: DENY,
    flow: ping,
    verdict: "deny",
    enforced: "allow",
    topic: "icmp",
  },
  { cni: "gke-dpv2", policies: DENY, flow: ping, verdict: "deny", enforced: "unknown", topic: "icmp" },
  // hostNetwork.
  { cni: "calico", policies: FROM_HOST, flow: fromHost, verdict: "deny", enforced: "deny", topic: "host-network-peer" },
  { cni: AWS, policies: FROM_HOST, flow: fromHost, verdict: "deny", enforced: "unknown", topic: "host-network-peer" },
  {
    cni: "ovn-kubernetes",
    policies: FROM_HOST,
    flow: fromHost,
    verdict: "deny",
    enforced: "unknown",
    topic: "host-network-peer",
  },
  {
    cni: "ovn-kubernetes",
    policies: FROM_NAMESPACE,
    flow: fromHost,
    verdict: "deny",
    enforced: "unknown",
    topic: "host-network-peer",
  },
  {
    cni: "ovn-kubernetes",
    policies: FROM_NAMESPACE,
    flow: { from: { node: "n2" }, to: "shop/db-0", port: 80 },
    verdict: "deny",
    enforced: "unknown",
    topic: "host-network-peer",
  },
  {
    cni: "ovn-kubernetes",
    policies: [
      policy({
        ...DB,
        ingress: [{ from: [{ namespaceSelector: { matchExpressions: [{ key: "a", operator: "DoesNotExist" }] } }] }],
      }),
    ],
    flow: fromHost,
    verdict: "deny",
    enforced: "unknown",
    topic: "host-network-peer",
  },
  {
    cni: AWS,
    policies: FROM_NAMESPACE,
    flow: fromHost,
    verdict: "deny",
    enforced: "unknown",
    topic: "host-network-peer",
  },
  // Nodes and their own pods.
  { cni: "calico", policies: DENY, flow: fromOwnNode, verdict: "allow", enforced: "allow", topic: "node-to-local-pod" },
  {
    cni: "kube-network-policies",
    policies: DENY,
    flow: fromOwnNode,
    verdict: "allow",
    enforced: "unknown",
    topic: "node-to-local-pod",
  },
  {
    cni: { name: "cilium", settings: { "allow-localhost": "policy" } },
    policies: DENY,
    flow: fromOwnNode,
    verdict: "allow",
    enforced: "deny",
    topic: "node-to-local-pod",
  },
  {
    cni: { name: "cilium", settings: { "allow-localhost": "policy" } },
    policies: RANGE,
    flow: fromOwnNode,
    verdict: "allow",
    enforced: "allow",
  },
  {
    cni: "weave",
    policies: DENY_EGRESS,
    flow: toOwnNode,
    verdict: "deny",
    enforced: "allow",
    topic: "pod-to-own-node",
  },
  { cni: AWS, policies: DENY_EGRESS, flow: toOwnNode, verdict: "deny", enforced: "allow", topic: "pod-to-own-node" },
  {
    cni: "azure-npm",
    policies: DENY_EGRESS,
    flow: toOwnNode,
    verdict: "deny",
    enforced: "unknown",
    topic: "pod-to-own-node",
  },
  {
    cni: "calico",
    policies: DENY_EGRESS,
    flow: toOwnNode,
    verdict: "deny",
    enforced: "deny",
    topic: "pod-to-own-node",
  },
  {
    cni: "kube-router",
    policies: DENY_EGRESS,
    flow: toOwnNode,
    verdict: "deny",
    enforced: "deny",
    topic: "pod-to-own-node",
  },
  {
    cni: "kube-router",
    policies: DENY_EGRESS,
    flow: { ...toOwnNode, port: 30080 },
    verdict: "deny",
    enforced: "allow",
    topic: "pod-to-own-node",
  },
  {
    cni: "weave",
    policies: DENY_EGRESS,
    flow: { ...toOwnNode, to: { node: "n2" } },
    verdict: "deny",
    enforced: "deny",
  },
  // Through a Service, to itself and to others.
  { cni: "ovn-kubernetes", policies: SELF, flow: hairpin, verdict: "deny", enforced: "allow", topic: "pod-to-itself" },
  { cni: "antrea", policies: SELF_EGRESS, flow: hairpin, verdict: "deny", enforced: "allow", topic: "pod-to-itself" },
  { cni: "antrea", policies: SELF, flow: hairpin, verdict: "deny", enforced: "deny", topic: "pod-to-itself" },
  { cni: "cilium", policies: SELF, flow: hairpin, verdict: "deny", enforced: "unknown", topic: "pod-to-itself" },
  {
    cni: "kube-router",
    policies: SELF_EGRESS,
    flow: hairpin,
    verdict: "deny",
    enforced: "unknown",
    topic: "pod-to-itself",
  },
  { cni: "calico", policies: SELF, flow: hairpin, verdict: "deny", enforced: "deny", topic: "pod-to-itself" },
  { cni: "calico", policies: TO_DB, flow: service, verdict: "allow", enforced: "allow", topic: "service-translation" },
  { cni: AWS, policies: TO_DB, flow: service, verdict: "allow", enforced: "deny", topic: "service-translation" },
  // Ordered tiers.
  { cni: "calico", policies: TIER, flow: web, verdict: "deny", enforced: "deny" },
  {
    cni: "cilium",
    policies: TIER,
    flow: web,
    verdict: "deny",
    enforced: "unknown",
    topic: "own-policies",
    effect: "tiers-not-sure",
  },
  ...(
    [
      ["an Accept of nodes", guard({ action: "Accept", to: [{ nodes: {} }] }, REST), toNode, "allow", "deny"],
      [
        "an Accept of nodes and namespaces",
        guard({ action: "Accept", to: [{ nodes: {} }, { namespaces: {} }] }, REST),
        web,
        "allow",
        "deny",
      ],
      ["a Deny of nodes", guard({ action: "Deny", to: [{ nodes: {} }] }), web, "allow", "deny"],
      [
        "an Accept of nodes by a selector that is invalid",
        guard(
          {
            action: "Accept",
            to: [{ nodes: { matchExpressions: [{ key: "a", operator: "In", values: ["!"] }] } }, { namespaces: {} }],
          },
          REST,
        ),
        web,
        "allow",
        "deny",
      ],
      ["a Pass of nodes", guard({ action: "Pass", to: [{ nodes: {} }] }), web, "allow", "deny"],
      [
        "an Accept of a domain",
        guard({ action: "Accept", to: [{ domainNames: ["a.example.com"] }, { namespaces: {} }] }, REST),
        web,
        "allow",
        "deny",
      ],
      [
        "a Deny of a named port",
        guard({ action: "Deny", to: [{ namespaces: {} }], protocols: [{ destinationNamedPort: "other" }] }),
        web,
        "allow",
        "deny",
      ],
    ] as const
  ).map(
    ([, policies, flow, verdict, enforced]): Case => ({
      cni: { name: "calico", version: "3.32.0" },
      policies,
      flow,
      verdict,
      enforced,
      topic: "limits",
      effect: "tier-rules-unsupported",
    }),
  ),
  // Which it does not know yet.
  {
    cni: { name: "calico", version: "3.31.0" },
    policies: guard({ action: "Deny", to: [{ nodes: {} }] }),
    flow: web,
    verdict: "allow",
    enforced: "allow",
  },
  { cni: AWS, policies: TIER, flow: web, verdict: "deny", enforced: "deny" },
  { cni: "flannel", policies: TIER, flow: web, verdict: "deny", enforced: "allow", topic: "enforces" },
  // Nothing is known.
  { cni: "gke-dpv2", policies: DENY, flow: web, verdict: "deny", enforced: "deny" },
  {
    cni: "gke-dpv2",
    policies: DENY,
    flow: { from: { node: "n2" }, to: "shop/db-0", port: 80 },
    verdict: "deny",
    enforced: "unknown",
    topic: "node-to-remote-pod",
  },
  {
    cni: "gke-dpv2",
    policies: [policy({ podSelector: {}, policyTypes: ["Ingress"] })],
    flow: { from: "shop/web-0", to: "shop/host-0", port: 80 },
    verdict: "allow",
    enforced: "unknown",
    topic: "host-network-target",
  },
  // Calico has a setting for what a pod sends to its own node once its policies let it.
  {
    cni: { name: "calico", settings: { defaultEndpointToHostAction: "Drop" } },
    policies: [],
    flow: toOwnNode,
    verdict: "allow",
    enforced: "deny",
    topic: "pod-to-own-node",
  },
  {
    cni: { name: "calico", settings: { defaultEndpointToHostAction: "ACCEPT" } },
    policies: [],
    flow: toOwnNode,
    verdict: "allow",
    enforced: "allow",
  },
  // AWS: before its policies, and in its strict mode.
  {
    cni: { ...AWS, version: "v1.13.4" },
    policies: DENY,
    flow: web,
    verdict: "deny",
    enforced: "allow",
    topic: "enforces",
  },
  { cni: { ...AWS, version: "v1.14.0-eksbuild.3" }, policies: DENY, flow: web, verdict: "deny", enforced: "deny" },
  { cni: AWS_STRICT, policies: [], flow: web, verdict: "allow", enforced: "deny", topic: "startup" },
  {
    cni: AWS_STRICT,
    policies: [policy({ podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] })],
    flow: web,
    verdict: "allow",
    enforced: "allow",
  },
  { cni: AWS_STRICT, policies: [], flow: fromOwnNode, verdict: "allow", enforced: "allow" },
  { cni: "gke-dpv2", policies: BLOCK, flow: web, verdict: "allow", enforced: "unknown", topic: "ip-block" },
  {
    cni: "gke-dpv2",
    policies: RANGE,
    flow: { ...web, port: 85 },
    verdict: "allow",
    enforced: "unknown",
    topic: "end-port",
  },
];

const nameOf = (cni: Case["cni"]): string =>
  typeof cni === "string" ? cni : `${cni.name} ${JSON.stringify({ ...cni, name: undefined })}`;

describe("what a plugin will do", () => {
  it.each(CASES.map((one) => [`${nameOf(one.cni)}: ${JSON.stringify(one.flow)} is ${one.enforced}`, one] as const))(
    "%s",
    (_, one) => {
      const { verdict, enforced } = decide(one);
      expect([verdict, enforced?.verdict]).toEqual([one.verdict, one.enforced]);
      const fact = enforced?.facts.find(
        ({ topic, effect }) => topic === one.topic && effect === (one.effect ?? effect),
      );
      if (one.topic === undefined) return;
      expect(fact?.status === "unknown" || (fact?.sources.length ?? 0) > 0).toBe(true);
      expect(fact?.bearing).toBe(
        one.enforced === "unknown" ? "could-change" : one.enforced === one.verdict ? "agrees" : "changes",
      );
    },
  );

  it("names the plugin, and the fact with both verdicts and its source", () => {
    const { enforced } = decide({ cni: "cilium", policies: BLOCK, flow: web });
    expect(enforced?.cni).toBe("cilium");
    expect(enforced?.facts).toHaveLength(1);
    expect(enforced?.facts[0]).toMatchObject({
      cni: "cilium" satisfies CniName,
      status: "documented",
      verdicts: { with: "deny", without: "allow" },
    });
  });

  it("without the option there is nothing to say", () => {
    expect(decide({ cni: undefined as never, policies: DENY, flow: web })).not.toHaveProperty("enforced");
  });
});
