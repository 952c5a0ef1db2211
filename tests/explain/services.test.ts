/** The steps by which a flow to a Service comes to its backends, and what changes do on the ports of all of them. */
import { describe, expect, it } from "vitest";
import { evaluate, explain, loadState, renderExplanation } from "../../bindings/inline.ts";
import { pod, policy, service } from "../docs/objects.ts";
import type { PlainObject } from "../reference/objects.ts";
import { applied } from "./edits.ts";

const http = (containerPort: number) => [{ name: "http", containerPort }];
const isolated = (app: string) =>
  policy(`shop/${app}`, { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"] });
const OBJECTS = [
  pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1", "fd00::1"], ready: true }),
  pod("shop/other", { labels: { app: "web" }, ips: ["10.0.0.4"], ready: true }),
  pod("shop/db-0", { labels: { app: "db" }, ips: ["10.0.0.2"], ports: http(8080), ready: true }),
  pod("shop/db-1", { labels: { app: "db" }, ips: ["10.0.0.3"], ports: http(9090), ready: true }),
  service("shop/db", { clusterIP: "10.96.0.5", selector: { app: "db" }, ports: [{ port: 80, targetPort: "http" }] }),
  service("shop/headless", {
    clusterIP: "None",
    selector: { app: "db" },
    ports: [{ name: "w", port: 80, targetPort: "http" }],
  }),
  service("shop/alias", { type: "ExternalName", externalName: "db.shop.svc.cluster.local" }),
  service("shop/alias-of-alias", { type: "ExternalName", externalName: "alias.shop.svc" }),
  service("shop/api", { type: "ExternalName", externalName: "api.example.com" }),
  service("shop/nowhere", { type: "ExternalName", externalName: "nowhere.example.com" }),
  isolated("db"),
];
const state = loadState(OBJECTS, { domains: { "api.example.com": ["203.0.113.9"] } });
const named = (name: string) => ({ kind: "Service", namespace: "shop", name });
const told = (to: string, port: number | string = 80) =>
  explain(state, { from: "shop/web", to: to.includes("/") ? { service: to } : to, port }, { changes: false });

describe("each step to a backend is told", () => {
  const STEPS = [
    ["a cluster address", "10.96.0.5", 80, { service: named("db"), translated: true, port: 80 }],
    ["a Service by its name", "shop/db", 80, { service: named("db"), translated: true, port: 80 }],
    [
      "a headless Service's port by name",
      "shop/headless",
      "w",
      { service: named("headless"), translated: false, port: 80 },
    ],
    ["a port of a headless Service's pods", "shop/headless", 8080, { service: named("headless"), translated: false }],
    [
      "an ExternalName of an ExternalName",
      "shop/alias-of-alias",
      80,
      { service: named("db"), translated: true, port: 80, aliases: [named("alias-of-alias"), named("alias")] },
    ],
    ["a domain name", "shop/api", 80, { service: named("api"), translated: false }],
  ] as const;

  it.each(STEPS)("%s", (_, to, port, step) => {
    for (const { service } of told(to, port).pairs) expect(service).toEqual(step);
  });

  it("with the addresses that are used, as far as they are known", () => {
    expect(told("shop/db").pairs.map(({ addresses, port }) => [addresses, port])).toEqual([
      [{ from: "10.0.0.1", to: "10.0.0.2" }, 8080],
      [{ from: "10.0.0.1", to: "10.0.0.3" }, 9090],
    ]);
    expect(told("shop/api").pairs[0]?.addresses).toEqual({ from: "10.0.0.1", to: "203.0.113.9" });
    expect(told("shop/nowhere").pairs[0]?.addresses).toEqual({ from: "10.0.0.1" });
    expect(told("2001:db8::1").pairs[0]?.addresses).toEqual({ from: "fd00::1", to: "2001:db8::1" });
  });

  it("as text", () => {
    const text = renderExplanation(told("shop/alias"));
    expect(text).toContain("shop/web → shop/db-0 8080/TCP over IPv4, from 10.0.0.1 to 10.0.0.2\n");
    expect(text).toContain(
      "  by Service shop/alias → Service shop/db port 80: its address was translated to this backend's\n",
    );
    expect(renderExplanation(told("203.0.113.9", 443))).toContain("→ 203.0.113.9 443/TCP over IPv4, from 10.0.0.1\n");
  });
});

it("what a change does on the ports of all backends is counted, each pair once", () => {
  const flow = { from: "shop/web", to: { service: "shop/db" }, port: 80 };
  const { changes, pairs } = explain(state, flow);
  const pods = ["web", "other", "db-0", "db-1"].map((name) => `shop/${name}`);
  const asked = pairs.map(({ from, to }) => `${from} ${to}`);
  expect(changes.length).toBeGreaterThan(0);
  for (const change of changes) {
    const after = loadState(applied(OBJECTS as PlainObject[], change, "default"));
    const opened = pods.flatMap((from) =>
      pods.filter(
        (to) =>
          !asked.includes(`${from} ${to}`) &&
          [8080, 9090].some((port) =>
            [after, state].every((one, i) => evaluate(one, { from, to, port }).verdict === ["allow", "deny"][i]),
          ),
      ),
    );
    expect([change.opens, change.cuts], change.message).toEqual([opened.length, 0]);
    expect(opened.length).toBe(2);
  }
  const text = renderExplanation(explain(state, flow));
  expect(text).toContain("opens 2 other pairs of pods on these ports\n");
  const ping = renderExplanation(explain(state, { from: "shop/web", to: "shop/db-0", protocol: "ICMP" }));
  expect(ping).toMatch(/opens \d other pairs? of pods by this protocol\n/);
});
