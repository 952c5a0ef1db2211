/** Services and EndpointSlices: what a flow to a Service goes to. */
import { canonicalAddress } from "../address.ts";
import type { Fields } from "./fields.ts";
import { type ObjectContext, readMetadata } from "./metadata.ts";
import type { EndpointSliceObject, ServiceObject, ServicePort } from "./objects.ts";
import { readPortNumber } from "./pod.ts";
import { portNumberFault, readPortName, readProtocol } from "./ports.ts";
import { readLabels } from "./selectors.ts";

const SERVICE_TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
const ADDRESS_TYPES = ["IPv4", "IPv6", "FQDN"] as const;

export function readService(context: ObjectContext): ServiceObject | undefined {
  const { root, name, namespace, origin } = context;
  const labels = readMetadata(context, "label");
  const spec = root.requiredObject("spec");
  if (spec === undefined) return undefined;
  const type = oneOf(spec, "type", SERVICE_TYPES, "ClusterIP");
  const external = type === "ExternalName";
  const externalName = external ? spec.requiredString("externalName") : undefined;
  const cluster = external ? [] : readClusterAddresses(spec);
  const outside = readOutsideAddresses(root, spec);
  return {
    kind: "Service",
    namespace,
    name,
    labels,
    origin,
    type,
    headless: !external && isHeadless(spec),
    ...(spec.has("selector") && { selector: readLabels(spec, "selector") }),
    ports: spec.objects("ports").flatMap(readServicePort),
    ...(externalName !== undefined && { externalName }),
    publishNotReadyAddresses: spec.boolean("publishNotReadyAddresses") ?? false,
    addresses: [...cluster, ...outside],
    externalAddresses: outside,
  };
}

function readServicePort(fields: Fields): ServicePort[] {
  const name = fields.string("name") || undefined;
  const protocol = readProtocol(fields, "object") ?? "TCP";
  const port = readPortNumber(fields, "port");
  // The API server takes 0 and the empty text for absent, here and for `nodePort`.
  const targetPort = fields.integerOrString("targetPort") || undefined;
  if (typeof targetPort === "string") readPortName(fields, "targetPort", targetPort);
  else if (targetPort !== undefined) checkPort(fields, "targetPort", targetPort);
  const nodePort = fields.integer("nodePort") || undefined;
  if (nodePort !== undefined) checkPort(fields, "nodePort", nodePort);
  if (port === undefined) return [];
  return [
    {
      ...(name !== undefined && { name }),
      port,
      protocol,
      targetPort: targetPort ?? port,
      ...(nodePort !== undefined && { nodePort }),
    },
  ];
}

function checkPort(fields: Fields, key: string, port: number): void {
  const fault = portNumberFault(port);
  if (fault !== undefined) fields.fail("invalid-port", fault, key);
}

function isHeadless(spec: Fields): boolean {
  const ips = spec.raw("clusterIPs");
  return spec.raw("clusterIP") === "None" || (Array.isArray(ips) && ips[0] === "None");
}

function readClusterAddresses(spec: Fields): readonly string[] {
  const addresses: string[] = [];
  const add = (text: string, ...steps: (string | number)[]): void => {
    if (text !== "" && text !== "None") pushAddress(addresses, spec, text, ...steps);
  };
  spec.strings("clusterIPs", (text, i) => add(text, "clusterIPs", i));
  if (spec.count("clusterIPs") === 0) add(spec.string("clusterIP") ?? "", "clusterIP");
  return addresses;
}

/** External and load-balancer addresses, each once. */
function readOutsideAddresses(root: Fields, spec: Fields): readonly string[] {
  const addresses: string[] = [];
  spec.strings("externalIPs", (text, i) => pushAddress(addresses, spec, text, "externalIPs", i));
  for (const ingress of root.object("status")?.object("loadBalancer")?.objects("ingress") ?? []) {
    const text = ingress.string("ip");
    if (text !== undefined && text !== "") pushAddress(addresses, ingress, text, "ip");
  }
  return addresses;
}

function pushAddress(into: string[], fields: Fields, text: string, ...steps: (string | number)[]): void {
  const address = canonicalAddress(text);
  if (address === undefined) fields.fail("invalid-address", `\`${text}\` is not an IP address`, ...steps);
  else if (!into.includes(address)) into.push(address);
}

export function readEndpointSlice(context: ObjectContext): EndpointSliceObject | undefined {
  const { root, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  if (root.requiredString("addressType") === undefined) return undefined;
  const addressType = oneOf(root, "addressType", ADDRESS_TYPES, "FQDN");
  const serviceName = labels["kubernetes.io/service-name"];
  return {
    kind: "EndpointSlice",
    namespace,
    name,
    labels,
    origin,
    ...(serviceName && { serviceName }),
    addressType,
    endpoints: root.objects("endpoints").map((endpoint) => readEndpoint(endpoint, addressType, namespace)),
    ports: root.objects("ports").map((fields) => {
      const port = fields.integer("port");
      if (port !== undefined) checkPort(fields, "port", port);
      return {
        name: fields.string("name") ?? "",
        protocol: readProtocol(fields, "object") ?? "TCP",
        ...(port !== undefined && { port }),
      };
    }),
  };
}

function readEndpoint(
  endpoint: Fields,
  addressType: EndpointSliceObject["addressType"],
  sliceNamespace: string,
): EndpointSliceObject["endpoints"][number] {
  const addresses: string[] = [];
  endpoint.strings("addresses", (text, i) => {
    if (addressType === "FQDN") addresses.push(text);
    else pushAddress(addresses, endpoint, text, "addresses", i);
  });
  const target = endpoint.object("targetRef");
  const name = target?.raw("kind") === "Pod" ? target.string("name") : undefined;
  return {
    addresses,
    // Absent means ready: "consumers should interpret this unknown state as ready".
    ready: endpoint.object("conditions")?.boolean("ready") ?? true,
    ...(name && { pod: { namespace: target?.string("namespace") || sliceNamespace, name } }),
  };
}

function oneOf<T extends string>(fields: Fields, key: string, values: readonly T[], absent: T): T {
  const text = fields.string(key);
  if (text === undefined || text === "") return absent;
  const value = values.find((candidate) => candidate === text);
  if (value !== undefined) return value;
  const all = values.map((candidate) => `\`${candidate}\``).join(", ");
  fields.fail("unsupported-value", `\`${text}\` is not one of ${all}`, key);
  return absent;
}
