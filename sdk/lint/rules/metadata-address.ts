import { containsAddress } from "../../address.ts";
import type { Path } from "../../errors.ts";
import type { LintContext, LintRuleOfPolicy } from "../context.ts";
import { addition } from "../fix.ts";
import { ask, SLOTS } from "../questions.ts";
import type { Fix, LintRule } from "../types.ts";

/** Where clouds tell instances about themselves, credentials included. */
const METADATA = Uint8Array.of(169, 254, 169, 254);
const PREFIX = "169.254.169.254/32";

export const metadataAddress: LintRule = {
  id: "metadata-address",
  severity: "warning",
  title: "egress to everywhere that does not except the cloud's metadata address",
  help: "add 169.254.169.254/32 to `except`",
  fix: "adds the exception, in NetworkPolicies: it cuts that one address",
  silent:
    "for blocks that do not cover all of IPv4, and for rules of ports other than 80; where the policy selects pods, and cluster-wide policies deny the address to all of them",
  *run(context) {
    for (const rule of context.rules()) {
      if (rule.rule.direction !== "egress" || rule.rule.action !== "allow") continue;
      const { ports } = rule.rule;
      const reaches =
        ports.length === 0 ||
        ports.some((port) => port.protocol === "TCP" && !("name" in port) && port.first <= 80 && port.last >= 80);
      if (!reaches || isDenied(context, rule)) continue;
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block" || peer.block.cidr.family !== 4 || peer.block.cidr.length > 0) continue;
        if (peer.block.except.some((except) => except.family === 4 && containsAddress(except, METADATA))) continue;
        const hit = context.atPeer(
          rule,
          index,
          "it lets pods reach 169.254.169.254, where clouds hand out credentials",
        );
        yield { ...hit, fix: exception(rule, hit.path, peer.block.except.length) };
      }
    }
  },
};

/** Whether none of a rule's pods reaches the address, for all that the rule says. */
function isDenied(context: LintContext, rule: LintRuleOfPolicy): boolean {
  const pods = context.selected(rule).filter(({ families }) => families.includes(4));
  const address = context.internals.engine.endpointOf(METADATA);
  const http = { slot: SLOTS.TCP, port: 80 };
  return pods.length > 0 && pods.every((pod) => ask(context, pod.endpoint, address, 4, http).egress.verdict === "deny");
}

/** It cuts the one address and nothing else. The `networks` of cluster-wide policies have no exceptions. */
function exception(rule: LintRuleOfPolicy, peer: Path, excepts: number): Fix | undefined {
  if (rule.namespace === undefined) return undefined;
  const list = [...peer, "ipBlock", "except"];
  const message = `add ${PREFIX} to \`except\``;
  const { origin } = rule.policy;
  return excepts === 0
    ? addition(origin, message, list, [PREFIX])
    : addition(origin, message, [...list, excepts], PREFIX);
}
