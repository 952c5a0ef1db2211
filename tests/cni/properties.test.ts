/** Plugins over random clusters: those that do as the specification says agree with the verdict, and none fails on any flow. */
import { describe, expect, it } from "vitest";
import { evaluate, loadState, NetverdictError } from "../../bindings/inline.ts";
import { cniNames } from "../../sdk/cni/profiles.ts";
import { samples } from "../properties/clusters.ts";

describe("enforced", () => {
  it("is an answer on every flow that has a verdict", { timeout: 300_000 }, () => {
    const seen = new Map<string, number>();
    let index = 0;
    for (const { objects, options, flows, seed } of samples(60)) {
      const names = cniNames();
      const cni = names[index++ % names.length]!;
      const plain = loadState(objects, options);
      const state = loadState(objects, { ...options, cni });
      for (const flow of flows.slice(0, 20)) {
        const told = decisionOf(state, flow);
        const { enforced, ...decision } = told ?? {};
        expect(decision, `${seed} ${JSON.stringify(flow)}`).toEqual(decisionOf(plain, flow) ?? {});
        if (told === undefined || enforced === undefined) continue;
        const { verdict, facts } = enforced;
        const key = `${cni} ${told.verdict} ${verdict}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        if (cni === "flannel") expect(verdict).toBe("allow");
        const meant = told.verdict === "undetermined" ? "unknown" : told.verdict;
        const areTiersOthers = facts.some(
          ({ topic, bearing }) => (topic === "own-policies" || topic === "limits") && bearing !== "agrees",
        );
        if ((cni === "calico" || cni === "canal") && !areTiersOthers) expect(verdict).toBe(meant);
        // Whatever differs from the policies' meaning is named.
        if (verdict !== meant)
          expect(
            facts.some(({ bearing }) => bearing !== "agrees"),
            `${seed} ${key}`,
          ).toBe(true);
        for (const { bearing, verdicts } of facts) expect(verdicts === undefined).toBe(bearing === "agrees");
      }
    }
    expect([...seen.keys()].filter((key) => /deny allow|allow deny|unknown/.test(key)).length).toBeGreaterThan(8);
  });
});

function decisionOf(...[state, flow]: Parameters<typeof evaluate>): ReturnType<typeof evaluate> | undefined {
  try {
    return evaluate(state, flow);
  } catch (error) {
    if (error instanceof NetverdictError) return undefined;
    throw error;
  }
}
