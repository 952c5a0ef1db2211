/** Pods, and what pods share with the templates of workloads. */
import { canonicalAddress } from "../address.ts";
import type { Fields } from "./fields.ts";
import { type ObjectContext, readMetadata, readOwners } from "./metadata.ts";
import type { ContainerPort, Labels, PodObject, PodShape } from "./objects.ts";
import { portNumberFault, readPortName, readProtocol } from "./ports.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

// Built field by field: with tens of thousands of pods, spreading objects into each other is what loading would wait for.
export function readPod(context: ObjectContext): PodObject {
  const { root, metadata, name, namespace, origin } = context;
  const labels = readMetadata(context, "subdomain");
  const spec = root.object("spec");
  const status = root.object("status");
  const phase = status?.string("phase");
  const pod: Mutable<PodObject> = {
    kind: "Pod",
    namespace,
    name,
    labels,
    origin,
    hostNetwork: spec?.boolean("hostNetwork") ?? false,
    ports: readPorts(spec),
    owners: readOwners(metadata),
    finished: phase === "Succeeded" || phase === "Failed",
    terminating: metadata?.has("deletionTimestamp") ?? false,
    ips: status ? readAddresses(status, "podIPs", "podIP", true) : [],
    hostIPs: status ? readAddresses(status, "hostIPs", "hostIP", false) : [],
  };
  const nodeName = spec?.string("nodeName");
  if (nodeName) pod.nodeName = nodeName;
  const ready = status && readReady(status);
  if (ready !== undefined) pod.ready = ready;
  return pod;
}

/** The part of a pod template's spec that verdicts depend on. */
export function readPodShape(spec: Fields | undefined, labels: Labels): PodShape {
  const hostNetwork = spec?.boolean("hostNetwork") ?? false;
  const nodeName = spec?.string("nodeName");
  return { labels, hostNetwork, ...(nodeName && { nodeName }), ports: readPorts(spec) };
}

function readPorts(spec: Fields | undefined): readonly ContainerPort[] {
  const ports: ContainerPort[] = [];
  if (spec === undefined) return ports;
  for (const container of spec.objects("containers")) readContainerPorts(container, ports);
  for (const container of spec.objects("initContainers")) {
    if (container.raw("restartPolicy") === "Always") readContainerPorts(container, ports);
  }
  return ports;
}

function readContainerPorts(container: Fields, into: ContainerPort[]): void {
  const first = into.length;
  for (const fields of container.objects("ports")) {
    const protocol = readProtocol(fields, "object") ?? "TCP";
    const name = fields.string("name") || undefined;
    if (name !== undefined) {
      readPortName(fields, "name", name);
      if (into.some((port, i) => i >= first && port.name === name)) {
        fields.fail("invalid-port-name", `the port name \`${name}\` is given twice in one container`, "name");
      }
    }
    const containerPort = readPortNumber(fields, "containerPort");
    if (containerPort === undefined) continue;
    into.push(name === undefined ? { containerPort, protocol } : { name, containerPort, protocol });
  }
}

/** A required port number. */
export function readPortNumber(fields: Fields, key: string): number | undefined {
  if (!fields.has(key)) return fields.fail("required", `\`${key}\` is required`, key);
  const port = fields.integer(key);
  const fault = port === undefined ? undefined : portNumberFault(port);
  return fault === undefined ? port : fields.fail("invalid-port", fault, key);
}

/** The Ready condition; undefined where there are no conditions. */
function readReady(status: Fields): boolean | undefined {
  const conditions = status.objects("conditions");
  if (conditions.length === 0) return undefined;
  return conditions.some((condition) => condition.raw("type") === "Ready" && condition.raw("status") === "True");
}

/** The addresses of a list of `{ ip }`, else the single one, in canonical text. */
function readAddresses(status: Fields, listKey: string, key: string, oneAFamily: boolean): readonly string[] {
  const ips: string[] = [];
  for (const fields of status.objects(listKey)) {
    const text = fields.string("ip");
    if (text === undefined || text === "") continue;
    const ip = canonicalAddress(text);
    if (ip === undefined) fields.fail("invalid-address", `\`${text}\` is not an IP address`, "ip");
    else if (oneAFamily && ips.some((other) => other.includes(":") === ip.includes(":"))) {
      fields.fail("too-many", `\`${text}\` is the second address of its family`, "ip");
    } else ips.push(ip);
  }
  if (ips.length > 0) return ips;
  const text = status.string(key);
  if (text === undefined || text === "") return ips;
  const ip = canonicalAddress(text);
  if (ip === undefined) status.fail("invalid-address", `\`${text}\` is not an IP address`, key);
  else ips.push(ip);
  return ips;
}
