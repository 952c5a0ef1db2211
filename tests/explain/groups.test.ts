/** Changes for flows whose ends stand for several pods, which different policies deny. */
import { expect, it } from "vitest";
import { evaluate, explain, loadState } from "../../bindings/inline.ts";
import { pod, policy } from "../docs/objects.ts";
import { makeRandom, type Random } from "../fuzz/random.ts";
import type { PlainObject } from "../reference/objects.ts";
import { applied } from "./edits.ts";

const SEED = 20270118;
const CLUSTERS = 80;
const labels = (tier: string): object => ({ matchLabels: { tier } });

/** Clients of several namespaces, and a Service whose backends are isolated by policies of their own, each with other rules. */
function cluster(random: Random): PlainObject[] {
  const backends = random.list(2, 5, (i) => `db-${i}`);
  const clients = random.list(1, 3, (i) => `web-${i}`);
  const rules = (side: "from" | "to"): object[] =>
    random.list(0, 2, () => ({
      [side]: [{ podSelector: labels(random.pick([...backends, ...clients, "other"])) }],
      ports: [{ port: random.pick([5432, 5433]) }],
    }));
  const isolating = (tier: string, type: "Ingress" | "Egress", side: "from" | "to"): object =>
    policy(`shop/${type.toLowerCase()}-${tier}`, {
      podSelector: labels(tier),
      policyTypes: [type],
      [type.toLowerCase()]: rules(side),
    });
  return [
    ...backends.map((tier, i) => pod(`shop/${tier}`, { labels: { tier, app: "db" }, ips: [`10.0.0.${i + 1}`] })),
    ...clients.map((tier, i) =>
      pod(`shop/${tier}`, { labels: { tier }, ips: [`10.0.1.${i + 1}`], owner: { kind: "ReplicaSet", name: "web" } }),
    ),
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { namespace: "shop", name: "web" },
      spec: { template: { metadata: { labels: { tier: "web" } }, spec: { containers: [] } } },
    },
    ...backends.flatMap((tier) => (random.chance(0.6) ? [isolating(tier, "Ingress", "from")] : [])),
    ...clients.flatMap((tier) => (random.chance(0.5) ? [isolating(tier, "Egress", "to")] : [])),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: "shop", name: "db" },
      spec: { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] },
    },
  ] as PlainObject[];
}

it("turn the verdict by one policy or edit for each side that needs its own, and none that is needless", {
  timeout: 120_000,
}, () => {
  const counts = { several: 0, edits: 0, allowed: 0 };
  for (let seed = SEED; seed < SEED + CLUSTERS; seed++) {
    const objects = cluster(makeRandom(seed));
    const state = loadState(objects);
    for (const from of ["shop/web-0", { workload: "shop/ReplicaSet/web" }]) {
      const flow = { from, to: { service: "shop/db" }, port: 5432 };
      const { verdict, changes, unchangeable, pairs } = explain(state, flow);
      expect(unchangeable, `seed ${seed}`).toBeUndefined();
      const verdictWith = (change: Parameters<typeof applied>[1]): string =>
        evaluate(loadState(applied(objects, change, "default")), flow).verdict;
      const sides = new Set(
        pairs.flatMap(({ from: source, to, egress, ingress }) => [
          ...(egress.verdict === "deny" ? [source] : []),
          ...(ingress.verdict === "deny" ? [to] : []),
        ]),
      );
      for (const { apply, remove, message } of changes) {
        const where = `seed ${seed}: ${message}`;
        expect(verdictWith({ apply, remove }), where).toBe(verdict === "allow" ? "deny" : "allow");
        if (verdict === "allow") counts.allowed++;
        // Each of these pods has policies of its own.
        else expect(apply.length, where).toBeGreaterThanOrEqual(sides.size);
        if (sides.size > 2) counts.several++;
        if (message.includes("` to `spec.")) counts.edits++;
        for (const part of apply.length > 1 ? apply : [])
          expect(verdictWith({ apply: apply.filter((one) => one !== part), remove }), where).toBe(verdict);
      }
    }
  }
  expect(counts.several).toBeGreaterThan(50);
  expect(counts.edits).toBeGreaterThan(50);
  expect(counts.allowed).toBeGreaterThan(5);
});
