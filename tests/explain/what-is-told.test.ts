/** All that an explanation tells beside the verdict: entries that come equally near, what caveats are about, what the plugin does. */
import { describe, expect, it } from "vitest";
import {
  type Caveat,
  evaluate,
  explain,
  type Flow,
  type LoadOptions,
  loadState,
  NetverdictError,
  renderExplanation,
} from "../../bindings/inline.ts";
import { clusterPolicy, namespace, pod, policy, service } from "../docs/objects.ts";
import { samples } from "../properties/clusters.ts";

const select = (labels: object): object => ({ matchLabels: labels });
const SHOP: readonly object[] = [
  namespace("shop"),
  namespace("ops"),
  pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"] }),
  pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"] }),
  pod("ops/probe", { labels: { app: "probe" }, ips: ["10.0.1.1"] }),
];
const toDb: Flow = { from: "shop/web", to: "shop/db", port: 3 };
const dbIn = (...rules: object[]): object =>
  policy("shop/db", { podSelector: select({ app: "db" }), policyTypes: ["Ingress"], ingress: rules });
const told = (objects: readonly object[], flow: Flow = toDb, options: LoadOptions = {}) =>
  explain(loadState([...SHOP, ...objects], options), flow, { changes: false });

describe("a rule that matches", () => {
  it("has the entries that match for certain, and those that only may where none does", () => {
    const homeless = pod("shop/new", { labels: { app: "new" } });
    const block = { ipBlock: { cidr: "10.0.0.0/8" } };
    const from = [block, { podSelector: select({ app: "new" }) }];
    const [certain] = told([homeless, dbIn({ from })], { ...toDb, from: "shop/new" }).ingress.decidedBy;
    expect([certain?.certain, certain?.peers.map(({ path }) => path.at(-1))]).toEqual([true, [1]]);
    const [open] = told([homeless, dbIn({ from: [block] })], { ...toDb, from: "shop/new" }).ingress.decidedBy;
    expect([open?.certain, open?.peers.map(({ path }) => path.at(-1))]).toEqual([false, [0]]);
  });
});

describe("a rule that decides", () => {
  const text = (...objects: readonly object[]) =>
    renderExplanation(told([dbIn({ from: [{ podSelector: {} }] }), ...objects]));

  it("is shown without its tier where there are only NetworkPolicies", () => {
    expect(text()).toContain("allow: NetworkPolicy shop/db spec.ingress[0] by from[0]\n");
  });

  it("is shown with its tier where another tier has policies, on the other side too", () => {
    const passes = [{ action: "Pass", from: [{ namespaces: {} }] }];
    const shown = "allow: NetworkPolicy shop/db spec.ingress[0] by from[0], NetworkPolicy\n";
    expect(text(clusterPolicy("a", "Admin", 1, { ingress: passes }))).toContain(shown);
    const denies = [{ action: "Deny", to: [{ namespaces: { matchLabels: { none: "such" } } }] }];
    expect(text(clusterPolicy("a", "Admin", 1, { egress: denies }))).toContain(shown);
  });
});

