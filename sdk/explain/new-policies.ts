/** NetworkPolicies that say one thing: let this flow pass, or isolate one end of it. */
import type { Direction } from "../model/model.ts";
import type { Manifest } from "../read/manifest.ts";
import type { FullState } from "../state.ts";
import type { EndFacts } from "./misses.ts";
import { type CandidatePair, endsOf, freeName, labelsOnly, nameOf, peerFor } from "./parts.ts";

/** Lets the flow pass in one direction; anyone, where nothing is known that a peer could name the other end by. */
export function allowPolicy(full: FullState, facts: CandidatePair, direction: Direction): Manifest | undefined {
  const { pair } = facts;
  const { subject, other, address } = endsOf(facts, direction);
  if (!isSubject(subject)) return undefined;
  const peer = peerFor(other, address);
  const rule = {
    ...(peer !== undefined && { [direction === "egress" ? "to" : "from"]: [peer] }),
    // A rule without ports is the only one that matches a protocol without them.
    ...(pair.port !== undefined && { ports: [{ protocol: pair.protocol, port: pair.port }] }),
  };
  const verb = direction === "egress" ? "to" : "from";
  return policyFor(full, subject, `allow-${verb}-${nameOf(other)}`, direction, [rule]);
}

export function isolatingPolicy(full: FullState, facts: CandidatePair, direction: Direction): Manifest | undefined {
  const { subject } = endsOf(facts, direction);
  if (!isSubject(subject)) return undefined;
  return policyFor(full, subject, `deny-${direction}-${nameOf(subject)}`, direction, []);
}

/** Policies select pods, and none on the host network. */
export const isSubject = ({ namespace, hostNetwork }: EndFacts): boolean => namespace !== undefined && !hostNetwork;

function policyFor(full: FullState, subject: EndFacts, name: string, direction: Direction, rules: object[]): Manifest {
  const namespace = subject.namespace ?? "";
  const others = full.objects.networkPolicies.filter((one) => one.namespace === namespace);
  const taken = new Set(others.map((one) => one.name));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: freeName(taken, name), namespace },
    spec: {
      podSelector: labelsOnly(subject.labels),
      policyTypes: [direction === "egress" ? "Egress" : "Ingress"],
      ...(rules.length > 0 && { [direction]: rules }),
    },
  };
}
