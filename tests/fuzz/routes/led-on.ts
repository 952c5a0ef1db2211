/** Destinations that lead to pods behind them, Services' addresses and ports of nodes: what no column can say. */
import { parseAddress } from "../../reference/address.ts";
import type { Node, PlainObject, Pod, Service } from "../../reference/objects.ts";

/** Whether a flow to an address (`family value`) on a port would be led on, by the IANA number of its protocol. */
export function leadsOn(objects: readonly object[]): (address: string, port: number, protocol: number) => boolean {
  const all = objects as readonly PlainObject[];
  const services = all.filter((object): object is Service => object.kind === "Service");
  const ofServices = keysOf(
    services.flatMap(({ spec, status }) => [
      spec?.clusterIP,
      ...(spec?.clusterIPs ?? []),
      ...(spec?.externalIPs ?? []),
      ...(status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip),
    ]),
  );
  const nodes = all.filter((object): object is Node => object.kind === "Node");
  const pods = all.filter((object): object is Pod => object.kind === "Pod");
  const ofHosts = keysOf([
    ...nodes.flatMap(({ status }) => (status?.addresses ?? []).map(({ address }) => address)),
    ...pods.flatMap(({ spec, status }) => [
      status?.hostIP,
      ...(status?.hostIPs ?? []).map(({ ip }) => ip),
      ...(spec?.hostNetwork ? [status?.podIP, ...(status?.podIPs ?? []).map(({ ip }) => ip)] : []),
    ]),
  ]);
  const ports = new Set(
    services.flatMap(({ spec }) => (spec?.ports ?? []).map(({ protocol, nodePort }) => keyOf(protocol, nodePort))),
  );
  for (const { protocol, hostPort } of containerPorts(objects)) ports.add(keyOf(protocol, hostPort));
  return (address, port, protocol) =>
    ofServices.has(address) || (ofHosts.has(address) && ports.has(`${protocol} ${port}`));
}

interface PortOfContainer {
  readonly protocol?: string;
  readonly containerPort: number;
  readonly hostPort: number;
}

/** Those with a host port, in pods and in templates, wherever they stand. */
function containerPorts(value: unknown): PortOfContainer[] {
  if (typeof value !== "object" || value === null) return [];
  if (!Array.isArray(value) && "hostPort" in value) return [value as PortOfContainer];
  return Object.values(value).flatMap(containerPorts);
}

const NUMBERS: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

const keyOf = (protocol: string | null | undefined, port: number | null | undefined): string =>
  `${NUMBERS[protocol ?? "TCP"]} ${port}`;

function keysOf(texts: readonly (string | null | undefined)[]): ReadonlySet<string> {
  const addresses = texts.map((text) => parseAddress(text ?? "")).filter((address) => address !== undefined);
  return new Set(addresses.map(({ family, value }) => `${family} ${value}`));
}
