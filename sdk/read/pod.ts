/** Pods, and what pods share with the templates of workloads. */
import { familyOf } from "../address.ts";
import { type Fields, isAbsent, type Raw } from "./fields.ts";
import { readIP } from "./ip.ts";
import { type ObjectContext, readAnnotations, readMetadata, readOwners } from "./metadata.ts";
import type { ContainerPort, Labels, PodObject, PodShape } from "./objects.ts";
import { readPortName, readPortNumber, readProtocol } from "./ports.ts";
import { apiServerRanges, isApiServer } from "./service-ranges.ts";

const NO_PORTS: readonly ContainerPort[] = [];
const NO_ADDRESSES: readonly string[] = [];

// Built at once and with every field, so that tens of thousands of pods have one shape.
export function readPod(context: ObjectContext): PodObject {
  const { fields, root, metadata, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  const owners = readOwners(fields, metadata);
  const terminating = metadata !== undefined && !isAbsent(metadata.deletionTimestamp);
  const deletedAt = terminating ? timeOf(metadata.deletionTimestamp) : undefined;
  const spec = fields.object(root.spec, "spec");
  let hostNetwork = false;
  let nodeName: string | undefined;
  let ownDNS = false;
  let ports = NO_PORTS;
  let serviceRanges: readonly string[] | undefined;
  if (spec !== undefined) {
    fields.enter("spec");
    hostNetwork = fields.boolean(spec.hostNetwork, "hostNetwork") ?? false;
    nodeName = fields.string(spec.nodeName, "nodeName") || undefined;
    ownDNS = readOwnDNS(fields, spec);
    ports = readPorts(fields, spec);
    if (isApiServer(namespace, name)) serviceRanges = apiServerRanges(spec);
    fields.leave();
  }
  const status = fields.object(root.status, "status");
  let finished = false;
  let ready: boolean | undefined;
  let ips = NO_ADDRESSES;
  let hostIPs = NO_ADDRESSES;
  if (status !== undefined) {
    fields.enter("status");
    const phase = fields.string(status.phase, "phase");
    finished = phase === "Succeeded" || phase === "Failed";
    ready = readReady(fields, status);
    ips = readAddresses(fields, status.podIPs, "podIPs", status.podIP, "podIP", true);
    hostIPs = readAddresses(fields, status.hostIPs, "hostIPs", status.hostIP, "hostIP", false);
    fields.leave();
  }
  return {
    kind: "Pod",
    namespace,
    name,
    labels,
    annotations: readAnnotations(context),
    origin,
    hostNetwork,
    nodeName,
    ownDNS,
    ports,
    owners,
    finished,
    terminating,
    deletedAt,
    ready,
    ips,
    hostIPs,
    serviceRanges,
  };
}

/** A time as RFC 3339 in UTC; undefined for what is none. */
function timeOf(value: unknown): string | undefined {
  const time = value instanceof Date ? value : new Date(typeof value === "string" ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The part of a pod template's spec that verdicts depend on; the spec has been entered. */
export function readPodShape(fields: Fields, spec: Raw, labels: Labels): PodShape {
  return {
    labels,
    hostNetwork: fields.boolean(spec.hostNetwork, "hostNetwork") ?? false,
    nodeName: fields.string(spec.nodeName, "nodeName") || undefined,
    ownDNS: readOwnDNS(fields, spec),
    ports: readPorts(fields, spec),
  };
}

function readOwnDNS(fields: Fields, spec: Raw): boolean {
  const policy = fields.string(spec.dnsPolicy, "dnsPolicy");
  return policy === "Default" || policy === "None";
}

function readPorts(fields: Fields, spec: Raw): readonly ContainerPort[] {
  const ports = fields.shared.room();
  readContainers(fields, spec.containers, "containers", ports);
  if (!isAbsent(spec.initContainers)) readContainers(fields, spec.initContainers, "initContainers", ports);
  return ports.length === 0 ? NO_PORTS : fields.shared.ports(ports);
}

/** Of init containers only those that go on running (`restartPolicy: Always`) have ports. */
function readContainers(
  fields: Fields,
  value: unknown,
  key: "containers" | "initContainers",
  into: ContainerPort[],
): void {
  const containers = fields.list(value, key);
  fields.enter(key);
  for (let i = 0; i < containers.length; i++) {
    const container = fields.item(containers[i], i);
    if (container === undefined || isAbsent(container.ports)) continue;
    if (key === "initContainers" && container.restartPolicy !== "Always") continue;
    fields.enter(i);
    readContainerPorts(fields, container.ports, into);
    fields.leave();
  }
  fields.leave();
}

function readContainerPorts(fields: Fields, value: unknown, into: ContainerPort[]): void {
  const first = into.length;
  const list = fields.list(value, "ports");
  fields.enter("ports");
  for (let i = 0; i < list.length; i++) {
    const port = fields.item(list[i], i);
    if (port === undefined) continue;
    fields.enter(i);
    const protocol = readProtocol(fields, port.protocol, "object") ?? "TCP";
    const name = fields.string(port.name, "name") || undefined;
    if (name !== undefined) {
      readPortName(fields, "name", name);
      for (let j = first; j < into.length; j++) {
        if (into[j]?.name !== name) continue;
        fields.fail("invalid-port-name", `the port name \`${name}\` is given twice in one container`, "name");
        break;
      }
    }
    const containerPort = readPortNumber(fields, port.containerPort, "containerPort");
    // The API server takes 0 for absent.
    const hostPort =
      isAbsent(port.hostPort) || port.hostPort === 0 ? undefined : readPortNumber(fields, port.hostPort, "hostPort");
    if (containerPort !== undefined) into.push(fields.shared.port(name, containerPort, protocol, hostPort));
    fields.leave();
  }
  fields.leave();
}

/** The Ready condition; undefined where there are no conditions. */
function readReady(fields: Fields, status: Raw): boolean | undefined {
  if (isAbsent(status.conditions)) return undefined;
  const conditions = fields.list(status.conditions, "conditions");
  if (conditions.length === 0) return undefined;
  let ready: boolean | undefined;
  fields.enter("conditions");
  for (let i = 0; i < conditions.length; i++) {
    const condition = fields.item(conditions[i], i);
    if (condition !== undefined) ready = ready === true || (condition.type === "Ready" && condition.status === "True");
  }
  fields.leave();
  return ready;
}

/** The addresses of a list of `{ ip }`, else the single one, in canonical text. */
function readAddresses(
  fields: Fields,
  listed: unknown,
  listKey: string,
  single: unknown,
  key: string,
  oneAFamily: boolean,
): readonly string[] {
  let ips: string[] | undefined;
  if (!isAbsent(listed)) {
    const list = fields.list(listed, listKey);
    fields.enter(listKey);
    for (let i = 0; i < list.length; i++) {
      const item = fields.item(list[i], i);
      if (item === undefined) continue;
      fields.enter(i);
      const text = fields.string(item.ip, "ip");
      const ip = text === undefined || text === "" ? undefined : readIP(fields, text, "ip");
      if (ip === undefined) {
        // Absent, or reported.
      } else if (ips === undefined) ips = [ip];
      else if (oneAFamily && ips.some((other) => familyOf(other) === familyOf(ip))) {
        fields.fail("too-many", `\`${text}\` is the second address of its family`, "ip");
      } else ips = ips.concat(ip); // a list that grows in place takes room for sixteen more
      fields.leave();
    }
    fields.leave();
  }
  if (ips !== undefined) return ips;
  const text = fields.string(single, key);
  const ip = text === undefined || text === "" ? undefined : readIP(fields, text, key);
  return ip === undefined ? NO_ADDRESSES : [ip];
}
