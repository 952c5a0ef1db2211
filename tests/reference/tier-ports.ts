/** Which traffic the rules of ordered tiers are about (semantics 5.1 protocols, 5.2 ports). */
import type { Endpoint, Traffic } from "./endpoint.ts";
import type { AdminPort, Maybe, TierProtocol, TierRule, TransportPorts } from "./objects.ts";

/** Whether a rule covers the traffic; `destination` is where named ports are looked up, in both directions. */
export function tierPortsMatch({ protocols, ports }: TierRule, traffic: Traffic, destination: Endpoint): boolean {
  // Neither given: any protocol and port, ICMP included.
  if (!protocols && !ports) return true;
  return (
    (protocols ?? []).some((item) => protocolMatches(item, traffic, destination)) ||
    (ports ?? []).some((item) => portMatches(item, traffic, destination))
  );
}

function protocolMatches(item: TierProtocol, traffic: Traffic, destination: Endpoint): boolean {
  if (item.destinationNamedPort) return nameMatches(item.destinationNamedPort, traffic, destination);
  const fields: Readonly<Record<string, Maybe<TransportPorts>>> = { TCP: item.tcp, UDP: item.udp, SCTP: item.sctp };
  const transport = Object.hasOwn(fields, traffic.protocol) ? fields[traffic.protocol] : undefined;
  if (!transport || traffic.port === undefined) return false;
  // No port: all of them (semantics 5.1, `tcp: {}`).
  const { number, range } = transport.destinationPort ?? {};
  if (number) return number === traffic.port;
  return !range || within(traffic.port, range.start, range.end);
}

function portMatches(item: AdminPort, traffic: Traffic, destination: Endpoint): boolean {
  if (item.namedPort) return nameMatches(item.namedPort, traffic, destination);
  const { portNumber, portRange } = item;
  const { port, protocol } = traffic;
  if (port === undefined) return false;
  if (portNumber) return (portNumber.protocol ?? "TCP") === protocol && portNumber.port === port;
  return !!portRange && (portRange.protocol ?? "TCP") === protocol && within(port, portRange.start, portRange.end);
}

/** A name stands for whatever protocol and number a container of the destination pod gives it (semantics 5.1). */
function nameMatches(name: string, { protocol, port }: Traffic, destination: Endpoint): boolean {
  const ports = destination.pod?.ports ?? [];
  return ports.some((named) => named.name === name && named.protocol === protocol && named.number === port);
}

function within(port: number, first: number, last: number): boolean {
  return first <= port && port <= last;
}
