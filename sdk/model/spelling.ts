/** Where in an entry its policy's API has what the model says of it: kinds write the same in fields of different names. */
import type { Path } from "../errors.ts";
import type { NetworkPolicyPort, PodsBySelectors, TierPolicyKind, TierPort } from "../read/objects.ts";

/** The fields of a port entry; the entry, or what is around it, where a protocol was left out. */
export interface PortFields {
  readonly protocol: Path;
  readonly port: Path;
}

/** What most entries of NetworkPolicies are. */
export const PORT_FIELDS: PortFields = { protocol: ["protocol"], port: ["port"] };
const WITHOUT_PROTOCOL: PortFields = { protocol: [], port: ["port"] };

/** Undefined where they are PORT_FIELDS. */
export function networkPolicyPortFields({ impliedProtocol }: NetworkPolicyPort): PortFields | undefined {
  return impliedProtocol ? WITHOUT_PROTOCOL : undefined;
}

export function tierPortFields(port: TierPort, kind: TierPolicyKind): PortFields {
  const isCluster = kind === "ClusterNetworkPolicy";
  if ("name" in port) return both([isCluster ? "destinationNamedPort" : "namedPort"]);
  const { protocol, first, last, range, impliedProtocol } = port;
  const isRange = range === true || first !== last;
  if (isCluster) {
    // Each protocol is a field of its own.
    const key = protocol.toLowerCase();
    if (first === undefined) return both([key]);
    return { protocol: [key], port: [key, "destinationPort", isRange ? "range" : "number"] };
  }
  const key = isRange ? "portRange" : "portNumber";
  return { protocol: impliedProtocol ? [key] : [key, "protocol"], port: isRange ? [key] : [key, "port"] };
}

const both = (path: Path): PortFields => ({ protocol: path, port: path });

/** The field of a subject or peer of cluster-wide policies that has its selectors, or is the one of namespaces. */
export function podsField({ podSelector, everyPod }: PodsBySelectors): Path {
  return [podSelector.length > 0 || everyPod ? "pods" : "namespaces"];
}
