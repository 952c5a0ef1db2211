/** Services: their addresses, ports and what they select. */
import { familyOf } from "../address.ts";
import { below, countOf, eachBelow, type Fields, isAbsent, isRecord, type Raw } from "./fields.ts";
import { pushAddress, readRange } from "./ip.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import type { ServiceObject, ServicePort } from "./objects.ts";
import { oneOf } from "./one-of.ts";
import { checkPortNumber, readPortName, readPortNumber, readProtocol } from "./ports.ts";
import { readLabels } from "./selectors.ts";

const SERVICE_TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
const TRAFFIC_POLICIES = ["Cluster", "Local"] as const;
const FAMILY_POLICIES = ["SingleStack", "PreferDualStack", "RequireDualStack"] as const;

export function readService(context: ObjectContext): ServiceObject | undefined {
  const { fields, root, name, namespace, origin } = context;
  const labels = readMetadata(context, "label");
  const spec = fields.requiredObject(root.spec, "spec");
  if (spec === undefined) return undefined;
  fields.enter("spec");
  const type = oneOf(fields, spec.type, "type", SERVICE_TYPES, "ClusterIP");
  const external = type === "ExternalName";
  const externalName = external ? fields.requiredString(spec.externalName, "externalName") : undefined;
  const cluster = external ? [] : readClusterAddresses(fields, spec);
  const selector = isAbsent(spec.selector) ? undefined : readLabels(fields, spec.selector, "selector");
  const ports = readServicePorts(fields, spec.ports);
  const publishNotReadyAddresses = fields.boolean(spec.publishNotReadyAddresses, "publishNotReadyAddresses") ?? false;
  const inside = oneOf(fields, spec.internalTrafficPolicy, "internalTrafficPolicy", TRAFFIC_POLICIES, "Cluster");
  const fromOutside = oneOf(fields, spec.externalTrafficPolicy, "externalTrafficPolicy", TRAFFIC_POLICIES, "Cluster");
  const outside = readExternalIPs(fields, spec);
  const sourceRanges = type === "LoadBalancer" ? readSourceRanges(context, spec) : [];
  const families = external ? undefined : readFamilies(fields, spec, cluster);
  fields.leave();
  readIngressAddresses(fields, root.status, outside);
  return {
    kind: "Service",
    namespace,
    name,
    labels,
    annotations: readAnnotations(context),
    origin,
    type,
    headless: !external && isHeadless(spec),
    ...(selector && { selector }),
    ports,
    ...(externalName !== undefined && { externalName }),
    publishNotReadyAddresses,
    // By a headless one clients get the backends' own addresses.
    ...(inside === "Local" && !external && !isHeadless(spec) && { localOnly: true }),
    ...(fromOutside === "Local" && !external && { nodeLocal: true }),
    ...(sourceRanges.length > 0 && { sourceRanges }),
    addresses: [...cluster, ...outside],
    externalAddresses: outside,
    ...(families && { families }),
  };
}

/**
 * The families of a Service; undefined where that is the API server's to choose. One address and a policy of two families are what
 * somebody wrote: the server adds the other one.
 */
function readFamilies(fields: Fields, spec: Raw, addresses: readonly string[]): readonly (4 | 6)[] | undefined {
  const listed: (4 | 6)[] = [];
  const list = fields.list(spec.ipFamilies, "ipFamilies");
  fields.enter("ipFamilies");
  for (let i = 0; i < list.length; i++) {
    const family = fields.text(list[i], i);
    if (family === "IPv4" || family === "IPv6") listed.push(family === "IPv4" ? 4 : 6);
    else if (family !== undefined) {
      const message = `\`${family}\` is not one of \`IPv4\`, \`IPv6\``;
      fields.fail("unsupported-value", message, i);
    }
  }
  fields.leave();
  const policy = oneOf(fields, spec.ipFamilyPolicy, "ipFamilyPolicy", FAMILY_POLICIES, "SingleStack");
  const given = addresses.length > 0 ? addresses.map(familyOf) : listed;
  if (given.length > 1 || (given.length === 1 && policy === "SingleStack")) return given;
  return policy === "RequireDualStack" ? [4, 6] : undefined;
}

