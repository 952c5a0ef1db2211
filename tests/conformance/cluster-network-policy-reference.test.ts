import { describe, expect, it } from "vitest";
import { referenceVerdict } from "../reference/evaluate.ts";
import { clusterNetworkPolicyStates } from "./cluster-network-policy.ts";

const states = clusterNetworkPolicyStates();

describe("the reference evaluator agrees with the conformance tests of ClusterNetworkPolicy", () => {
  it("has every state and every probe", () => {
    expect(states.length).toBe(96);
    expect(states.flatMap(({ expectations }) => expectations).length).toBe(301);
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
