/** NetworkPolicy v1 as the additive tier: every rule allows, and selecting a pod isolates it. [types.go; docs] */
import { LAST_PORT } from "../ports.ts";
import type { NetworkPolicyObject, NetworkPolicyPort, NetworkPolicyRule } from "../read/objects.ts";
import type { Direction, Index, ModelPeer, ModelPolicy, ModelRule, ModelRulePort } from "./model.ts";
import { networkPolicyPortFields } from "./spelling.ts";

const TYPES = { ingress: "Ingress", egress: "Egress" } as const;

/** The model's policy; `namespace` is the index of the policy's own namespace. */
export function modelNetworkPolicy(policy: NetworkPolicyObject, namespace: Index): ModelPolicy {
  // Rules of a direction that is not among the policy's types have no effect.
  const directions = (["ingress", "egress"] as const).filter((direction) =>
    policy.policyTypes.includes(TYPES[direction]),
  );
  return {
    tier: "additive",
    name: policy.name,
    namespace,
    podSelector: policy.podSelector,
    directions,
    rules: directions.flatMap((direction) =>
      policy[direction].map((rule, place) => modelRule(rule, direction, place, namespace)),
    ),
    origin: policy.origin,
  };
}

function modelRule(rule: NetworkPolicyRule, direction: Direction, place: number, namespace: Index): ModelRule {
  return {
    direction,
    place,
    action: "allow",
    peers: rule.peers.map((peer): ModelPeer => {
      if ("ipBlock" in peer) return { kind: "block", block: peer.ipBlock };
      // Without a namespaceSelector the peer's pods are in the policy's own namespace; without a podSelector, all of them.
      return { kind: "pods", namespace: peer.namespaceSelector ?? namespace, podSelector: peer.podSelector ?? [] };
    }),
    ports: rule.ports.map(modelPort),
  };
}

function modelPort(entry: NetworkPolicyPort): ModelRulePort {
  const fields = networkPolicyPortFields(entry);
  return fields === undefined ? modelNumbers(entry) : { ...modelNumbers(entry), fields };
}

function modelNumbers(entry: NetworkPolicyPort): ModelRulePort {
  const { protocol, port } = entry;
  if (typeof port === "string") return { protocol, name: port };
  // Without a port the entry stands for every port of its protocol.
  if (port === undefined) return { protocol, first: 0, last: LAST_PORT };
  return { protocol, first: port, last: entry.endPort ?? port };
}
