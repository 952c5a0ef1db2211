/** NetworkPolicy (networking.k8s.io/v1): defaulted and checked as the API server does. */
import { LIMITS } from "../limits.ts";
import type { Caveat } from "../types.ts";
import { ExactList } from "./exact-list.ts";
import { countOf, type Fields, isAbsent, isRecord, type Raw } from "./fields.ts";
import { readIPBlock } from "./ip-block.ts";
import { checkPolicyMetadata, type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import type {
  IPBlock,
  NetworkPolicyObject,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  Selector,
  TransportProtocol,
} from "./objects.ts";
import { checkPortNumber, readPortName, readProtocol } from "./ports.ts";
import { readSelector } from "./selectors.ts";

const TOP_KEYS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "spec", "status"]);
const SPEC_KEYS: ReadonlySet<string> = new Set(["podSelector", "policyTypes", "ingress", "egress"]);
const INGRESS_KEYS: ReadonlySet<string> = new Set(["from", "_from", "ports"]);
const EGRESS_KEYS: ReadonlySet<string> = new Set(["to", "ports"]);
const PEER_KEYS: ReadonlySet<string> = new Set(["podSelector", "namespaceSelector", "ipBlock"]);
const PORT_KEYS: ReadonlySet<string> = new Set(["protocol", "port", "endPort"]);

const NO_RULES: readonly NetworkPolicyRule[] = [];
const NO_PEERS: readonly NetworkPolicyPeer[] = [];
const NO_RULE_PORTS: readonly NetworkPolicyPort[] = [];
const EVERY_POD: Selector = [];

export function readNetworkPolicy(context: ObjectContext, caveats: Caveat[]): NetworkPolicyObject | undefined {
  const { fields, root, metadata, name, namespace, origin } = context;
  fields.onlyKnown(root, TOP_KEYS);
  const labels = readMetadata(context, "subdomain");
  const annotations = readAnnotations(context);
  checkPolicyMetadata(fields, metadata);
  const spec = fields.object(root.spec, "spec");
  let podSelector = EVERY_POD;
  let ingress = NO_RULES;
  let egress = NO_RULES;
  let policyTypes: readonly ("Ingress" | "Egress")[] = INGRESS;
  let emptyEgress = false;
  let impliedIngress = false;
  if (spec !== undefined) {
    fields.enter("spec");
    fields.onlyKnown(spec, SPEC_KEYS);
    const entries = countEntries(spec.ingress) + countEntries(spec.egress);
    if (entries > LIMITS.policyEntries) {
      const message = `${entries} rules, peers and ports are more than ${LIMITS.policyEntries} in one policy`;
      return fields.fail("limit-exceeded", message);
    }
    podSelector = readOptionalSelector(fields, spec.podSelector, "podSelector") ?? EVERY_POD;
    ingress = readRules(fields, spec.ingress, "ingress", caveats);
    egress = readRules(fields, spec.egress, "egress", caveats);
    policyTypes = readPolicyTypes(fields, spec);
    const isImplied = countOf(spec.policyTypes) === 0;
    emptyEgress = isImplied && Array.isArray(spec.egress) && spec.egress.length === 0;
    impliedIngress = isImplied && egress.length > 0 && isAbsent(spec.ingress);
    fields.leave();
  }
  const policy = {
    kind: "NetworkPolicy",
    namespace,
    name,
    labels,
    annotations,
    origin,
    podSelector,
    policyTypes,
    ingress,
    egress,
  } as const;
  if (impliedIngress) return { ...policy, impliedIngress };
  return emptyEgress ? { ...policy, emptyEgress } : policy;
}

/** Rules, peers and ports, counted before anything is made of them. */
function countEntries(rules: unknown): number {
  if (!Array.isArray(rules)) return 0;
  let count = rules.length;
  for (const rule of rules as unknown[]) {
    if (!isRecord(rule)) continue;
    for (const key in rule) count += countOf(rule[key]);
  }
  return count;
}

const INGRESS: readonly ("Ingress" | "Egress")[] = ["Ingress"];
const BOTH: readonly ("Ingress" | "Egress")[] = ["Ingress", "Egress"];

/** `spec.policyTypes`, or what the API server sets: Ingress always, Egress where there are egress rules. */
function readPolicyTypes(fields: Fields, spec: Raw): readonly ("Ingress" | "Egress")[] {
  const list = fields.list(spec.policyTypes, "policyTypes");
  if (list.length === 0) return countOf(spec.egress) > 0 ? BOTH : INGRESS;
  if (list.length > 2) {
    fields.fail("too-many", `${list.length} policyTypes are more than two`, "policyTypes");
    return [];
  }
  const types: ("Ingress" | "Egress")[] = [];
  fields.enter("policyTypes");
  for (let i = 0; i < list.length; i++) {
    const type = fields.text(list[i], i);
    if (type === "Ingress" || type === "Egress") {
      if (!types.includes(type)) types.push(type);
    } else if (type !== undefined) {
      fields.fail("unsupported-value", `\`${type}\` is not a policy type: use \`Ingress\` or \`Egress\``, i);
    }
  }
  fields.leave();
  return types;
}

