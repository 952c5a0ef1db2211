import { describe, expect, it } from "vitest";
import { evaluate } from "../../bindings/inline.ts";
import { namespace, node, pod, policy, service, workload } from "../docs/objects.ts";
import { Cluster } from "./cluster.ts";

const SHOP = namespace("shop", { team: "a" });
const BANK = namespace("bank", { team: "b" });
const web = pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n1" });
const db = pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"], node: "n2" });
const ENDS = ["shop/web", "shop/db", "203.0.113.9"];

/** db takes ingress from whom the peer says. */
function dbTakes(peer: object, ports: readonly object[] = []): object {
  return policy("shop/db", {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [peer], ...(ports.length > 0 && { ports }) }],
  });
}

describe("what only a new build can tell apart", () => {
  it("a label value first used by a selector", () => {
    const cluster = new Cluster([SHOP, web, db], ENDS);
    expect(cluster.update({ upsert: [dbTakes({ podSelector: { matchLabels: { app: "web" } } })] })).toBe("anew");
    expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
    // A value that no pod has is one more to tell apart.
    expect(cluster.update({ upsert: [dbTakes({ podSelector: { matchLabels: { app: "cron" } } })] })).toBe("anew");
    expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
    const cron = pod("shop/cron", { labels: { app: "cron" }, ips: ["10.0.0.3"] });
    expect(cluster.update({ upsert: [cron] })).toBe("parts");
    expect(cluster.verdict("shop/cron", "shop/db")).toBe("allow");
  });

  it("a new prefix", () => {
    const cluster = new Cluster([SHOP, web, db, dbTakes({ ipBlock: { cidr: "203.0.113.0/24" } })], ENDS);
    expect(cluster.verdict("203.0.113.9", "shop/db")).toBe("allow");
    const narrower = dbTakes({ ipBlock: { cidr: "203.0.113.0/24", except: ["203.0.113.8/29"] } });
    const before = cluster.index("shop/db");
    expect(cluster.update({ upsert: [narrower] })).toBe("anew");
    expect(cluster.verdict("203.0.113.9", "shop/db")).toBe("deny");
    expect(cluster.index("shop/db")).toBe(before);
    // The prefixes are known by now, whoever names them.
    const other = policy("shop/web", {
      podSelector: { matchLabels: { app: "db" } },
      policyTypes: ["Egress"],
      egress: [{ to: [{ ipBlock: { cidr: "203.0.113.8/29" } }] }],
    });
    expect(cluster.update({ upsert: [other] })).toBe("parts");
  });

  it("a port's name first used by a rule", () => {
    const named = pod("shop/db", {
      labels: { app: "db" },
      ips: ["10.0.0.2"],
      ports: [{ name: "sql", containerPort: 80 }],
    });
    const cluster = new Cluster([SHOP, web, named], ENDS, [80, 81]);
    expect(cluster.update({ upsert: [dbTakes({ podSelector: {} }, [{ port: "sql" }])] })).toBe("anew");
    expect(cluster.verdict("shop/web", "shop/db", 80)).toBe("allow");
    expect(cluster.verdict("shop/web", "shop/db", 81)).toBe("deny");
  });
});

describe("a named port", () => {
  it("a new number for a named port, of a pod that changes and of one that comes", () => {
    const out = policy("shop/web", {
      podSelector: { matchLabels: { app: "web" } },
      policyTypes: ["Egress"],
      egress: [{ ports: [{ port: "sql" }] }],
    });
    const named = (name: string, ip: string, containerPort: number) =>
      pod(`shop/${name}`, { labels: { app: "db" }, ips: [ip], ports: [{ name: "sql", containerPort }] });
    const cluster = new Cluster([SHOP, web, named("db", "10.0.0.2", 80), out], ENDS, [80, 81, 82]);
    expect(cluster.verdict("shop/web", "shop/db", 80)).toBe("allow");
    expect(cluster.update({ upsert: [named("db", "10.0.0.2", 81)] })).toBe("parts");
    expect(cluster.verdict("shop/web", "shop/db", 80)).toBe("deny");
    expect(cluster.verdict("shop/web", "shop/db", 81)).toBe("allow");
    expect(cluster.update({ upsert: [named("db-2", "10.0.0.3", 82)] })).toBe("parts");
    expect(cluster.verdict("shop/web", "shop/db-2", 82)).toBe("allow");
    expect(cluster.verdict("shop/web", "shop/db", 82)).toBe("deny");
  });
});

