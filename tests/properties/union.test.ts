import { describe, expect, it } from "vitest";
import { policyRule, policySpec } from "../fuzz/policies.ts";
import { isOrdered } from "../fuzz/tiers/kinds.ts";
import type { NetworkPolicy, PlainObject, PolicyRule } from "../reference/objects.ts";
import { type Answer, answers, isPolicy, openness, type Sample, samples } from "./clusters.ts";

const TIMEOUT = { timeout: 300_000 };

describe("policies only ever add", () => {
  it("isolating pods that were not isolated never opens", TIMEOUT, () => {
    for (const sample of samples(300)) {
      const { world, random, objects } = sample;
      const namespace = random.pick(world.namespaces);
      // No policy of the namespace: none of its pods is isolated. No tier after NetworkPolicy, before which one would open.
      const free = objects.filter((object) =>
        isPolicy(object) ? (object.metadata.namespace || world.defaultNamespace) !== namespace : !isOrdered(object),
      );
      const policy = {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "one", namespace },
      };
      const isolated = [...free, { ...policy, spec: policySpec(world) }];
      expectMoves(sample, free, isolated, (before, after) => after <= before);
    }
  });

  it("another rule never closes", TIMEOUT, () => {
    for (const sample of samples(300)) {
      const { world } = sample;
      changePolicy(sample, (policy, direction, rules) => ({
        ...policy.spec,
        [direction]: [...rules, policyRule(world, direction)],
      }));
    }
  });

  it("another peer or another port in a list never closes", TIMEOUT, () => {
    for (const sample of samples(300)) {
      const { world, random } = sample;
      changePolicy(sample, (policy, direction, rules) => {
        const side = direction === "ingress" ? "from" : "to";
        const more = policyRule(world, direction) as PolicyRule;
        const widened = rules.map((rule) => {
          const lists = random.pick([[side], ["ports"], [side, "ports"]] as const);
          // An empty list is already everything.
          const grown = lists.filter((list) => (rule[list] ?? []).length > 0 && (more[list] ?? []).length > 0);
          return { ...rule, ...Object.fromEntries(grown.map((list) => [list, [...rule[list]!, ...more[list]!]])) };
        });
        return { ...policy.spec, [direction]: widened };
      });
    }
  });
});

type Direction = "ingress" | "egress";

/** Changes one direction of each policy that states it, one by one, and expects no flow to close. */
function changePolicy(
  sample: Sample,
  change: (policy: NetworkPolicy, direction: Direction, rules: readonly PolicyRule[]) => NetworkPolicy["spec"],
): void {
  const { objects, random } = sample;
  const stated = objects.filter(isPolicy).filter((policy) => (policy.spec?.policyTypes ?? []).length > 0);
  if (stated.length === 0) return;
  const policy = random.pick(stated);
  const direction = random.pick(["ingress", "egress"] as const);
  const spec = change(policy, direction, policy.spec?.[direction] ?? []);
  const opened = objects.map((object) => (object === policy ? { ...policy, spec } : object));
  expectMoves(sample, objects, opened, (before, after) => after >= before);
}

function expectMoves(
  sample: Sample,
  before: readonly PlainObject[],
  after: readonly PlainObject[],
  holds: (before: number, after: number) => boolean,
): void {
  const first = answers(before, sample);
  const second = answers(after, sample);
  const wrong = sample.flows
    .map((flow, index) => ({ flow, before: first[index]!, after: second[index]! }))
    .filter((step) => !moves(step.before, step.after, holds));
  expect(wrong, sample.seed).toEqual([]);
}

function moves(before: Answer, after: Answer, holds: (before: number, after: number) => boolean): boolean {
  const [first, second] = [openness(before), openness(after)];
  // Policies don't decide what is an error.
  if (first === undefined || second === undefined) return first === second;
  return holds(first, second);
}
