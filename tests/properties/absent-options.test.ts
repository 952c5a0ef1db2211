/** What is `undefined` is as good as left out: in types, which are checked with `exactOptionalPropertyTypes`, and in answers. */
import { expect, it } from "vitest";
import {
  describe as describePolicy,
  evaluate,
  evaluateBatch,
  explain,
  type Flow,
  type FuturePod,
  type LoadOptions,
  lint,
  loadSnapshot,
  loadState,
  type MatrixOptions,
  matrix,
  portSets,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { namespace, pod, policy } from "../docs/objects.ts";

const closed = policy("s/closed", { podSelector: {}, policyTypes: ["Ingress"] });
const OBJECTS = [namespace("s"), pod("s/a", { ips: ["10.0.0.1"] }), pod("s/b", { ips: ["10.0.0.2"] }), closed];
const absent = undefined;

it("in the options of a load, and in an update", () => {
  const options: LoadOptions = {
    defaultNamespace: absent,
    podCIDRs: absent,
    undeclaredNamespaces: absent,
    domains: absent,
    cni: absent,
  };
  const state = loadState(OBJECTS, options);
  expect(structuredClone(state.counts)).toEqual(loadState(OBJECTS).counts);
  expect(updateState(state, { upsert: absent, remove: absent })).toBe(state);
});

it("in flows", () => {
  const state = loadState(OBJECTS);
  const flow: Flow = { from: "s/a", to: "s/b", port: 80, protocol: absent, family: absent };
  expect(evaluate(state, flow)).toEqual(evaluate(state, { from: "s/a", to: "s/b", port: 80 }));
  const bare: FuturePod = { namespace: "s", labels: {}, ports: absent, ips: absent, node: absent };
  expect(evaluate(state, { ...flow, from: bare })).toEqual(
    evaluate(state, { from: { namespace: "s", labels: {} }, to: "s/b", port: 80 }),
  );
  const ping: Flow = { from: "s/a", to: "s/b", port: absent, protocol: "ICMP" };
  expect(evaluate(state, ping).verdict).toBe("deny");
  const columns = { from: Uint32Array.of(0), to: Uint32Array.of(1), fromIPv4: absent, toIPv6: absent };
  expect([...evaluateBatch(state, { ...columns, port: Uint16Array.of(80), protocol: Uint8Array.of(6) })]).toEqual([0]);
});

it("in what else is asked", async () => {
  const state = loadState(OBJECTS);
  const options: MatrixOptions = { port: 80, protocol: absent, family: absent };
  expect(matrix(state, options).counts).toEqual(matrix(state, { port: 80 }).counts);
  expect(matrix(state, options).expand({ verdict: absent, out: absent })).toEqual(matrix(state, { port: 80 }).expand());
  const parts = [];
  for await (const part of portSets(state, { family: absent, signal: absent, onProgress: absent })) parts.push(part);
  expect(parts.length).toBeGreaterThan(0);
  const flow = { from: "s/a", to: "s/b", port: 80 };
  expect(explain(state, flow, { changes: absent })).toEqual(explain(state, flow));
  expect(lint(state, { suppress: absent })).toEqual(lint(state));
  const text = describePolicy(closed, { timeZone: absent, defaultNamespace: absent, state: absent });
  expect(text).toBe(describePolicy(closed));
  const bytes = snapshot(state, { explain: absent });
  expect(bytes).toEqual(snapshot(state));
  expect(loadSnapshot(bytes, { verify: absent }).counts.pods).toBe(2);
});