describe("a namespace", () => {
  const fromTeamB = { namespaceSelector: { matchLabels: { team: "b" } } };
  const teller = pod("bank/teller", { labels: { app: "web" }, ips: ["10.0.1.1"] });
  const ends = [...ENDS, "bank/teller"];

  it("relabelled, as a peer", () => {
    const cluster = new Cluster([SHOP, BANK, web, db, teller, dbTakes(fromTeamB)], ends);
    expect(cluster.verdict("bank/teller", "shop/db")).toBe("allow");
    cluster.update({ upsert: [namespace("bank", { team: "c" })] });
    expect(cluster.verdict("bank/teller", "shop/db")).toBe("deny");
    expect(cluster.update({ upsert: [namespace("bank", { team: "c" })] })).toBe("parts");
  });

  it("deleted while its pods stay: their namespace's labels are open", () => {
    const cluster = new Cluster([SHOP, BANK, web, db, teller, dbTakes(fromTeamB)], ends);
    cluster.update({ remove: [{ kind: "Namespace", name: "bank" }] });
    expect(cluster.verdict("bank/teller", "shop/db")).toBe("undetermined");
    expect(cluster.state.caveats.map(({ code }) => code)).toContain("undeclared-namespace");
  });

  it("declared late, as a peer", () => {
    const cluster = new Cluster([SHOP, web, db, teller, dbTakes(fromTeamB)], ends);
    expect(cluster.verdict("bank/teller", "shop/db")).toBe("undetermined");
    cluster.update({ upsert: [BANK] });
    expect(cluster.verdict("bank/teller", "shop/db")).toBe("allow");
  });

  it("declared late, as a subject", () => {
    const closed = policy("bank/closed", { podSelector: {}, policyTypes: ["Ingress"] });
    const cluster = new Cluster([SHOP, web, teller, closed], ends);
    expect(cluster.verdict("shop/web", "bank/teller")).toBe("deny");
    cluster.update({ upsert: [BANK] });
    expect(cluster.verdict("shop/web", "bank/teller")).toBe("deny");
    expect(cluster.state.caveats.map(({ code }) => code)).not.toContain("undeclared-namespace");
  });

  it("new with all that is in it needs no new build", () => {
    const cluster = new Cluster([SHOP, web, db, dbTakes(fromTeamB)], ends);
    const closed = policy("bank/closed", { podSelector: {}, policyTypes: ["Ingress"] });
    expect(cluster.update({ upsert: [teller, closed, BANK] })).toBe("parts");
    expect(cluster.verdict("bank/teller", "shop/db")).toBe("allow");
    expect(cluster.verdict("shop/db", "bank/teller")).toBe("deny");
  });

  it("that only flows have named is one by its objects later", () => {
    const future = { namespace: "bank", labels: { app: "web" } };
    const cluster = new Cluster([SHOP, web, db, dbTakes(fromTeamB)], [...ENDS, future]);
    cluster.update({ upsert: [teller] });
    cluster.update({ upsert: [BANK] });
    cluster.update({
      remove: [
        { kind: "Pod", namespace: "bank", name: "teller" },
        { kind: "Namespace", name: "bank" },
      ],
    });
  });
});

