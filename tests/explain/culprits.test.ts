/** What an explanation names is what is to blame: changed or taken away, the engine answers otherwise. */
import { describe, expect, it } from "vitest";
import { type Explanation, evaluate, explain, loadState } from "../../bindings/inline.ts";
import type { Flow } from "../../sdk/types.ts";
import { e2eStates } from "../conformance/e2e.ts";
import type { NetworkPolicy, PlainObject } from "../reference/objects.ts";

type Direction = "egress" | "ingress";

/** Denied flows that are explained, of each state: they are alike. */
const FLOWS = 12;

describe("denials of the Kubernetes e2e tests", () => {
  for (const { name, objects, expectations } of e2eStates()) {
    const denied = expectations.filter(({ verdict }) => verdict === "deny").map(({ flow }) => flow);
    if (denied.length === 0) continue;
    it(name, () => {
      const state = loadState(objects);
      const step = Math.max(1, Math.floor(denied.length / FLOWS));
      for (const flow of denied.filter((_, i) => i % step === 0)) {
        const explanation = explain(state, flow);
        expect(explanation).toMatchObject(pick(evaluate(state, flow)));
        for (const direction of ["egress", "ingress"] as const) {
          if (explanation[direction].verdict === "deny")
            expectCulprits(objects as PlainObject[], flow, explanation, direction);
        }
        expect(explanation.changes.length).toBeGreaterThan(0);
        for (const { apply, verdict } of explanation.changes) {
          expect(evaluate(loadState([...without(objects as PlainObject[], apply), ...apply]), flow).verdict).toBe(
            verdict,
          );
        }
      }
    });
  }
});

describe("allowed flows", () => {
  it("are denied by the changes that are said to deny them, and allowed by the rules that are named", () => {
    let rules = 0;
    for (const { objects, expectations } of e2eStates()) {
      const state = loadState(objects);
      for (const { flow } of expectations.filter(({ verdict }) => verdict === "allow").slice(0, 2)) {
        const explanation = explain(state, flow);
        expect(explanation).toMatchObject(pick(evaluate(state, flow)));
        for (const { apply, verdict } of explanation.changes) {
          expect(evaluate(loadState([...without(objects as PlainObject[], apply), ...apply]), flow).verdict).toBe(
            verdict,
          );
        }
        for (const direction of ["egress", "ingress"] as const) {
          const { reason, decidedBy } = explanation[direction];
          if (reason !== "rule") continue;
          rules++;
          expect(decidedBy.length).toBeGreaterThan(0);
          // Without these rules, and only without them, the side denies.
          const cut = decidedBy.reduce(
            (all, rule) => edit(all, rule, direction, () => undefined),
            objects as PlainObject[],
          );
          expect(evaluate(loadState(cut), flow)[direction]).toEqual({ verdict: "deny", reason: "no-rule" });
        }
      }
    }
    expect(rules).toBeGreaterThan(20);
  });
});

/** The nearest rule matches once what it missed is no longer asked for; without the policies that isolate, nothing denies. */
function expectCulprits(
  objects: readonly PlainObject[],
  flow: Flow,
  explanation: Explanation,
  direction: Direction,
): void {
  const { isolatedBy, nearMisses, decidedBy } = explanation[direction];
  expect(decidedBy).toEqual([]);
  expect(isolatedBy.length).toBeGreaterThan(0);
  const names = new Set(isolatedBy.map(({ policy }) => `${policy.namespace}/${policy.name}`));
  const free = objects.filter(
    ({ kind, metadata }) => kind !== "NetworkPolicy" || !names.has(`${metadata.namespace}/${metadata.name}`),
  );
  expect(evaluate(loadState(free), flow)[direction]).toEqual({ verdict: "allow", reason: "not-isolated" });
  for (const near of nearMisses) {
    expect(near.misses.length).toBe(near.distance);
    expect(near.distance).toBeGreaterThan(0);
    const mended = edit(objects, near, direction, (rule) => {
      const { from, to, ports, ...rest } = rule as Record<string, unknown>;
      const lists = new Set(near.misses.map(({ path }) => path[3]));
      return {
        ...rest,
        ...(!lists.has("from") && { from }),
        ...(!lists.has("to") && { to }),
        ...(!lists.has("ports") && { ports }),
      };
    });
    expect(evaluate(loadState(mended), flow)[direction]).toEqual({ verdict: "allow", reason: "rule" });
  }
}

/** The objects with one rule changed, or taken out; a policy's types stay what they are. */
function edit(
  objects: readonly PlainObject[],
  {
    policy,
    path,
  }: {
    readonly policy: { readonly namespace?: string; readonly name: string };
    readonly path: readonly (string | number)[];
  },
  direction: Direction,
  change: (rule: object) => object | undefined,
): PlainObject[] {
  return objects.map((object) => {
    const { kind, metadata } = object;
    if (kind !== "NetworkPolicy" || metadata.name !== policy.name || metadata.namespace !== policy.namespace)
      return object;
    const { spec } = object as NetworkPolicy;
    const rules = [...(spec?.[direction] ?? [])] as (object | undefined)[];
    rules[path[2] as number] = change(rules[path[2] as number] ?? {});
    const types = spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
    // A rule that is taken out leaves one that nobody matches, so that the others keep their places.
    const kept = rules.map(
      (rule) => rule ?? { [direction === "egress" ? "to" : "from"]: [{ ipBlock: { cidr: "192.0.2.255/32" } }] },
    );
    return { ...object, spec: { ...spec, policyTypes: types, [direction]: kept } } as PlainObject;
  });
}

function without(objects: readonly PlainObject[], replaced: readonly object[]): PlainObject[] {
  const names = new Set(replaced.map((object) => nameOf(object as PlainObject)));
  return objects.filter((object) => !names.has(nameOf(object)));
}

function nameOf({ kind, metadata }: PlainObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function pick({
  verdict,
  egress,
  ingress,
}: Pick<Explanation, "verdict" | "egress" | "ingress"> | ReturnType<typeof evaluate>): object {
  return { verdict, egress: { ...egress }, ingress: { ...ingress } };
}
