/** The `ports` of a rule (semantics 1.1) and named ports (semantics 4). */
import type { Endpoint, Traffic } from "./endpoint.ts";
import type { Maybe, PolicyPort } from "./objects.ts";

/** Whether one of a rule's ports matches; `destination` is where named ports are looked up, in both directions. */
export function portsMatch(ports: Maybe<readonly PolicyPort[]>, traffic: Traffic, destination: Endpoint): boolean {
  // Absent, null and empty: any port and any protocol (semantics 1.1), so ICMP passes too (semantics 3, protocols).
  if (ports === undefined || ports === null || ports.length === 0) return true;
  // A rule with ports never matches a protocol without ports (semantics 3, protocols).
  if (traffic.port === undefined) return false;
  const { protocol, port } = traffic;
  return ports.some((item) => {
    // Without a protocol it is TCP (semantics 1.1).
    if ((item.protocol ?? "TCP") !== protocol) return false;
    // Without a port: every port of that protocol (semantics 1.1).
    if (item.port === undefined || item.port === null) return true;
    // A name is resolved on the destination pod; any container's port of that name and protocol counts (semantics 4).
    if (typeof item.port === "string") {
      return (destination.pod?.ports ?? []).some(
        (named) => named.name === item.port && named.protocol === protocol && named.number === port,
      );
    }
    // `endPort` is inclusive (semantics 1.1).
    return item.port <= port && port <= (item.endPort ?? item.port);
  });
}
