import { describe, expect, it } from "vitest";
import {
  describe as describePolicy,
  loadSnapshot,
  loadState,
  NetverdictError,
  snapshot,
} from "../../bindings/inline.ts";

const pod = (namespace: string, name: string, app: string, ip?: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name, labels: { app } },
  ...(ip !== undefined && { status: { podIPs: [{ ip }] } }),
});
const policy = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name: "db" },
  spec: {
    podSelector: {
      matchLabels: { app: "db" },
      matchExpressions: [{ key: "tier", operator: "NotIn", values: ["a", "b"] }],
    },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          { podSelector: { matchLabels: { app: "web" } }, namespaceSelector: { matchLabels: { team: "shop" } } },
          { podSelector: { matchLabels: { app: "web" } } },
          { namespaceSelector: {} },
          { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.0/16"] } },
        ],
        ports: [{ port: 5432 }, { port: 8000, endPort: 8080, protocol: "UDP" }, { port: "sql" }, { protocol: "SCTP" }],
      },
      {},
    ],
    egress: [{}],
  },
};
const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "shop" } } },
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "bank" } },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { addresses: [{ type: "InternalIP", address: "10.3.0.1" }] },
  },
  pod("shop", "db-0", "db", "10.1.0.1"),
  pod("shop", "web-0", "web", "10.0.0.2"),
  pod("bank", "web-0", "web"),
];
const state = loadState([...objects, policy]);

const EXPECTED = `In this state:
  Selects pods of namespace shop with app=db AND tier missing or none of (a, b):
    1 pod: shop/db-0
  Ingress, to these pods: denied, unless rule 1 OR rule 2 (or another policy) allows it
    Rule 1 (spec.ingress[0]) allows what goes
      to TCP port 5432 OR UDP ports 8000 to 8080 OR the TCP port that the destination pod calls sql OR every SCTP port
      AND from any of these
        pods with app=web AND in namespaces with team=shop (one item: both must hold):
          1 pod: shop/web-0
        OR pods of namespace shop with app=web:
          1 pod: shop/web-0
        OR every pod in any namespace:
          3 pods: bank/web-0, shop/db-0, shop/web-0
        OR addresses in 10.0.0.0/8, but not in 10.1.0.0/16 and not in 10.2.0.0/16:
          2 pods: bank/web-0 (perhaps), shop/web-0; 1 node: n1 (10.3.0.1)
    Rule 2 (spec.ingress[1]) allows what goes
      to every port of every protocol
      AND from anyone, in the cluster or outside
  Egress, from these pods: not affected by this policy (its egress rules have no effect: Egress is no policy type)
`;

const readingOf = (text: string): string => text.slice(text.indexOf("In this state:"));

