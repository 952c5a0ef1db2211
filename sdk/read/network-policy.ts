/** NetworkPolicy (networking.k8s.io/v1): defaulted and checked as the API server does. */
import { LIMITS } from "../limits.ts";
import type { Caveat } from "../types.ts";
import type { Fields } from "./fields.ts";
import { readIPBlock } from "./ip-block.ts";
import { checkPolicyMetadata, type ObjectContext, readMetadata } from "./metadata.ts";
import type {
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  Selector,
  TransportProtocol,
} from "./objects.ts";
import { portNumberFault, readPortName, readProtocol } from "./ports.ts";
import { readSelector } from "./selectors.ts";

const TOP_KEYS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_KEYS: ReadonlySet<string> = new Set(["podSelector", "policyTypes", "ingress", "egress"]);
const INGRESS_KEYS: ReadonlySet<string> = new Set(["from", "_from", "ports"]);
const EGRESS_KEYS: ReadonlySet<string> = new Set(["to", "ports"]);
const PEER_KEYS: ReadonlySet<string> = new Set(["podSelector", "namespaceSelector", "ipBlock"]);
const PORT_KEYS: ReadonlySet<string> = new Set(["protocol", "port", "endPort"]);

export function readNetworkPolicy(context: ObjectContext, caveats: Caveat[]): NetworkPolicyObject | undefined {
  const { root, metadata, name, namespace, origin } = context;
  root.onlyKnown(TOP_KEYS);
  const labels = readMetadata(context, "subdomain");
  checkPolicyMetadata(metadata);
  const spec = root.object("spec");
  const policy = { kind: "NetworkPolicy" as const, namespace, name, labels, origin };
  if (spec === undefined) return { ...policy, podSelector: [], policyTypes: ["Ingress"], ingress: [], egress: [] };

  spec.onlyKnown(SPEC_KEYS);
  const entries = countEntries(spec);
  if (entries > LIMITS.policyEntries) {
    const message = `${entries} rules, peers and ports are more than ${LIMITS.policyEntries} in one policy`;
    return spec.fail("limit-exceeded", message);
  }
  const podSelector = readOptionalSelector(spec, "podSelector") ?? [];
  const ingress = spec.objects("ingress").map((rule) => readRule(rule, "ingress", caveats));
  const egress = spec.objects("egress").map((rule) => readRule(rule, "egress", caveats));
  return { ...policy, podSelector, policyTypes: readPolicyTypes(spec), ingress, egress };
}

/** Rules, peers and ports, counted before anything is made of them. */
function countEntries(spec: Fields): number {
  let count = 0;
  for (const direction of ["ingress", "egress"]) {
    const rules = spec.raw(direction);
    if (!Array.isArray(rules)) continue;
    count += rules.length;
    for (const rule of rules as unknown[]) {
      if (typeof rule !== "object" || rule === null) continue;
      for (const part of Object.values(rule)) if (Array.isArray(part)) count += part.length;
    }
  }
  return count;
}

/** `spec.policyTypes`, or what the API server sets: Ingress always, Egress where there are egress rules. */
function readPolicyTypes(spec: Fields): ("Ingress" | "Egress")[] {
  const count = spec.list("policyTypes").length;
  if (count === 0) return spec.count("egress") > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  if (count > 2) {
    spec.fail("too-many", `${count} policyTypes are more than two`, "policyTypes");
    return [];
  }
  const types: ("Ingress" | "Egress")[] = [];
  spec.strings("policyTypes", (type, i) => {
    if (type !== "Ingress" && type !== "Egress") {
      spec.fail(
        "unsupported-value",
        `\`${type}\` is not a policy type: use \`Ingress\` or \`Egress\``,
        "policyTypes",
        i,
      );
    } else if (!types.includes(type)) types.push(type);
  });
  return types;
}

function readRule(rule: Fields, direction: "ingress" | "egress", caveats: Caveat[]): NetworkPolicyRule {
  rule.onlyKnown(direction === "ingress" ? INGRESS_KEYS : EGRESS_KEYS);
  let peersKey = direction === "ingress" ? "from" : "to";
  if (direction === "ingress" && rule.has("_from")) {
    // `@kubernetes/client-node` spells it so.
    if (rule.has("from")) rule.fail("forbidden", "`_from` is another spelling of `from`: give one of them", "_from");
    else peersKey = "_from";
  }
  const peers: NetworkPolicyPeer[] = [];
  for (const fields of rule.objects(peersKey)) {
    const peer = readPeer(fields, caveats);
    if (peer !== undefined) peers.push(peer);
  }
  const ports: NetworkPolicyPort[] = rule.objects("ports").map(readPort);
  return { peers, ports };
}

function readPeer(peer: Fields, caveats: Caveat[]): NetworkPolicyPeer | undefined {
  const unknown = peer.onlyKnown(PEER_KEYS);
  const podSelector = readOptionalSelector(peer, "podSelector");
  const namespaceSelector = readOptionalSelector(peer, "namespaceSelector");
  const hasSelector = peer.has("podSelector") || peer.has("namespaceSelector");
  const block = peer.object("ipBlock");
  const ipBlock = block && readIPBlock(block, caveats);
  if (peer.has("ipBlock")) {
    if (hasSelector) peer.fail("forbidden", "`ipBlock` must not stand beside `podSelector` or `namespaceSelector`");
    return ipBlock && { ipBlock };
  }
  if (!hasSelector && !unknown) {
    return peer.fail(
      "required",
      "a peer needs `podSelector`, `namespaceSelector` or `ipBlock`; for any peer leave out the list",
    );
  }
  return { ...(podSelector && { podSelector }), ...(namespaceSelector && { namespaceSelector }) };
}

/** Absent and `{}` differ: the first is undefined, the second a selector without requirements. */
function readOptionalSelector(fields: Fields, key: string): Selector | undefined {
  const selector = fields.object(key);
  return selector && readSelector(selector);
}

function readPort(fields: Fields): NetworkPolicyPort {
  fields.onlyKnown(PORT_KEYS);
  const protocol: TransportProtocol = readProtocol(fields, "rule") ?? "TCP";
  const port = fields.integerOrString("port");
  const endPort = fields.integer("endPort");
  if (typeof port === "string") {
    readPortName(fields, "port", port);
    if (endPort !== undefined) fields.fail("forbidden", "`endPort` needs a `port` that is a number", "endPort");
    return { protocol, port };
  }
  if (port === undefined) {
    if (endPort !== undefined && !fields.has("port")) fields.fail("forbidden", "`endPort` needs a `port`", "endPort");
    return { protocol };
  }
  const fault = portNumberFault(port);
  if (fault !== undefined) fields.fail("invalid-port", fault, "port");
  if (endPort === undefined) return { protocol, port };
  const endFault = portNumberFault(endPort);
  if (endFault !== undefined) fields.fail("invalid-port", endFault, "endPort");
  else if (endPort < port)
    fields.fail("invalid-port-range", `\`endPort\` ${endPort} is below \`port\` ${port}`, "endPort");
  return { protocol, port, endPort };
}