describe("an address", () => {
  const fromWeb = dbTakes({ podSelector: { matchLabels: { app: "web" } } });
  const heir = pod("shop/heir", { labels: { app: "web" }, ips: ["10.0.0.9"] });
  const holder = (phase: string) => pod("shop/holder", { labels: { app: "x" }, ips: ["10.0.0.9"], phase });
  const ends = [...ENDS, "10.0.0.9"];
  const removal = [{ kind: "Pod", namespace: "shop", name: "holder" }];

  it("handed from a finished pod to a new one, in both orders within one call", () => {
    for (const upsert of [
      [heir, holder("Succeeded")],
      [holder("Succeeded"), heir],
    ]) {
      const cluster = new Cluster([SHOP, web, db, fromWeb, holder("Running")], ends);
      expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("deny");
      expect(cluster.update({ upsert })).toBe("parts");
      expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
    }
  });

  it("handed from a deleted pod to a new one in one call", () => {
    const cluster = new Cluster([SHOP, web, db, fromWeb, holder("Running")], ends);
    expect(cluster.update({ upsert: [heir], remove: removal })).toBe("parts");
    expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
  });

  it("handed from a terminating pod to a new one, and back when that goes", () => {
    const leaving = pod("shop/holder", { labels: { app: "x" }, ips: ["10.0.0.9"], terminating: true });
    for (const upsert of [
      [heir, leaving],
      [leaving, heir],
    ]) {
      const cluster = new Cluster([SHOP, web, db, fromWeb, holder("Running")], ends);
      expect(cluster.update({ upsert })).toBe("parts");
      expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
      // Told again, it is as gone as before.
      expect(cluster.update({ upsert: [leaving] })).toBe("parts");
      expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "heir" }] })).toBe("anew");
      expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("deny");
      expect(cluster.update({ upsert: [heir] })).toBe("parts");
      expect(cluster.update({ remove: removal })).toBe("parts");
      expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
    }
  });

  it("handed on by pods that are being deleted, one after the other", () => {
    const named = (name: string, labels: Record<string, string>, second?: number): object => {
      const made = pod(`shop/${name}`, { labels, ips: ["10.0.0.9"] }) as { metadata: object };
      const deletionTimestamp = `2026-01-01T00:00:0${second}Z`;
      return { ...made, metadata: { ...made.metadata, ...(second !== undefined && { deletionTimestamp }) } };
    };
    const cluster = new Cluster([SHOP, web, db, fromWeb, named("one", { app: "x" }, 1)], ends);
    expect(cluster.update({ upsert: [named("two", { app: "web" })] })).toBe("parts");
    expect(cluster.update({ upsert: [named("two", { app: "web" }, 2)] })).toBe("parts");
    expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
    expect(cluster.update({ upsert: [named("three", { app: "x" })] })).toBe("parts");
    expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("deny");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "one" }] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "three" }] })).toBe("anew");
    expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
    // Others are none of its business.
    expect(cluster.update({ upsert: [pod("shop/other", { labels: {}, ips: ["10.0.0.7"] })] })).toBe("parts");
  });

  it("swapped between two pods in one call", () => {
    const swapped = [
      pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.9"], node: "n1" }),
      pod("shop/holder", { labels: { app: "x" }, ips: ["10.0.0.1"] }),
    ];
    for (const upsert of [swapped, swapped.toReversed()]) {
      const cluster = new Cluster([SHOP, web, db, fromWeb, holder("Running")], [...ends, "10.0.0.1"]);
      expect(cluster.update({ upsert })).toBe("parts");
      expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
      expect(cluster.verdict("10.0.0.1", "shop/db")).toBe("deny");
    }
  });

  it("given back to its external range, IPv4 and IPv6", () => {
    const fromRange = dbTakes({ ipBlock: { cidr: "10.0.0.8/29" } });
    const fromRange6 = policy("shop/six", {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [{ from: [{ ipBlock: { cidr: "fd00::/64" } }] }],
    });
    const dual = pod("shop/holder", { labels: {}, ips: ["10.0.0.9", "fd00::9"] });
    const db6 = pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2", "fd00::2"] });
    const cluster = new Cluster([SHOP, web, db6, fromRange, fromRange6, dual], [...ends, "fd00::9", "fd00::8"]);
    expect(cluster.update({ remove: removal })).toBe("parts");
    expect(cluster.verdict("10.0.0.9", "shop/db")).toBe("allow");
    expect(cluster.verdict("fd00::9", "shop/db")).toBe("allow");
    // And to a pod again.
    expect(cluster.update({ upsert: [dual] })).toBe("parts");
  });
});