describe("describe with a state", () => {
  it("adds to kubectl's text whom each selector matches, and says AND and OR", () => {
    const text = describePolicy(policy, { state });
    expect(text).toBe(`${describePolicy(policy)}\n${EXPECTED}`);
  });

  it("reads a policy that the state does not have, or has otherwise, alike", () => {
    expect(readingOf(describePolicy(policy, { state: loadState(objects) }))).toBe(EXPECTED);
    const other = loadState([...objects, { ...policy, spec: { podSelector: {} } }]);
    expect(readingOf(describePolicy(policy, { state: other }))).toBe(EXPECTED);
  });

  it("a block that holds no pod and no node is about addresses outside", () => {
    // One pod has no address, so that it may be in any block.
    const addressed = loadState(objects.slice(0, -1));
    const reading = (...cidrs: string[]) => {
      const from = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
      const spec = { podSelector: {}, ingress: [{ from }] };
      return readingOf(describePolicy({ ...policy, spec }, { state: addressed }));
    };
    expect(reading("203.0.113.0/24", "10.0.0.2/32", "2001:db8::/32", "10.3.0.1/32")).toContain(
      [
        "        addresses in 203.0.113.0/24:",
        "          addresses outside: no pod and no node of this state has one of them",
        "        OR addresses in 10.0.0.2/32:",
        "          1 pod: shop/web-0",
        "        OR addresses in 2001:db8::/32:",
        "          addresses outside: no pod and no node of this state has one of them",
        "        OR addresses in 10.3.0.1/32:",
        "          no pod; 1 node: n1 (10.3.0.1)",
      ].join("\n"),
    );
  });

  it("an item with two selectors reads otherwise than two items", () => {
    const selectors = [
      { podSelector: { matchLabels: { app: "web" } } },
      { namespaceSelector: { matchLabels: { team: "shop" } } },
    ];
    const both = (from: object[]) =>
      readingOf(describePolicy({ ...policy, spec: { podSelector: {}, ingress: [{ from }] } }, { state }));
    const one = both([{ ...selectors[0], ...selectors[1] }]);
    const two = both(selectors);
    expect(one).toContain(
      "      AND from\n        pods with app=web AND in namespaces with team=shop (one item: both must hold):\n",
    );
    expect(two).toContain("      AND from any of these\n        pods of namespace shop with app=web:\n");
    expect(two).toContain("        OR every pod in namespaces with team=shop:\n");
  });

  it.each([
    ["In", ["web"], "a=web"],
    ["In", ["", "web"], 'a one of ("", web)'],
    ["NotIn", ["web"], "a missing or none of (web)"],
    ["Exists", [], "a present"],
    ["DoesNotExist", [], "a missing"],
  ])("%s with %j", (operator, values, words) => {
    const podSelector = { matchExpressions: [{ key: "a", operator, values }] };
    const text = describePolicy({ ...policy, spec: { podSelector } }, { state });
    expect(text).toContain(`  Selects pods of namespace shop with ${words}:\n`);
  });

  it("reads empty lists and absent policyTypes as the API server does", () => {
    const reading = (spec: object) => readingOf(describePolicy({ ...policy, spec }, { state }));
    const anyone = "      to every port of every protocol\n      AND from anyone, in the cluster or outside\n";
    expect(reading({ podSelector: {}, ingress: [{}] })).toContain(anyone);
    expect(reading({ podSelector: {}, ingress: [{ from: [], ports: [] }] })).toContain(anyone);
    // Egress without rules and without policyTypes isolates nothing; with a rule it does.
    expect(reading({ podSelector: {}, egress: [] })).toContain(
      "Egress, from these pods: not affected by this policy\n",
    );
    expect(reading({ podSelector: {}, egress: [{}] })).toContain("Egress, from these pods: denied, unless rule 1 (or");
    expect(reading({ podSelector: {}, egress: [{}] })).toContain(
      "Ingress, to these pods: denied, unless another policy",
    );
  });

  it("says that a policy without rules denies", () => {
    const text = describePolicy({ ...policy, spec: { podSelector: {}, policyTypes: ["Egress"] } }, { state });
    expect(text).toContain("  Selects every pod of namespace shop:\n    2 pods: shop/db-0, shop/web-0\n");
    expect(text).toContain("  Ingress, to these pods: not affected by this policy\n");
    expect(text).toContain(
      "  Egress, from these pods: denied, unless another policy allows it: this one has no rule that allows any\n",
    );
  });

  it("names ten pods and counts the others", () => {
    const many = loadState(Array.from({ length: 12 }, (_, i) => pod("shop", `db-${i}`, "db")));
    expect(describePolicy(policy, { state: many })).toContain("12 pods: shop/db-0, shop/db-1, shop/db-10,");
    expect(describePolicy(policy, { state: many })).toContain("shop/db-7 and 2 more\n");
  });

  it("takes the state's default namespace", () => {
    const elsewhere = loadState(objects, { defaultNamespace: "shop" });
    const { namespace: _, ...metadata } = policy.metadata;
    expect(describePolicy({ ...policy, metadata }, { state: elsewhere })).toContain("Namespace:    shop\n");
  });

  it("a state from a snapshot is refused", () => {
    const copy = loadSnapshot(snapshot(state));
    expect(() => describePolicy(policy, { state: copy })).toThrowError(NetverdictError);
  });
});
