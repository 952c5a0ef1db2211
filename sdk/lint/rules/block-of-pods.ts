import { containsPrefix, formatPrefix, parsePrefix } from "../../address.ts";
import { compareText } from "../order.ts";
import type { LintRule } from "../types.ts";

export const blockOfPods: LintRule = {
  id: "block-of-pods",
  severity: "warning",
  title: "an `ipBlock` inside the range that pods get addresses from",
  help: "select pods by labels: their addresses change, and some CNI plugins match no pods by `ipBlock`",
  silent:
    "where no pod ranges are known (`podCIDRs`, or those of the Nodes); for `networks` of cluster-wide policies, which are defined to match pods",
  *run(context) {
    const { options, objects } = context.full;
    const ranges = [...new Set(options.podCIDRs ?? objects.nodes.flatMap(({ podCIDRs }) => podCIDRs))]
      .sort(compareText)
      .flatMap((text) => parsePrefix(text) ?? []);
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block") continue;
        const { cidr } = peer.block;
        const range = ranges.find((one) => one.family === cidr.family && containsPrefix(one, cidr));
        if (range === undefined) continue;
        yield context.atPeer(rule, index, `${formatPrefix(cidr)} is in the pods' range ${formatPrefix(range)}`);
      }
    }
  },
};