describe("nodes", () => {
  const closed = policy("shop/closed", { podSelector: {}, policyTypes: ["Ingress"] });
  const nodes = [node("n1", ["192.0.2.1"]), node("n2", ["192.0.2.2"])];
  const ends = ["shop/web", "shop/db", "192.0.2.1", "192.0.2.2", "192.0.2.9"];

  it("a pod rescheduled to another node", () => {
    const cluster = new Cluster([SHOP, ...nodes, web, db, closed], ends);
    expect(cluster.verdict("192.0.2.1", "shop/web")).toBe("allow");
    const before = cluster.index("shop/web");
    const moved = pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: "n2", hostIP: "192.0.2.2" });
    expect(cluster.update({ upsert: [moved] })).toBe("parts");
    expect(cluster.verdict("192.0.2.1", "shop/web")).toBe("deny");
    expect(cluster.verdict("192.0.2.2", "shop/web")).toBe("allow");
    expect(cluster.index("shop/web")).toBe(before);
  });

  it("a pod rescheduled to a node that nobody has named", () => {
    const cluster = new Cluster([SHOP, ...nodes, web, db, closed], [...ends, { node: "n9" }]);
    const moved = (name: string) => pod("shop/web", { labels: { app: "web" }, ips: ["10.0.0.1"], node: name });
    expect(cluster.update({ upsert: [moved("n9")] })).toBe("parts");
    expect(cluster.verdict({ node: "n9" }, "shop/web")).toBe("allow");
    expect(cluster.update({ upsert: [moved("n1")] })).toBe("parts");
    expect(cluster.update({ upsert: [moved("n9")] })).toBe("parts");
  });

  it("a host-network pod recreated", () => {
    const agent = (on: string) =>
      pod("shop/agent", { node: on, hostNetwork: true, ips: [on === "n1" ? "192.0.2.1" : "192.0.2.2"] });
    const cluster = new Cluster([SHOP, ...nodes, web, db, closed, agent("n1")], [...ends, "shop/agent"]);
    expect(cluster.verdict("shop/agent", "shop/web")).toBe("allow");
    const before = cluster.index("shop/agent");
    cluster.update({ upsert: [agent("n2")], remove: [{ kind: "Pod", namespace: "shop", name: "agent" }] });
    expect(cluster.verdict("shop/agent", "shop/web")).toBe("deny");
    expect(cluster.index("shop/agent")).not.toBe(before);
  });

  it("a host-network pod in a namespace whose first policy comes, and whose last one goes", () => {
    const agent = pod("shop/agent", { node: "n1", hostNetwork: true, ips: ["192.0.2.1"] });
    const cluster = new Cluster([SHOP, ...nodes, web, agent], ["shop/agent", "shop/web", "203.0.113.9"]);
    const isolated = policy("shop/none", { podSelector: { matchLabels: { app: "none" } }, policyTypes: ["Egress"] });
    const caveats = () => evaluate(cluster.state, { from: "shop/agent", to: "203.0.113.9", port: 80 }).caveats.length;
    expect(caveats()).toBe(0);
    cluster.update({ upsert: [isolated] });
    expect(caveats()).toBe(1);
    const more = policy("shop/more", { podSelector: { matchLabels: { app: "none" } }, policyTypes: ["Ingress"] });
    expect(cluster.update({ upsert: [more] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "none" }] })).toBe("parts");
    expect(caveats()).toBe(1);
    expect(cluster.update({ remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "more" }] })).toBe("parts");
    expect(caveats()).toBe(0);
    expect(cluster.update({ upsert: [more] })).toBe("parts");
    expect(caveats()).toBe(1);
  });

  it("a node's address changed", () => {
    const cluster = new Cluster([SHOP, ...nodes, web, db, closed], ends);
    cluster.update({ upsert: [node("n1", ["192.0.2.9"])] });
    expect(cluster.verdict("192.0.2.9", "shop/web")).toBe("allow");
    expect(cluster.verdict("192.0.2.1", "shop/web")).toBe("deny");
    expect(cluster.update({ upsert: [node("n1", ["192.0.2.9"])] })).toBe("parts");
  });

  it("a node whose address only its pods tell, until the last of them goes", () => {
    const told = (name: string, ip: string) => pod(`shop/${name}`, { ips: [ip], node: "n7", hostIP: "192.0.2.7" });
    const cluster = new Cluster(
      [SHOP, web, closed, told("a", "10.0.0.7"), told("b", "10.0.0.8")],
      ["shop/web", "192.0.2.7"],
    );
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "a" }] })).toBe("parts");
    expect(cluster.update({ upsert: [told("c", "10.0.0.7")] })).toBe("parts");
    cluster.update({
      remove: [
        { kind: "Pod", namespace: "shop", name: "b" },
        { kind: "Pod", namespace: "shop", name: "c" },
      ],
    });
  });
});

