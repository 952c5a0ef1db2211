import { isPodsPeer } from "../context.ts";
import type { LintRule } from "../types.ts";

export const joinedPeer: LintRule = {
  id: "joined-peer",
  severity: "warning",
  title: "a peer with both selectors that matches nobody, though each alone would match",
  help: "write two entries (two `-`) if either is enough, or mend the labels",
  silent:
    "where no pod at all has the labels, or the namespaces have no pods in the bundle; where pods match that have finished, are on the host network, or are of a workload that is scaled to zero",
  *run(context) {
    for (const rule of context.rules()) {
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (!isPodsPeer(peer) || typeof peer.namespace === "number") continue;
        if (peer.namespace.length === 0 || peer.podSelector.length === 0 || context.matched(rule, index).length > 0)
          continue;
        if (context.absentMatched(rule, index).length + context.meantMatched(rule, index).length > 0) continue;
        const labelled = context.pods.find(({ labels }) =>
          peer.podSelector.every(
            ({ key, operator, values }) => operator === "In" && values.includes(labels[key] ?? ""),
          ),
        );
        const inside = context.pods.find(({ namespace }) => {
          const found = context.full.namespaces.list.find(({ name }) => name === namespace);
          return (
            typeof peer.namespace !== "number" &&
            peer.namespace.every(
              ({ key, operator, values }) => operator === "In" && values.includes(found?.labels[key] ?? ""),
            )
          );
        });
        if (labelled === undefined || inside === undefined) continue;
        yield context.atPeer(
          rule,
          index,
          `both selectors together match no pod; \`${labelled.display}\` has the labels, \`${inside.display}\` is in such a namespace`,
        );
      }
    }
  },
};
