import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allows, evaluate, loadState } from "../../bindings/inline.ts";
import { EXAMPLES, nameOf, readExpected, readManifests, recipeNames } from "./example.ts";

const index = readFileSync(join(EXAMPLES, "README.md"), "utf8");

describe("the sixteen recipes", () => {
  it("are all there, and numbered", () => {
    const numbers = recipeNames().map((name) => Number(name.slice(0, 2)));
    expect(numbers).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
  });

  describe.each(recipeNames())("%s", (name) => {
    const path = join("recipes", name);
    const { flows } = readExpected(path);
    const [manifest] = readManifests(join(path, "cluster.yaml"));
    const state = loadState([manifest!]);

    it.each(flows.map((expected) => [nameOf(expected), expected] as const))("%s", (_, expected) => {
      const { verdict, egress, ingress } = evaluate(state, expected.flow);
      expect({ verdict, egress: egress.reason, ingress: ingress.reason }).toEqual({
        verdict: expected.verdict,
        egress: expected.egress,
        ingress: expected.ingress,
      });
      expect(allows(state, expected.flow)).toBe(expected.verdict === "allow");
    });

    it("has a flow that passes and one that does not", () => {
      expect(new Set(flows.map(({ verdict }) => verdict))).toEqual(new Set(["allow", "deny"]));
    });

    it("loads without caveats about what it is made of", () => {
      expect(state.caveats).toEqual([]);
    });

    it("begins with what it shows, and stands in the index", () => {
      expect(String(Buffer.from(manifest!.text as Uint8Array))).toMatch(/^# \p{Lu}/u);
      expect(index).toContain(`[${name}](${path}/cluster.yaml)`);
    });
  });
});
