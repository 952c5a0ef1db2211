/** Suggested changes of random clusters: applied to the manifests they turn the verdict, and open and cut what they say. */
import { describe, expect, it } from "vitest";
import { type Explanation, evaluate, explain, loadState, matrix, type NetverdictError } from "../../bindings/inline.ts";
import type { Flow, LoadOptions } from "../../sdk/types.ts";
import { samples } from "../properties/clusters.ts";
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
