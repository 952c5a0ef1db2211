/** Where policies stand after an update: file and line, and their order. */
import { describe, expect, it } from "vitest";
import {
  evaluate,
  explain,
  loadState,
  type State,
  selectedPods,
  selectingPolicies,
  updateState,
} from "../../bindings/inline.ts";
import { clusterPolicy, namespace, node, pod, policy } from "../docs/objects.ts";

const SHOP = namespace("shop", { team: "a" });
const web = pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
const db = pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"], node: "n2" });

describe("policies that move", () => {
  const text = (name: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  podSelector: {}\n  ingress:\n    - from: [{ podSelector: {} }]\n`;
  const FLOW = { from: "shop/web", to: "shop/db", port: 80 };
  const places = (state: State): unknown => {
    const { isolatedBy, decidedBy } = explain(state, FLOW).ingress;
    return [isolatedBy, decidedBy].map((all) => all.map(({ source }) => `${source?.file}:${source?.line}`));
  };

  it("are told of where they stand now, though they say what they said", () => {
    const state = loadState([web, db, { file: "a.yaml", text: text("one") }]);
    expect(places(state)).toEqual([["a.yaml:1"], ["a.yaml:7"]]);
    updateState(state, { upsert: { file: "b.yaml", text: `\n\n${text("one")}` } });
    expect(places(state)).toEqual([["b.yaml:3"], ["b.yaml:9"]]);
    expect(selectingPolicies(state, "shop/db")[0]?.source).toMatchObject({ file: "b.yaml", line: 3 });
    updateState(state, {
      upsert: { file: "b.yaml", text: `${text("one").replace("  ingress", "  # why\n  ingress")}` },
    });
    expect(places(state)).toEqual([["b.yaml:1"], ["b.yaml:8"]]);
  });

  it("keep their order when they are changed, and are last when they are removed and given again", () => {
    const open = (name: string, ports: object[] = []): object =>
      policy(`shop/${name}`, { podSelector: {}, ingress: [{ from: [{ podSelector: {} }], ports }] });
    const state = loadState([SHOP, web, db, open("one"), open("two")]);
    const order = (): unknown => [
      selectingPolicies(state, "shop/db").map(({ policy: { name } }) => name),
      explain(state, FLOW).ingress.isolatedBy.map(({ policy: { name } }) => name),
    ];
    updateState(state, { upsert: open("one", [{ port: 80 }]) });
    expect(order()).toEqual([
      ["one", "two"],
      ["one", "two"],
    ]);
    const one = { kind: "NetworkPolicy", namespace: "shop", name: "one" };
    updateState(state, { remove: one, upsert: open("one", [{ port: 80 }]) });
    const after = order();
    expect(after).toEqual([
      ["two", "one"],
      ["two", "one"],
    ]);
    // Built anew, it says the same.
    updateState(state, { upsert: namespace("shop", { team: "c" }) });
    expect(order()).toEqual(after);
  });

  it("nodes that they let in are told by name, whatever pods tell of them", () => {
    const on = (name: string, i: number, n: number): object =>
      pod(`shop/${name}`, { ips: [`10.1.0.${i}`], node: `n${n}`, hostIP: `192.0.2.${n}` });
    const lets = policy("shop/p", { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "192.0.2.0/24" } }] }] });
    const nodes = (state: State): unknown => selectedPods(state, "shop/p").rules[0]?.peers[0]?.nodes;
    const state = loadState([lets, on("p0", 1, 1), on("p1", 2, 2), on("p2", 3, 1)]);
    updateState(state, { remove: { kind: "Pod", namespace: "shop", name: "p0" } });
    expect(nodes(state)).toEqual(nodes(loadState([lets, on("p1", 2, 2), on("p2", 3, 1)])));
  });

  it("of one priority go by their places too", () => {
    const denies = (name: string, priority: number): object =>
      clusterPolicy(name, "Admin", priority, { ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] });
    const names = (state: State): unknown =>
      explain(state, FLOW, { changes: false }).ingress.decidedBy.map(({ policy: { name } }) => name);
    const state = loadState([SHOP, web, db, denies("first", 1), denies("second", 5)]);
    updateState(state, { upsert: denies("first", 5) });
    expect(names(state)).toEqual(["first", "second"]);
    expect(names(loadState([SHOP, web, db, denies("first", 5), denies("second", 5)]))).toEqual(["first", "second"]);
  });
});

it("pods with a host port of their node come in the order of their objects, those that stand for a workload's last", () => {
  const edge = (name: string, ip: string, status: object = {}): object => ({
    ...pod(`shop/${name}`, { node: "n1", ports: [{ containerPort: 80, hostPort: 8080 }] }),
    status: { podIPs: [{ ip }], ...status },
  });
  const set = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { namespace: "shop", name: "ds" },
    spec: {
      selector: { matchLabels: { app: "ds" } },
      template: {
        metadata: { labels: { app: "ds" } },
        spec: { containers: [{ name: "c", ports: [{ containerPort: 80, hostPort: 8080 }] }] },
      },
    },
  };
  const base = [namespace("shop"), node("n1", ["192.0.2.1"]), set];
  const state = loadState([...base, edge("a", "10.0.0.1", { phase: "Failed" }), edge("b", "10.0.0.2")]);
  updateState(state, { upsert: edge("a", "10.0.0.1") });
  updateState(state, { upsert: edge("c", "10.0.0.3") });
  const flow = { from: "198.51.100.7", to: { node: "n1" }, port: 8080 };
  const fresh = loadState([...base, edge("a", "10.0.0.1"), edge("b", "10.0.0.2"), edge("c", "10.0.0.3")]);
  expect(evaluate(state, flow)).toEqual(evaluate(fresh, flow));
  expect(evaluate(state, flow).members?.map(({ to }) => to)).toEqual([
    "n1",
    "shop/a",
    "shop/b",
    "shop/c",
    "shop/DaemonSet/ds",
  ]);
});
