/** Changes that turn the verdicts of ordered tiers, on the conformance clusters of ClusterNetworkPolicy. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, loadState, renderExplanation } from "../../bindings/inline.ts";
import { clusterNetworkPolicyStates } from "../conformance/cluster-network-policy.ts";

describe("what would turn a verdict of an ordered tier", () => {
  it("turns it, applied to the same objects, in the tier that decided", () => {
    const tried = new Map<string, number>();
    for (const { objects, expectations } of clusterNetworkPolicyStates()) {
      const state = loadState(objects);
      for (const { flow } of expectations.slice(0, 2)) {
        const { egress, ingress, changes } = explain(state, flow);
        for (const { apply, verdict } of changes) {
          const names = apply.map((policy) => (policy as { metadata: { name: string } }).metadata.name);
          const kept = objects.filter(
            (object) => !names.includes((object as { metadata: { name: string } }).metadata.name),
          );
          expect(evaluate(loadState([...kept, ...apply]), flow).verdict).toBe(verdict);
          const key = `${egress.reason}, ${ingress.reason}`;
          tried.set(key, (tried.get(key) ?? 0) + 1);
        }
      }
    }
    const reasons = [...tried.keys()].join(" ");
    for (const reason of ["admin-deny", "admin-allow", "baseline-deny", "baseline-allow"])
      expect(reasons).toContain(reason);
  });

  it("names tiers, rules and lines", () => {
    const { egress, ingress } = explain(loadState({ file: "tiers.yaml", text: TIERS }), {
      from: "shop/web",
      to: "shop/db",
      port: 5432,
    });
    expect(egress).toMatchObject({ reason: "not-isolated", isolatedBy: [] });
    expect(ingress).toMatchObject({
      reason: "baseline-deny",
      decidedBy: [
        {
          tier: "admin",
          action: "pass",
          policy: { kind: "ClusterNetworkPolicy", name: "pass" },
          path: ["spec", "ingress", 0],
        },
        { tier: "baseline", action: "deny", policy: { kind: "ClusterNetworkPolicy", name: "deny" } },
      ],
    });
    expect(ingress.tiers).toEqual([
      { tier: "admin", outcome: "pass" },
      { tier: "baseline", outcome: "deny" },
    ]);
    expect(ingress.decidedBy.map(({ source }) => source?.file)).toEqual(["tiers.yaml", "tiers.yaml"]);
    expect(ingress.nearMisses).toEqual([]);
  });

  it("says that a rule matches for certain though an earlier one with the same action may match too", () => {
    const pending = "apiVersion: v1\nkind: Pod\nmetadata: { name: new, namespace: shop, labels: { app: new } }\n---\n";
    const passes = `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: passes }
spec:
  tier: Admin
  priority: 5
  subject: { namespaces: {} }
  egress:
    - { action: Pass, to: [{ networks: [10.0.1.0/24] }] }
    - { action: Pass, to: [{ namespaces: {} }] }
`;
    const state = loadState(pod("web", "10.0.0.1") + pending + passes, { podCIDRs: ["10.0.0.0/16"] });
    const { egress } = explain(state, { from: "shop/web", to: "shop/new", port: 80, family: 4 });
    expect(egress.decidedBy.map(({ path, certain }) => [path.at(-1), certain])).toEqual([
      [0, false],
      [1, true],
    ]);
    expect(egress.tiers).toEqual([{ tier: "admin", outcome: "pass" }]);
  });

  it("tells what each tier made of it, as text too", () => {
    const text = `${pod("web", "10.0.0.1")}${pod("db", "10.0.0.2")}${policy("accept", "Admin", "Accept")}${policy("deny", "Baseline", "Deny")}`;
    const explanation = explain(loadState(text), { from: "shop/web", to: "shop/db", port: 5432 });
    expect(explanation.egress.tiers).toEqual([]);
    expect(explanation.ingress.tiers).toEqual([
      { tier: "admin", outcome: "allow" },
      { tier: "baseline", outcome: "not-reached" },
    ]);
    expect(renderExplanation(explanation)).toContain(
      "    tiers, in their order\n      Admin tier allows it\n      Baseline tier is not asked\n",
    );
  });
});

const pod = (name: string, ip: string) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
status: { podIPs: [{ ip: ${ip} }] }
---
`;
const policy = (name: string, tier: string, action: string) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec:
  tier: ${tier}
  priority: 10
  subject: { namespaces: {} }
  ingress:
    - action: ${action}
      from: [{ namespaces: {} }]
---
`;
const TIERS =
  pod("web", "10.0.0.1") + pod("db", "10.0.0.2") + policy("pass", "Admin", "Pass") + policy("deny", "Baseline", "Deny");
