import { expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";

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