describe("policies", () => {
  it("the last isolating policy removed", () => {
    const cluster = new Cluster([SHOP, web, db, dbTakes({ podSelector: { matchLabels: { app: "none" } } })], ENDS);
    expect(cluster.verdict("shop/web", "shop/db")).toBe("deny");
    expect(cluster.update({ remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "db" }] })).toBe("parts");
    expect(cluster.verdict("shop/web", "shop/db")).toBe("allow");
    expect(cluster.state.caveats.map(({ code }) => code)).toContain("no-policies");
  });

  it("only policyTypes edited", () => {
    const closed = (...policyTypes: string[]) => policy("shop/closed", { podSelector: {}, policyTypes });
    const cluster = new Cluster([SHOP, web, db, closed("Ingress", "Egress")], ENDS);
    expect(cluster.verdict("shop/web", "203.0.113.9")).toBe("deny");
    expect(cluster.update({ upsert: [closed("Ingress")] })).toBe("parts");
    expect(cluster.verdict("shop/web", "203.0.113.9")).toBe("allow");
    expect(cluster.verdict("203.0.113.9", "shop/web")).toBe("deny");
    expect(cluster.update({ upsert: [closed("Egress")] })).toBe("parts");
    expect(cluster.verdict("203.0.113.9", "shop/web")).toBe("allow");
  });

  it("changed many times in a row", () => {
    const rule = (port: number) => dbTakes({ podSelector: { matchLabels: { app: "web" } } }, [{ port }]);
    const cluster = new Cluster([SHOP, web, db, rule(80)], ["shop/web", "shop/db"]);
    const before = cluster.index("shop/db");
    for (let i = 0; i < 200; i++) cluster.update({ upsert: [rule(80 + (i % 7))] });
    expect(cluster.rebuilds).toBe(0);
    expect(cluster.index("shop/db")).toBe(before);
  });
});

