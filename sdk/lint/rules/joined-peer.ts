import { inside, labelled } from "../meant-peers.ts";
import { isPodsPeer } from "../policies.ts";
import type { LintRule } from "../rule.ts";

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
        const [alike] = context.asMeant(labelled(peer));
        const [neighbour] = context.asMeant(inside(peer.namespace));
        if (alike === undefined || neighbour === undefined) continue;
        yield context.atPeer(
          rule,
          index,
          `both selectors together match no pod; \`${alike.display}\` has the labels, \`${neighbour.display}\` is in such a namespace`,
        );
      }
    }
  },
};
