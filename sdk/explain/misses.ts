/** What kept an entry of a rule from matching, in words: the trace's bits beside what the entry and the flow's end say. */
import {
  TRACE_MISS_EXCEPT,
  TRACE_MISS_NAMESPACE,
  TRACE_MISS_NODE_LABELS,
  TRACE_MISS_NOT_A_NODE,
  TRACE_MISS_NOT_A_POD,
  TRACE_MISS_OPEN,
  TRACE_MISS_OUTSIDE,
  TRACE_MISS_POD_LABELS,
  TRACE_MISS_PORT,
  TRACE_MISS_PROTOCOL,
} from "../../assembly/abi-trace.ts";
import { formatPrefix } from "../address.ts";
import type { Path } from "../errors.ts";
import type { ModelPeer, ModelPolicy, ModelRulePort } from "../model/model.ts";
import { PORT_FIELDS } from "../model/spelling.ts";
import { placeOf } from "../places.ts";
import type { ContainerPort, Labels, Requirement, Selector } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import type { Protocol } from "../types.ts";
import type { PeerTrace, PortTrace } from "../wasm/trace.ts";
import type { Miss, MissCode } from "./types.ts";

/** An end of a flow, as far as selectors and prefixes speak of it. */
export interface EndFacts {
  readonly display: string;
  readonly hostNetwork: boolean;
  readonly namespace?: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  readonly nodeLabels: Labels;
}

/** A policy and the path of one of its entries. */
export interface Entry {
  readonly full: FullState;
  readonly policy: ModelPolicy;
  readonly path: Path;
}

export function peerMisses(entry: Entry, peer: ModelPeer, trace: PeerTrace, end: EndFacts): Miss[] {
  const { misses, first, second } = trace;
  const found: Miss[] = [];
  const add = missesInto(found, entry);
  const { within = [] } = peer;
  if (peer.kind === "nodes" && peer.nobody) {
    missNobody(within, end, add);
    return found;
  }
  if (misses & TRACE_MISS_NOT_A_POD) {
    const what = end.hostNetwork ? "a pod on the host network, which no selector matches" : "no pod";
    add("not-a-pod", [], `\`${end.display}\` is ${what}`);
  }
  if (peer.kind === "pods") {
    if (misses & TRACE_MISS_NAMESPACE) missNamespace(entry, peer, first, end, add);
    if (misses & TRACE_MISS_POD_LABELS) {
      const field = [...within, "podSelector"];
      missLabels(peer.podSelector, second, end.labels, `\`${end.display}\``, "pod-labels", field, add);
    }
  }
  if (peer.kind === "block") {
    const cidr = formatPrefix(peer.block.cidr);
    const field = peer.within ?? ["ipBlock", "cidr"];
    if (misses & TRACE_MISS_OUTSIDE) add("outside-cidr", field, `\`${end.display}\` is outside ${cidr}`, cidr);
    if (misses & TRACE_MISS_EXCEPT) missExcept(peer.block, first, second, end, add);
    if (trace.match === "no" && misses === 0) {
      const rest = peer.block.except.length > 0 ? " and outside what is excepted" : "";
      const message = `none of the addresses that \`${end.display}\` can have is in ${cidr}${rest}`;
      add("outside-cidr", field, message, cidr);
    }
  }
  if (misses & TRACE_MISS_NOT_A_NODE) add("not-a-node", [], `\`${end.display}\` is no node`);
  if (misses & TRACE_MISS_NODE_LABELS && peer.kind === "nodes")
    missLabels(peer.nodeSelector, first, end.nodeLabels, `\`${end.display}\``, "node-labels", within, add);
  if (misses & TRACE_MISS_OPEN) {
    const whose = peer.kind === "nodes" ? `node \`${end.display}\`` : `namespace \`${end.namespace}\``;
    add("unknown", [], `the labels of ${whose} are not known`);
  } else if (found.length === 0) add("unknown", within, "it is not known whether this matches");
  return found;
}

/** An entry that matches nothing whoever asks: the name of a domain without addresses, or what means nothing here. */
function missNobody(within: Path, { display }: EndFacts, add: Add): void {
  if (within.length > 0)
    add("outside-cidr", within, `\`${display}\` is no address of this domain name, which has none`);
  else add("unknown", [], "what this asks for has no meaning here, so it matches nothing");
}

/** What of a flow port entries are asked about. */
export interface AskedPort {
  readonly protocol: Protocol;
  readonly port: number;
  /** The destination, and its ports. */
  readonly to: string;
  readonly ports: readonly ContainerPort[];
}

