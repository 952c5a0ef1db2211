/** Suggested changes: applied to the manifests they turn the verdict, and open and cut what they say. */
import { describe, expect, it } from "vitest";
import {
  type Explanation,
  evaluate,
  explain,
  loadState,
  matrix,
  type NetverdictError,
  renderExplanation,
} from "../../bindings/inline.ts";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { samples } from "../properties/clusters.ts";
import type { PlainObject } from "../reference/objects.ts";
import { applied } from "./edits.ts";

/** Verdicts of all pairs of pods, but those that were asked about. */
function reach(
  objects: readonly object[],
  options: LoadOptions,
  flow: Flow,
  { pairs: asked }: Explanation,
): Map<string, boolean> {
  const state = loadState(objects, options);
  const { protocol, port } = asked[0]!;
  const { names } = matrix(state, { protocol, ...(port !== undefined && { port }) });
  const end = (name: string) => (name.split("/").length === 3 ? { workload: name } : name);
  const found = new Map<string, boolean>();
  for (const from of names)
    for (const to of names) {
      if (asked.some((pair) => pair.from === from && pair.to === to)) continue;
      const { family } = flow;
      try {
        const { verdict } = evaluate(state, {
          from: end(from),
          to: end(to),
          protocol,
          ...(port !== undefined && { port }),
          ...(family !== undefined && { family }),
        });
        found.set(`${from} ${to}`, verdict === "allow");
      } catch (error) {
        expect((error as NetverdictError).code).toBe("no-common-family");
      }
    }
  return found;
}

describe("suggested changes of random clusters", () => {
  it("turn the verdict, and open and cut what they say", { timeout: 180_000 }, () => {
    let tried = 0;
    for (const { objects, options, flows, seed } of samples(60, 8, 800)) {
      const state = loadState(objects, options);
      const defaultNamespace = options.defaultNamespace ?? "default";
      for (const flow of flows) {
        let explanation: Explanation;
        try {
          explanation = explain(state, flow);
        } catch {
          continue;
        }
        const { verdict, changes } = explanation;
        if (state.counts.pods > 20) continue;
        const before = reach(objects, options, flow, explanation);
        for (const wanted of ["allow", "deny"]) {
          const effects = changes
            .filter((change) => change.verdict === wanted)
            .map(({ opens, cuts }) => (opens ?? 0) + (cuts ?? 0));
          expect(effects).toEqual(effects.toSorted((a, b) => a - b));
        }
        for (const change of changes) {
          tried++;
          const where = `${seed} ${JSON.stringify(flow)} ${change.message}`;
          const after = applied(objects, change, defaultNamespace);
          expect(change.verdict, where).not.toBe(verdict);
          expect(evaluate(loadState(after, options), flow).verdict, where).toBe(change.verdict);
          const now = reach(after, options, flow, explanation);
          const opened = [...now].filter(([pair, open]) => open && !before.get(pair)).length;
          const cut = [...now].filter(([pair, open]) => !open && before.get(pair)).length;
          expect([change.opens, change.cuts], where).toEqual([opened, cut]);
        }
      }
    }
    expect(tried).toBeGreaterThan(200);
  });
});

const pod = (name: string, ip: string, labels: object = { app: name.split("-")[0] }): PlainObject =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name, labels },
    status: { phase: "Running", podIPs: [{ ip }] },
  }) as PlainObject;
const policy = (name: string, spec: object): PlainObject =>
  ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name },
    spec,
  }) as PlainObject;
const DB = { podSelector: { matchLabels: { app: "db" } } };
const pods = [pod("web-0", "10.0.0.1"), pod("api-0", "10.0.0.2"), pod("db-0", "10.0.0.3")];
const flow = { from: "shop/web-0", to: "shop/db-0", port: 5432 } as const;

/** What is suggested, and the rules that a changed policy then has. */
function suggested(objects: readonly object[], asked: Flow = flow): [string, unknown][] {
  return explain(loadState(objects), asked).changes.map(({ message, apply, remove }) => {
    expect(apply.length + remove.length).toBeGreaterThan(0);
    const [first] = apply as { spec: { ingress?: unknown; egress?: unknown } }[];
    return [message, first?.spec.ingress ?? first?.spec.egress];
  });
}
const rulesFor = (changes: [string, unknown][], part: string): unknown =>
  changes.find(([message]) => message.includes(part))?.[1];

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
    const pass = {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "pass" },
      spec: {
        tier: "Admin",
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: "Pass", from: [{ namespaces: {} }] }],
      },
    };
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
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace: "shop", name: "db" },
      spec: { clusterIP: "10.96.0.1", selector: { app: "db" }, ports: [{ port: 5432 }] },
    };
    const objects = [pods[0]!, ...replicas, service, policy("deny", { podSelector: {}, policyTypes: ["Ingress"] })];
    const { changes } = explain(loadState(objects), { ...flow, to: { service: "shop/db" } });
    expect(changes).toMatchObject([{ verdict: "allow", opens: 0, cuts: 0, apply: [{ spec: DB }] }]);
  });

  it("a CronJob's pods, whose names of Jobs nobody knows, are selected without them", () => {
    const cron = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { namespace: "shop", name: "report" },
      spec: {
        schedule: "* * * * *",
        jobTemplate: { spec: { template: { metadata: { labels: { app: "report" } }, spec: { containers: [] } } } },
      },
    };
    const { changes } = explain(loadState([...pods, cron]), { ...flow, from: { workload: "shop/CronJob/report" } });
    expect(changes.map(({ apply }) => apply)).toContainEqual([
      expect.objectContaining({ spec: { podSelector: { matchLabels: { app: "report" } }, policyTypes: ["Egress"] } }),
    ]);
  });
});