function readRules(
  fields: Fields,
  value: unknown,
  direction: "ingress" | "egress",
  caveats: Caveat[],
): readonly NetworkPolicyRule[] {
  const list = fields.list(value, direction);
  if (list.length === 0) return NO_RULES;
  const rules = new ExactList<NetworkPolicyRule>(list.length);
  fields.enter(direction);
  for (let i = 0; i < list.length; i++) {
    const rule = fields.item(list[i], i);
    if (rule === undefined) continue;
    fields.enter(i);
    rules.push(readRule(fields, rule, direction, caveats));
    fields.leave();
  }
  fields.leave();
  return rules.items();
}

function readRule(fields: Fields, rule: Raw, direction: "ingress" | "egress", caveats: Caveat[]): NetworkPolicyRule {
  fields.onlyKnown(rule, direction === "ingress" ? INGRESS_KEYS : EGRESS_KEYS);
  if (direction === "egress") {
    return { peers: readPeers(fields, rule.to, "to", caveats), ports: readPorts(fields, rule.ports) };
  }
  // `@kubernetes/client-node` spells `from` so.
  const other = isAbsent(rule._from) ? "from" : "_from";
  if (other === "_from" && !isAbsent(rule.from)) {
    fields.fail("forbidden", "`_from` is another spelling of `from`: give one of them", "_from");
  }
  const key = isAbsent(rule.from) ? other : "from";
  return { peers: readPeers(fields, rule[key], key, caveats), ports: readPorts(fields, rule.ports) };
}

function readPeers(fields: Fields, value: unknown, key: string, caveats: Caveat[]): readonly NetworkPolicyPeer[] {
  const list = fields.list(value, key);
  if (list.length === 0) return NO_PEERS;
  const peers = new ExactList<NetworkPolicyPeer>(list.length);
  fields.enter(key);
  for (let i = 0; i < list.length; i++) {
    const written = fields.item(list[i], i);
    if (written === undefined) continue;
    fields.enter(i);
    const peer = readPeer(fields, written, caveats);
    fields.leave();
    if (peer !== undefined) peers.push(peer);
  }
  fields.leave();
  return peers.items();
}

function readPeer(fields: Fields, peer: Raw, caveats: Caveat[]): NetworkPolicyPeer | undefined {
  const unknown = fields.onlyKnown(peer, PEER_KEYS);
  const podSelector = readOptionalSelector(fields, peer.podSelector, "podSelector");
  const namespaceSelector = readOptionalSelector(fields, peer.namespaceSelector, "namespaceSelector");
  const hasSelector = !isAbsent(peer.podSelector) || !isAbsent(peer.namespaceSelector);
  if (!isAbsent(peer.ipBlock)) {
    const block = fields.object(peer.ipBlock, "ipBlock");
    let ipBlock: IPBlock | undefined;
    if (block !== undefined) {
      fields.enter("ipBlock");
      ipBlock = readIPBlock(fields, block, caveats);
      fields.leave();
    }
    if (hasSelector) fields.fail("forbidden", "`ipBlock` must not stand beside `podSelector` or `namespaceSelector`");
    return ipBlock && { ipBlock };
  }
  if (!hasSelector && !unknown) {
    return fields.fail(
      "required",
      "a peer needs `podSelector`, `namespaceSelector` or `ipBlock`; for any peer leave out the list",
    );
  }
  return { ...(podSelector && { podSelector }), ...(namespaceSelector && { namespaceSelector }) };
}

/** Absent and `{}` differ: the first is undefined, the second a selector without requirements. */
function readOptionalSelector(fields: Fields, value: unknown, key: string): Selector | undefined {
  const selector = fields.object(value, key);
  if (selector === undefined) return undefined;
  fields.enter(key);
  const requirements = readSelector(fields, selector);
  fields.leave();
  return requirements;
}

function readPorts(fields: Fields, value: unknown): readonly NetworkPolicyPort[] {
  const list = fields.list(value, "ports");
  if (list.length === 0) return NO_RULE_PORTS;
  const ports = new ExactList<NetworkPolicyPort>(list.length);
  fields.enter("ports");
  for (let i = 0; i < list.length; i++) {
    const port = fields.item(list[i], i);
    if (port === undefined) continue;
    fields.enter(i);
    ports.push(readPort(fields, port));
    fields.leave();
  }
  fields.leave();
  return ports.items();
}

function readPort(fields: Fields, entry: Raw): NetworkPolicyPort {
  fields.onlyKnown(entry, PORT_KEYS);
  const protocol: TransportProtocol = readProtocol(fields, entry.protocol, "rule") ?? "TCP";
  const port = readPortNumbers(fields, entry, protocol);
  return isAbsent(entry.protocol) ? { ...port, impliedProtocol: true } : port;
}

function readPortNumbers(fields: Fields, entry: Raw, protocol: TransportProtocol): NetworkPolicyPort {
  const port = fields.integerOrString(entry.port, "port");
  const endPort = fields.integer(entry.endPort, "endPort");
  if (typeof port === "string") {
    readPortName(fields, "port", port);
    if (endPort !== undefined) fields.fail("forbidden", "`endPort` needs a `port` that is a number", "endPort");
    return { protocol, port };
  }
  if (port === undefined) {
    if (endPort !== undefined && isAbsent(entry.port)) fields.fail("forbidden", "`endPort` needs a `port`", "endPort");
    return { protocol };
  }
  checkPortNumber(fields, port, "port");
  if (endPort === undefined) return { protocol, port };
  if (checkPortNumber(fields, endPort, "endPort") && endPort < port) {
    fields.fail("invalid-port-range", `\`endPort\` ${endPort} is below \`port\` ${port}`, "endPort");
  }
  return { protocol, port, endPort };
}
