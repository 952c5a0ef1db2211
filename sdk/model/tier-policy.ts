/** ClusterNetworkPolicy and its predecessors as ordered tiers: in each the first rule that matches decides. [CNP types] */

import { hostPrefix, parsePrefix } from "../address.ts";
import { LAST_PORT } from "../ports.ts";
import { canonicalDomain } from "../read/domain-names.ts";
import type { TierPeer, TierPolicyKind, TierPolicyObject, TierPort, TierRule } from "../read/objects.ts";
import type { Counts } from "../types.ts";
import type { ModelPeer, ModelPolicy, ModelRule, ModelRulePort, Tier } from "./model.ts";
import { podsField, tierPortFields } from "./spelling.ts";

/** Addresses behind domain names, by canonical name. */
export type Domains = ReadonlyMap<string, readonly string[]>;

const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

export function canonicalDomains(domains: Readonly<Record<string, readonly string[]>> = {}): Domains {
  return new Map(Object.entries(domains).map(([name, addresses]) => [canonicalDomain(name), addresses]));
}

export function modelTierPolicy(policy: TierPolicyObject, domains: Domains): ModelPolicy {
  const directions = (["ingress", "egress"] as const).filter((direction) => policy[direction].length > 0);
  return {
    tier: tierOf(policy),
    priority: policy.priority,
    name: policy.name,
    namespace: policy.subject.namespaceSelector,
    podSelector: policy.subject.podSelector,
    directions,
    rules: directions.flatMap((direction) =>
      policy[direction].map((rule, place) => ({ direction, place, ...modelRule(rule, domains, policy.kind) })),
    ),
    origin: policy.origin,
  };
}

export function tierOf({ kind, tier }: Pick<TierPolicyObject, "kind" | "tier">): Tier {
  switch (kind) {
    case "AdminNetworkPolicy":
      return "admin-v1alpha1";
    case "BaselineAdminNetworkPolicy":
      return "baseline-v1alpha1";
    default:
      return tier === "Admin" ? "admin" : "baseline";
  }
}

/** How many there are of each kind. */
export function countTierPolicies(
  policies: Iterable<Pick<TierPolicyObject, "kind">>,
): Pick<Counts, "clusterNetworkPolicies" | "adminNetworkPolicies" | "baselineAdminNetworkPolicies"> {
  const counts = { ClusterNetworkPolicy: 0, AdminNetworkPolicy: 0, BaselineAdminNetworkPolicy: 0 };
  for (const { kind } of policies) counts[kind]++;
  return {
    clusterNetworkPolicies: counts.ClusterNetworkPolicy,
    adminNetworkPolicies: counts.AdminNetworkPolicy,
    baselineAdminNetworkPolicies: counts.BaselineAdminNetworkPolicy,
  };
}

function modelRule(rule: TierRule, domains: Domains, kind: TierPolicyKind): Omit<ModelRule, "direction" | "place"> {
  if (rule.failsClosed) {
    // A peer that is not known opens nothing, and may be what was to be denied. [CNP types 304-316, 332-344]
    return rule.action === "allow"
      ? { action: "allow", peers: [NOBODY], ports: [] }
      : { action: "deny", peers: [], ports: [] };
  }
  return {
    action: rule.action,
    peers: rule.peers.flatMap((peer, index) => modelPeers(peer, domains).map((one) => ({ ...one, written: index }))),
    ports: rule.ports.flatMap((port, index) => {
      const fields = tierPortFields(port, kind);
      return modelPorts(port).map((one) => ({ ...one, written: index, fields }));
    }),
  };
}

/** No node has a label that must be there and must not. */
const NOBODY: ModelPeer = {
  kind: "nodes",
  nobody: true,
  nodeSelector: [
    { key: "a", operator: "Exists", values: [] },
    { key: "a", operator: "DoesNotExist", values: [] },
  ],
};

function modelPeers(peer: TierPeer, domains: Domains): ModelPeer[] {
  if ("nobody" in peer) return [NOBODY];
  if ("networks" in peer) {
    return peer.networks.map((cidr, i) => ({ kind: "block", block: { cidr, except: [] }, within: ["networks", i] }));
  }
  if ("nodeSelector" in peer) return [{ kind: "nodes", nodeSelector: peer.nodeSelector, within: ["nodes"] }];
  if ("domainNames" in peer) {
    return peer.domainNames.flatMap((name, i) =>
      modelDomain(name, domains).map((one) => ({ ...one, within: ["domainNames", i] })),
    );
  }
  const { namespaceSelector, podSelector } = peer;
  return [{ kind: "pods", namespace: namespaceSelector, podSelector, within: podsField(peer) }];
}

/** The addresses that are known; somebody beside them unless they are known to be all. */
function modelDomain(name: string, domains: Domains): ModelPeer[] {
  const { addresses, complete } = addressesBehind(name, domains);
  const known = addresses.flatMap((address): ModelPeer[] => {
    const cidr = parsePrefix(hostPrefix(address));
    return cidr === undefined ? [] : [{ kind: "block", block: { cidr, except: [] } }];
  });
  if (!complete) return [...known, { kind: "unknown" }];
  return known.length === 0 ? [NOBODY] : known;
}

/**
 * `*.x.y` is one label or more before `x.y`: it has the addresses of the names below it that are known. Only data for that very
 * pattern says that there are no others.
 */
export function addressesBehind(name: string, domains: Domains): { addresses: readonly string[]; complete: boolean } {
  const exact = domains.get(name);
  if (!name.startsWith("*.")) return { addresses: exact ?? [], complete: exact !== undefined };
  const names = [...domains].filter(([known]) => known === name || known.endsWith(name.slice(1)));
  return { addresses: names.flatMap(([, addresses]) => addresses), complete: exact !== undefined };
}

function modelPorts(port: TierPort): ModelRulePort[] {
  if ("name" in port) return PROTOCOLS.map((protocol) => ({ protocol, name: port.name }));
  const { protocol, first = 0, last = LAST_PORT } = port;
  return [{ protocol, first, last }];
}
