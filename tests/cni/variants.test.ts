/** States in which a plugin's view is what was loaded: made once, and again when flows have added much to them. */
import { expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";
import { internalsOf } from "../../sdk/state.ts";
import { OBJECTS } from "./support.ts";

it("where a plugin changes nothing, a state to which flows have added much is asked as it is", () => {
  const state = loadState(OBJECTS, { cni: "cilium" });
  const full = internalsOf(state).full!;
  const { networkPolicies } = full.objects;
  let reads = 0;
  // Whoever rewrites the policies reads them.
  Object.defineProperty(full.objects, "networkPolicies", {
    get: () => {
      reads++;
      return networkPolicies;
    },
  });
  const ask = (): number => {
    reads = 0;
    evaluate(state, { from: "shop/web-0", to: "shop/db-0", port: 80 });
    return reads;
  };
  ask();
  const before = ask();
  // Wasteful, and never built anew.
  Object.defineProperty(full.builder, "isWasteful", { value: true });
  Object.assign(full, { compact: () => {} });
  expect(ask()).toBe(before);
});
