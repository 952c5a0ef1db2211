/** Matrices of states that did not come straight from loadState. */
import { describe, expect, it } from "vitest";
import {
  attachState,
  loadSnapshot,
  loadState,
  matrix,
  portSets,
  shareState,
  snapshot,
  updateState,
} from "../../bindings/inline.ts";
import { namespace, pod, policy } from "../docs/objects.ts";
import { generateCase } from "../fuzz/generate.ts";
import { clusters, endOf, type State, verdictOf } from "./pairs.ts";

/** All that a state's matrix and port sets say. */
async function pictureOf(state: State) {
  const reach = matrix(state, { port: 80 });
  const { names, counts, exceptions } = reach;
  const parts = [];
  for await (const part of portSets(state)) {
    const sets = [...part.ports].map((number) => part.portSet(number));
    parts.push({
      from: part.from,
      to: part.to,
      sets,
      exceptions: [...part.exceptions],
    });
  }
  return { names, counts, exceptions, bits: reach.expand(), open: reach.expand({ verdict: "undetermined" }), parts };
}

describe("a state from a snapshot, and one that is attached,", () => {
  it("have the matrices and port sets of the state that they came from", async () => {
    for (const state of clusters(34, 25)) {
      const expected = await pictureOf(state);
      expect(await pictureOf(loadSnapshot(snapshot(state)))).toEqual(expected);
      expect(await pictureOf(attachState(shareState(state)))).toEqual(expected);
    }
  });
});

describe("after updates", () => {
  it("a new matrix agrees with evaluate, without the pods that are gone", () => {
    let compared = 0;
    for (let index = 0; index < 25; index++) {
      const { objects, options } = generateCase(35, index);
      if (objects.length > 60) continue;
      const state = loadState(objects, options);
      matrix(state, { port: 80 });
      // Every third object goes, and half of those come again.
      const gone = objects.filter((_, i) => i % 3 === 0);
      updateState(state, { remove: gone });
      const without = matrix(state, { port: 80 });
      expect(without.size).toBe(state.counts.pods + state.counts.workloadPods);
      updateState(state, { upsert: gone.filter((_, i) => i % 2 === 0) });
      const reach = matrix(state, { port: 80 });
      for (const from of reach.names) {
        for (const to of reach.names) {
          const expected = verdictOf(state, { from: endOf(from), to: endOf(to), port: 80 });
          if (reach.verdict(from, to) !== expected) expect({ index, from, to }).toBe(expected);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(300);
  });

  it("an old matrix stays what it was", () => {
    const open = [namespace("a"), pod("a/one", { ips: ["10.0.0.1"] }), pod("a/two", { ips: ["10.0.0.2"] })];
    const state = loadState(open);
    const before = matrix(state, { port: 80 });
    updateState(state, { upsert: [policy("a/closed", { podSelector: {}, policyTypes: ["Ingress"] })] });
    updateState(state, { remove: [{ kind: "Pod", namespace: "a", name: "two" }] });
    expect(before.verdict("a/one", "a/two")).toBe("allow");
    expect(before.counts.allowed).toBe(4);
    expect(before.expand()[0]).toBe(0b11);
    const after = matrix(state, { port: 80 });
    expect(after.names).toEqual(["a/one"]);
  });
});
