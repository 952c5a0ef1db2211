import { describe, expect, it } from "vitest";
import { loadSnapshot, loadState, selectedPods, selectingPolicies, snapshot } from "../../bindings/inline.ts";
import { codeOf } from "../docs/objects.ts";

const BUNDLE = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: v1
kind: Node
metadata: { name: n1 }
status: { addresses: [{ type: InternalIP, address: 192.0.2.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: web-0, labels: { app: web } }
spec: { nodeName: n1 }
status: { podIPs: [{ ip: 10.0.0.1 }] }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: db-0, labels: { app: db } }
spec: { nodeName: n1 }
status: { podIPs: [{ ip: 10.0.0.2 }] }
---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: proxy, labels: { app: web } }
spec: { nodeName: n1, hostNetwork: true }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: other, name: api }
spec: { template: { metadata: { labels: { app: web } }, spec: {} } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: web } }
        - namespaceSelector: { matchLabels: { team: shop } }
          podSelector: { matchLabels: { app: web } }
        - namespaceSelector: { matchLabels: { team: other } }
        - ipBlock: { cidr: 192.0.2.0/24 }
    - ports: [{ port: 9100 }]
`;

const state = loadState({ file: "shop.yaml", text: BUNDLE });
const sure = (...pods: string[]) => pods.map((pod) => ({ pod, certain: true }));

describe("selectedPods", () => {
  const selection = selectedPods(state, "shop/db");
  const [first, second] = selection.rules;

  it("tells the pods that the policy selects, where it stands, and its directions", () => {
    expect(selection.pods).toEqual(sure("shop/db-0"));
    expect(selection.directions).toEqual(["ingress", "egress"]);
    expect(selection.policy).toEqual({ kind: "NetworkPolicy", namespace: "shop", name: "db" });
    expect(selection.source?.file).toBe("shop.yaml");
  });

  it("tells of each peer the pods that it matches, host-network pods not by their labels", () => {
    expect(first?.peers[0]).toMatchObject({ kind: "pods", path: ["spec", "ingress", 0, "from", 0], nodes: [] });
    expect(first?.peers[0]?.pods).toEqual(sure("shop/web-0"));
  });

  it("leaves open what a namespace's labels would settle", () => {
    expect(first?.peers[1]?.pods).toEqual([{ pod: "other/Deployment/api", certain: false }, ...sure("shop/web-0")]);
    expect(first?.peers[2]?.pods).toEqual([{ pod: "other/Deployment/api", certain: false }]);
  });

  it("tells of a block the nodes and the host-network pods whose addresses it holds", () => {
    expect(first?.peers[3]).toMatchObject({ kind: "ipBlock", nodes: [{ node: "n1", ip: "192.0.2.1" }] });
    // The Deployment's pod has no address yet, and nothing says from where it will get one.
    expect(first?.peers[3]?.pods).toEqual([{ pod: "other/Deployment/api", certain: false }, ...sure("shop/proxy")]);
  });

  it("a rule for anyone has no peers", () => {
    expect(second).toMatchObject({ direction: "ingress", path: ["spec", "ingress", 1], peers: [] });
  });

  it("takes a reference too", () => {
    expect(selectedPods(state, { namespace: "shop", name: "db" })).toEqual(selection);
  });

  it.each([
    ["a policy that was not loaded", "shop/web", "unknown-object"],
    ["a name without a namespace", "db", "invalid-input"],
    ["a reference whose namespace is the default one", { name: "db" }, "unknown-object"],
  ])("%s is refused", (_, policy, code) => {
    expect(codeOf(() => selectedPods(state, policy))).toBe(code);
  });

  it("a snapshot has no policies to ask", () => {
    const copy = loadSnapshot(snapshot(state));
    expect(codeOf(() => selectedPods(copy, "shop/db"))).toBe("needs-full-state");
    expect(codeOf(() => selectingPolicies(copy, "shop/db-0"))).toBe("needs-full-state");
  });
});

describe("selectingPolicies", () => {
  it("tells the policies that select a pod, with the directions that they isolate it in", () => {
    expect(selectingPolicies(state, "shop/db-0")).toMatchObject([
      { policy: { name: "db" }, tier: "network-policy", certain: true, directions: ["ingress", "egress"] },
    ]);
    expect(selectingPolicies(state, state.podIndex("shop", "db-0"))).toHaveLength(1);
    expect(selectingPolicies(state, "shop/web-0")).toEqual([]);
  });

  it("a pod on the host network is nobody's subject", () => {
    expect(selectingPolicies(state, "shop/proxy")).toEqual([]);
  });

  it("a pod that does not exist yet counts, and so does a workload", () => {
    expect(selectingPolicies(state, { namespace: "shop", labels: { app: "db" } })).toHaveLength(1);
    expect(selectingPolicies(state, { workload: "other/Deployment/api" })).toEqual([]);
  });

  it.each([
    ["an address that is no pod's", "203.0.113.9", "invalid-flow"],
    ["a node", { node: "n1" }, "invalid-flow"],
    ["a pod that was not loaded", "shop/nobody", "unknown-pod"],
  ])("%s is refused", (_, end, code) => {
    expect(codeOf(() => selectingPolicies(state, end))).toBe(code);
  });
});

describe("policies of the ordered tiers", () => {
  const cluster = loadState(`${BUNDLE}---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: guard }
spec:
  tier: Admin
  priority: 1
  subject: { pods: { namespaceSelector: { matchLabels: { team: shop } }, podSelector: { matchLabels: { app: db } } } }
  egress:
    - action: Deny
      to:
        - networks: [10.0.0.1/32, 192.0.2.0/24]
        - pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }
`);

  it("are named with their kind; an entry with several networks is one peer", () => {
    const { rules, pods } = selectedPods(cluster, { kind: "ClusterNetworkPolicy", name: "guard" });
    expect(pods).toEqual(sure("shop/db-0"));
    expect(rules).toMatchObject([
      {
        action: "deny",
        peers: [
          { kind: "ipBlock", path: ["spec", "egress", 0, "to", 0], nodes: [{ node: "n1", ip: "192.0.2.1" }] },
          { kind: "pods", path: ["spec", "egress", 0, "to", 1] },
        ],
      },
    ]);
    expect(rules[0]?.peers[0]?.pods.filter(({ certain }) => certain)).toEqual(sure("shop/proxy", "shop/web-0"));
    expect(rules[0]?.peers[1]?.pods).toEqual(sure("other/Deployment/api", "shop/web-0"));
  });

  it("select pods beside NetworkPolicies", () => {
    expect(selectingPolicies(cluster, "shop/db-0").map(({ tier, policy }) => [tier, policy.name])).toEqual([
      ["network-policy", "db"],
      ["admin", "guard"],
    ]);
  });

  it("another kind has no policy of the name", () => {
    expect(codeOf(() => selectedPods(cluster, "shop/guard"))).toBe("unknown-object");
    expect(codeOf(() => selectedPods(cluster, { kind: "AdminNetworkPolicy", name: "guard" }))).toBe("unknown-object");
  });
});
