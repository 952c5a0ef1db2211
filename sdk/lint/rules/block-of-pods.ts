import { containsPrefix, formatPrefix } from "../../address.ts";
import type { Prefix } from "../../read/objects.ts";
import { podRanges } from "../pod-ranges.ts";
import { rangeOf, withoutPrefixes } from "../regions/addresses.ts";
import type { LintRule } from "../rule.ts";

export const blockOfPods: LintRule = {
  id: "block-of-pods",
  severity: "warning",
  title: "an `ipBlock` inside the ranges that pods get addresses from",
  help: "select pods by labels: their addresses change, and some CNI plugins match no pods by `ipBlock`",
  silent:
    "where no pod ranges are known (`podCIDRs`, or those of the Nodes); for `networks` of cluster-wide policies, which are defined to match pods",
  *run(context) {
    const ranges = podRanges(context);
    for (const rule of context.rules()) {
      if (rule.namespace === undefined) continue;
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block") continue;
        const { cidr } = peer.block;
        const own = ranges.filter((range) => containsPrefix(range, cidr) || containsPrefix(cidr, range));
        if (withoutPrefixes([rangeOf(cidr)], own).length > 0) continue;
        yield context.atPeer(rule, index, `${formatPrefix(cidr)} is in the pods' ${rangesText(own)}`);
      }
    }
  },
};

function rangesText([first, second, ...more]: readonly Prefix[]): string {
  if (first === undefined) return "ranges";
  if (second === undefined) return `range ${formatPrefix(first)}`;
  const others = more.length === 0 ? "" : `, and ${more.length} more`;
  return `ranges ${formatPrefix(first)}, ${formatPrefix(second)}${others}`;
}