describe("a near miss", () => {
  const near = (rule: object, flow: Flow = toDb) => {
    const [miss] = told([dbIn(rule)], flow).ingress.nearMisses;
    return [miss?.misses ?? [], ...(miss?.alternatives ?? [])].map((list) => list.map(({ message }) => message));
  };

  it("tells of every entry that comes as near", () => {
    const from = [{ podSelector: select({ app: "api" }) }, { podSelector: select({ app: "admin" }) }];
    expect(near({ from, ports: [{ port: 1 }, { port: 2 }] })).toEqual([
      ["`shop/web` has `app=web`; asked for is app=api", "the port is 3, not 1"],
      ["`shop/web` has `app=web`; asked for is app=admin"],
      ["the port is 3, not 2"],
    ]);
  });

  it("tells of blocks beside selectors", () => {
    const from = [
      { podSelector: select({ app: "web" }) },
      { ipBlock: { cidr: "10.0.0.0/16", except: ["10.0.1.0/24"] } },
    ];
    expect(near({ from }, { ...toDb, from: "172.16.0.1" })).toEqual([
      ["`172.16.0.1` is no pod"],
      ["`172.16.0.1` is outside 10.0.0.0/16"],
    ]);
    const [first, second] = near({ from: [{ podSelector: {} }, ...from.slice(1)] }, { ...toDb, from: "ops/probe" });
    expect(first?.[0]).toMatch(/^`ops\/probe` is in namespace `ops`/);
    expect(second).toEqual(["`ops/probe` is in 10.0.1.0/24, which is excepted from 10.0.0.0/16"]);
  });

  it("leaves out entries that are further away", () => {
    const from = [{ podSelector: select({ app: "api" }) }, { podSelector: select({ app: "x", tier: "y" }) }];
    expect(near({ from, ports: [{ port: 3 }] })).toEqual([["`shop/web` has `app=web`; asked for is app=api"]]);
  });

  it("is shown with them, and with how many more there are", () => {
    const from = Array.from({ length: 9 }, (_, index) => ({ podSelector: select({ app: `a${index}` }) }));
    const text = renderExplanation(told([dbIn({ from })]));
    expect(text).toContain("        - or for another entry: `shop/web` has `app=web`; asked for is app=a1\n");
    expect(text).toContain("        … and 3 more entries that come as near\n");
  });
});