function readServicePorts(fields: Fields, value: unknown): readonly ServicePort[] {
  const ports: ServicePort[] = [];
  eachBelow(fields, value, "ports", (entry) => {
    const port = readServicePort(fields, entry);
    if (port !== undefined) ports.push(port);
  });
  return ports;
}

function readServicePort(fields: Fields, entry: Raw): ServicePort | undefined {
  const name = fields.string(entry.name, "name") || undefined;
  const protocol = readProtocol(fields, entry.protocol, "object") ?? "TCP";
  const port = readPortNumber(fields, entry.port, "port");
  // The API server takes 0 and the empty text for absent, here and for `nodePort`.
  const targetPort = fields.integerOrString(entry.targetPort, "targetPort") || undefined;
  if (typeof targetPort === "string") readPortName(fields, "targetPort", targetPort);
  else if (targetPort !== undefined) checkPortNumber(fields, targetPort, "targetPort");
  const nodePort = fields.integer(entry.nodePort, "nodePort") || undefined;
  if (nodePort !== undefined) checkPortNumber(fields, nodePort, "nodePort");
  if (port === undefined) return undefined;
  return {
    ...(name !== undefined && { name }),
    port,
    protocol,
    targetPort: targetPort ?? port,
    ...(nodePort !== undefined && { nodePort }),
  };
}

function isHeadless(spec: Raw): boolean {
  const ips = spec.clusterIPs;
  return spec.clusterIP === "None" || (Array.isArray(ips) && ips[0] === "None");
}

function readClusterAddresses(fields: Fields, spec: Raw): readonly string[] {
  const addresses: string[] = [];
  const add = (text: string | undefined, step: string | number): void => {
    if (text !== undefined && text !== "" && text !== "None") pushAddress(addresses, fields, text, step);
  };
  const list = fields.list(spec.clusterIPs, "clusterIPs");
  fields.enter("clusterIPs");
  for (let i = 0; i < list.length; i++) add(fields.text(list[i], i), i);
  fields.leave();
  if (countOf(spec.clusterIPs) === 0) add(fields.string(spec.clusterIP, "clusterIP"), "clusterIP");
  return addresses;
}

/** External addresses, each once. */
function readExternalIPs(fields: Fields, spec: Raw): string[] {
  const addresses: string[] = [];
  const list = fields.list(spec.externalIPs, "externalIPs");
  fields.enter("externalIPs");
  for (let i = 0; i < list.length; i++) {
    const text = fields.text(list[i], i);
    if (text !== undefined) pushAddress(addresses, fields, text, i);
  }
  fields.leave();
  return addresses;
}

/** In place of `loadBalancerSourceRanges`, from before there was such a field. */
const RANGES_ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** Whose clients the load balancer lets in; none where it lets in all. Blanks around a range are left out, as kube-proxy does. */
function readSourceRanges({ fields, metadata }: ObjectContext, spec: Raw): readonly string[] {
  const ranges: string[] = [];
  const add = (text: string, step: string | number): void => {
    const range = readRange(fields, text.trim(), step);
    if (range !== undefined) ranges.push(range);
  };
  const list = fields.list(spec.loadBalancerSourceRanges, "loadBalancerSourceRanges");
  fields.enter("loadBalancerSourceRanges");
  for (let i = 0; i < list.length; i++) {
    const text = fields.text(list[i], i);
    if (text !== undefined) add(text, i);
  }
  fields.leave();
  const annotations = metadata?.annotations;
  const written = isRecord(annotations) ? annotations[RANGES_ANNOTATION] : undefined;
  if (list.length === 0 && typeof written === "string" && written.trim() !== "")
    for (const text of written.split(",")) add(text, "loadBalancerSourceRanges");
  return ranges;
}

/** The load balancer's addresses, which are reached from outside too. */
function readIngressAddresses(fields: Fields, value: unknown, into: string[]): void {
  below(fields, value, "status", (status) =>
    below(fields, status.loadBalancer, "loadBalancer", (balancer) =>
      eachBelow(fields, balancer.ingress, "ingress", (ingress) => {
        const text = fields.string(ingress.ip, "ip");
        if (text !== undefined && text !== "") pushAddress(into, fields, text, "ip");
      }),
    ),
  );
}
