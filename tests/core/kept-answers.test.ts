/** Single calls, many of them: the core keeps their answers in the end, which nobody may notice but by the clock. */
import { expect, it } from "vitest";
import {
  allows,
  attachState,
  evaluate,
  loadSnapshot,
  loadState,
  type State,
  shareState,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { evaluateInFull } from "../../sdk/flow/resolved-flow.ts";
import { internalsOf } from "../../sdk/state.ts";
import type { Flow } from "../../sdk/types.ts";

/** More calls than the engine counts before it keeps answers, and enough for each pair after that. */
const MANY = 9000;
const PODS = 6;

const pod = (i: number): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `pod-${i}`, namespace: "shop", labels: { app: i % 2 === 0 ? "web" : "db" } },
  status: {
    podIP: `10.0.0.${i + 1}`,
    podIPs: [{ ip: `10.0.0.${i + 1}` }, { ip: `fd00::${i + 1}` }].slice(0, 1 + (i % 3)),
  },
});
const policy = (port: number): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "db", namespace: "shop" },
  spec: {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port }] },
      { from: [{ ipBlock: { cidr: "fd00::/112" } }], ports: [{ port: 7 }] },
    ],
  },
});
const load = (): State => loadState([...Array.from({ length: PODS }, (_, i) => pod(i)), policy(5432)]);

const ports = [7, 80, 5431, 5432, 5433];
const flows = Array.from({ length: PODS * PODS * ports.length }, (_, i): Flow & { port: number } => ({
  from: `shop/pod-${i % PODS}`,
  to: `shop/pod-${Math.floor(i / PODS) % PODS}`,
  port: ports[Math.floor(i / PODS / PODS)] ?? 0,
}));

/** Asks until answers are kept, and further: each decision is the one that is found in full. */
function askMany(state: State): void {
  for (let i = 0; i < MANY; i++) {
    const flow = flows[(i * 7) % flows.length] ?? flows[0]!;
    const allowed = allows(state, flow);
    if ((evaluate(state, flow).verdict === "allow") !== allowed) expect.fail(`${JSON.stringify(flow)}: ${allowed}`);
  }
  for (const flow of flows) {
    const decision = evaluate(state, flow);
    expect(decision).toEqual(evaluateInFull(internalsOf(state), flow));
    expect(allows(state, flow)).toBe(decision.verdict === "allow");
  }
}

it("answers that are kept are those that were found, also of snapshots and over shared memory", () => {
  const state = load();
  for (const each of [state, loadSnapshot(snapshot(state)), attachState(shareState(state))]) askMany(each);
});

it("an update ends them", () => {
  const state = load();
  askMany(state);
  const flow = { from: "shop/pod-0", to: "shop/pod-1", port: 5432 };
  expect(evaluate(state, flow).verdict).toBe("allow");
  updateState(state, { upsert: [policy(80)] });
  expect(evaluate(state, flow).verdict).toBe("deny");
  expect(allows(state, { ...flow, port: 80 })).toBe(true);
  askMany(state);
  updateState(state, { remove: [{ kind: "Pod", namespace: "shop", name: "pod-1" }] });
  expect(() => evaluate(state, flow)).toThrow("shop/pod-1");
});

it("columns that were handed out do not end by single calls, whether these came before or not", () => {
  for (const before of [false, true]) {
    const state = load();
    if (before) askMany(state);
    const columns = state.columns(3);
    askMany(state);
    updateState(state, { upsert: [policy(80)] });
    const ended = columns.from.length === 0;
    askMany(state);
    expect(columns.from.length === 0).toBe(ended);
  }
});
