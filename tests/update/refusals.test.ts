import { describe, expect, it } from "vitest";
import {
  evaluate,
  evaluateBatch,
  type Issue,
  loadSnapshot,
  loadState,
  NetverdictError,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { internalsOf, type State } from "../../sdk/state.ts";
import { namespace, node, pod, policy, workload } from "../docs/objects.ts";
import { answerOf, indexOf, summaryOf } from "./equal-state.ts";
import { closed, load, SHOP, TO_DB, WEB, web } from "./shop.ts";

/** The issues of an update that must change nothing. */
function issuesOf(state: State, update: unknown): readonly Issue[] {
  const before = [summaryOf(state), answerOf(state, TO_DB)];
  try {
    updateState(state, update as object);
  } catch (error) {
    if (!(error instanceof NetverdictError)) throw error;
    expect([summaryOf(state), answerOf(state, TO_DB)]).toEqual(before);
    return error.issues;
  }
  throw new Error("the update was accepted");
}

const codesOf = (issues: readonly Issue[]): string[] => issues.map(({ code }) => code);

describe("an update changes all or nothing", () => {
  it("every problem is reported at once, each where it stands", () => {
    const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: open, namespace: shop }
spec: { podSelector: {}, ingress: [{ form: [] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: Web, namespace: shop }
`;
    const issues = issuesOf(load(), {
      upsert: [{ file: "change.yaml", text }, pod("shop/cache", { ips: ["10.0.0.2"] })],
      remove: [{ kind: "Pod", namespace: "shop", name: "nobody" }],
    });
    expect(codesOf(issues)).toEqual(["unknown-object", "unknown-field", "invalid-name", "duplicate-address"]);
    expect(issues[0]?.path).toEqual(["remove", 0]);
    expect(issues[0]?.object).toEqual({ kind: "Pod", namespace: "shop", name: "nobody" });
    expect(issues[1]?.source).toMatchObject({ file: "change.yaml", line: 4 });
    expect(issues[2]?.source).toMatchObject({ file: "change.yaml", line: 8 });
  });

  it("an object twice in one call", () => {
    expect(codesOf(issuesOf(load(), { upsert: [closed, closed] }))).toEqual(["duplicate-object"]);
  });

  it("an address that a loaded pod, another new pod or a node has", () => {
    const cache = pod("shop/cache", { ips: ["10.0.0.1"] });
    expect(codesOf(issuesOf(load(), { upsert: [cache] }))).toEqual(["duplicate-address"]);
    const twins = [pod("shop/a", { ips: ["10.0.0.9"] }), pod("shop/b", { ips: ["10.0.0.9"] })];
    expect(codesOf(issuesOf(load(), { upsert: twins }))).toEqual(["duplicate-address"]);
    expect(codesOf(issuesOf(load(), { upsert: [node("n1", ["10.0.0.1"])] }))).toEqual(["duplicate-address"]);
    const host = pod("shop/agent", { node: "n1", hostIP: "10.0.0.1", ips: ["10.0.0.7"] });
    expect(codesOf(issuesOf(load(), { upsert: [host] }))).toEqual(["duplicate-address"]);
    expect(
      codesOf(issuesOf(load(node("n1", ["192.0.2.1"])), { upsert: [pod("shop/a", { ips: ["192.0.2.1"] })] })),
    ).toEqual(["duplicate-address"]);
  });

  it("an address that its owner keeps in the same call", () => {
    const same = pod("shop/web", { labels: { app: "new" }, ips: ["10.0.0.1"] });
    const cache = pod("shop/cache", { ips: ["10.0.0.1"] });
    expect(codesOf(issuesOf(load(), { upsert: [same, cache] }))).toEqual(["duplicate-address"]);
  });

  it("a removal of what is not loaded, or of the same twice", () => {
    expect(codesOf(issuesOf(load(), { remove: [{ ...WEB, namespace: "bank" }] }))).toEqual(["unknown-object"]);
    expect(codesOf(issuesOf(load(), { remove: [WEB, WEB] }))).toEqual(["unknown-object"]);
    expect(codesOf(issuesOf(load(), { remove: [{ kind: "Gateway", name: "g" }] }))).toEqual(["unknown-object"]);
    expect(
      codesOf(issuesOf(load(), { remove: [{ apiVersion: "apps/v1", kind: "Pod", namespace: "shop", name: "web" }] })),
    ).toEqual(["unknown-object"]);
  });

  it("a removal of a policy of the tiers, which is named without a namespace", () => {
    const named = { kind: "ClusterNetworkPolicy", name: "nobody" };
    expect(issuesOf(load(), { remove: { ...named, namespace: "shop" } })).toMatchObject([
      { code: "unknown-object", object: named },
    ]);
    expect(issuesOf(load(), { remove: named })[0]?.object).toEqual(named);
  });

  it.each([
    [42],
    [null],
    [{ upserts: [] }],
    [{ remove: "shop/web" }],
    [{ remove: { name: "web" } }],
    [{ remove: [42] }],
    [{ remove: [{ kind: "Pod" }] }],
    [{ remove: [{ name: "web" }] }],
    [{ remove: [{ kind: "Pod", namspace: "shop", name: "web" }] }],
    [{ remove: [{ kind: "Pod", namespace: 1, name: "web" }] }],
    [{ remove: [{ apiVersion: 1, kind: "Pod", name: "web" }] }],
    [{ upsert: 42 }],
  ])("what is no update: %j", (update) => {
    expect(codesOf(issuesOf(load(), update))).toEqual(["invalid-input"]);
  });

  it("a state from a snapshot, which has no objects", () => {
    const state = loadSnapshot(snapshot(load()));
    expect(codesOf(issuesOf(state, { remove: [WEB] }))).toEqual(["needs-full-state"]);
  });

  it("the state changed by what the update is read from", () => {
    // One that is made anew, and one that is made in place.
    for (const inner of [node("n1", ["192.0.2.1"]), policy("shop/other", { podSelector: {} })]) {
      const state = load();
      function* changes(): Generator<object> {
        yield closed;
        updateState(state, { upsert: [inner] });
      }
      expect(() => updateState(state, { upsert: changes() })).toThrow("state-changed");
      expect(summaryOf(state)).toEqual(summaryOf(load(inner)));
      updateState(state, { upsert: closed });
      expect(answerOf(state, TO_DB)).toEqual(answerOf(load(inner, closed), TO_DB));
    }
  });

  it("a limit that only the whole result passes", () => {
    const state = load();
    const many = workload("shop/StatefulSet/many", {}, { replicas: 10_001 });
    expect(codesOf(issuesOf(state, { upsert: [many], remove: [WEB] }))).toEqual(["limit-exceeded"]);
  });
});

describe("stale handles", () => {
  const batch = (state: State, ...ends: [number, number]) =>
    evaluateBatch(state, {
      from: Uint32Array.of(ends[0]),
      to: Uint32Array.of(ends[1]),
      port: Uint16Array.of(80),
      protocol: Uint8Array.of(6),
    })[0];

  it("a removed pod's index is refused for ever, and never given to another pod", () => {
    const state = load(closed);
    const [gone, kept] = [indexOf(state, "shop/web"), indexOf(state, "shop/db")];
    updateState(state, { remove: [WEB] });
    for (const stage of ["after the removal", "after a rebuild", "after it came again"]) {
      expect(() => batch(state, gone, kept), stage).toThrow(NetverdictError);
      expect(() => batch(state, kept, gone), stage).toThrow(NetverdictError);
      expect(batch(state, kept, kept), stage).toBe(1);
      if (stage === "after the removal") updateState(state, { upsert: [namespace("shop", { new: "label" })] });
      if (stage === "after a rebuild") updateState(state, { upsert: [web, pod("shop/other", { ips: ["10.0.0.4"] })] });
    }
    expect(internalsOf(state).full?.ledger?.rebuilds).toBe(1);
    expect(indexOf(state, "shop/db")).toBe(kept);
    expect([indexOf(state, "shop/web"), indexOf(state, "shop/other")]).not.toContain(gone);
  });

  it("the index of the last pod is not given again after a rebuild either", () => {
    const state = load();
    const last = Math.max(indexOf(state, "shop/web"), indexOf(state, "shop/db"));
    const name = last === indexOf(state, "shop/web") ? "web" : "db";
    updateState(state, { remove: [{ ...WEB, name }] });
    updateState(state, { upsert: [namespace("shop", { new: "label" })] });
    updateState(state, { upsert: [pod("shop/heir", { ips: ["10.0.0.4"] })] });
    expect(indexOf(state, "shop/heir")).toBeGreaterThan(last);
  });

  it("a pod that was removed and loaded again in one call is another pod", () => {
    const state = load();
    const before = indexOf(state, "shop/web");
    updateState(state, { upsert: [web], remove: [WEB] });
    expect(() => batch(state, before, before)).toThrow(NetverdictError);
    expect(batch(state, indexOf(state, "shop/web"), indexOf(state, "shop/db"))).toBe(1);
  });

  it("a pod that finishes gives its index up", () => {
    const state = load();
    const before = indexOf(state, "shop/web");
    updateState(state, { upsert: [pod("shop/web", { phase: "Failed" })] });
    expect(() => batch(state, before, before)).toThrow(NetverdictError);
    expect(() => indexOf(state, "shop/web")).toThrow(NetverdictError);
  });
});

describe("views after memory growth", () => {
  /** Columns of one flow from web to db. */
  function columnsOf(state: State) {
    const columns = state.columns(1);
    columns.from[0] = indexOf(state, "shop/web");
    columns.to[0] = indexOf(state, "shop/db");
    columns.port[0] = 80;
    columns.protocol[0] = 6;
    const { from, to, port, protocol, out } = columns;
    return { columns: { from, to, port, protocol }, out };
  }

  function ended(run: () => unknown): void {
    expect(run).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ code: "invalid-flow", path: ["from"] })] }),
    );
  }

  it("columns end with a rebuild, and a batch over them is refused", () => {
    const state = load(closed);
    const { columns, out } = columnsOf(state);
    expect(evaluateBatch(state, columns, out)[0]).toBe(0);
    updateState(state, { upsert: [namespace("shop", { new: "label" })] });
    expect(columns.from.length).toBe(0);
    ended(() => evaluateBatch(state, columns, out));
    const again = columnsOf(state);
    expect(evaluateBatch(state, again.columns, again.out)[0]).toBe(0);
  });

  it("columns end when changes make the memory grow, and a batch over them is refused", () => {
    const state = load(closed);
    const { columns, out } = columnsOf(state);
    let added = 0;
    while (columns.from.length > 0) {
      const name = `late-${added++}`;
      updateState(state, {
        upsert: [pod(`shop/${name}`, { labels: { [name]: name }, ips: [`10.1.${added >> 8}.${added & 255}`] })],
      });
    }
    expect(internalsOf(state).full?.ledger?.rebuilds).toBe(0);
    ended(() => evaluateBatch(state, columns, out));
  });

  it("empty columns of the caller's own are as good as ever", () => {
    const none = {
      from: new Uint32Array(),
      to: new Uint32Array(),
      port: new Uint16Array(),
      protocol: new Uint8Array(),
    };
    expect(evaluateBatch(load(), none).length).toBe(0);
  });
});

describe("where objects stand", () => {
  const odd = (name: string, cidr: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: {}
  ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }]
`;
  const linesOf = (state: State) =>
    state.caveats
      .filter(({ code }) => code === "ambiguous-cidr")
      .map(({ source, message }) => [source?.file, source?.line, /`(.*?)`/.exec(message)?.[1]]);

  it("what reading said of a policy follows its text, and goes with the policy", () => {
    const state = loadState([SHOP, web, { file: "a.yaml", text: odd("one", "10.0.0.1/8") }]);
    expect(linesOf(state)).toEqual([["a.yaml", 6, "10.0.0.1/8"]]);
    updateState(state, { upsert: { file: "b.yaml", text: `# moved\n${odd("one", "10.0.0.1/8")}` } });
    expect(linesOf(state)).toEqual([["b.yaml", 7, "10.0.0.1/8"]]);
    updateState(state, { upsert: { file: "c.yaml", text: odd("two", "10.0.0.2/8") } });
    expect(linesOf(state).map(([file]) => file)).toEqual(["b.yaml", "c.yaml"]);
    updateState(state, { upsert: { file: "d.yaml", text: odd("one", "10.0.0.0/8") } });
    expect(linesOf(state).map(([file]) => file)).toEqual(["c.yaml"]);
    updateState(state, { remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "two" }] });
    expect(linesOf(state)).toEqual([]);
  });

  it("objects that the state is made of are those of their last text", () => {
    const state = loadState([{ file: "a.yaml", text: odd("one", "10.0.0.0/8") }]);
    const lineOf = () => internalsOf(state).full?.objects.networkPolicies[0]?.origin.locate(["spec", "podSelector"]);
    expect(lineOf()).toMatchObject({ file: "a.yaml", line: 5 });
    updateState(state, { upsert: { file: "b.yaml", text: `# moved\n${odd("one", "10.0.0.0/8")}` } });
    expect(lineOf()).toMatchObject({ file: "b.yaml", line: 6 });
  });
});

describe("a core that fails in the middle", () => {
  /** Makes the next call of the builder's method fail, as a trap would. */
  function failAt(state: State, method: "setEndpoint" | "addPolicy" | "removePolicy"): void {
    const { builder } = internalsOf(state).full!;
    Object.assign(builder, {
      [method]: () =>
        builder.engine.call(() => {
          throw new Error("unreachable");
        }),
    });
  }

  const update = { upsert: [closed, pod("shop/web", { labels: { app: "new" }, ips: ["10.0.0.1"] })] };

  it("is replaced by one that has all of the changes", () => {
    for (const method of ["setEndpoint", "addPolicy"] as const) {
      const state = load();
      const index = indexOf(state, "shop/web");
      failAt(state, method);
      updateState(state, update);
      expect(internalsOf(state).full?.ledger).toMatchObject({ rebuilds: 1, failures: 1 });
      expect(evaluate(state, TO_DB).verdict).toBe("deny");
      expect(indexOf(state, "shop/web")).toBe(index);
    }
  });

  it("is replaced by one that has none of them where they cannot be built", () => {
    const state = load(closed);
    const runtime = internalsOf(state).full!.runtime;
    let builds = 0;
    Object.assign(internalsOf(state).full!, {
      runtime: {
        ...runtime,
        module: () => {
          if (builds++ === 0) throw new NetverdictError([{ code: "limit-exceeded", message: "too much", path: [] }]);
          return runtime.module();
        },
      },
    });
    failAt(state, "removePolicy");
    const changes = { remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "closed" }, WEB] };
    expect(codesOf(issuesOf(state, changes))).toEqual(["limit-exceeded"]);
    expect(evaluate(state, TO_DB).verdict).toBe("deny");
    updateState(state, changes);
    expect(state.counts.pods).toBe(1);
  });

  it("leaves a state that answers nothing where none can be built", () => {
    const state = load(closed);
    Object.assign(internalsOf(state).full!, {
      runtime: {
        ...internalsOf(state).full!.runtime,
        module: () => {
          throw new NetverdictError([{ code: "limit-exceeded", message: "too much", path: [] }]);
        },
      },
    });
    failAt(state, "removePolicy");
    const changes = { remove: [{ kind: "NetworkPolicy", namespace: "shop", name: "closed" }] };
    expect(() => updateState(state, changes)).toThrow(NetverdictError);
    expect(() => evaluate(state, TO_DB)).toThrow(expect.objectContaining({ code: "poisoned-state" }));
    expect(() => updateState(state, changes)).toThrow(expect.objectContaining({ code: "poisoned-state" }));
    // Nothing wakes it again, however much has gathered in it.
    const { builder } = internalsOf(state).full!;
    Object.defineProperty(builder, "isWasteful", { value: true });
    const future = { ...TO_DB, from: { namespace: "shop", labels: {} } };
    expect(() => evaluate(state, future)).toThrow(expect.objectContaining({ code: "poisoned-state" }));
  });
});

describe("what changes leave behind", () => {
  it("is thrown away when there is much of it", () => {
    const labels = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`key-${i}`, "value"]));
    // Labels that no policy names would not be kept at all.
    const state = load(closed, policy("shop/names-them", { podSelector: { matchLabels: labels } }));
    const index = indexOf(state, "shop/db");
    const relabelled = (i: number) => pod("shop/web", { labels: { ...labels, turn: `t${i}` }, ips: ["10.0.0.1"] });
    let turns = 0;
    for (; turns < 1_000 && internalsOf(state).full?.ledger?.rebuilds !== 1; turns++) {
      updateState(state, { upsert: [relabelled(turns)] });
    }
    expect(turns).toBeGreaterThan(50);
    expect(internalsOf(state).full?.ledger?.rebuilds).toBe(1);
    expect(internalsOf(state).full?.builder.isWasteful).toBe(false);
    expect(indexOf(state, "shop/db")).toBe(index);
    expect(evaluate(state, TO_DB).verdict).toBe("deny");
  });
});