describe("where no policy can come before the one that denies", () => {
  const deny = (from: object, action = "Deny"): PlainObject =>
    ({
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "first", labels: { team: "platform" } },
      spec: {
        tier: "Admin",
        priority: 0,
        subject: { namespaces: {} },
        ingress: [
          { name: "probes", action: "Pass", from: [{ pods: { podSelector: { matchLabels: { app: "probe" } } } }] },
          {
            name: "rest",
            action,
            from: [from],
            protocols: [{ tcp: { destinationPort: { range: { start: 1, end: 9000 } } } }],
          },
        ],
        egress: [
          { action: "Accept", to: [{ networks: ["10.0.0.0/8"] }, { nodes: {} }, { domainNames: ["*.example.com"] }] },
        ],
      },
    }) as PlainObject;
  const everyone = { namespaces: {} };
  const rule = (action: string) => ({
    action,
    from: [
      {
        pods: {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
          podSelector: { matchLabels: { app: "web" } },
        },
      },
    ],
    protocols: [{ tcp: { destinationPort: { number: 5432 } } }],
  });

  it("a rule is put before its own, and the rest of it stays", () => {
    for (const [action, other] of [
      ["Deny", "Accept"],
      ["Accept", "Deny"],
    ] as const) {
      const policy = deny(everyone, action) as PlainObject & { spec: { ingress: object[] } };
      const { changes } = explain(loadState([...pods, policy]), flow);
      const [pass, rest] = policy.spec.ingress;
      expect(changes.map(({ apply }) => apply)).toContainEqual([
        {
          ...policy,
          spec: {
            ...policy.spec,
            ingress: [
              {
                ...pass,
                from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "probe" } } } }],
              },
              rule(other),
              rest,
            ],
          },
        },
      ]);
    }
  });

  it("a rule is put before its own, though the same one stands behind it", () => {
    const policy = deny(everyone) as PlainObject & { spec: { ingress: object[] } };
    policy.spec.ingress.push(rule("Accept"));
    const { changes } = explain(loadState([...pods, policy]), flow);
    const [, rest] = policy.spec.ingress;
    expect(changes).toMatchObject([
      { verdict: "allow", apply: [{ spec: { ingress: [{ name: "probes" }, rule("Accept"), rest, rule("Accept")] } }] },
    ]);
  });

  it("it is deleted where it holds what is not known here, and what is behind it is changed too", () => {
    const isolating = policy("quiet", { podSelector: {}, policyTypes: ["Ingress"] });
    const { changes } = explain(loadState([...pods, deny({ newer: {} }), isolating]), flow);
    expect(changes).toMatchObject([
      {
        verdict: "allow",
        message:
          "delete ClusterNetworkPolicy `first`, which denies this flow, and then add NetworkPolicy `shop/allow-from-web`, which allows this flow",
        apply: [{ kind: "NetworkPolicy", metadata: { name: "allow-from-web" } }],
        remove: [{ kind: "ClusterNetworkPolicy", name: "first" }],
      },
    ]);
  });

  it("as it is in its predecessors, as they are written", () => {
    const admin = {
      apiVersion: "policy.networking.k8s.io/v1alpha1",
      kind: "AdminNetworkPolicy",
      metadata: { name: "old" },
      spec: {
        priority: 5,
        subject: { namespaces: {} },
        ingress: [
          {
            action: "Allow",
            from: [{ namespaces: {} }],
            ports: [{ namedPort: "dns" }, { portRange: { protocol: "UDP", start: 5, end: 9 } }],
          },
          { action: "Deny", from: [{ namespaces: {} }] },
        ],
      },
    };
    const first = deny(everyone, "Pass");
    const { changes } = explain(loadState([...pods, first, admin]), flow);
    expect(changes[0]?.apply).toEqual([
      {
        ...admin,
        spec: {
          ...admin.spec,
          ingress: [
            admin.spec.ingress[0],
            { ...rule("Allow"), protocols: undefined, ports: [{ portNumber: { protocol: "TCP", port: 5432 } }] },
            admin.spec.ingress[1],
          ],
        },
      },
    ]);
  });
});

it("a node is let in, and left, by its address", () => {
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] },
  };
  const objects = [...pods, node, policy("quiet", { podSelector: {}, policyTypes: ["Egress"] })];
  expect(rulesFor(suggested(objects, { from: "shop/web-0", to: { node: "n1" }, port: 443 }), "allow-to-n1")).toEqual([
    { to: [{ ipBlock: { cidr: "192.168.0.1/32" } }], ports: [{ protocol: "TCP", port: 443 }] },
  ]);
});

it("a host-network pod whose address nobody knows is left by a rule for anyone, and the message says so", () => {
  const host = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name: "agent", labels: { app: "agent" } },
    spec: { hostNetwork: true, nodeName: "n1", containers: [] },
    status: { phase: "Running" },
  };
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
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] },
  };
  const [db] = [pod("db-0", "10.0.0.3")].map((one) => ({ ...one, spec: { nodeName: "n1", containers: [] } }));
  const explanation = explain(loadState([node, db!]), { from: { node: "n1" }, to: "shop/db-0", port: 5432 });
  expect(explanation).toMatchObject({ changes: [], unchangeable: [{ verdict: "deny", code: "own-node" }] });
  expect(renderExplanation(explanation)).toContain(
    "\nNo change of policies was found that would have it denied: `n1` is the node that `shop/db-0` runs on",
  );
});
