/** Suggested changes: which they are, of what they are made, and how they are told. */
import { describe, expect, it } from "vitest";
import { explain, loadState, renderExplanation } from "../../bindings/inline.ts";
import { clusterPolicy, node, pod as podOf, service, workload } from "../docs/objects.ts";
import { DB, flow, pod, pods, policy, rulesFor, suggested } from "./shop.ts";

describe("a rule that is near is offered with one more entry, beside a new policy", () => {
  const from = [{ podSelector: { matchLabels: { app: "api" } } }];
  const web = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
    podSelector: { matchLabels: { app: "web" } },
  };

  it("a peer, where a label's value is another", () => {
    const changes = suggested([...pods, policy("db", { ...DB, ingress: [{ from, ports: [{ port: 5432 }] }] })]);
    expect(changes.map(([message]) => message)).toEqual([
      "add NetworkPolicy `shop/allow-from-web`, which allows this flow",
      "add `shop/web-0` to `spec.ingress[0]` of `shop/db`",
    ]);
    expect(changes[1]?.[1]).toEqual([{ from: [...from, web], ports: [{ protocol: "TCP", port: 5432 }] }]);
  });

  it("a port, where the port is another", () => {
    const changes = suggested([...pods, policy("db", { ...DB, ingress: [{ ports: [{ port: 80 }] }] })]);
    expect(rulesFor(changes, "add port 5432/TCP to `spec.ingress[0]` of `shop/db`")).toEqual([
      {
        ports: [
          { protocol: "TCP", port: 80 },
          { protocol: "TCP", port: 5432 },
        ],
      },
    ]);
  });

  it("an address, where an exception holds it", () => {
    const ipBlock = { cidr: "10.0.0.0/8", except: ["10.0.0.0/16"] };
    const host = { from: "10.0.9.9", to: "shop/db-0", port: 5432 } as const;
    const changes = suggested([...pods, policy("db", { ...DB, ingress: [{ from: [{ ipBlock }] }] })], host);
    expect(rulesFor(changes, "add `10.0.9.9` to")).toEqual([
      { from: [{ ipBlock }, { ipBlock: { cidr: "10.0.9.9/32" } }] },
    ]);
  });

  it("not where both miss: its other peers would get this port too", () => {
    const changes = suggested([...pods, policy("db", { ...DB, ingress: [{ from, ports: [{ port: 80 }] }] })]);
    expect(changes.map(([message]) => message)).toEqual([
      "add NetworkPolicy `shop/allow-from-web`, which allows this flow",
    ]);
  });

  it("with a new policy for the side that has no such rule; annotations of ours stay", () => {
    const annotations = { "netverdict.dev/ignore": "open: on purpose" };
    const near = policy("db", { ...DB, ingress: [{ from }] });
    const objects = [
      ...pods,
      { ...near, metadata: { ...near.metadata, annotations } },
      policy("quiet", { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] }),
    ];
    const change = explain(loadState(objects), flow).changes.find(({ message }) => message.includes("spec.ingress"));
    expect(change?.apply).toMatchObject([
      { metadata: { name: "db", annotations } },
      { metadata: { name: "allow-to-db" }, spec: { policyTypes: ["Egress"] } },
    ]);
  });
});

describe("what lets a flow pass is taken out", () => {
  it("by its peer, with the rule as it is for the others", () => {
    const [api, web] = ["api", "web"].map((app) => ({ podSelector: { matchLabels: { app } } }));
    const changes = suggested([...pods, policy("db", { ...DB, ingress: [{ from: [api, web] }] })]);
    expect(rulesFor(changes, "`spec.ingress[0].from[1]` of `shop/db`")).toEqual([{ from: [api] }]);
    expect(
      changes.find(([message]) => message.endsWith("ingress: `spec.ingress[0]` of `shop/db`"))?.[1],
    ).toBeUndefined();
  });

  it("by its port, where every peer matches", () => {
    const ports = [
      { protocol: "TCP", port: 80 },
      { protocol: "TCP", port: 5432 },
    ];
    const changes = suggested([...pods, policy("db", { ...DB, ingress: [{ ports }] })]);
    expect(rulesFor(changes, "`spec.ingress[0].ports[1]` of `shop/db`")).toEqual([{ ports: [ports[0]] }]);
  });

  it("by an exception, where a block alone lets it pass", () => {
    const objects = [...pods, policy("db", { ...DB, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] })];
    expect(rulesFor(suggested(objects), "as an `except`")).toEqual([
      { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.1/32"] } }] },
    ]);
  });

  it("of every policy that does, past a tier that passes it on", () => {
    const pass = clusterPolicy("pass", "Admin", 1, { ingress: [{ action: "Pass", from: [{ namespaces: {} }] }] });
    const open = { ...DB, ingress: [{}] };
    const changes = suggested([...pods, pass, policy("one", open), policy("two", open)]);
    expect(changes.map(([message]) => message)).toContain(
      "take out what allows it for ingress: `spec.ingress[0]` of `shop/one`, `spec.ingress[0]` of `shop/two`",
    );
  });
});

