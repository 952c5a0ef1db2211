import { describe, expect, it, vi } from "vitest";
import {
  allows,
  evaluate,
  explain,
  loadState,
  NetverdictError,
  type State,
  selectingPolicies,
  updateState,
  type Verdict,
} from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";

const APPS = 40;

/** Many pods and policies whose rows differ, so that every pod that is new to the state changes most of them. */
function cluster(): object[] {
  const objects: object[] = [];
  for (let i = 0; i < 700; i++) {
    objects.push({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `p${i}`, namespace: `n${i % 10}`, labels: { app: `a${i % APPS}`, role: `r${i % 7}` } },
      status: { podIP: `10.0.${i >> 8}.${i & 255}` },
    });
  }
  for (let i = 0; i < 400; i++) {
    const others = [`a${i % APPS}`, `a${(i * 7) % APPS}`, `a${(i * 11 + 3) % APPS}`];
    const peers = [
      { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: others }] } },
      {
        namespaceSelector: { matchLabels: { team: `t${i % 5}` } },
        podSelector: { matchLabels: { role: `r${i % 9}` } },
      },
      {
        namespaceSelector: {},
        podSelector: { matchExpressions: [{ key: "role", operator: "In", values: [`r${i % 9}`] }] },
      },
    ];
    objects.push({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: `p${i}`, namespace: `n${i % 10}` },
      spec: {
        podSelector: { matchLabels: { app: `a${i % APPS}` } },
        ingress: [{ from: [peers[Math.floor(i / 7) % 3]], ports: [{ port: 80 + Math.floor(i / APPS) }] }],
      },
    });
  }
  return objects;
}

it("a state answers about thousands of pods that do not exist yet, the last as rightly as the first", () => {
  const objects = cluster();
  const state = loadState(objects);
  const ask = (loaded: typeof state, i: number): string => {
    const from = { namespace: `future-${i}`, labels: { app: `a${i % (APPS + 3)}`, role: `r${i % 9}` } };
    return evaluate(loaded, { from, to: `n${i % 10}/p${i % 700}`, port: 80 + (i % 10) }).verdict;
  };
  const verdicts = Array.from({ length: 4_000 }, (_, i) => ask(state, i));
  expect(new Set(verdicts)).toEqual(new Set(["allow", "deny", "undetermined"]));
  for (const i of [0, 1, 1_999, 2_000, 3_997, 3_998, 3_999]) expect(verdicts[i]).toBe(ask(loadState(objects), i));
});

