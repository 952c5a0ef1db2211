import type { ModelPeer } from "../../model/model.ts";
import type { LintRule } from "../rule.ts";

export const allowsAnyone: LintRule = {
  id: "allows-anyone",
  severity: "info",
  title:
    "a rule for anyone on every port, beside which no other NetworkPolicy can restrict the pods; one that lets in every address on every port",
  help: "name peers or ports if the pods should not be open; an empty rule (`- {}`) is everything, no rule is nothing",
  silent:
    "where the rule names a port; for peers but blocks of every address without exceptions, which `metadata-address` looks at in egress; for rules of cluster-wide policies; where the policy selects no pods",
  *run(context) {
    for (const rule of context.rules()) {
      const { direction, peers, ports } = rule.rule;
      if (rule.namespace === undefined || ports.length > 0) continue;
      const [pod, ...more] = context.selected(rule);
      if (pod === undefined) continue;
      const whom = more.length === 0 ? `\`${pod.display}\`` : `\`${pod.display}\` and ${more.length} more`;
      if (peers.length === 0) {
        const what = direction === "ingress" ? `anyone reach ${whom}` : `${whom} reach anything`;
        yield context.atRule(rule, `it lets ${what} on every port`);
      } else if (direction === "ingress") {
        for (const [index, peer] of peers.entries()) {
          const who = everyone(peer);
          if (who !== undefined) yield context.atPeer(rule, index, `it lets ${who} reach ${whom} on every port`);
        }
      }
    }
  },
};

function everyone(peer: ModelPeer): string | undefined {
  if (peer.kind !== "block") return undefined;
  const { cidr, except } = peer.block;
  return cidr.length === 0 && except.length === 0 ? `every IPv${cidr.family} address` : undefined;
}
