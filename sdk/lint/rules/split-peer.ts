import { splitPeers } from "../meant-peers.ts";
import type { LintRule } from "../rule.ts";

/** How many times as many pods the two entries must match as both together. */
const FAR_MORE = 3;

export const splitPeer: LintRule = {
  id: "split-peer",
  severity: "warning",
  title: "two peers, of namespaces and of pods, where one with both selectors is probably meant",
  help: "put both selectors into one entry (one `-`): both must hold then; two entries let in whatever either matches",
  silent: "where both together match no pod; where each alone matches some, and both together nearly as many",
  *run(context) {
    for (const rule of context.rules()) {
      for (const { index, namespaces, pods, joined } of splitPeers(rule)) {
        const [wide, own] = [context.matched(rule, namespaces).length, context.matched(rule, pods).length];
        const both = context.asMeant(joined).length;
        // What matches nobody by itself, now or at another time, is not there for its own sake.
        const later = [...context.absentMatched(rule, pods), ...context.meantMatched(rule, pods)];
        const isHalf = own === 0 && later.length === 0;
        if (both === 0 || (!isHalf && wide + own < both * FAR_MORE)) continue;
        yield context.atPeer(
          rule,
          index,
          `these two entries match ${wide} and ${own} pods, one with both selectors would match ${both}`,
        );
      }
    }
  },
};
