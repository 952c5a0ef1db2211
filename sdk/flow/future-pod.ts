/** Pods that do not exist yet: checked like a manifest's, and added to the state when a flow first speaks of them. */

import { canonicalAddress, familyOf, parseAddress } from "../address.ts";
import type { Path } from "../errors.ts";
import type { LivePodEntry } from "../model/directory.ts";
import { familiesOf, modelPod } from "../model/endpoints.ts";
import { knowNode, namespaceIndex } from "../newcomers.ts";
import { isPort } from "../ports.ts";
import { dnsLabelFault, labelKeyFault, labelValueFault, portNameFault } from "../read/names.ts";
import { didYouMean } from "../read/nearest.ts";
import { type FullState, fullOf, type Internals } from "../state.ts";
import type { FuturePod } from "../types.ts";
import type { Candidate } from "./candidate.ts";
import { flowError } from "./flow-error.ts";
import { refuseSpecial } from "./special-address.ts";

const KEYS: ReadonlySet<string> = new Set(["namespace", "labels", "ports", "ips", "node"]);
const PORT_KEYS: ReadonlySet<string> = new Set(["name", "containerPort", "protocol"]);

/**
 * The pod, read once: what is given may be computed, and differ when it is read again.
 *
 * @throws NetverdictError `invalid-flow`
 */
export function checkFuturePod(pod: object, side: "from" | "to"): FuturePod {
  const fail = (path: Path, message: string) => flowError("invalid-flow", [side, ...path], message);
  for (const key of Object.keys(pod))
    if (!KEYS.has(key))
      throw fail([key], `\`${key}\` is no part of a pod that does not exist yet${didYouMean(key, KEYS)}`);
  const { namespace, labels, ports = [], ips = [], node } = pod as Record<string, unknown>;
  if (typeof namespace !== "string")
    throw fail(["namespace"], "a pod that does not exist yet needs a `namespace`: the name of one");
  const namespaceFault = dnsLabelFault(namespace);
  if (namespaceFault !== undefined) throw fail(["namespace"], `the namespace \`${namespace}\` ${namespaceFault}`);
  if (typeof labels !== "object" || labels === null || Array.isArray(labels))
    throw fail(["labels"], "labels must be an object");
  const ownLabels: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) {
    const fault = labelKeyFault(key) ?? (typeof value === "string" ? labelValueFault(value) : "must be a string");
    if (fault !== undefined) throw fail(["labels", key], fault);
    ownLabels[key] = value;
  }
  if (!Array.isArray(ports)) throw fail(["ports"], "ports must be a list");
  const ownPorts = ports.map((port: unknown, i) => checkPort(port, (message) => fail(["ports", i], message)));
  if (!Array.isArray(ips)) throw fail(["ips"], "ips must be a list of IP addresses");
  const ownIPs = ips.map((ip: unknown) => (typeof ip === "string" ? ip : ""));
  if (ownIPs.some((ip) => canonicalAddress(ip) === undefined)) {
    throw fail(["ips"], "ips must be a list of IP addresses");
  }
  for (const [i, ip] of ownIPs.entries()) {
    const address = parseAddress(ip);
    // A pod is no destination for many, whichever end it is.
    if (address !== undefined) refuseSpecial(address, "from", [side, "ips", i]);
  }
  const families = ownIPs.map((ip) => familyOf(canonicalAddress(ip) ?? ip));
  if (new Set(families).size < families.length) throw fail(["ips"], "a pod has at most one address of a family");
  if (node !== undefined && (typeof node !== "string" || node === "")) throw fail(["node"], "node must be a name");
  return { namespace, labels: ownLabels, ports: ownPorts, ips: ownIPs, ...(node !== undefined && { node }) };
}

function checkPort(port: unknown, fail: (message: string) => Error): NonNullable<FuturePod["ports"]>[number] {
  if (typeof port !== "object" || port === null) throw fail("a port must be { name?, containerPort, protocol? }");
  for (const key of Object.keys(port))
    if (!PORT_KEYS.has(key))
      throw fail(`\`${key}\` is no part of a container port: a port is { name?, containerPort, protocol? }`);
  const { name, containerPort, protocol = "TCP" } = port as Record<string, unknown>;
  const fault = name === undefined ? undefined : typeof name === "string" ? portNameFault(name) : "must be a string";
  if (fault !== undefined) throw fail(`a port's name ${fault}`);
  if (!isPort(containerPort)) throw fail("containerPort must be 1 to 65535");
  if (protocol !== "TCP" && protocol !== "UDP" && protocol !== "SCTP") throw fail("protocol must be TCP, UDP or SCTP");
  return { ...(typeof name === "string" && { name }), containerPort, protocol };
}

/** The pod as an end; source and destination are never one pod, however alike. */
export function futurePodCandidate(state: Internals, pod: FuturePod, side: "from" | "to"): Candidate {
  const full = fullOf(state);
  const { namespaces, nodes, sets, builder } = full;
  const { added } = state;
  const ports = (pod.ports ?? []).map((port) => ({ ...port, protocol: port.protocol ?? ("TCP" as const) }));
  const ips = (pod.ips ?? []).map((ip) => canonicalAddress(ip) ?? ip);
  for (const ip of ips) refuseTakenAddress(full, ip, side);
  if (namespaces.find(pod.namespace) === undefined) full.strangeNamespaces.add(pod.namespace);
  const namespace = namespaceIndex(full, pod.namespace);
  const strangeNamespace = full.strangeNamespaces.has(pod.namespace);
  if (pod.node !== undefined) knowNode(full, pod.node);

  const model = modelPod(
    {
      namespace,
      labels: pod.labels,
      ports,
      hostNetwork: false,
      nodeName: pod.node,
      ips,
      ownsAddress: false,
      named: false,
    },
    nodes,
    sets,
  );
  const families = familiesOf(model);
  const labels = Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`);
  const display = `${pod.namespace}/{${labels.join(",")}}`;
  const key = `${side} ${JSON.stringify([pod.namespace, Object.entries(pod.labels).sort(), ports, ips, pod.node])}`;
  let endpoint = added.get(key);
  if (endpoint === undefined) {
    endpoint = builder.addEndpoint(model);
    added.set(key, endpoint);
  }
  const number = endpoint;
  // With what explanations tell of a pod that was loaded.
  const entry: LivePodEntry = {
    namespace: pod.namespace,
    name: display,
    display,
    endpoint,
    ports,
    hostNetwork: false,
    families,
    nodeName: pod.node,
    ready: undefined,
    terminating: false,
    representative: false,
    labels: pod.labels,
    standsIn: false,
    ips,
  };
  return {
    display,
    families,
    endpointFor: () => number,
    pod: entry,
    ...(pod.node === undefined && { unscheduled: true }),
    ...(strangeNamespace && { strangeNamespace }),
  };
}

function refuseTakenAddress({ addresses, nodes }: FullState, ip: string, side: "from" | "to"): void {
  if (!addresses.has(ip) && nodes.ownerOf(ip) === undefined) return;
  throw flowError("duplicate-address", [side, "ips"], `\`${ip}\` is the address of a live pod or a node already`);
}
