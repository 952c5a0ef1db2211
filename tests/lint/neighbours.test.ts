/** Whom a look-up gives as neighbours, against a look at all pairs. */
import { describe, expect, it } from "vitest";
import { loadState } from "../../bindings/inline.ts";
import { Containment, type PlacedRule } from "../../sdk/lint/containment.ts";
import { Neighbours } from "../../sdk/lint/neighbours.ts";
import { fullOf, internalsOf } from "../../sdk/state.ts";
import { samples } from "../properties/clusters.ts";

describe("neighbours of a rule", () => {
  it("are all that may have a flow in common with it, and mostly not all that there are", () => {
    let [pairs, given, meeting] = [0, 0, 0];
    for (const { objects, options } of samples(200, 1)) {
      const { model, namespaces } = fullOf(internalsOf(loadState(objects, options)));
      const containment = new Containment(namespaces.list);
      const rules = model.policies.flatMap((policy) => policy.rules.map((rule): PlacedRule => ({ policy, rule })));
      const neighbours = new Neighbours(containment, rules);
      for (const rule of rules) {
        const near = neighbours.of(rule);
        const others = rules.filter((one) => one !== rule && one.rule.direction === rule.rule.direction);
        const meet = others.filter((one) => containment.meets(one, rule));
        expect(meet.filter((one) => !near.includes(one))).toEqual([]);
        expect(near).toEqual(others.filter((one) => near.includes(one)));
        pairs += others.length;
        given += near.length;
        meeting += meet.length;
      }
    }
    expect(meeting).toBeGreaterThan(100);
    expect(given).toBeLessThan(pairs * 0.8);
  });

  it("are the same for a rule that is none of them", () => {
    let meeting = 0;
    for (const { objects, options } of samples(200, 2)) {
      const { model, namespaces } = fullOf(internalsOf(loadState(objects, options)));
      const containment = new Containment(namespaces.list);
      const rules = model.policies.flatMap((policy) => policy.rules.map((rule): PlacedRule => ({ policy, rule })));
      const known = rules.filter((_, i) => i % 2 === 0);
      const neighbours = new Neighbours(containment, known);
      for (const rule of rules.filter((_, i) => i % 2 === 1)) {
        const near = neighbours.of(rule);
        const meet = known.filter((one) => one.rule.direction === rule.rule.direction && containment.meets(one, rule));
        expect(meet.filter((one) => !near.includes(one))).toEqual([]);
        meeting += meet.length;
      }
    }
    expect(meeting).toBeGreaterThan(100);
  });
});
