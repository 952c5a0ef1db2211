import { expect, it } from "vitest";
import { evaluate, loadState } from "../../bindings/inline.ts";
import { isOrdered } from "../fuzz/tiers/kinds.ts";
import type { PlainObject, TierPolicy } from "../reference/objects.ts";
import { type Answer, answers, samples } from "./clusters.ts";

/** More ways to order a cluster's tied policies than this are not tried. */
const MOST = 24;

it("tied policies are undetermined where their orders differ, with a caveat, and there only", {
  timeout: 300_000,
}, () => {
  let open = 0;
  for (const sample of samples(600)) {
    const { objects } = sample;
    const orders = allOrders(objects);
    if (orders.length < 2 || orders.length > MOST) continue;
    const tied = answers(objects, sample);
    const state = loadState(objects, sample.options);
    const ordered = orders.map((some) => answers(some, sample));
    const wrong = sample.flows.filter((flow, index) => {
      const each = ordered.map((some) => some[index]!);
      if (!each.every((answer) => isOnePair(answer) && isSettled(answer))) return false;
      const answer = tied[index]!;
      if (!isSettled(answer)) open++;
      const isTold = evaluate(state, flow).caveats.some(({ code }) => code === "equal-priority");
      if (isTold === isSettled(answer)) return true;
      // Side by side, for the same reason.
      return (["egress", "ingress"] as const).some((side) => {
        const verdicts = new Set(each.map((one) => verdictOf(one, side)));
        return verdictOf(answer, side) !== (verdicts.size > 1 ? "undetermined" : [...verdicts][0]);
      });
    });
    expect(wrong, sample.seed).toEqual([]);
  }
  expect(open).toBeGreaterThan(50);
});

function isSettled(answer: Answer): boolean {
  return "verdict" in answer && [answer.egress, answer.ingress].every((side) => !side.startsWith("undetermined"));
}

/** Sides of one pair come with a reason. Of several pairs, one order may decide for all, and then they hang together. */
function isOnePair(answer: Answer): boolean {
  return "verdict" in answer && answer.egress.includes(" ");
}

function verdictOf(answer: Answer, side: "egress" | "ingress"): string | undefined {
  return "verdict" in answer ? answer[side].split(" ")[0] : undefined;
}

/** The cluster with the tied policies of each tier in every order, and no two of one priority. */
function allOrders(objects: readonly PlainObject[]): PlainObject[][] {
  const policies = objects.filter((object): object is TierPolicy => isOrdered(object));
  const tiers = groupBy(policies, ({ kind, spec }) => `${kind} ${spec.tier}`);
  let orders: TierPolicy[][] = [[]];
  for (const tier of tiers.values()) {
    const groups = groupBy(tier, ({ spec }) => spec.priority ?? 0);
    let inTier: TierPolicy[][] = [[]];
    for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
      if (group.length > 4) return [];
      inTier = inTier.flatMap((before) => permutations(group).map((one) => [...before, ...one]));
    }
    orders = orders.flatMap((others) => inTier.map((one) => [...others, ...one.map(withPriority)]));
  }
  const rest = objects.filter((object) => !isOrdered(object));
  return orders.map((some) => [...rest, ...some]);
}

function withPriority(policy: TierPolicy, priority: number): TierPolicy {
  return policy.spec.priority === undefined ? policy : { ...policy, spec: { ...policy.spec, priority } };
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((others) => [item, ...others]));
}
