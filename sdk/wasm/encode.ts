/**
 * The model as the core's input stream (`assembly/abi.ts`: INPUT_…). Strings become numbers, equal selectors, blocks and
 * peers one record each.
 */
import {
  ABI_VERSION,
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  ADDRESS_KNOWN,
  ADDRESS_NONE,
  ADDRESS_OPEN,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ENDPOINT_EXTERNAL,
  ENDPOINT_NAMED,
  ENDPOINT_NODE,
  ENDPOINT_OWNS_ADDRESS,
  ENDPOINT_POD,
  ENDPOINT_PREFERS_IPV6,
  LABELS_OPEN,
  NONE,
  OPERATOR_DOES_NOT_EXIST,
  OPERATOR_EXISTS,
  OPERATOR_IN,
  OPERATOR_NOT_IN,
  PEER_BLOCK,
  PEER_PODS_BY_NAMESPACE_SELECTOR,
  PEER_PODS_IN_NAMESPACE,
  PORT_NAME,
  PORT_RANGE,
  SLOT_SCTP,
  SLOT_TCP,
  SLOT_UDP,
  TIER_ADDITIVE,
  TIER_ADMIN,
  TIER_BASELINE,
} from "../../assembly/abi.ts";
import { formatPrefix, parseAddress } from "../address.ts";
import type {
  Model,
  ModelAddress,
  ModelEndpoint,
  ModelNamespace,
  ModelNode,
  ModelPeer,
  ModelPolicy,
  ModelRule,
} from "../model/model.ts";
import type { IPBlock, Labels, Prefix, Selector, TransportProtocol } from "../read/objects.ts";
import { Words } from "./words.ts";

const OPERATORS = {
  In: OPERATOR_IN,
  NotIn: OPERATOR_NOT_IN,
  Exists: OPERATOR_EXISTS,
  DoesNotExist: OPERATOR_DOES_NOT_EXIST,
} as const;
const TIERS = { admin: TIER_ADMIN, additive: TIER_ADDITIVE, baseline: TIER_BASELINE } as const;
const ACTIONS = { allow: ACTION_ALLOW, deny: ACTION_DENY, pass: ACTION_PASS } as const;
const DIRECTIONS = { ingress: DIRECTION_INGRESS, egress: DIRECTION_EGRESS } as const;
const KINDS = { pod: ENDPOINT_POD, node: ENDPOINT_NODE, external: ENDPOINT_EXTERNAL } as const;
const SLOTS: Record<TransportProtocol, number> = { TCP: SLOT_TCP, UDP: SLOT_UDP, SCTP: SLOT_SCTP };

/** Records of one kind, each distinct one once. */
class Records {
  readonly words: Words = new Words();
  readonly #ids = new Map<string, number>();

  /** The record's number; `write` is called only for a key that is new. */
  intern(key: string, write: (words: Words) => void): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(key, id);
    write(this.words);
    return id;
  }

  get count(): number {
    return this.#ids.size;
  }
}

/** Encodes one state's records; the numbers that it gave to strings hold for as long as the state lives. */
export class Encoder {
  readonly #strings = new Map<string, number>();
  readonly #selectors = new Records();
  readonly #blocks = new Records();
  readonly #peers = new Records();

  /** The whole input stream of a model. */
  encode(model: Model): Uint32Array {
    // Policies first: they fill the records that stand before them in the stream.
    const policies = new Words();
    for (const policy of model.policies) this.#writePolicy(policies, policy);
    const stream = new Words();
    for (const word of [
      ABI_VERSION,
      this.#selectors.count,
      this.#blocks.count,
      this.#peers.count,
      model.namespaces.length,
      model.policies.length,
      model.nodes.length,
      model.addressSets.length,
      model.endpoints.length,
    ]) {
      stream.push(word);
    }
    append(stream, this.#selectors.words);
    append(stream, this.#blocks.words);
    append(stream, this.#peers.words);
    for (const namespace of model.namespaces) this.#writeNamespace(stream, namespace);
    append(stream, policies);
    for (const node of model.nodes) this.#writeNode(stream, node);
    for (const set of model.addressSets) {
      stream.push(set.length);
      for (const prefix of set) writePrefix(stream, prefix);
    }
    for (const endpoint of model.endpoints) this.#writeEndpoint(stream, endpoint);
    return stream.view();
  }

  encodeNamespace(namespace: ModelNamespace): Uint32Array {
    const words = new Words();
    this.#writeNamespace(words, namespace);
    return words.view();
  }

  encodeNode(node: ModelNode): Uint32Array {
    const words = new Words();
    this.#writeNode(words, node);
    return words.view();
  }

  encodeEndpoint(endpoint: ModelEndpoint): Uint32Array {
    const words = new Words();
    this.#writeEndpoint(words, endpoint);
    return words.view();
  }

  #string(text: string): number {
    let id = this.#strings.get(text);
    if (id === undefined) {
      id = this.#strings.size + 1;
      this.#strings.set(text, id);
    }
    return id;
  }

  #writeNamespace(words: Words, namespace: ModelNamespace): void {
    words.push(namespace.open ? LABELS_OPEN : 0);
    this.#writeLabels(words, namespace.labels);
  }

  #writeNode(words: Words, node: ModelNode): void {
    words.push(node.declared ? 0 : LABELS_OPEN);
    this.#writeLabels(words, node.labels);
  }

