/** What callers do to what they gave and were given changes nothing that is answered later. */
import { describe, expect, it } from "vitest";
import {
  evaluate,
  explain,
  lint,
  loadSnapshot,
  loadState,
  matrix,
  selectedPods,
  selectingPolicies,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import type { State } from "../../sdk/state.ts";
import { namespace, node, pod, policy } from "../docs/objects.ts";

const OBJECTS = [
  namespace("s"),
  pod("s/a", { labels: { app: "a" }, ips: ["10.0.0.1"] }),
  pod("s/b", { labels: { app: "b" }, ips: ["10.0.0.2"] }),
  pod("s/c", { labels: { app: "c" }, ips: ["10.0.0.3"] }),
  policy("s/b", {
    podSelector: { matchLabels: { app: "b" } },
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: "a" } } }, { podSelector: { matchLabels: { app: "x" } } }] },
    ],
  }),
];
const FLOW = { from: "s/c", to: "s/b", port: 80 } as const;
const SUBJECT = { kind: "NetworkPolicy", namespace: "s", name: "b" } as const;

/** Overwrites whatever can be, as far as it goes. */
function spoil(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    spoil(record[key], seen);
    // In strict mode, what is frozen throws.
    Reflect.set(record, key, "spoilt");
  }
  if (Array.isArray(value) && !Object.isFrozen(value)) value.reverse().push("spoilt");
}

/** All that is asked; after a new build too, which goes by what the state has kept. */
function answers(state: State): unknown {
  const all = (): unknown =>
    structuredClone([
      evaluate(state, FLOW),
      evaluate(state, { from: "s/a", to: "s/b", port: 80 }),
      evaluate(state, { ...FLOW, to: "203.0.113.1" }),
      explain(state, FLOW),
      lint(state),
      selectedPods(state, SUBJECT),
      selectingPolicies(state, "s/b"),
      [...matrix(state, { port: 80 }).allowedPairs()],
      matrix(state, { port: 80 }).counts,
      state.caveats,
      state.counts,
    ]);
  const before = all();
  updateState(state, { upsert: node("n1", ["192.0.2.1"]) });
  updateState(state, { remove: [{ kind: "Node", name: "n1" }] });
  return [before, all()];
}

const load = (): State => loadState(OBJECTS, { cni: "calico" });
const EXPECTED = answers(load());

describe("an answer that is overwritten changes none that comes later", () => {
  it.each<[string, (state: State) => unknown]>([
    ["a decision", (state) => evaluate(state, FLOW)],
    ["one in full", (state) => evaluate(state, { ...FLOW, to: "203.0.113.1" })],
    ["an explanation", (state) => explain(state, FLOW)],
    ["findings", (state) => lint(state)],
    ["whom a policy selects", (state) => selectedPods(state, SUBJECT)],
    ["which policies select a pod", (state) => selectingPolicies(state, "s/b")],
    ["the names of a matrix", (state) => matrix(state, { port: 80 }).names],
    ["the groups of a matrix", (state) => matrix(state, { port: 80 }).groups],
    ["the names of a group", (state) => matrix(state, { port: 80 }).groups.map(({ names }) => names)],
    ["the cells of a matrix", (state) => [...matrix(state, { port: 80 }).cells()]],
    ["caveats", (state) => state.caveats],
    ["counts", (state) => state.counts],
  ])("%s", (_, answer) => {
    const state = load();
    spoil(answer(state));
    expect(answers(state)).toEqual(EXPECTED);
    // What is shared by all states has not changed either.
    expect(answers(load())).toEqual(EXPECTED);
  });

  it("nor does a matrix of a state from a snapshot", () => {
    const kept = loadSnapshot(snapshot(load()));
    const before = [...matrix(kept, { port: 80 }).allowedPairs()];
    spoil([matrix(kept, { port: 80 }).names, matrix(kept, { port: 80 }).groups]);
    expect([...matrix(kept, { port: 80 }).allowedPairs()]).toEqual(before);
  });
});

it("suggested policies may be written on before they are applied", () => {
  const state = load();
  const changes = explain(state, FLOW).changes.flatMap(({ apply }) => apply) as { spec: { policyTypes: string[] } }[];
  expect(changes.length).toBeGreaterThan(1);
  for (const { spec } of changes) spec.policyTypes[0] = "Egress";
  expect(answers(state)).toEqual(EXPECTED);
});

it("options may be proxies", () => {
  const domains = new Proxy({ "x.example": new Proxy(["203.0.113.7"], {}) }, {});
  expect(loadState(OBJECTS, { domains, cni: new Proxy({ name: "calico" } as const, {}) }).counts.pods).toBe(3);
});

it("options that are changed after loading change nothing", () => {
  const options = {
    podCIDRs: ["10.9.0.0/16"],
    domains: { "x.example": ["203.0.113.7"] },
    cni: { name: "flannel", settings: {} } as const,
  };
  const toDomain = policy("s/c", {
    podSelector: { matchLabels: { app: "c" } },
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "203.0.113.7/32" } }, { ipBlock: { cidr: "10.9.0.0/16" } }] }],
  });
  const ask = (state: State): unknown =>
    [{ service: "s/x" }, { namespace: "s", labels: {} }].map((to) => evaluate(state, { from: "s/c", to, port: 80 }));
  const alias = { apiVersion: "v1", kind: "Service", metadata: { namespace: "s", name: "x" } };
  const external = { ...alias, spec: { type: "ExternalName", externalName: "x.example" } };
  const state = loadState([...OBJECTS, toDomain, external], options);
  const expected = structuredClone(ask(state));
  spoil(options);
  expect(ask(state)).toEqual(expected);
  updateState(state, { upsert: node("n1", ["192.0.2.1"]) });
  expect(ask(state)).toEqual(expected);
});