describe("a caveat", () => {
  const TEXT = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: db }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from:
        - ipBlock: { cidr: 10.0.0.0/24 }
`;
  const caveat = (
    code: string,
    objects: readonly object[],
    flow: Flow,
    texts: readonly string[] = [],
  ): Caveat | undefined => {
    const input = [...SHOP, ...objects, ...texts.map((text, index) => ({ file: `p${index}.yaml`, text }))];
    return explain(loadState(input), flow, { changes: false }).caveats.find((one) => one.code === code);
  };

  it("on an ipBlock that matches a pod names the policy, and where the block stands", () => {
    const found = caveat("ip-block-matches-pod", [], { ...toDb }, [TEXT]);
    expect(found?.objects).toEqual([{ kind: "NetworkPolicy", namespace: "shop", name: "db" }]);
    expect(found?.source).toEqual({ file: "p0.yaml", line: 8, column: 11 });
    const state = loadState([...SHOP, { file: "p0.yaml", text: TEXT }]);
    expect(renderExplanation(explain(state, toDb))).toContain("\n  NetworkPolicy shop/db  p0.yaml:8:11\n");
  });

  it("on policies of one priority names them", () => {
    const one = (name: string, action: string): object =>
      clusterPolicy(name, "Admin", 1, { ingress: [{ action, from: [{ namespaces: {} }] }] });
    expect(caveat("equal-priority", [one("a", "Accept"), one("b", "Deny")], toDb)?.objects).toEqual([
      { kind: "ClusterNetworkPolicy", name: "a" },
      { kind: "ClusterNetworkPolicy", name: "b" },
    ]);
  });

  it("on a Service names it, on the host network the pod, on a protocol without ports the policies", () => {
    const closed = policy("shop/out", { podSelector: {}, policyTypes: ["Egress", "Ingress"] });
    const db = service("shop/db", { clusterIP: "10.96.0.5", selector: { app: "db" }, ports: [{ port: 3 }] });
    expect(caveat("service-translation", [closed, db], { ...toDb, to: { service: "shop/db" } })?.objects).toEqual([
      { kind: "Service", namespace: "shop", name: "db" },
    ]);
    const agent = pod("shop/agent", { hostNetwork: true, ips: ["192.0.2.1"], node: "n1" });
    expect(caveat("host-network", [closed, agent], { ...toDb, from: "shop/agent" })?.objects).toEqual([
      { kind: "Pod", namespace: "shop", name: "agent" },
    ]);
    const ping: Flow = { from: "shop/web", to: "shop/db", protocol: "ICMP" };
    expect(caveat("portless-protocol", [closed], ping)?.objects).toEqual([
      { kind: "NetworkPolicy", namespace: "shop", name: "out" },
    ]);
  });

  it("on policies that are not modelled says where the first one stands", () => {
    const text =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { namespace: shop, name: x }\nspec: {}\n";
    expect(caveat("unmodelled-policy", [], toDb, [text])?.source).toEqual({ file: "p0.yaml", line: 1, column: 1 });
  });
});

describe("the text of an explanation", () => {
  it("says what the plugin will do, by which facts, with their sources", () => {
    const text = renderExplanation(told([dbIn()], toDb, { cni: "flannel" }));
    expect(text).toMatch(/^deny {2}/);
    expect(text).toMatch(/\n {2}flannel {2}allow {2}what this plugin will do, other than the policies say\n/);
    expect(text).toMatch(/\n {4}enforces: no .*\[changes it to allow; verified in source: .+\]\n/);
  });

  it("says nothing of plugins where none was named", () => {
    expect(renderExplanation(told([dbIn()]))).not.toContain("plugin");
  });
});

describe("ICMP", () => {
  const ping: Flow = { from: "shop/web", to: "shop/db", protocol: "ICMP" };

  it("is told with what the policies mean for TCP", () => {
    const ports = [{ port: 80 }, { port: 81 }, { port: 8000, endPort: 8010 }, { port: 53, protocol: "UDP" }];
    const [pair] = told([dbIn({ ports })], ping).pairs;
    expect(pair?.verdict).toBe("deny");
    expect(pair?.overTCP).toEqual([
      { first: 80, last: 81 },
      { first: 8000, last: 8010 },
    ]);
    const over = (...rules: object[]): string | undefined =>
      /over TCP the same two are (.*): ping tells nothing of it\n/.exec(
        renderExplanation(told([dbIn(...rules)], ping)),
      )?.[1];
    expect(over({ ports })).toBe("allowed on 80-81, 8000-8010");
    expect(over({})).toBe("allowed on every port");
    expect(over()).toBe("allowed on no port");
    expect(over({ ports: Array.from({ length: 12 }, (_, index) => ({ port: 2 * index + 1 })) })).toMatch(
      /, 19 and 2 more ranges$/,
    );
    expect(told([dbIn()]).pairs[0]).not.toHaveProperty("overTCP");
  });

  it("is told of TCP as evaluate answers it, port by port", () => {
    let [told, allowed, denied] = [0, 0, 0];
    for (const { objects, options, flows, seed } of samples(60)) {
      const state = loadState(objects, options);
      for (const { from, to } of flows.slice(0, 10)) {
        const explanation = orUndefined(() => explain(state, { from, to, protocol: "ICMP" }, { changes: false }));
        const [pair, ...more] = explanation?.pairs ?? [];
        if (pair === undefined || more.length > 0) continue;
        const { overTCP = [], family } = pair;
        const edges = overTCP.flatMap(({ first, last }) => [first - 1, first, last, last + 1]);
        for (const port of new Set([1, 80, 443, 8080, 65_535, ...edges])) {
          if (port < 1 || port > 65_535) continue;
          const decision = orUndefined(() => evaluate(state, { from, to, port, protocol: "TCP", family }));
          if (decision === undefined) continue;
          const isIn = overTCP.some(({ first, last }) => first <= port && port <= last);
          expect(isIn, `${seed} ${JSON.stringify({ from, to, port })}`).toBe(decision.verdict === "allow");
          if (isIn) allowed++;
          else denied++;
        }
        told++;
      }
    }
    expect(told).toBeGreaterThan(100);
    expect(Math.min(allowed, denied)).toBeGreaterThan(100);
  });
});

function orUndefined<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NetverdictError) return undefined;
    throw error;
  }
}