  /** Number of labels, then (key, value) pairs sorted by key. */
  #writeLabels(words: Words, labels: Labels): void {
    const pairs = this.#labelPairs(labels);
    words.push(pairs.length);
    for (const [key, value] of pairs) {
      words.push(key);
      words.push(value);
    }
  }

  #labelPairs(labels: Labels): [number, number][] {
    return Object.entries(labels)
      .map(([key, value]): [number, number] => [this.#string(key), this.#string(value)])
      .sort((a, b) => a[0] - b[0]);
  }

  #selector(selector: Selector): number {
    const key = JSON.stringify(selector.map(({ key, operator, values }) => [key, operator, values]));
    return this.#selectors.intern(key, (words) => {
      words.push(selector.length);
      for (const requirement of selector) {
        words.push(OPERATORS[requirement.operator]);
        words.push(this.#string(requirement.key));
        words.push(requirement.values.length);
        for (const value of requirement.values) words.push(this.#string(value));
      }
    });
  }

  /** A pod selector; one that asks for nothing is NONE. */
  #podSelector(selector: Selector): number {
    return selector.length === 0 ? NONE : this.#selector(selector);
  }

  #block(block: IPBlock): number {
    const key = [block.cidr, ...block.except].map(formatPrefix).join(" ");
    return this.#blocks.intern(key, (words) => {
      words.push(block.except.length);
      writePrefix(words, block.cidr);
      for (const except of block.except) writePrefix(words, except);
    });
  }

  #peer(peer: ModelPeer): number {
    if (peer.kind === "block") return this.#peerRecord(PEER_BLOCK, this.#block(peer.block), NONE);
    const podSelector = this.#podSelector(peer.podSelector);
    return typeof peer.namespace === "number"
      ? this.#peerRecord(PEER_PODS_IN_NAMESPACE, peer.namespace, podSelector)
      : this.#peerRecord(PEER_PODS_BY_NAMESPACE_SELECTOR, this.#selector(peer.namespace), podSelector);
  }

  #peerRecord(kind: number, a: number, b: number): number {
    return this.#peers.intern(`${kind} ${a} ${b}`, (words) => {
      words.push(kind);
      words.push(a);
      words.push(b);
    });
  }

  #writePolicy(words: Words, policy: ModelPolicy): void {
    const namespaced = typeof policy.namespace === "number";
    words.push(TIERS[policy.tier]);
    words.push(typeof policy.namespace === "number" ? policy.namespace : NONE);
    words.push(typeof policy.namespace === "number" ? NONE : this.#selector(policy.namespace));
    words.push(this.#podSelector(policy.podSelector));
    words.push(policy.directions.reduce((bits, direction) => bits | DIRECTIONS[direction], 0));
    words.push(policy.rules.length);
    // INVARIANT: the additive tier's policies are namespaced, and no others: the core sorts tiers, not namespaces.
    if (namespaced !== (policy.tier === "additive"))
      throw new RangeError(`policy ${policy.name} is in a tier of another scope`);
    for (const rule of policy.rules) this.#writeRule(words, rule);
  }

  #writeRule(words: Words, rule: ModelRule): void {
    const peers = rule.peers.map((peer) => this.#peer(peer));
    words.push(DIRECTIONS[rule.direction]);
    words.push(ACTIONS[rule.action]);
    words.push(peers.length);
    words.push(rule.ports.length);
    for (const peer of peers) words.push(peer);
    for (const port of rule.ports) {
      words.push(SLOTS[port.protocol]);
      words.push("name" in port ? PORT_NAME : PORT_RANGE);
      words.push("name" in port ? this.#string(port.name) : port.first);
      words.push("name" in port ? 0 : port.last);
    }
  }

  #writeEndpoint(words: Words, endpoint: ModelEndpoint): void {
    words.push(KINDS[endpoint.kind]);
    words.push(endpoint.namespace ?? NONE);
    words.push(endpoint.node ?? NONE);
    writeAddress(words, endpoint.address4, 1);
    writeAddress(words, endpoint.address6, 4);
    const pairs = this.#labelPairs(endpoint.labels);
    words.push(pairs.length);
    words.push(endpoint.ports.length);
    words.push(
      (endpoint.ownsAddress ? ENDPOINT_OWNS_ADDRESS : 0) |
        (endpoint.prefersIPv6 === true ? ENDPOINT_PREFERS_IPV6 : 0) |
        (endpoint.named === true ? ENDPOINT_NAMED : 0),
    );
    for (const [key, value] of pairs) {
      words.push(key);
      words.push(value);
    }
    for (const port of endpoint.ports) {
      words.push(this.#string(port.name));
      words.push(SLOTS[port.protocol]);
      words.push(port.number);
    }
  }
}

/** State, then `width` words: the address, or the set's index. */
function writeAddress(words: Words, address: ModelAddress, width: number): void {
  if (address === undefined) {
    words.push(ADDRESS_NONE);
    for (let i = 0; i < width; i++) words.push(0);
  } else if ("set" in address) {
    words.push(ADDRESS_OPEN);
    words.push(address.set);
    for (let i = 1; i < width; i++) words.push(0);
  } else {
    words.push(ADDRESS_KNOWN);
    // INVARIANT: the model holds canonical addresses only.
    const bytes = parseAddress(address.ip)?.bytes;
    if (bytes === undefined) throw new RangeError(`${address.ip} is not an address`);
    for (let i = 0; i < width; i++) words.push(wordOf(bytes, i));
  }
}

function writePrefix(words: Words, prefix: Prefix): void {
  words.push(prefix.family);
  words.push(prefix.length);
  for (let i = 0; i < 4; i++) words.push(i * 4 < prefix.address.length ? wordOf(prefix.address, i) : 0);
}

/** The address's bits 32i to 32i+31, most significant first. */
export function wordOf(address: Uint8Array, i: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = address.subarray(i * 4, i * 4 + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function append(target: Words, source: Words): void {
  for (const word of source.view()) target.push(word);
}