describe("a Service", () => {
  const shopDb = (spec: object) =>
    service("shop/db", { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 80 }], ...spec });
  const ends = ["shop/web", "shop/db", { service: "shop/db" }, "10.96.0.1"];
  const dbTakes81 = dbTakes({ podSelector: {} }, [{ port: 81 }]);

  it("its selector changed", () => {
    const cluster = new Cluster([SHOP, web, db, dbTakes81, shopDb({})], ends);
    expect(cluster.verdict("shop/web", { service: "shop/db" })).toBe("deny");
    expect(cluster.update({ upsert: [shopDb({ selector: { app: "web" } })] })).toBe("parts");
    expect(cluster.verdict("shop/db", { service: "shop/db" })).toBe("allow");
  });

  it("its target port changed", () => {
    const cluster = new Cluster([SHOP, web, db, dbTakes81, shopDb({})], ends);
    expect(cluster.update({ upsert: [shopDb({ ports: [{ port: 80, targetPort: 81 }] })] })).toBe("parts");
    expect(cluster.verdict("shop/web", { service: "shop/db" })).toBe("allow");
  });

  it("the readiness of what is behind it changed, and its address", () => {
    const cluster = new Cluster([SHOP, web, db, shopDb({})], ends);
    const unready = pod("shop/db", { labels: { app: "db" }, ips: ["10.0.0.2"], node: "n2", ready: false });
    expect(cluster.update({ upsert: [unready] })).toBe("parts");
    expect(cluster.update({ upsert: [db] })).toBe("parts");
    expect(cluster.update({ upsert: [shopDb({ clusterIP: "10.96.0.2" })] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Service", namespace: "shop", name: "db" }] })).toBe("parts");
  });

  it("its EndpointSlices come, change and go", () => {
    const slice = (name: string, ip: string, ready = true) => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { namespace: "shop", name, labels: { "kubernetes.io/service-name": "db" } },
      addressType: "IPv4",
      endpoints: [{ addresses: [ip], conditions: { ready } }],
      ports: [{ name: "", port: 81, protocol: "TCP" }],
    });
    const cluster = new Cluster([SHOP, web, db, dbTakes81, shopDb({})], ends);
    expect(cluster.update({ upsert: [slice("a", "10.0.0.2")] })).toBe("parts");
    expect(cluster.verdict("shop/web", { service: "shop/db" })).toBe("allow");
    expect(cluster.update({ upsert: [slice("b", "10.0.0.1"), slice("a", "10.0.0.2", false)] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "EndpointSlice", namespace: "shop", name: "b" }] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "EndpointSlice", namespace: "shop", name: "a" }] })).toBe("parts");
  });

  it("its Endpoints come, change and go, and so does the selector that makes them say nothing", () => {
    const endpoints = (ip: string) => ({
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { namespace: "shop", name: "db" },
      subsets: [{ addresses: [{ ip }], ports: [{ port: 81 }] }],
    });
    const bare = { ...shopDb({}), spec: { clusterIP: "10.96.0.1", ports: [{ port: 80 }] } };
    const cluster = new Cluster([SHOP, web, db, dbTakes81, bare], ends);
    expect(cluster.update({ upsert: [endpoints("10.0.0.2")] })).toBe("parts");
    expect(cluster.verdict("shop/web", { service: "shop/db" })).toBe("allow");
    expect(cluster.update({ upsert: [shopDb({})] })).toBe("parts");
    expect(cluster.verdict("shop/web", { service: "shop/db" })).toBe("deny");
    expect(cluster.update({ upsert: [bare, endpoints("192.0.2.1")] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Endpoints", namespace: "shop", name: "db" }] })).toBe("parts");
  });
});

describe("workloads", () => {
  const deployment = (replicas = 1) => workload("shop/Deployment/api", { app: "api" }, { replicas });
  const set = workload("shop/StatefulSet/store", { app: "store" }, { replicas: 2 });
  const owned = (name: string, ip: string) =>
    pod(`shop/${name}`, { labels: { app: "api" }, ips: [ip], owner: { kind: "Deployment", name: "api" } });
  const ends = ["shop/web", { workload: "shop/Deployment/api" }, "shop/store-0", "shop/store-1"];

  it("stand for pods until there is one", () => {
    const cluster = new Cluster([SHOP, web, deployment(), set], ends);
    expect(cluster.update({ upsert: [owned("api-1", "10.0.0.4")] })).toBe("anew");
    expect(cluster.update({ upsert: [owned("api-2", "10.0.0.5")] })).toBe("parts");
    expect(cluster.update({ upsert: [deployment(3)] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "api-1" }] })).toBe("parts");
    expect(cluster.update({ remove: [{ kind: "Pod", namespace: "shop", name: "api-2" }] })).toBe("anew");
  });

  it("a StatefulSet's pod keeps its index when it comes to be", () => {
    const cluster = new Cluster([SHOP, web, set], ends);
    const before = cluster.index("shop/store-1");
    const stored = pod("shop/store-1", { labels: {}, ips: ["10.0.0.4"] });
    expect(cluster.update({ upsert: [stored] })).toBe("anew");
    expect(cluster.index("shop/store-1")).toBe(before);
  });
});
