/** Pods shared out among the policies that isolate them, so that one cause is told once. */
import type { LivePodEntry } from "../model/directory.ts";
import type { Direction } from "../model/model.ts";
import type { LintContext } from "./context.ts";
import { compareReferences } from "./order.ts";
import type { LintPolicy } from "./policies.ts";

export interface Share {
  readonly policy: LintPolicy;
  /** Those that it isolates and no share before has. */
  readonly pods: readonly LivePodEntry[];
  /** The other policies that isolate any of them. */
  readonly others: readonly LintPolicy[];
}

/** The policy that isolates the most of the pods with these, then of those that are left, and so on. */
export function* sharesOf(context: LintContext, pods: readonly LivePodEntry[], direction: Direction): Generator<Share> {
  const left = new Map<LintPolicy, Set<LivePodEntry>>();
  for (const pod of pods) {
    for (const policy of context.isolating(pod, direction)) {
      const own = left.get(policy);
      if (own === undefined) left.set(policy, new Set([pod]));
      else own.add(pod);
    }
  }
  for (;;) {
    const [first] = [...left].sort(([a, own], [b, others]) => others.size - own.size || compare(a, b, direction));
    if (first === undefined) return;
    const [policy, own] = first;
    left.delete(policy);
    const others = [...left.keys()].filter((other) => [...own].some((pod) => left.get(other)?.has(pod)));
    yield { policy, pods: [...own], others: others.sort((a, b) => compareReferences(a.reference, b.reference)) };
    for (const other of others) {
      const rest = left.get(other);
      for (const pod of own) rest?.delete(pod);
      if (rest?.size === 0) left.delete(other);
    }
  }
}

/** One that lets something out, or in, is nearer to what is wanted than one that only denies. */
function compare(a: LintPolicy, b: LintPolicy, direction: Direction): number {
  const rules = ({ policy }: LintPolicy): number => Number(policy.rules.some((rule) => rule.direction === direction));
  return rules(b) - rules(a) || compareReferences(a.reference, b.reference);
}
