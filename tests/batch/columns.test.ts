/** Where columns lie: in the engine's memory, in the caller's, and in neither. */
import { describe, expect, it } from "vitest";
import {
  type BatchColumns,
  evaluate,
  evaluateAll,
  evaluateBatch,
  type Flow,
  loadSnapshot,
  loadState,
  NetverdictError,
  type State,
  snapshot,
} from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { codeOf } from "../docs/objects.ts";

describe("columns of both kinds in one batch", () => {
  const pod = (name: string): object => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "shop", name, labels: { app: name } },
  });
  const closed = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name: "db" },
    spec: { podSelector: { matchLabels: { app: "db" } } },
  };
  const loaded = (): State => loadState([pod("web"), pod("db"), pod("cache"), closed]);
  interface Plain {
    readonly from: Uint32Array;
    readonly to: Uint32Array;
    readonly port: Uint16Array;
    readonly protocol: Uint8Array;
  }
  const own = (count: number): Plain => ({
    from: new Uint32Array(count),
    to: new Uint32Array(count),
    port: new Uint16Array(count),
    protocol: new Uint8Array(count),
  });
  const NAMES = ["from", "to", "port", "protocol"] as const;

  /** Every second flow is to `db`, which is closed. */
  function fill(state: State, columns: Plain): void {
    const [web, db, cache] = ["web", "db", "cache"].map((name) => state.podIndex("shop", name)) as [
      number,
      number,
      number,
    ];
    columns.from.fill(web);
    columns.to.forEach((_, i) => {
      columns.to[i] = i % 2 === 0 ? db : cache;
    });
    columns.port.fill(80);
    columns.protocol.fill(6);
  }

  it.each([2, 48, 49, 20_000])("%i flows are answered from where they lie, in the first batch too", (count) => {
    const expected = Array.from({ length: count }, (_, i) => i % 2);
    for (const from of [loaded, () => loadSnapshot(snapshot(loaded()))]) {
      // Each column, and the codes, in the engine's memory or not.
      for (let mask = 0; mask < 32; mask++) {
        const state = from();
        const views = state.columns(count);
        const arrays = own(count);
        fill(state, views);
        fill(state, arrays);
        const columns = Object.fromEntries(
          NAMES.map((name, i) => [name, (mask >> i) & 1 ? views[name] : arrays[name]]),
        ) as unknown as BatchColumns;
        const codes = evaluateBatch(state, columns, mask & 16 ? views.out : undefined);
        expect([...codes], `mask ${mask}`).toEqual(expected);
      }
    }
  });

  it("columns that end while a batch finds room are refused, not read as zeros", () => {
    const count = 2;
    const state = loaded();
    // Else the pods that do not exist are let go before there are enough of them.
    const refuse = () => {
      throw new NetverdictError([{ code: "limit-exceeded", message: "too much", path: [] }]);
    };
    const { engine, full } = internalsOf(state);
    Object.assign(full ?? {}, { compact: refuse });
    // The memory grows by as much as there is, so that half of it is room for what comes next.
    while (engine.memory.byteLength < 64 << 20) engine.allocate(1 << 16);
    const views = state.columns(count);
    const arrays = own(count);
    fill(state, views);
    fill(state, arrays);
    for (let i = 0; i < 60_000; i++) {
      evaluate(state, { from: "shop/web", to: { namespace: "shop", labels: { app: "new", i: `${i}` } }, port: 80 });
    }
    // The next batch needs more room than was made with the columns, and now there is none but by growing.
    while (engine.memory.byteLength - engine.allocate(0) > 16_384) engine.allocate(8_192);
    expect(views.from.length).toBe(count);
    expect(codeOf(() => evaluateBatch(state, { ...arrays, from: views.from }))).toBe("invalid-flow");
    expect(views.from.length).toBe(0);
    expect(evaluateBatch(state, arrays).every((verdict, i) => verdict === i % 2)).toBe(true);
  });
});

describe("what is no batch", () => {
  it.each([
    ["nothing", undefined],
    ["no port", { from: new Uint32Array(1), to: new Uint32Array(1), protocol: new Uint8Array(1) }],
  ])("%s is an invalid flow", (_, columns) => {
    const state = loadState([]);
    expect(codeOf(() => evaluateBatch(state, columns as unknown as BatchColumns))).toBe("invalid-flow");
  });

  it("what is no state, and flows that cannot be gone through, are told of before the first is asked for", () => {
    expect(codeOf(() => evaluateAll(loadState([]), 5 as unknown as Flow[]))).toBe("invalid-flow");
    expect(codeOf(() => evaluateAll({} as State, []))).toBe("invalid-input");
  });

  it("names that are none are no pod's, in a state from a snapshot too", () => {
    const state = loadSnapshot(snapshot(loadState([])));
    expect(codeOf(() => (state.podIndex as (namespace: string) => number)("shop"))).toBe("unknown-pod");
  });
});
