import { describe, expect, it } from "vitest";
import {
  allows,
  evaluate,
  explain,
  type Flow,
  loadState,
  NetverdictError,
  selectingPolicies,
  updateState,
} from "../../bindings/inline.ts";
import { evaluateInFull } from "../../sdk/flow/resolved-flow.ts";
import { internalsOf } from "../../sdk/state.ts";
import { generateCase } from "../fuzz/generate.ts";

type State = ReturnType<typeof loadState>;

function outcome(ask: () => unknown): unknown {
  try {
    return ask();
  } catch (error) {
    if (error instanceof NetverdictError) return error.issues;
    throw error;
  }
}

/** The flow with both pods by index, where its ends are pods that have one. */
function byIndex(state: State, flow: Flow): Flow | undefined {
  const index = (end: unknown): number | undefined => {
    if (typeof end !== "string" || !end.includes("/")) return undefined;
    const found = outcome(() => state.podIndex(...(end.split("/") as [string, string])));
    return typeof found === "number" ? found : undefined;
  };
  const from = index(flow.from);
  const to = index(flow.to);
  return from === undefined || to === undefined ? undefined : { ...flow, from, to };
}

/** The same asked in parts, where that can be said: a source that is an object cannot. */
function inParts(state: State, { from, to, port, protocol, family }: Flow) {
  if (typeof from === "object") return undefined;
  return {
    evaluate: () => evaluate(state, from, to, port, protocol, family),
    allows: () => allows(state, from, to, port, protocol, family),
  };
}

describe("a flow in parts", () => {
  const pod = (name: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "a", name },
    spec: { containers: [{ name: "c", ports: [{ name: "http", containerPort: 80 }] }] },
    status: { podIP: name === "x" ? "10.0.0.1" : "10.0.0.2" },
  });
  const state = loadState([pod("x"), pod("y")]);

  it("has the ends that one end of a flow has, names of ports, and protocols without ports", () => {
    const expected = evaluate(state, { from: "a/x", to: "a/y", port: 80 });
    expect(evaluate(state, "a/x", "a/y", 80)).toBe(expected);
    expect(evaluate(state, 0, 1, "http", "TCP")).toEqual(expected);
    expect(evaluate(state, "10.0.0.1", { pod: "a/y" }, 80)).toEqual(expected);
    expect(evaluate(state, 0, 1, undefined, "ICMP")).toEqual(evaluate(state, { from: 0, to: 1, protocol: "ICMP" }));
    expect(allows(state, "a/x", { pod: "a/y" }, "http")).toBe(true);
  });

  it.each([
    ["without a destination", ["a/x"], ["to"]],
    ["without a port", ["a/x", "a/y"], ["port"]],
    ["with a port that is none", [0, 1, 65_536], ["port"]],
    ["with an index that is none", [0.5, 1, 80], ["from"]],
    ["with a protocol that is none", [0, 1, 80, "tcp"], ["protocol"]],
    ["that is nothing", [undefined], []],
    ["of a family that is none", [0, 1, 80, "TCP", 5], ["family"]],
    ["beside a flow that is an object", [{ from: 0, to: 1, port: 80 }, 1], []],
  ])("%s is an invalid flow", (_, parts, path) => {
    for (const ask of [evaluate, allows]) {
      const issues = outcome(() => (ask as (...given: unknown[]) => unknown)(state, ...parts));
      expect(issues).toEqual([expect.objectContaining({ code: "invalid-flow", path })]);
    }
  });
});