describe("changes for several pods", () => {
  it("a Service before a StatefulSet is let in by one policy for all of its pods", () => {
    const replicas = [0, 1, 2].map((n) =>
      pod(`db-${n}`, `10.0.1.${n}`, { app: "db", "statefulset.kubernetes.io/pod-name": `db-${n}` }),
    );
    const db = service("shop/db", { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] });
    const objects = [pods[0]!, ...replicas, db, policy("deny", { podSelector: {}, policyTypes: ["Ingress"] })];
    const { changes } = explain(loadState(objects), { ...flow, to: { service: "shop/db" } });
    expect(changes).toMatchObject([{ verdict: "allow", opens: 0, cuts: 0, apply: [{ spec: DB }] }]);
  });

  it.each([
    ["a Service", { service: "shop/db" }, { app: "db" }],
    ["a StatefulSet", { workload: "shop/StatefulSet/db" }, { app: "db" }],
    ["the pod itself", "shop/db-9", { app: "db", "statefulset.kubernetes.io/pod-name": "db-9" }],
  ])("of one replica alone, %s is let in by labels of what was asked for", (_, to, matchLabels) => {
    const set = workload("shop/StatefulSet/db", { app: "db" }, { replicas: 1 });
    const owner = { ownerReferences: [{ kind: "StatefulSet", name: "db", controller: true }] };
    const only = pod("db-9", "10.0.1.9", { app: "db", "statefulset.kubernetes.io/pod-name": "db-9" });
    const owned = { ...only, metadata: { ...(only as { metadata: object }).metadata, ...owner } };
    const db = service("shop/db", { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] });
    const objects = [pods[0]!, set, owned, db, policy("deny", { podSelector: {}, policyTypes: ["Ingress"] })];
    const { changes } = explain(loadState(objects), { ...flow, to });
    expect(changes).toMatchObject([{ verdict: "allow", apply: [{ spec: { podSelector: { matchLabels } } }] }]);
    const [change] = changes;
    expect(change?.apply[0]).toHaveProperty(["spec", "podSelector", "matchLabels"], matchLabels);
  });

  it("a CronJob's pods, whose names of Jobs nobody knows, are selected without them", () => {
    const cron = workload("shop/CronJob/report", { app: "report" });
    const { changes } = explain(loadState([...pods, cron]), { ...flow, from: { workload: "shop/CronJob/report" } });
    expect(changes.map(({ apply }) => apply)).toContainEqual([
      expect.objectContaining({ spec: { podSelector: { matchLabels: { app: "report" } }, policyTypes: ["Egress"] } }),
    ]);
  });
});

const NODE = node("n1", ["192.168.0.1"]);

it("a node is let in, and left, by its address", () => {
  const objects = [...pods, NODE, policy("quiet", { podSelector: {}, policyTypes: ["Egress"] })];
  expect(rulesFor(suggested(objects, { from: "shop/web-0", to: { node: "n1" }, port: 443 }), "allow-to-n1")).toEqual([
    { to: [{ ipBlock: { cidr: "192.168.0.1/32" } }], ports: [{ protocol: "TCP", port: 443 }] },
  ]);
});

it("a host-network pod whose address nobody knows is left by a rule for anyone, and the message says so", () => {
  const host = podOf("shop/agent", { labels: { app: "agent" }, node: "n1", hostNetwork: true });
  const objects = [...pods, host, policy("quiet", { podSelector: {}, policyTypes: ["Egress"] })];
  const { changes } = explain(loadState(objects), { from: "shop/web-0", to: "shop/agent", port: 443 });
  expect(changes).toMatchObject([
    {
      message:
        "add NetworkPolicy `shop/allow-to-agent`, which allows this flow for anyone: the address of `shop/agent` is not known",
      apply: [{ spec: { egress: [{ ports: [{ protocol: "TCP", port: 443 }] }] } }],
    },
  ]);
});

it("what is undetermined gets what settles it as allowed, and what settles it as denied, as text too", () => {
  const from = [{ namespaceSelector: { matchLabels: { team: "web" } } }];
  const explanation = explain(loadState([...pods, policy("db", { ...DB, ingress: [{ from }] })]), flow);
  expect(explanation.verdict).toBe("undetermined");
  const text = renderExplanation(explanation);
  const [allowed, denied] = ["\nTo have it allowed\n", "\nTo have it denied\n"].map((head) => text.indexOf(head));
  expect(allowed).toBeGreaterThan(0);
  expect(denied).toBeGreaterThan(allowed ?? 0);
  expect(explanation.changes.map(({ verdict }) => verdict)).toEqual(
    explanation.changes.map(({ verdict }) => verdict).toSorted(),
  );
});

it("a text takes as much of a style as is given, and nothing else", () => {
  const explanation = explain(loadState([...pods, policy("db", DB)]), flow, { changes: false });
  const text = renderExplanation(explanation, { verdict: (verdict, text) => `<${verdict}>${text}` });
  expect(text).toMatch(/^<deny>deny {2}shop/);
  expect(text.replaceAll(/<\w+>/g, "")).toBe(renderExplanation(explanation));
  const colour = { color: true } as object;
  expect(() => renderExplanation(explanation, colour)).toThrow("`color` is not an option");
});

it("why nothing denies a flow from a node to its own pods is said, in data and in text", () => {
  const db = podOf("shop/db-0", { labels: { app: "db" }, ips: ["10.0.0.3"], node: "n1" });
  const explanation = explain(loadState([NODE, db]), { from: { node: "n1" }, to: "shop/db-0", port: 5432 });
  expect(explanation).toMatchObject({ changes: [], unchangeable: [{ verdict: "deny", code: "own-node" }] });
  expect(renderExplanation(explanation)).toContain(
    "\nNo change of policies was found that would have it denied: `n1` is the node that `shop/db-0` runs on",
  );
});
