/** Paths and lines of all that is named: fields of the objects as they were written, whatever their kind calls them. */
import { describe, expect, it } from "vitest";
import { explain, type Flow, type LoadOptions, loadSnapshot, loadState, snapshot } from "../../bindings/inline.ts";
import type { Path } from "../../sdk/errors.ts";
import type { ExplainedSide, Explanation, Place } from "../../sdk/explain/types.ts";
import { clusterPolicy, namespace, pod } from "../docs/objects.ts";
import { samples } from "../properties/clusters.ts";

/** What an API has as one entry, and the flow that its field does not hold for. */
interface Case {
  readonly peer?: object;
  readonly port?: object;
  /** Behind the entry. */
  readonly path: string;
  readonly code: string;
  readonly flow?: Partial<Flow>;
}

const V1ALPHA1 = "policy.networking.k8s.io/v1alpha1";
const select = (labels: object): object => ({ matchLabels: labels });
const KINDS: Readonly<Record<string, (egress: readonly object[]) => object>> = {
  "ClusterNetworkPolicy, Admin": (egress) => clusterPolicy("p", "Admin", 5, { egress }),
  "ClusterNetworkPolicy, Baseline": (egress) => clusterPolicy("p", "Baseline", 5, { egress }),
  AdminNetworkPolicy: (egress) => ({
    apiVersion: V1ALPHA1,
    kind: "AdminNetworkPolicy",
    metadata: { name: "p" },
    spec: { priority: 5, subject: { namespaces: {} }, egress },
  }),
  BaselineAdminNetworkPolicy: (egress) => ({
    apiVersion: V1ALPHA1,
    kind: "BaselineAdminNetworkPolicy",
    metadata: { name: "default" },
    spec: { subject: { namespaces: {} }, egress },
  }),
};
/** What has missed comes before it. */
const DENY_ALL = { action: "Deny", to: [{ networks: ["0.0.0.0/0"] }, { namespaces: {} }, { nodes: {} }] };

const OUTSIDE = "203.0.113.9";
const node = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n" },
  status: { addresses: [{ type: "InternalIP", address: "192.0.2.1" }] },
};
const CLUSTER = [
  namespace("a", { t: "1" }),
  pod("a/s", { ips: ["10.0.0.1"] }),
  pod("a/d", { ips: ["10.0.0.2"], ports: [{ name: "http", containerPort: 81 }] }),
  node,
];

const PEERS: readonly Case[] = [
  { peer: { namespaces: select({ t: "2" }) }, path: "namespaces", code: "namespace-labels" },
  {
    peer: { pods: { namespaceSelector: select({ t: "2" }), podSelector: {} } },
    path: "pods.namespaceSelector",
    code: "namespace-labels",
  },
  {
    peer: { pods: { namespaceSelector: {}, podSelector: select({ l: "1" }) } },
    path: "pods.podSelector",
    code: "pod-labels",
  },
  { peer: { networks: ["10.1.0.0/16"] }, path: "networks.0", code: "outside-cidr" },
  { peer: { nodes: select({ l: "1" }) }, path: "", code: "not-a-node" },
  { peer: { nodes: select({ l: "1" }) }, path: "nodes", code: "node-labels", flow: { to: { node: "n" } } },
];
const CLUSTER_PORTS: readonly Case[] = [
  { port: { tcp: { destinationPort: { number: 79 } } }, path: "tcp.destinationPort.number", code: "other-port" },
  {
    port: { tcp: { destinationPort: { range: { start: 1, end: 79 } } } },
    path: "tcp.destinationPort.range",
    code: "other-port",
  },
  { port: { udp: { destinationPort: { number: 80 } } }, path: "udp", code: "other-protocol" },
  { port: { sctp: {} }, path: "sctp", code: "other-protocol" },
  { port: { destinationNamedPort: "http" }, path: "destinationNamedPort", code: "other-port" },
  {
    port: { destinationNamedPort: "http" },
    path: "destinationNamedPort",
    code: "no-such-port-name",
    flow: { protocol: "UDP" },
  },
  {
    port: { destinationNamedPort: "http" },
    path: "destinationNamedPort",
    code: "other-protocol",
    flow: { protocol: "ICMP" },
  },
];
const V1ALPHA1_PORTS: readonly Case[] = [
  { port: { portNumber: { protocol: "TCP", port: 79 } }, path: "portNumber.port", code: "other-port" },
  { port: { portNumber: { protocol: "UDP", port: 80 } }, path: "portNumber.protocol", code: "other-protocol" },
  { port: { portNumber: { port: 80 } }, path: "portNumber", code: "other-protocol", flow: { protocol: "UDP" } },
  { port: { portRange: { protocol: "TCP", start: 79, end: 79 } }, path: "portRange", code: "other-port" },
  { port: { portRange: { protocol: "UDP", start: 1, end: 99 } }, path: "portRange.protocol", code: "other-protocol" },
  { port: { portRange: { start: 1, end: 99 } }, path: "portRange", code: "other-protocol", flow: { protocol: "UDP" } },
  { port: { namedPort: "http" }, path: "namedPort", code: "other-port" },
];

describe.each(Object.entries(KINDS))("a miss of %s", (kind, policyOf) => {
  const isCluster = kind.startsWith("Cluster");
  const list = isCluster ? "protocols" : "ports";
  const cases = [...PEERS, ...(isCluster ? CLUSTER_PORTS : V1ALPHA1_PORTS)];

  it.each(cases)("names the field $path: $code", ({ peer, port, path, code, flow }) => {
    const to = [peer ?? { namespaces: {} }];
    const accept = { action: isCluster ? "Accept" : "Allow", to, ...(port !== undefined && { [list]: [port] }) };
    const asked = { from: "a/s", to: "a/d", ...(flow?.protocol === "ICMP" ? {} : { port: 80 }), ...flow } as Flow;
    const { egress } = told([...CLUSTER, policyOf([accept, DENY_ALL])], {}, asked);
    const [miss] = egress.nearMisses[0]?.misses ?? [];
    expect(miss?.code).toBe(code);
    expect(miss?.path.slice(5).join(".")).toBe(path);
    expect(egress.nearMisses[0]?.alternatives).toEqual([]);
  });
});

