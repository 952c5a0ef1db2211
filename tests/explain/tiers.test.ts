/** Changes that turn the verdicts of ordered tiers, on the conformance clusters of ClusterNetworkPolicy. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, type LoadOptions, loadState, renderExplanation } from "../../bindings/inline.ts";
import { clusterNetworkPolicyStates } from "../conformance/cluster-network-policy.ts";
import { clusterPolicy, pod as inPods, namespace, policy as networkPolicy } from "../docs/objects.ts";

/** What ingress from a/s to a/d on port 80 is told of, where the labels of the namespace are not known. */
function openTo(policies: readonly object[], options: LoadOptions = {}, ip = ["10.0.0.1"]) {
  const pods = [
    { path: "a/s", ips: ip },
    { path: "a/d", ips: ["10.0.0.2"] },
  ].map(({ path, ips }) => inPods(path, ips.length > 0 ? { ips } : {}));
  const state = loadState([...pods, ...policies], options);
  const explanation = explain(state, { from: "a/s", to: "a/d", port: 80 }, { changes: false });
  const { verdict, reason, tiers } = explanation.ingress;
  const outcomes = tiers.map(({ tier, outcome }) => `${tier}: ${outcome}`);
  return { told: [verdict, reason, ...outcomes], text: renderExplanation(explanation) };
}

describe("what a tier made of a flow where something is open", () => {
  const every = { namespaces: {} };
  const some = { namespaces: { matchLabels: { t: "1" } } };
  const cluster = (name: string, tier: "Admin" | "Baseline", ...rules: [action: string, peer: object][]): object =>
    clusterPolicy(name, tier, 1, { ingress: rules.map(([action, peer]) => ({ action, from: [peer] })) });
  const closed = networkPolicy("a/p", { podSelector: {} });

  it("nothing behind NetworkPolicies that isolate is reached, whether or not they let it pass", () => {
    const half = networkPolicy("a/p", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/25" } }] }] });
    const { told, text } = openTo(
      [namespace("a"), half, cluster("b", "Baseline", ["Deny", every])],
      { podCIDRs: ["10.0.0.0/24"] },
      [],
    );
    expect(told).toEqual(["undetermined", "unsettled", "network-policy: undetermined", "baseline: not-reached"]);
    expect(text).toContain("      NetworkPolicy is not settled\n      Baseline tier is not asked\n");
  });

  it("nothing behind tied policies that all decide is reached", () => {
    const tied = [cluster("x", "Admin", ["Accept", every]), cluster("y", "Admin", ["Deny", every])];
    const { told } = openTo([...tied, closed, cluster("b", "Baseline", ["Deny", every])]);
    expect(told).toEqual([
      "undetermined",
      "unsettled",
      "admin: undetermined",
      "network-policy: not-reached",
      "baseline: not-reached",
    ]);
  });

  it("what decides for certain is told to decide, and gives the reason", () => {
    const { told, text } = openTo([cluster("x", "Admin", ["Deny", some]), closed]);
    expect(told).toEqual(["deny", "no-rule", "admin: undetermined", "network-policy: deny"]);
    expect(text).toContain("[no-rule]\n    tiers, in their order\n      Admin tier is not settled\n");
    expect(text).toContain("      NetworkPolicy denies it\n");
    const accepts = [cluster("x", "Admin", ["Accept", some]), cluster("b", "Baseline", ["Accept", every])];
    expect(openTo(accepts).told).toEqual(["allow", "baseline-allow", "admin: undetermined", "baseline: allow"]);
  });

  it("a certain rule behind an open one of the same action decides in its own tier", () => {
    const { told } = openTo([cluster("x", "Admin", ["Deny", some], ["Deny", every]), closed]);
    expect(told).toEqual(["deny", "admin-deny", "admin: deny", "network-policy: not-reached"]);
  });

  it("where nothing decides for certain, the flow passes for want of it", () => {
    expect(openTo([cluster("x", "Admin", ["Accept", some])]).told).toEqual([
      "allow",
      "not-isolated",
      "admin: undetermined",
    ]);
    const behind = openTo([cluster("x", "Admin", ["Pass", some], ["Accept", every])]);
    expect(behind.told).toEqual(["allow", "not-isolated", "admin: undetermined"]);
  });
});

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