describe("a flow is read once, however its fields are given", () => {
  const pod = (name: string, ips: string[]) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name, labels: { app: name } },
    status: { podIPs: ips.map((ip) => ({ ip })) },
  });
  const objects = [
    pod("web", ["10.0.0.1", "fd00::1"]),
    pod("cron", ["10.0.0.3"]),
    pod("db", ["10.0.0.2", "fd00::2"]),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace: "shop", name: "db" },
      spec: {
        podSelector: { matchLabels: { app: "db" } },
        ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.1/32" } }] }],
      },
    },
  ];
  const plain: Flow = { from: "shop/web", to: "shop/db", port: 80 };
  class Request {
    readonly #flow: Flow;
    constructor(flow: Flow) {
      this.#flow = flow;
    }
    get from() {
      return this.#flow.from;
    }
    get to() {
      return this.#flow.to;
    }
    get port() {
      return this.#flow.port;
    }
    get protocol() {
      return this.#flow.protocol;
    }
    get family() {
      return this.#flow.family;
    }
  }

  it.each([
    ["of a class", (flow: Flow) => new Request(flow) as Flow],
    ["of a prototype", (flow: Flow) => Object.create(flow) as Flow],
    [
      "that are not listed",
      (flow: Flow) =>
        Object.defineProperties(
          {},
          Object.fromEntries(Object.entries(flow).map(([key, value]) => [key, { value }])),
        ) as Flow,
    ],
  ])("by fields %s", (_, made) => {
    for (const options of [{}, { cni: "calico" as const }]) {
      const state = loadState(objects, options);
      for (const flow of [{ ...plain, family: 6 as const }, plain, { ...plain, from: "shop/cron" }]) {
        const expected = evaluate(loadState(objects, options), flow);
        expect(evaluate(state, made(flow))).toEqual(expected);
        expect(allows(state, made(flow))).toBe(expected.verdict === "allow");
        expect(explain(state, made(flow))).toEqual(explain(state, flow));
        expect(evaluate(state, flow)).toEqual(expected);
      }
    }
  });

  it("and what a getter says the next time is not kept for others", () => {
    const state = loadState(objects);
    let reads = 0;
    const shifty = {
      ...plain,
      get from() {
        return reads++ === 0 ? "shop/web" : "shop/cron";
      },
    };
    expect(evaluate(state, shifty).verdict).toBe("allow");
    expect(reads).toBe(1);
    expect(evaluate(state, plain).verdict).toBe("allow");
    expect(evaluate(state, { ...plain, from: "shop/cron" }).verdict).toBe("deny");
  });

  it("and an end that updates the state while it is read is asked of the state afterwards", () => {
    const free = { ...objects.at(-1), spec: { podSelector: {}, ingress: [{}] } };
    const asks: Record<string, (state: State, end: { readonly pod: string }) => unknown> = {
      evaluate: (state, to) => evaluate(state, { ...plain, from: "shop/cron", to }),
      "evaluate in parts": (state, to) => evaluate(state, "shop/cron", to, 80, "TCP", 4),
      allows: (state, to) => allows(state, "shop/cron", to, 80),
      explain: (state, to) => explain(state, { ...plain, from: "shop/cron", to }),
      selectingPolicies: (state, pod) => selectingPolicies(state, pod),
    };
    for (const [name, ask] of Object.entries(asks)) {
      const state = loadState(objects);
      // The state has been updated, and has room to throw away.
      updateState(state, { remove: [pod("db", [])] });
      updateState(state, { upsert: [pod("db", ["10.0.0.2", "fd00::2"])] });
      let reads = 0;
      const shifty = {
        get pod() {
          reads++;
          updateState(state, { upsert: [free] });
          return "shop/db";
        },
      };
      expect(ask(state, shifty), name).toEqual(ask(loadState([...objects.slice(0, -1), free]), { pod: "shop/db" }));
      expect(reads, name).toBe(1);
    }
  });

  it("and fields that no flow has are refused, wherever they are", () => {
    const state = loadState(objects);
    const inherited = Object.assign(Object.create({ portt: 1 }), plain) as Flow;
    const own = JSON.parse('{"from": "shop/web", "to": "shop/db", "port": 80, "__proto__": 1}') as Flow;
    for (const flow of [inherited, own]) {
      for (const ask of [evaluate, allows, explain])
        expect(() => (ask as (state: State, flow: Flow) => unknown)(state, flow)).toThrow("is no part of a flow");
    }
  });
});

