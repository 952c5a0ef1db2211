/** What effects a fact has, or may have where it does not tell. */
import type { CniEffect, CniFact, CniTopic } from "./types.ts";

/** What could be, where nothing is known of a topic. */
const POSSIBLE: Readonly<Partial<Record<CniTopic, readonly CniEffect[]>>> = {
  "end-port": ["end-port-ignored"],
  sctp: ["sctp-off", "sctp-open"],
  "named-ports": ["named-port-drops-policy", "named-port-opens-protocol", "named-port-unmatched"],
  "ip-families": ["ipv4-only"],
  "ip-block": ["block-outside-only", "block-not-on-own-node"],
  icmp: ["echo-open", "icmp-closed"],
  "host-network-target": ["host-target-selected"],
  "host-network-peer": ["host-peer-matched"],
  "node-to-local-pod": ["own-node-closed"],
  "node-to-remote-pod": ["remote-node-open"],
  "pod-to-own-node": ["own-node-open"],
  "pod-to-itself": ["hairpin-open", "self-closed"],
};

export function possibleEffects({ topic, effect }: CniFact): readonly CniEffect[] {
  switch (effect) {
    case "as-specified":
    case "none":
      return [];
    case "unknown":
      return POSSIBLE[topic] ?? [];
    case "hairpin-unknown":
      return ["hairpin-open"];
    case "windows-drops-policies":
      return [effect, "windows-unmatched"];
    case "admin-policies-alone":
      return ["cluster-policies-ignored", "admin-policies-not-sure"];
    case "block-outside-only":
      return [effect, "block-not-on-own-node"];
    case "own-node-ports-open":
      return [effect, "own-node-services-open"];
    default:
      return [effect];
  }
}
