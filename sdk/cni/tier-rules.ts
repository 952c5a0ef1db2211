/** Rules of ClusterNetworkPolicies with what a plugin that turns them into policies of its own cannot say. */
import type { Path } from "../errors.ts";
import type { TierPeer, TierPolicyObject, TierPort, TierRule } from "../read/objects.ts";

const isUnsupportedPeer = (peer: TierPeer): boolean =>
  "nodeSelector" in peer || "domainNames" in peer || ("nobody" in peer && peer.ofNodes === true);
const isUnsupportedPort = (port: TierPort): boolean => "name" in port;

/** The policy as it is when one such entry closes its whole rule: it accepts nothing, or denies everything. */
export function withUnsupportedClosed(policy: TierPolicyObject): TierPolicyObject {
  if (policy.kind !== "ClusterNetworkPolicy" || unsupportedPlaces(policy).length === 0) return policy;
  const close = (rule: TierRule): TierRule => (entryOf(rule) === undefined ? rule : { ...rule, failsClosed: true });
  return { ...policy, ingress: policy.ingress.map(close), egress: policy.egress.map(close) };
}

/** Where the first such entry of each rule stands. */
export function unsupportedPlaces(policy: TierPolicyObject): readonly Path[] {
  return (["ingress", "egress"] as const).flatMap((direction) =>
    policy[direction].flatMap((rule, index): Path[] => {
      const entry = entryOf(rule);
      if (entry === undefined) return [];
      // Of a rule that is closed anyway, entries were left out that are not known.
      if (rule.failsClosed) return [["spec", direction, index]];
      const list = entry.of === "ports" ? "protocols" : direction === "ingress" ? "from" : "to";
      return [["spec", direction, index, list, entry.at]];
    }),
  );
}

function entryOf({ peers, ports }: TierRule): { readonly of: "peers" | "ports"; readonly at: number } | undefined {
  const peer = peers.findIndex(isUnsupportedPeer);
  if (peer >= 0) return { of: "peers", at: peer };
  const port = ports.findIndex(isUnsupportedPort);
  return port < 0 ? undefined : { of: "ports", at: port };
}
