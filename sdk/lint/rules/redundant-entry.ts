import { Containment, coversPort, ONLY_TODAY } from "../containment.ts";
import type { LintRule } from "../types.ts";

export const redundantEntry: LintRule = {
  id: "redundant-entry",
  severity: "info",
  title: "a peer or a port of a rule that another entry of the same rule includes",
  help: "remove it, or the wider one if that lets in more than is meant",
  silent: `${ONLY_TODAY}; for rules of cluster-wide policies`,
  *run(context) {
    const containment = new Containment(context.full.namespaces.list);
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      const { peers, ports } = rule.rule;
      for (const [index, by] of included(peers, (wide, narrow) => containment.peer(wide, narrow))) {
        yield context.atPeer(
          rule,
          index,
          `entry ${by + 1} of this list includes whomever this one, entry ${index + 1}, does`,
        );
      }
      for (const [index, by] of included(ports, coversPort)) {
        yield context.atPort(
          rule,
          index,
          `entry ${by + 1} of this list includes every port of this one, entry ${index + 1}`,
        );
      }
    }
  },
};

/** Entries that others include, each with the other one's place; of two alike the later one. */
function included<T>(entries: readonly T[], covers: (wide: T, narrow: T) => boolean): [number, number][] {
  const dropped = new Map<number, number>();
  for (let i = entries.length - 1; i >= 0; i--) {
    const by = entries.findIndex((wide, j) => j !== i && !dropped.has(j) && covers(wide, entries[i] as T));
    if (by >= 0) dropped.set(i, by);
  }
  return [...dropped].reverse();
}
