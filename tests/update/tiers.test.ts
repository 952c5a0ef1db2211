/** What changes in ordered tiers, one hard case a test. After every update all decisions are held to a fresh load. */
import { expect, it } from "vitest";
import { clusterPolicy, namespace, node, pod, policy } from "../docs/objects.ts";
import { Cluster } from "./cluster.ts";

const SHOP = namespace("shop", { team: "a" });
const web = pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
const db = pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"], node: "n2" });
const n1 = node("n1", ["192.0.2.1"], [], { role: "edge" });
const ENDS = ["shop/web", "shop/db", "192.0.2.1", "192.0.2.9"];
const REMOVED = { kind: "NetworkPolicy", namespace: "shop", name: "db" };

const rule = (action: string): object => ({ action, from: [{ namespaces: {} }] });
const ingress = (name: string, tier: "Admin" | "Baseline", priority: number, ...actions: string[]): object =>
  clusterPolicy(name, tier, priority, { ingress: actions.map(rule) });
const toNodes = (selector: object): object =>
  clusterPolicy("nodes", "Admin", 1, { egress: [{ action: "Deny", to: [{ nodes: selector }] }] });
const opened = policy("shop/db", {
  podSelector: { matchLabels: { app: "db" } },
  policyTypes: ["Ingress"],
  ingress: [{}],
});

it("a NetworkPolicy that comes overrides a Baseline deny, and the last one that goes brings it back", () => {
  const cluster = new Cluster([SHOP, web, db, ingress("b", "Baseline", 1, "Deny")], ENDS);
  expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
  cluster.update({ upsert: [opened] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
  expect(cluster.verdict("shop/db", "shop/web")).toBe("deny");
  cluster.update({ remove: [REMOVED] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
});

it("a changed priority reorders", () => {
  const cluster = new Cluster(
    [SHOP, web, db, ingress("x", "Admin", 5, "Deny"), ingress("y", "Admin", 6, "Accept")],
    ENDS,
  );
  expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
  cluster.update({ upsert: [ingress("y", "Admin", 4, "Accept")] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
  cluster.update({ upsert: [ingress("y", "Admin", 5, "Accept")] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("undetermined");
});

it("a changed tier lets NetworkPolicy decide first", () => {
  const cluster = new Cluster([SHOP, web, db, opened, ingress("x", "Admin", 5, "Deny")], ENDS);
  expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
  cluster.update({ upsert: [ingress("x", "Baseline", 5, "Deny")] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
});

it("a policy under another name is another one, and a tie goes by no name", () => {
  const cluster = new Cluster([SHOP, web, db, ingress("m", "Admin", 5, "Deny")], ENDS);
  for (const name of ["a", "z"]) {
    cluster.update({ upsert: [ingress(name, "Admin", 5, "Accept")] });
    expect(cluster.verdict("shop/web", "shop/db")).toBe("undetermined");
    cluster.update({ remove: [{ kind: "ClusterNetworkPolicy", name }] });
    expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
  }
});

it("a node's address and its labels change what `nodes` matches", () => {
  const cluster = new Cluster([SHOP, web, db, n1, toNodes({ matchLabels: { role: "edge" } })], ENDS);
  expect(cluster.verdict("shop/web", "192.0.2.1")).toBe("deny");
  cluster.update({ upsert: [node("n1", ["192.0.2.9"], [], { role: "edge" })] });
  expect(cluster.verdict("shop/web", "192.0.2.1")).toBe("allow");
  expect(cluster.verdict("shop/web", "192.0.2.9")).toBe("deny");
  cluster.update({ upsert: [node("n1", ["192.0.2.9"], [], { role: "core" })] });
  expect(cluster.verdict("shop/web", "192.0.2.9")).toBe("allow");
  cluster.update({ upsert: [node("n2", ["192.0.2.1"], [], { role: "edge" })] });
  expect(cluster.verdict("shop/web", "192.0.2.1")).toBe("deny");
});

it("a node that only pods told of has labels once it is declared", () => {
  const agent = pod("shop/agent", { hostNetwork: true, node: "n9", ips: ["192.0.2.9"] });
  const cluster = new Cluster(
    [SHOP, web, agent, toNodes({ matchLabels: { role: "edge" } })],
    [...ENDS, "shop/agent"].filter((end) => end !== "shop/db"),
  );
  expect(cluster.verdict("shop/web", "shop/agent")).toBe("undetermined");
  cluster.update({ upsert: [node("n9", ["192.0.2.9"], [], { role: "core" })] });
  expect(cluster.verdict("shop/web", "shop/agent")).toBe("allow");
});

it("a namespace that is declared late is a subject or none", () => {
  const subject = { namespaces: { matchLabels: { team: "a" } } };
  const closed = clusterPolicy("x", "Admin", 1, { subject, ingress: [rule("Deny")] });
  const cluster = new Cluster([web, db, closed], ENDS);
  expect(cluster.verdict("shop/web", "shop/db")).toBe("undetermined");
  cluster.update({ upsert: [SHOP] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
  cluster.update({ upsert: [namespace("shop", { team: "b" })] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
});

it("a rule's order, and a rule that is taken out of the middle", () => {
  const cluster = new Cluster(
    [SHOP, web, db, ingress("x", "Admin", 1, "Pass", "Deny", "Accept"), ingress("y", "Baseline", 1, "Accept")],
    ENDS,
  );
  expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
  cluster.update({ upsert: [ingress("x", "Admin", 1, "Deny", "Pass", "Accept")] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
  cluster.update({ upsert: [ingress("x", "Admin", 1, "Accept")] });
  expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
});
