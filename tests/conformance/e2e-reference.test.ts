import { describe, expect, it } from "vitest";
import { referenceVerdict } from "../reference/evaluate.ts";
import { e2eStates } from "./e2e.ts";

const states = e2eStates();

describe("the reference evaluator agrees with the Kubernetes e2e tests", () => {
  it("has every state and every pair", () => {
    expect(states.length).toBe(58);
    expect(states.flatMap(({ expectations }) => expectations).length).toBe(4680);
  });

  for (const { name, objects, expectations } of states) {
    it(name, () => {
      const cluster = { objects };
      const wrong = expectations.filter(({ flow, verdict }) => {
        const answer = referenceVerdict(cluster, flow);
        return !("verdict" in answer) || answer.verdict !== verdict;
      });
      expect(wrong).toEqual([]);
    });
  }
});
