import { isPodsPeer } from "../context.ts";
import type { LintRule } from "../types.ts";

/** How many times as many pods the two entries must match as both together. */
const FAR_MORE = 3;

export const splitPeer: LintRule = {
  id: "split-peer",
  severity: "warning",
  title: "two peers, of namespaces and of pods, where one with both selectors is probably meant",
  help: "put both selectors into one entry (one `-`): both must hold then; two entries let in whatever either matches",
  silent: "where both together match no pod, or nearly as many as either alone",
  *run(context) {
    for (const rule of context.rules()) {
      for (let i = 0; i + 1 < rule.rule.peers.length; i++) {
        const [first, second] = [rule.rule.peers[i], rule.rule.peers[i + 1]];
        if (first === undefined || second === undefined || !isPodsPeer(first) || !isPodsPeer(second)) continue;
        const byNamespace = [first, second].find(
          ({ namespace, podSelector }) =>
            typeof namespace !== "number" && namespace.length > 0 && podSelector.length === 0,
        );
        const byPods = [first, second].find(
          ({ namespace, podSelector }) => typeof namespace === "number" && podSelector.length > 0,
        );
        if (byNamespace === undefined || byPods === undefined) continue;
        const wide = context.matched(rule, byNamespace === first ? i : i + 1);
        const own = context.matched(rule, byPods === first ? i : i + 1);
        // The two-in-one entry, asked of the pods that the namespaces' entry matches.
        const both = wide.filter(({ labels }) =>
          byPods.podSelector.every(
            ({ key, operator, values }) => operator === "In" && values.includes(labels[key] ?? ""),
          ),
        );
        if (both.length === 0 || wide.length + own.length < both.length * FAR_MORE) continue;
        yield context.atPeer(
          rule,
          i,
          `these two entries match ${wide.length} and ${own.length} pods, one with both selectors would match ${both.length}`,
        );
      }
    }
  },
};
