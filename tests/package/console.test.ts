/** What `console.log` shows of a state. */
import { inspect } from "node:util";
import { expect, it } from "vitest";
import { loadSnapshot, loadState, snapshot } from "../../bindings/inline.ts";
import { namespace, pod, policy } from "../docs/objects.ts";
import { read } from "./sources.ts";

const loaded = loadState([namespace("shop"), pod("shop/web", {}), policy("shop/deny", { podSelector: {} })]);

it.each([
  ["was loaded", loaded],
  ["came from a snapshot", loadSnapshot(snapshot(loaded))],
])("a state that %s is shown as its counts and its caveats", (_, state) => {
  const { counts, caveats } = state;
  expect(inspect(state)).toBe(`State ${inspect({ counts, caveats })}`);
  expect(inspect(state)).toContain("networkPolicies: 1");
  expect(inspect({ a: [state] }, { compact: false, depth: 9 })).toContain("pods: 1");
});

it("without a member for that in the public type", () => {
  expect(read("dist/index.d.ts")).not.toMatch(/inspect\.custom|INSPECT/);
});
