import { containsAddress, containsPrefix } from "../../address.ts";
import { formatReference, type Path } from "../../errors.ts";
import { SLOTS } from "../../ports.ts";
import type { Prefix } from "../../read/objects.ts";
import type { LintContext } from "../context.ts";
import { addition } from "../fix.ts";
import type { LintRuleOfPolicy } from "../policies.ts";
import { ask } from "../questions.ts";
import { rangeOf, withoutPrefixes } from "../regions/addresses.ts";
import type { LintRule } from "../rule.ts";
import type { Fix } from "../types.ts";

/** Where clouds tell instances about themselves, credentials included. */
const METADATA = /* @__PURE__ */ Uint8Array.of(169, 254, 169, 254);
const PREFIX = "169.254.169.254/32";

const ANY_IPV4: Prefix = { family: 4, address: /* @__PURE__ */ new Uint8Array(4), length: 0 };

/** Whoever names it means it. */
const LINK_LOCAL: Prefix = { family: 4, address: /* @__PURE__ */ Uint8Array.of(169, 254, 0, 0), length: 16 };

export const metadataAddress: LintRule = {
  id: "metadata-address",
  severity: "warning",
  title: "egress to everywhere that does not except the cloud's metadata address",
  help: "add 169.254.169.254/32 to `except`",
  fix: "adds the exception, in NetworkPolicies: it cuts that one address. Not where a block of the policy is written so that readers may take it for another (the caveat `ambiguous-cidr`), such as IPv4-mapped IPv6",
  silent:
    "for rules whose blocks do not cover all of IPv4, blocks of link-local addresses alone, and for rules of ports other than 80; where the policy selects pods, and cluster-wide policies deny the address to all of them",
  *run(context) {
    for (const rule of context.rules()) {
      if (rule.rule.direction !== "egress" || rule.rule.action !== "allow") continue;
      const { ports } = rule.rule;
      const reaches =
        ports.length === 0 ||
        ports.some((port) => port.protocol === "TCP" && !("name" in port) && port.first <= 80 && port.last >= 80);
      if (!reaches || isDenied(context, rule)) continue;
      if (!isEverywhere(rule)) continue;
      for (const [index, peer] of rule.rule.peers.entries()) {
        if (peer.kind !== "block" || peer.block.cidr.family !== 4) continue;
        const { cidr, except } = peer.block;
        if (!containsAddress(cidr, METADATA) || containsPrefix(LINK_LOCAL, cidr)) continue;
        if (except.some((one) => one.family === 4 && containsAddress(one, METADATA))) continue;
        const hit = context.atPeer(
          rule,
          index,
          "it lets pods reach 169.254.169.254, where clouds hand out credentials",
        );
        yield { ...hit, fix: exception(context, rule, hit.path, peer.block.except.length) };
      }
    }
  },
};

/** Whether its blocks, with what they except, are all of IPv4. */
function isEverywhere({ rule: { peers } }: LintRuleOfPolicy): boolean {
  const blocks = peers.flatMap((peer) => (peer.kind === "block" ? [peer.block.cidr] : []));
  return withoutPrefixes([rangeOf(ANY_IPV4)], blocks).length === 0;
}

/** Whether none of a rule's pods reaches the address, for all that the rule says. */
function isDenied(context: LintContext, rule: LintRuleOfPolicy): boolean {
  const pods = context.selected(rule).filter(({ families }) => families.includes(4));
  const address = context.internals.engine.endpointOf(METADATA);
  const http = { slot: SLOTS.TCP, port: 80 };
  return pods.length > 0 && pods.every((pod) => ask(context, pod.endpoint, address, 4, http).egress.verdict === "deny");
}

/**
 * It cuts the one address and nothing else. The `networks` of cluster-wide policies have no exceptions, and what is IPv4 by
 * IPv6's notation takes them in that notation only.
 */
function exception(context: LintContext, rule: LintRuleOfPolicy, peer: Path, excepts: number): Fix | undefined {
  if (rule.namespace === undefined || context.once(oddlyWritten).has(formatReference(rule.reference))) return undefined;
  const list = [...peer, "ipBlock", "except"];
  const message = `add ${PREFIX} to \`except\``;
  const { origin } = rule.policy;
  return excepts === 0
    ? addition(origin, message, list, [PREFIX])
    : addition(origin, message, [...list, excepts], PREFIX);
}

/** Policies with a block that may be taken for another one. */
function oddlyWritten({ full }: LintContext): ReadonlySet<string> {
  return new Set(
    full.objects.caveats
      .filter(({ code }) => code === "ambiguous-cidr")
      .flatMap(({ objects = [] }) => objects.map(formatReference)),
  );
}
