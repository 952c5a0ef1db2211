import { describe, expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";
import { clusterNetworkPolicyStates } from "./cluster-network-policy.ts";

describe("verdicts agree with the conformance tests of ClusterNetworkPolicy", () => {
  let probes = 0;
  for (const { name, objects, expectations } of clusterNetworkPolicyStates()) {
    it(name, () => {
      const state = loadState(objects);
      const wrong = expectations.filter(({ flow, verdict }) => evaluate(state, flow).verdict !== verdict);
      expect(wrong).toEqual([]);
      probes += expectations.length;
    });
  }

  it("all of their probes", () => {
    expect(probes).toBe(301);
  });
});