describe("an ordinary flow", () => {
  it("is answered as in full, caveats and all, by name and by index", () => {
    let ordinary = 0;
    let parts = 0;
    for (let index = 0; index < 250; index++) {
      const { objects, options, flows } = generateCase(20261125, index);
      const state = loadState(objects, options);
      for (const flow of flows) {
        const expected = outcome(() => evaluateInFull(internalsOf(state), flow));
        expect(outcome(() => evaluate(state, flow))).toEqual(expected);
        const ofParts = inParts(state, flow);
        if (ofParts !== undefined) {
          expect(outcome(ofParts.evaluate)).toEqual(expected);
          parts++;
        }
        const indexed = byIndex(state, flow);
        if (indexed === undefined) continue;
        ordinary++;
        expect(outcome(() => evaluate(state, indexed))).toEqual(expected);
        const indexedParts = inParts(state, indexed);
        if (indexedParts !== undefined) expect(outcome(indexedParts.evaluate)).toEqual(expected);
        for (const ask of [
          () => allows(state, indexed),
          ...(indexedParts === undefined ? [] : [indexedParts.allows]),
        ]) {
          const allowed = outcome(ask);
          if (typeof allowed === "boolean") expect(allowed).toBe((expected as { verdict: string }).verdict === "allow");
          else expect(allowed).toEqual(expected);
        }
      }
    }
    expect(ordinary).toBeGreaterThan(2_000);
    expect(parts).toBeGreaterThan(2_000);
  });

  it("shares its decision with others of the same answer, so that nobody can change it", () => {
    const pod = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { namespace: "a", name } });
    const state = loadState([pod("x"), pod("y")]);
    const decision = evaluate(state, { from: "a/x", to: "a/y", port: 80 });
    expect(evaluate(state, { from: "a/y", to: "a/x", port: 81 })).toBe(decision);
    for (const part of [decision, decision.egress, decision.ingress, decision.caveats])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it("shares it where both APIs of ordered tiers have a say, or Baseline stands beside a NetworkPolicy", () => {
    const pod = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { namespace: "a", name } });
    const everyone = { namespaces: {} };
    const policy = (version: string, kind: string, spec: object) => ({
      apiVersion: `policy.networking.k8s.io/${version}`,
      kind,
      metadata: { name: "default" },
      spec: { subject: everyone, ...spec },
    });
    const noWayOut = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { namespace: "a", name: "closed" },
      spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{}] },
    };
    const baseline = policy("v1alpha2", "ClusterNetworkPolicy", {
      tier: "Baseline",
      priority: 1,
      ingress: [{ action: "Deny", from: [everyone] }],
    });
    const older = policy("v1alpha1", "BaselineAdminNetworkPolicy", {
      ingress: [{ action: "Allow", from: [everyone] }],
    });
    for (const [objects, codes] of [
      [[noWayOut, baseline], ["egress-baseline"]],
      [[baseline, older], ["mixed-policy-apis"]],
      [
        [noWayOut, baseline, older],
        ["mixed-policy-apis", "egress-baseline"],
      ],
    ] as const) {
      const state = loadState([pod("x"), pod("y"), ...objects]);
      const decision = evaluate(state, { from: "a/x", to: "a/y", port: 80 });
      expect(decision).toMatchObject({ verdict: "deny", ingress: { reason: "baseline-deny" } });
      expect(decision.caveats.map(({ code }) => code)).toEqual(codes);
      expect(evaluate(state, { from: "a/y", to: "a/x", port: 81 })).toBe(decision);
      // A pod's flow to itself is another matter.
      expect(evaluate(state, { from: "a/x", to: "a/x", port: 80 }).ingress.reason).toBe("same-pod");
    }
  });
});

describe("a pod index as an end", () => {
  const pod = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { namespace: "a", name } });
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n" },
    status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }] },
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "a", name: "d" },
    spec: { selector: { matchLabels: { app: "d" } }, template: { metadata: { labels: { app: "d" } } } },
  };
  const state = loadState([pod("x"), pod("y"), node, deployment]);
  const x = state.podIndex("a", "x");
  const codeOf = (flow: Flow): unknown => (outcome(() => evaluate(state, flow)) as { code: string }[])[0]?.code;

  it("works at either end, with anything at the other", () => {
    for (const other of ["a/y", "10.9.9.9", { node: "n" }, { workload: "a/Deployment/d" }]) {
      expect(evaluate(state, { from: x, to: other, port: 80 }).verdict).toBe("allow");
      expect(evaluate(state, { from: other, to: x, port: 80 }).verdict).toBe("allow");
    }
  });

  it("that is no named pod's is an unknown pod: a node's address, what stands for a workload, past the end", () => {
    for (let index = 0; index < 8; index++) {
      if (index === x || index === state.podIndex("a", "y")) continue;
      expect(codeOf({ from: index, to: x, port: 80 })).toBe("unknown-pod");
      expect(codeOf({ from: x, to: index, port: 80 })).toBe("unknown-pod");
    }
  });

  it("that is no whole number from 0 on is an invalid flow", () => {
    for (const index of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(codeOf({ from: index, to: x, port: 80 })).toBe("invalid-flow");
    expect(codeOf({ from: 2 ** 31, to: x, port: 80 })).toBe("unknown-pod");
    expect(codeOf({ from: 2 ** 32 + x, to: x, port: 80 })).toBe("unknown-pod");
  });
});