describe("an entry that matches nothing", () => {
  const near = (rule: object, options: LoadOptions = {}) => {
    const policy = clusterPolicy("p", "Admin", 5, { egress: [{ action: "Accept", ...rule }, DENY_ALL] });
    const { egress } = told([...CLUSTER, policy], options, { from: "a/s", to: OUTSIDE, port: 80 });
    return egress.nearMisses[0]?.misses.map(({ code, path }) => [code, path.slice(3).join(".")]);
  };

  it("is named, and not for a node that nobody asked for", () => {
    const domains = { "b.example": [] };
    expect(near({ to: [{ domainNames: ["b.example"] }] }, { domains })).toEqual([
      ["outside-cidr", "to.0.domainNames.0"],
    ]);
    expect(near({ to: [{ namespaces: select({ "-": "" }) }] })).toEqual([["unknown", "to.0"]]);
    expect(near({ to: [{ namespaces: {} }, { planets: {} }] })).toEqual([["unknown", "to"]]);
  });

  it("of several names and networks is the one that misses", () => {
    const domains = { "b.example": ["198.51.100.1"] };
    expect(near({ to: [{ domainNames: ["b.example"] }] }, { domains })).toEqual([
      ["outside-cidr", "to.0.domainNames.0"],
    ]);
    expect(near({ to: [{ networks: ["10.0.0.0/8", "11.0.0.0/8"] }] })).toEqual([["outside-cidr", "to.0.networks.0"]]);
  });
});

describe("all that an explanation names", () => {
  it("is in the objects as they were written, on the line of its field, from a snapshot too", {
    timeout: 120_000,
  }, () => {
    const named = new Map<string, number>();
    for (const { objects, options, flows } of samples(150, 12, 3000)) {
      for (const flow of flows) {
        try {
          const { pairs } = told(objects, options, flow);
          for (const place of pairs.flatMap(({ egress, ingress }) => [...missesOf(egress), ...missesOf(ingress)])) {
            const key = `${place.policy.kind} ${place.path
              .filter((step) => typeof step === "string")
              .slice(2)
              .join(".")}`;
            named.set(key, (named.get(key) ?? 0) + 1);
          }
        } catch (error) {
          if (!(error instanceof Error && error.name === "NetverdictError")) throw error;
        }
      }
    }
    for (const kind of ["NetworkPolicy", "ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy"])
      expect([...named.keys()].filter((key) => key.startsWith(`${kind} `)).length, kind).toBeGreaterThan(5);
  });
});

/** An explanation of a flow over objects that were written as one JSON text; every place in it is held against that text. */
function told(objects: readonly object[], options: LoadOptions, flow: Flow): Explanation {
  const { text, lines } = written(objects);
  const state = loadState([{ file: "all.json", text }], options);
  const explanation = explain(state, flow, { changes: false });
  for (const { egress, ingress } of [explanation, ...explanation.pairs]) {
    for (const { policy, path, source } of [...placesOf(egress), ...placesOf(ingress)]) {
      const index = objects.findIndex((object) => isOf(object, policy, options.defaultNamespace ?? "default"));
      const line = lines.get([index, ...path].join("."));
      expect(line, `${policy.kind} ${path.join(".")} of ${JSON.stringify(objects[index])}`).toBeDefined();
      expect([source?.file, source?.line], path.join(".")).toEqual(["all.json", line]);
    }
  }
  expect(explain(loadSnapshot(snapshot(state, { explain: true })), flow, { changes: false })).toStrictEqual(
    explanation,
  );
  return explanation;
}

const missesOf = ({ nearMisses }: ExplainedSide): Place[] =>
  nearMisses.flatMap(({ misses, alternatives }) => [...misses, ...alternatives.flat()]);

const placesOf = (side: ExplainedSide): Place[] => [
  ...side.isolatedBy,
  ...side.decidedBy.flatMap((rule) => [rule, ...rule.peers, ...rule.ports]),
  ...side.nearMisses,
  ...missesOf(side),
];

function isOf(object: object, { kind, namespace: space, name }: Place["policy"], defaultNamespace: string): boolean {
  const { kind: own, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
  return (
    own === kind &&
    metadata.name === name &&
    (space === undefined || space === (metadata.namespace || defaultNamespace))
  );
}

/** Objects as JSON, a value a line, and the line of each by its path. */
function written(objects: readonly object[]): { text: string; lines: ReadonlyMap<string, number> } {
  const rows: string[] = [];
  const lines = new Map<string, number>();
  const write = (value: unknown, path: Path, before: string, after: string): void => {
    lines.set(path.join("."), rows.length + 1);
    if (typeof value !== "object" || value === null) {
      rows.push(`${before}${JSON.stringify(value)}${after}`);
      return;
    }
    const [open, close] = Array.isArray(value) ? "[]" : "{}";
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    rows.push(`${before}${open}`);
    entries.forEach(([key, one], i) => {
      const step = Array.isArray(value) ? Number(key) : key;
      write(
        one,
        [...path, step],
        Array.isArray(value) ? "" : `${JSON.stringify(key)}: `,
        i < entries.length - 1 ? "," : "",
      );
    });
    rows.push(`${close}${after}`);
  };
  objects.forEach((object, i) => {
    write(object, [i], "", "");
  });
  return { text: rows.join("\n"), lines };
}