describe("pods that flows speak of are let go when they are many", () => {
  const names = Array.from({ length: 300 }, (_, i) => `key-${i}`);
  const labels = Object.fromEntries(names.map((name) => [name, "value"]));
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
    pod("db", "10.0.0.1"),
    pod("web", "10.0.0.2"),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "db", namespace: "shop" },
      spec: {
        podSelector: { matchLabels: { app: "db" } },
        // Labels that no policy names would not be kept at all.
        ingress: [{ from: [{ podSelector: { matchLabels: labels } }] }],
      },
    },
  ];
  function pod(name: string, podIP: string) {
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop", labels: { app: name } },
      status: { podIP },
    };
  }
  /** Every other one has all the labels that are asked for. */
  const future = (i: number) => ({
    namespace: "shop",
    labels: { ...labels, turn: `t${i}`, ...(i % 2 === 1 && { "key-7": "other" }) },
  });
  const flow = (i: number) => ({ from: future(i), to: "shop/db", port: 5432 });

  /** Asks until the state was built anew. */
  function askUntilLetGo(state: State, ask: (i: number) => Verdict): number {
    const internals = internalsOf(state);
    const before = internals.full;
    for (let i = 0; i < 20_000; i++) {
      expect(ask(i)).toBe(i % 2 === 0 ? "allow" : "deny");
      if (internals.full !== before) return i;
    }
    throw new Error("nothing was let go");
  }

  it.each([
    ["evaluate", (state: State, i: number) => evaluate(state, flow(i)).verdict],
    ["allows", (state: State, i: number) => (allows(state, flow(i)) ? "allow" : "deny")],
    ["explain", (state: State, i: number) => explain(state, flow(i), { changes: false }).verdict],
    [
      "selectingPolicies",
      (state: State, i: number) => {
        const app = i % 2 === 0 ? "other" : "db";
        const labelled = { ...future(i), labels: { ...future(i).labels, app } };
        return selectingPolicies(state, labelled).length === 0 ? "allow" : "deny";
      },
    ],
  ] as const)("by %s", (_, ask) => {
    const state = loadState(objects);
    const index = state.podIndex("shop", "db");
    const turns = askUntilLetGo(state, (i) => ask(state, i));
    expect(turns).toBeGreaterThan(100);
    expect(internalsOf(state).added.size).toBeLessThanOrEqual(2);
    expect(state.podIndex("shop", "db")).toBe(index);
    expect(evaluate(state, { from: "shop/web", to: index, port: 5432 }).verdict).toBe("deny");
  });

  it("with two such pods in each flow, and after updates, which keep what they refuse", () => {
    const state = loadState(objects);
    const gone = state.podIndex("shop", "web");
    updateState(state, { remove: [{ kind: "Pod", namespace: "shop", name: "web" }] });
    for (let round = 0; round < 2; round++) {
      askUntilLetGo(
        state,
        (i) => evaluate(state, { ...flow(i), to: { ...future(i), labels: { app: "db", turn: `t${i}` } } }).verdict,
      );
      expect(() => evaluate(state, { from: gone, to: "shop/db", port: 1 })).toThrow(/unknown-pod/);
      updateState(state, { upsert: [pod("web", "10.0.0.3")] });
      expect(state.podIndex("shop", "web")).not.toBe(gone);
      updateState(state, { remove: [{ kind: "Pod", namespace: "shop", name: "web" }] });
    }
  });

  it("unless the state cannot be built anew: then it answers on", () => {
    const state = loadState(objects);
    const { full } = internalsOf(state);
    const module = vi.fn(() => {
      throw new NetverdictError([{ code: "limit-exceeded", message: "too much", path: [] }]);
    });
    Object.assign(full!, { runtime: { ...full!.runtime, module } });
    for (let i = 0; i < 5_000 && module.mock.calls.length === 0; i++) evaluate(state, flow(i));
    expect(module).toHaveBeenCalledOnce();
    expect(evaluate(state, flow(0)).verdict).toBe("allow");
    expect(evaluate(state, flow(99_999)).verdict).toBe("deny");
    expect(module).toHaveBeenCalledOnce();
    expect(internalsOf(state).full).toBe(full);
  });

  it("but not while an update is read, which may ask, and not under a flow that asks as it is read", () => {
    const state = loadState(objects);
    const { full } = internalsOf(state);
    let asked = 0;
    const askMany = (): void => {
      for (const end = asked + 5_000; asked < end; asked++) evaluate(state, flow(asked));
    };
    updateState(state, {
      upsert: (function* () {
        askMany();
        yield pod("new", "10.0.0.9");
      })(),
    });
    // Then at once.
    expect(internalsOf(state).full).not.toBe(full);
    expect(state.podIndex("shop", "new")).toBeGreaterThan(0);

    const now = internalsOf(state).full;
    const asking = (app?: string) => ({
      namespace: "shop",
      get labels() {
        askMany();
        return { ...labels, ...(app !== undefined && { app }) };
      },
    });
    expect(evaluate(state, { from: asking(), to: "shop/db", port: 5432 }).verdict).toBe("allow");
    expect(evaluate(state, { from: future(0), to: asking(), port: 5432 }).verdict).toBe("allow");
    expect(selectingPolicies(state, asking("db"))).toHaveLength(1);
    expect(explain(state, { from: future(0), to: asking("db"), port: 5432 }).verdict).toBe("allow");
    expect(explain(state, { from: future(1), to: asking("db"), port: 5432 }).verdict).toBe("deny");
    expect(internalsOf(state).full).not.toBe(now);
  });
});

describe("a flow between very many pods is refused", () => {
  function daemonSet(name: string, pods: number, net: number): object[] {
    return [
      {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata: { namespace: "shop", name },
        spec: { template: { metadata: { labels: { app: name } }, spec: {} } },
      },
      ...Array.from({ length: pods }, (_, i) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          namespace: "shop",
          name: `${name}-${i}`,
          labels: { app: name },
          ownerReferences: [{ kind: "DaemonSet", name, controller: true }],
        },
        status: { podIP: `10.${net}.${i >> 8}.${i & 255}` },
      })),
    ];
  }
  const between = { from: { workload: "shop/DaemonSet/a" }, to: { workload: "shop/DaemonSet/b" }, port: 80 };
  const load = (a: number, b: number) => loadState([...daemonSet("a", a, 1), ...daemonSet("b", b, 2)]);

  it("by evaluate and allows past 1,000,000 pairs", () => {
    const state = load(1001, 1000);
    const message = /from 1001 to 1000 pods are more than 1000000 pairs/;
    expect(() => evaluate(state, between)).toThrow(message);
    expect(() => allows(state, between)).toThrow(message);
    expect(evaluate(state, { ...between, to: "shop/b-0" }).members).toHaveLength(1001);
  });

  it("by explain past 100,000", () => {
    const state = load(317, 316);
    expect(() => explain(state, between)).toThrow(expect.objectContaining({ code: "limit-exceeded" }));
    expect(evaluate(state, between).verdict).toBe("allow");
    expect(explain(state, { ...between, to: "shop/b-0" }, { changes: false }).pairs).toHaveLength(317);
  });
});
