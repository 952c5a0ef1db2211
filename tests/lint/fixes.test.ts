/** Fixes do what they say: the finding goes, and the engine answers nothing else differently. */
import { describe, expect, it } from "vitest";
import { allows, type Finding, lint, loadState } from "../../bindings/inline.ts";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { clusterPolicy, namespace, pod, policy } from "../docs/objects.ts";
import { fixOf, patched } from "./patch.ts";

const METADATA = "169.254.169.254";
const ENDS = ["shop/web", "shop/db", "ops/probe"];
const ADDRESSES = [METADATA, "169.254.169.253", "169.254.170.2", "198.51.100.7", "0.0.0.1"];
const CLUSTER = [
  namespace("shop"),
  namespace("ops"),
  pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"] }),
  pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"] }),
  pod("ops/probe", { labels: { app: "probe" }, ips: ["10.0.1.1"] }),
];

/** Every flow between pods, and out to addresses, that the policies let pass. */
function passing(policies: readonly object[]): Set<string> {
  const state = loadState([...CLUSTER, ...policies]);
  const flows = ENDS.flatMap((from) =>
    [...ENDS, ...ADDRESSES].flatMap((to) =>
      [80, 443, 5432].flatMap((port) => [`${from} ${to} ${port}`, `${to} ${from} ${port}`]),
    ),
  );
  return new Set(
    flows.filter((flow) => {
      const [from = "", to = "", port] = flow.split(" ");
      return allows(state, { from, to, port: Number(port) });
    }),
  );
}

const found = (policies: readonly object[]): readonly Finding[] => lint(loadState([...CLUSTER, ...policies]));
const others = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] => [...a].filter((flow) => !b.has(flow));

describe("metadata-address", () => {
  const toAll = (block: object, rest: object = {}): object =>
    policy("shop/p", { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: block }], ...rest }] });

  it.each([
    ["without exceptions", toAll({ cidr: "0.0.0.0/0" })],
    ["with an empty list", toAll({ cidr: "0.0.0.0/0", except: [] })],
    ["beside others", toAll({ cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "192.0.2.0/24"] })],
    ["with ports", toAll({ cidr: "0.0.0.0/0" }, { ports: [{ port: 80 }, { port: 443 }] })],
  ])("cuts the one address, %s", (_, object) => {
    const fix = fixOf(found([object]), "metadata-address");
    const mended = patched(object, fix?.patch ?? []);
    expect(found([mended]).filter(({ id }) => id === "metadata-address")).toEqual([]);
    const [before, after] = [passing([object]), passing([mended])];
    expect(others(after, before)).toEqual([]);
    const cut = others(before, after);
    expect(cut.length).toBeGreaterThan(0);
    for (const flow of cut) expect(flow).toMatch(/^shop\/\w+ 169\.254\.169\.254 /);
  });

  it.each(["::ffff:0.0.0.0/96", "000.0.0.0/0", "10.0.0.0/0"])(
    "has no fix where the block is written oddly: %s",
    (cidr) => {
      const object = toAll({ cidr });
      expect(found([object]).filter(({ id }) => id === "metadata-address")).toHaveLength(1);
      expect(fixOf(found([object]), "metadata-address")).toBeUndefined();
    },
  );

  it("has no fix in cluster-wide policies, whose networks have no exceptions", () => {
    const object = clusterPolicy("out", "Admin", 1, {
      egress: [{ action: "Accept", to: [{ networks: ["0.0.0.0/0"] }] }],
    });
    expect(fixOf(found([object]), "metadata-address")).toBeUndefined();
  });
});

describe("dead-rules", () => {
  const dead = policy("shop/dead", {
    podSelector: { matchLabels: { app: "web" } },
    policyTypes: ["Ingress"],
    egress: [{ to: [{ podSelector: { matchLabels: { app: "db" } } }], ports: [{ port: 5432 }] }],
  });
  const deny = (types: readonly string[], podSelector: object = {}): object =>
    policy("shop/deny", { podSelector, policyTypes: types });
  const ingress = policy("shop/to-db", {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [{ from: [{ podSelector: {} }] }],
  });

  it("lets pass what its rules say and cuts nothing, where all pods are isolated already", () => {
    const rest = [deny(["Ingress", "Egress"]), ingress];
    const fix = fixOf(found([dead, ...rest]), "dead-rules");
    expect(fix?.patch).toEqual([{ op: "add", path: "/spec/policyTypes/1", value: "Egress" }]);
    const mended = patched(dead, fix?.patch ?? []);
    expect(found([mended, ...rest]).filter(({ id }) => id === "dead-rules")).toEqual([]);
    const [before, after] = [passing([dead, ...rest]), passing([mended, ...rest])];
    expect(others(before, after)).toEqual([]);
    expect(others(after, before)).toEqual(["shop/web shop/db 5432"]);
  });

  it("does the same for ingress rules", () => {
    const object = policy("shop/dead", {
      podSelector: { matchLabels: { app: "db" } },
      policyTypes: ["Egress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
    });
    const rest = [deny(["Ingress"])];
    const mended = patched(object, fixOf(found([object, ...rest]), "dead-rules")?.patch ?? []);
    const [before, after] = [passing([object, ...rest]), passing([mended, ...rest])];
    expect(others(before, after)).toEqual([]);
    expect(others(after, before)).toEqual([80, 443, 5432].map((port) => `shop/web shop/db ${port}`));
  });

  it.each([
    ["nothing else isolates", []],
    ["another policy isolates the other direction", [deny(["Ingress"])]],
    ["another policy isolates some pods", [deny(["Egress"], { matchLabels: { app: "web" } })]],
  ])("has no fix where %s: it would cut what passes now", (_, rest) => {
    expect(fixOf(found([dead, ...rest]), "dead-rules")).toBeUndefined();
  });
});

it("the rules that say that they have fixes are those that are tested here", () => {
  expect(LINT_RULES.flatMap(({ id, fix }) => (fix === undefined ? [] : id)).sort()).toEqual([
    "dead-rules",
    "metadata-address",
  ]);
});
