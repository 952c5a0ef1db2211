/** Labels of namespaces and nodes in any number: the words they are written to grow meanwhile. */
import { describe, expect, it } from "vitest";
import { evaluate, loadState, updateState } from "../../bindings/inline.ts";

const labels = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`label-${i}`, `value-${i}`]));
const namespace = (name: string, given: object) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: given },
});
const node = (name: string, given: object, ip: string) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: given },
  status: { addresses: [{ type: "InternalIP", address: ip }] },
});
const pod = (ns: string, name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { namespace: ns, name } });
const denyTeam = {
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name: "deny-web" },
  spec: {
    tier: "Admin",
    priority: 1,
    subject: { namespaces: {} },
    ingress: [{ action: "Deny", from: [{ namespaces: { matchLabels: { team: "web" } } }] }],
  },
};
const denyGate = {
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name: "deny-gate" },
  spec: {
    tier: "Admin",
    priority: 1,
    subject: { namespaces: {} },
    egress: [{ action: "Deny", to: [{ nodes: { matchLabels: { gate: "yes" } } }] }],
  },
};
/** Names every label, so that none of a node's is left out. */
const namesLabels = (count: number) => ({
  apiVersion: "policy.networking.k8s.io/v1alpha2",
  kind: "ClusterNetworkPolicy",
  metadata: { name: "names-labels" },
  spec: {
    tier: "Baseline",
    priority: 9,
    subject: { namespaces: {} },
    egress: [{ action: "Deny", to: [{ nodes: { matchLabels: { ...labels(count), never: "there" } } }] }],
  },
});

const COUNTS = [1, 10, 31, 32, 33, 100, 126, 127, 200, 550, 600, 1_000, 5_000];

describe("labels count however many there are", () => {
  it.each(COUNTS)("%i of a namespace, loaded and updated", (count) => {
    const web = namespace("web", { team: "web", ...labels(count) });
    const rest = [namespace("db", {}), pod("web", "a"), pod("db", "b"), denyTeam];
    const flow = { from: "web/a", to: "db/b", port: 80 } as const;
    expect(evaluate(loadState([web, ...rest]), flow).verdict).toBe("deny");
    const updated = loadState(rest);
    updateState(updated, { upsert: web });
    expect(evaluate(updated, flow).verdict).toBe("deny");
    const late = loadState([namespace("db", {}), pod("db", "b"), denyTeam]);
    updateState(late, { upsert: [web, pod("web", "a")] });
    expect(evaluate(late, flow).verdict).toBe("deny");
  });

  it.each(COUNTS)("%i of a node, loaded and updated", (count) => {
    const gate = node("gate", { ...labels(count), gate: "yes" }, "192.168.0.1");
    const rest = [namespace("db", {}), pod("db", "b"), denyGate, namesLabels(count)];
    const flow = { from: "db/b", to: { node: "gate" }, port: 80 } as const;
    expect(evaluate(loadState([gate, ...rest]), flow).verdict).toBe("deny");
    const updated = loadState(rest);
    updateState(updated, { upsert: gate });
    expect(evaluate(updated, flow).verdict).toBe("deny");
  });

  it.each([
    [100, 8],
    [300, 10],
    [60, 14],
    [500, 10],
  ])("of %i namespaces with %i each, and few pods", (namespaces, count) => {
    const others = Array.from({ length: namespaces }, (_, i) => namespace(`n${i}`, labels(count)));
    const web = namespace("web", { team: "web", ...labels(count) });
    const state = loadState([...others, web, pod("web", "a"), pod("n0", "b"), denyTeam]);
    expect(evaluate(state, { from: "web/a", to: "n0/b", port: 80 }).verdict).toBe("deny");
    expect(evaluate(state, { from: "n0/b", to: "web/a", port: 80 }).verdict).toBe("allow");
  });
});
