/** What a flow asks for, checked, and where it goes: each destination with its port. */
import type { Flow, FlowEnd } from "../../sdk/types.ts";
import type { Address } from "./address.ts";
import type { Cluster } from "./cluster.ts";
import { atAddress, type End, familiesOf, hasAddress, literal, resolveEnd } from "./ends.ts";
import { FlowError } from "./flow-error.ts";
import type { Service } from "./objects.ts";
import { isPortNumber, portOnEnd } from "./port-number.ts";
import {
  type Asked,
  backends,
  backendsAtNodePort,
  familiesOfService,
  fromInside,
  hasPort,
  isExternal,
  onNode,
  serviceNamed,
  servicesAt,
  servicesAtNodePort,
  type Target,
} from "./services.ts";

const TRANSPORTS = ["TCP", "UDP", "SCTP"];
const PORTLESS = ["ICMP", "ICMPv6"];

/**
 * Checks protocol, port and family. TCP is the default; transports need a port (design: Flow).
 *
 * @throws FlowError `invalid-flow`
 */
export function checkFlow(flow: Flow): Asked {
  const protocol = flow.protocol ?? "TCP";
  if (![undefined, 4, 6].includes(flow.family)) throw new FlowError("invalid-flow", `family ${flow.family}`);
  if (PORTLESS.includes(protocol)) return { protocol };
  if (!TRANSPORTS.includes(protocol)) throw new FlowError("invalid-flow", `protocol ${protocol}`);
  const { port } = flow;
  if (port === undefined) throw new FlowError("invalid-flow", `${protocol} needs a port`);
  if (typeof port === "number" && !isPortNumber(port)) throw new FlowError("invalid-flow", `port ${port}`);
  return { protocol, port };
}

/** Resolves the destination: a Service's backends, else the pods, node or address that it names. */
export function resolveTargets(cluster: Cluster, to: FlowEnd, asked: Asked): Target[] {
  if (typeof to === "object" && "service" in to)
    return backends(cluster, [serviceNamed(cluster, to.service)], asked).map(fromInside);
  const text = literalOf(to);
  if (text !== undefined) {
    // A literal address that is a Service's is that Service, reached in that address's family.
    const address = literal(text);
    const { family } = address;
    const services = servicesAt(cluster, address, asked);
    if (services.length > 0 && !services.every((service) => isForHost(cluster, service, address, asked)))
      return (
        backends(cluster, services, asked, false)
          .map((target) => {
            const { behind } = target;
            if (behind === undefined || !isExternal(behind.service, address)) return fromInside(target);
            const host = atAddress(cluster, address);
            return host.kind === "node" ? onNode(target, host.node) : target;
          })
          // An EndpointSlice of the other family has no part in it.
          .map((target) => ({ ...target, families: (target.families ?? [family]).filter((one) => one === family) }))
      );
  }
  const port = asked.port === undefined ? {} : { port: asked.port };
  const own = resolveEnd(cluster, to).map((end): Target => ({ end, ...port, throughService: false }));
  const [host] = own;
  // A pod on the host network that is named is meant itself.
  if (host?.end.kind !== "node" || typeof asked.port !== "number") return own;
  const services = servicesAtNodePort(cluster, asked.protocol, asked.port);
  const taken = services.flatMap((service) => familiesOfService(service) ?? []);
  return [...own.map((target) => ({ ...target, taken })), ...behindNode(cluster, host.end, asked.protocol, asked.port)];
}

/** Where a node's port leads: to the backends of a Service's node port, and to pods with that host port (semantics 3, NodePort). */
function behindNode(cluster: Cluster, node: Extract<End, { kind: "node" }>, protocol: string, port: number): Target[] {
  const services = servicesAtNodePort(cluster, protocol, port);
  const pods = cluster.everyPod.filter(
    (pod) => !pod.hostNetwork && (pod.nodeName === undefined || pod.nodeName === node.node),
  );
  const targets = [
    ...services.flatMap((service) => backendsAtNodePort(cluster, service, protocol, port, node.node)),
    ...pods.flatMap((pod) =>
      pod.ports
        .filter((one) => one.onNode === port && one.protocol === protocol)
        .map(
          (one): Target => ({
            end: { kind: "pod", pod },
            port: one.number,
            throughService: true,
            translated: true,
          }),
        ),
    ),
  ];
  if (services.length > 0 && targets.length === 0) throw new FlowError("no-backend", `nothing behind port ${port}`);
  const families = familiesOf(cluster, node);
  return targets
    .map((target) => ({
      ...target,
      behindNode: true as const,
      families: (target.families ?? families).filter(
        (family) => families.includes(family) && familiesOf(cluster, target.end).includes(family),
      ),
    }))
    .filter((target) => target.families.length > 0);
}

/**
 * The port on a destination; a name is looked up there (design: Flow).
 *
 * @throws FlowError `unknown-port`
 */
export function portAt({ end, port }: Target, protocol: string): number | undefined {
  if (typeof port !== "string") return port;
  const number = portOnEnd(end, port, protocol);
  if (number === undefined) throw new FlowError("unknown-port", `no port ${port}`);
  return number;
}

/** An external address of a Service may be a node's or a pod's: what isn't for the Service's ports reaches that. */
function isForHost(cluster: Cluster, service: Service, address: Address, asked: Asked): boolean {
  const isHost =
    atAddress(cluster, address).kind !== "outside" || cluster.everyPod.some((pod) => hasAddress(pod, address));
  return isHost && isExternal(service, address) && !hasPort(service, asked);
}

function literalOf(to: FlowEnd): string | undefined {
  if (typeof to === "string") return to.includes("/") ? undefined : to;
  return typeof to === "object" && "ip" in to ? to.ip : undefined;
}
