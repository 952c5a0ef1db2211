import { describe, expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";
import { e2eStates } from "./e2e.ts";

describe("verdicts agree with the Kubernetes e2e tests", () => {
  for (const { name, objects, expectations } of e2eStates()) {
    it(name, () => {
      const state = loadState(objects);
      const wrong = expectations.filter(({ flow, verdict }) => evaluate(state, flow).verdict !== verdict);
      expect(wrong).toEqual([]);
    });
  }
});
