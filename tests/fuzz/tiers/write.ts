/** Policies of ordered tiers in the words of ClusterNetworkPolicy, and in those of its predecessors. */
import type { Part, Said, SaidPort, SaidRule } from "./situation.ts";

const GROUP = "policy.networking.k8s.io";
const ACCEPT = { allow: "Accept", deny: "Deny", pass: "Pass" } as const;
const ALLOW = { allow: "Allow", deny: "Deny", pass: "Pass" } as const;

/** Writes a ClusterNetworkPolicy. */
export function asClusterNetworkPolicy(said: Said, name: string): Part {
  const rule = ({ action, peers, ports }: SaidRule, side: "from" | "to"): Part => ({
    action: ACCEPT[action],
    [side]: peers,
    ...(ports && { protocols: ports.map(protocol) }),
  });
  return {
    apiVersion: `${GROUP}/v1alpha2`,
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: {
      tier: said.tier === "admin" ? "Admin" : "Baseline",
      priority: said.priority,
      subject: said.subject,
      ...directions(said, rule),
    },
  };
}

/** Writes an AdminNetworkPolicy, or the BaselineAdminNetworkPolicy, of which there is but one. */
export function asAdminNetworkPolicy(said: Said, name: string): Part {
  const rule = ({ action, peers, ports }: SaidRule, side: "from" | "to"): Part => ({
    action: ALLOW[action],
    [side]: peers,
    ...(ports && { ports: ports.map(adminPort) }),
  });
  const admin = said.tier === "admin";
  return {
    apiVersion: `${GROUP}/v1alpha1`,
    kind: admin ? "AdminNetworkPolicy" : "BaselineAdminNetworkPolicy",
    metadata: { name: admin ? name : "default" },
    spec: { ...(admin && { priority: said.priority }), subject: said.subject, ...directions(said, rule) },
  };
}

function directions(said: Said, rule: (one: SaidRule, side: "from" | "to") => Part): Part {
  return {
    ...(said.ingress.length > 0 && { ingress: said.ingress.map((one) => rule(one, "from")) }),
    ...(said.egress.length > 0 && { egress: said.egress.map((one) => rule(one, "to")) }),
  };
}

function protocol(port: SaidPort): Part {
  if ("name" in port) return { destinationNamedPort: port.name };
  const { first, last } = port;
  const destinationPort = first === last ? { number: first } : { range: { start: first, end: last } };
  return { [port.protocol.toLowerCase()]: { destinationPort } };
}

function adminPort(port: SaidPort): Part {
  if ("name" in port) return { namedPort: port.name };
  const { first, last, protocol } = port;
  return first === last
    ? { portNumber: { ...(protocol !== "TCP" && { protocol }), port: first } }
    : { portRange: { protocol, start: first, end: last } };
}
