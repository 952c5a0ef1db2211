/** Changes in the ordered tiers: a ClusterNetworkPolicy that decides before what decides now. */
import type { FullState } from "../state.ts";

import type { Manifest } from "./manifest.ts";
import { type CandidatePair, type Direction, freeName, hostPrefix, nameOf, peerFor } from "./parts.ts";
import type { ExplainedSide } from "./types.ts";

/** The tier that a side's reason names, or nothing where no ordered tier decided. */
export function tierOfReason({ reason }: ExplainedSide): "Admin" | "Baseline" | undefined {
  if (reason === "admin-allow" || reason === "admin-deny") return "Admin";
  return reason === "baseline-allow" || reason === "baseline-deny" ? "Baseline" : undefined;
}

/** A policy that accepts or denies this flow before any other of its tier; undefined where none can, or none is needed to say it. */
export function tierPolicy(
  full: FullState,
  { pair, ends, addresses }: CandidatePair,
  direction: Direction,
  action: "Accept" | "Deny",
  tier: "Admin" | "Baseline",
): Manifest | undefined {
  const [subject, other] = direction === "egress" ? [ends.from, ends.to] : [ends.to, ends.from];
  if (subject.namespace === undefined || subject.hostNetwork) return undefined;
  const address = direction === "egress" ? addresses.to : addresses.from;
  const peer = peerFor(other, address);
  // Only pods are peers of ingress; outside addresses are networks.
  const outside = peer !== undefined && "ipBlock" in peer;
  if (peer === undefined || (outside && direction === "ingress")) return undefined;
  const priority = priorityBefore(full, tier);
  const pods = peerFor(subject, undefined);
  if (priority === undefined || pods === undefined) return undefined;
  const protocol = { tcp: "tcp", udp: "udp", sctp: "sctp" }[pair.protocol.toLowerCase()];
  return {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: {
      name: freeName(
        new Set(full.objects.tierPolicies.map((one) => one.name)),
        `${action.toLowerCase()}-${nameOf(ends.from)}-to-${nameOf(ends.to)}`,
      ),
    },
    spec: {
      tier,
      priority,
      subject: { pods },
      [direction]: [
        {
          action,
          [direction === "egress" ? "to" : "from"]: [
            outside && address !== undefined ? { networks: [hostPrefix(address)] } : { pods: peer },
          ],
          ...(protocol !== undefined &&
            pair.port !== undefined && { protocols: [{ [protocol]: { destinationPort: { number: pair.port } } }] }),
        },
      ],
    },
  };
}

/** A priority that decides before all there are in the tier; none where one is 0 already. */
function priorityBefore({ objects }: FullState, tier: "Admin" | "Baseline"): number | undefined {
  const taken = objects.tierPolicies.filter((one) => one.kind === "ClusterNetworkPolicy" && one.tier === tier);
  if (taken.length === 0) return 0;
  const first = Math.min(...taken.map(({ priority }) => priority));
  return first > 0 ? first - 1 : undefined;
}