export function portMisses(entry: Entry, port: ModelRulePort, { misses, number }: PortTrace, flow: AskedPort): Miss[] {
  const found: Miss[] = [];
  const add = missesInto(found, entry);
  const fields = port.fields ?? PORT_FIELDS;
  if (flow.protocol === "ICMP" || flow.protocol === "ICMPv6") {
    const message = `the protocol is ${flow.protocol}, which has no ports: no rule with ports matches it`;
    const expected = isOfAnyProtocol(entry.policy, port) ? undefined : port.protocol;
    add("other-protocol", fields.protocol, message, expected, flow.protocol);
    return found;
  }
  if (misses & TRACE_MISS_PROTOCOL) {
    const message = `the protocol is ${flow.protocol}, not ${port.protocol}`;
    add("other-protocol", fields.protocol, message, port.protocol, flow.protocol);
  }
  if ("name" in port) {
    // Either protocol may give way to the other: nothing else is amiss where the name is the flow's port under one of them.
    const others = misses & TRACE_MISS_PROTOCOL ? numbersUnder(port.name, flow) : [];
    if (number === flow.port || others.includes(flow.port)) return found;
    const stands = number > 0 ? number : others[0];
    if (stands === undefined) {
      add(
        "no-such-port-name",
        fields.port,
        `\`${flow.to}\` has no ${port.protocol} port named \`${port.name}\``,
        port.name,
      );
    } else missNumber(fields.port, `${port.name} (${stands})`, flow, add);
  } else if (misses & TRACE_MISS_PORT) missNumber(fields.port, rangeText(port.first, port.last), flow, add);
  return found;
}

const missNumber = (field: Path, expected: string, { port }: AskedPort, add: Add): void =>
  add("other-port", field, `the port is ${port}, not ${expected}`, expected, String(port));

/**
 * Whether one of the entries that a policy's entry comes to is asked: a name of a cluster-wide policy stands under any protocol,
 * so it misses by what it is under the flow's.
 */
export function isAskedPort(policy: ModelPolicy, port: ModelRulePort, { protocol }: AskedPort): boolean {
  if (!isOfAnyProtocol(policy, port)) return true;
  return port.protocol === (protocol === "ICMP" || protocol === "ICMPv6" ? "TCP" : protocol);
}

const isOfAnyProtocol = ({ tier }: ModelPolicy, port: ModelRulePort): boolean => "name" in port && tier !== "additive";

/** What a name stands for on the destination under the flow's protocol. */
const numbersUnder = (name: string, { protocol, ports }: AskedPort): number[] =>
  ports.filter((one) => one.name === name && one.protocol === protocol).map(({ containerPort }) => containerPort);

type Add = (code: MissCode, path: Path, message: string, expected?: string, actual?: string) => void;

function missesInto(found: Miss[], { full, policy, path }: Entry): Add {
  return (code, rest, message, expected, actual) => {
    found.push({
      ...placeOf(full, policy, [...path, ...rest]),
      code,
      message,
      ...(expected !== undefined && { expected }),
      ...(actual !== undefined && { actual }),
    });
  };
}

function missNamespace(
  { full }: Entry,
  peer: Extract<ModelPeer, { kind: "pods" }>,
  bits: number,
  end: EndFacts,
  add: Add,
): void {
  if (typeof peer.namespace === "number") {
    const expected = full.namespaces.list[peer.namespace]?.name ?? "";
    const message = `\`${end.display}\` is in namespace \`${end.namespace}\`; without a namespaceSelector the peer is in the policy's own, \`${expected}\``;
    add("other-namespace", [], message, expected, end.namespace);
    return;
  }
  const who = `namespace \`${end.namespace}\``;
  const { within = [] } = peer;
  const field = within[0] === "namespaces" ? within : [...within, "namespaceSelector"];
  missLabels(peer.namespace, bits, end.namespaceLabels, who, "namespace-labels", field, add);
}

/** One miss for each exception that holds the address. */
function missExcept(
  { cidr, except }: Extract<ModelPeer, { kind: "block" }>["block"],
  first: number,
  bits: number,
  { display }: EndFacts,
  add: Add,
): void {
  except.forEach((prefix, index) => {
    // Past the 32nd exception only the first one that holds the address is told.
    if (index !== first && (index > 31 || ((bits >>> index) & 1) === 0)) return;
    const text = formatPrefix(prefix);
    const message = `\`${display}\` is in ${text}, which is excepted from ${formatPrefix(cidr)}`;
    add("in-except", ["ipBlock", "except", index], message, text);
  });
}

/** One miss for each requirement that is not met. */
function missLabels(
  selector: Selector,
  bits: number,
  labels: Labels,
  who: string,
  code: MissCode,
  field: Path,
  add: Add,
): void {
  if (bits === 0) {
    const what = selector.length > 32 ? "is asked for after the first 32 requirements" : "is asked for all at once";
    add(code, field, `${who} cannot have what ${what}`);
  }
  selector.forEach((requirement, index) => {
    // There are bits for 32 requirements.
    if (index > 31 || ((bits >>> index) & 1) === 0) return;
    const label = requirement.key;
    const actual = Object.hasOwn(labels, label) ? labels[label] : undefined;
    const has = actual === undefined ? `has no label \`${label}\`` : `has \`${label}=${actual}\``;
    add(
      code,
      field,
      `${who} ${has}; asked for is ${requirementText(requirement)}`,
      requirementText(requirement),
      actual,
    );
  });
}

/** A requirement as `kubectl` writes selectors. */
export function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
    default: {
      if (operator === "In" && values.length === 1) return `${key}=${values[0]}`;
      return `${key} ${operator === "In" ? "in" : "notin"} (${values.join(",")})`;
    }
  }
}

function rangeText(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}
