/** Explanations of pods that do not exist yet, beside those of a pod that is loaded and has their labels and address. */
import { expect, it } from "vitest";
import { type Explanation, explain, loadState } from "../../bindings/inline.ts";
import { pod, policy } from "../docs/objects.ts";

const CRON = { labels: { app: "cron", tier: "batch" }, ips: ["10.0.0.9"], node: "n1" };
const OTHERS = [
  pod("shop/db-0", { labels: { app: "db" }, ips: ["10.0.0.1"], node: "n1" }),
  pod("shop/web-0", { labels: { app: "web" }, ips: ["10.0.0.2"], node: "n1" }),
  policy("shop/db", {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [
      {
        from: [
          {
            podSelector: { matchLabels: { app: "api" }, matchExpressions: [{ key: "tier", operator: "DoesNotExist" }] },
          },
        ],
      },
      { from: [{ ipBlock: { cidr: "10.0.0.0/28", except: ["10.0.0.8/29"] } }] },
    ],
  }),
  policy("shop/cron", { podSelector: { matchLabels: { app: "cron" } }, policyTypes: ["Egress"] }),
];

/** What is told of labels, addresses and changes, whatever the pod is called. */
const told = ({ pairs, changes }: Explanation) => [
  pairs.map(({ egress, ingress, addresses }) => [
    addresses,
    [...egress.nearMisses, ...ingress.nearMisses].map(({ path, misses }) => [
      path,
      misses.map(({ code, expected, actual }) => [code, expected, actual]),
    ]),
  ]),
  changes.map(({ apply, remove, opens, cuts }) => [apply, remove, opens, cuts]),
];

it("a pod that does not exist yet is told of by its labels and addresses", () => {
  const future = explain(loadState(OTHERS), {
    from: { namespace: "shop", labels: CRON.labels, ips: CRON.ips, node: CRON.node },
    to: "shop/db-0",
    port: 5432,
  });
  const loaded = explain(loadState([...OTHERS, pod("shop/cron", CRON)]), {
    from: "shop/cron",
    to: "shop/db-0",
    port: 5432,
  });
  expect(told(future)).toEqual(told(loaded));
  expect(future.ingress.nearMisses.flatMap(({ misses }) => misses.map(({ message }) => message))).toEqual([
    "`shop/{app=cron,tier=batch}` is in 10.0.0.8/29, which is excepted from 10.0.0.0/28",
    "`shop/{app=cron,tier=batch}` has `app=cron`; asked for is app=api",
    "`shop/{app=cron,tier=batch}` has `tier=batch`; asked for is !tier",
  ]);
  for (const { opens, cuts } of future.changes) expect([opens, cuts]).toEqual([0, 0]);
});

it("a label that every JavaScript object seems to have is one that it does not have", () => {
  const asked = { podSelector: { matchLabels: { constructor: "a" } } };
  const closed = policy("shop/db", { podSelector: { matchLabels: { app: "db" } }, ingress: [{ from: [asked] }] });
  const state = loadState([...OTHERS.slice(0, 2), closed]);
  const { ingress } = explain(state, { from: { namespace: "shop", labels: {} }, to: "shop/db-0", port: 80 });
  expect(ingress.nearMisses[0]?.misses[0]?.message).toBe(
    "`shop/{}` has no label `constructor`; asked for is constructor=a",
  );
});

it("a new policy has a name that the API server takes, wherever a long one is cut", () => {
  for (const label of [`${"x".repeat(39)}-yz`, `${"x".repeat(38)}..yz`, "a"]) {
    const labels = { "app.kubernetes.io/name": label };
    const state = loadState([pod("shop/long", { labels }), ...OTHERS]);
    const { changes, unchangeable } = explain(state, { from: "shop/long", to: "shop/db-0", port: 5432 });
    expect([changes.length > 0, unchangeable]).toEqual([true, undefined]);
  }
});
