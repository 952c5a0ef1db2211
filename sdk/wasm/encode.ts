/**
 * The model as the core's input stream (`assembly/abi.ts`: INPUT_…). Strings become numbers, equal selectors, blocks and
 * peers one record each.
 */

import {
  ABI_VERSION,
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ENDPOINT_ADDRESS4,
  ENDPOINT_ADDRESS6,
  ENDPOINT_EXTERNAL,
  ENDPOINT_FLAGS,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_LABELS,
  ENDPOINT_NAMED,
  ENDPOINT_NAMESPACE,
  ENDPOINT_NODE,
  ENDPOINT_NODE_INDEX,
  ENDPOINT_OWNS_ADDRESS,
  ENDPOINT_POD,
  ENDPOINT_PORTS,
  ENDPOINT_PREFERS_IPV6,
  LABELS_OPEN,
  NONE,
  OPERATOR_DOES_NOT_EXIST,
  OPERATOR_EXISTS,
  OPERATOR_IN,
  OPERATOR_NOT_IN,
  PEER_BLOCK,
  PEER_NODES,
  PEER_PODS_BY_NAMESPACE_SELECTOR,
  PEER_PODS_IN_NAMESPACE,
  PEER_UNKNOWN,
  PORT_NAME,
  PORT_RANGE,
  TIER_ADDITIVE,
  TIER_ADMIN,
  TIER_ADMIN_V1ALPHA1,
  TIER_BASELINE,
  TIER_BASELINE_V1ALPHA1,
} from "../../assembly/abi.ts";
import { formatPrefix } from "../address.ts";
import type {
  Model,
  ModelEndpoint,
  ModelNamespace,
  ModelNode,
  ModelPeer,
  ModelPolicy,
  ModelRule,
} from "../model/model.ts";
import { SLOTS } from "../ports.ts";
import type { IPBlock, Labels, Selector } from "../read/objects.ts";
import { wordOf, writeAddress4, writeAddress6, writePrefix } from "./address-words.ts";
import { Words } from "./words.ts";

const OPERATORS = {
  In: OPERATOR_IN,
  NotIn: OPERATOR_NOT_IN,
  Exists: OPERATOR_EXISTS,
  DoesNotExist: OPERATOR_DOES_NOT_EXIST,
} as const;
const TIERS = {
  admin: TIER_ADMIN,
  "admin-v1alpha1": TIER_ADMIN_V1ALPHA1,
  additive: TIER_ADDITIVE,
  baseline: TIER_BASELINE,
  "baseline-v1alpha1": TIER_BASELINE_V1ALPHA1,
} as const;
const ACTIONS = { allow: ACTION_ALLOW, deny: ACTION_DENY, pass: ACTION_PASS } as const;
const DIRECTIONS = { ingress: DIRECTION_INGRESS, egress: DIRECTION_EGRESS } as const;
const KINDS = { pod: ENDPOINT_POD, node: ENDPOINT_NODE, external: ENDPOINT_EXTERNAL } as const;

/** Records of one kind, each distinct one once. */
class Records {
  readonly words: Words = new Words();
  readonly #ids = new Map<string | number, number>();
  count = 0;

  /** The number of the record with this key; undefined for a key that is new, whose record must be written next. */
  find(key: string | number): number | undefined {
    return this.#ids.get(key);
  }

  /** Numbers the record that is written next. */
  add(key: string | number): number {
    this.#ids.set(key, this.count);
    return this.count++;
  }
}

/** Labels up to which their pairs are put in order where they stand. */
const FEW_LABELS = 32;

/** In place of a value's number: no selector has named it so far. Numbers of strings are above it. */
const UNNAMED = 0;

/** Encodes one state's records; the numbers that it gave to strings hold for as long as the state lives. */
export class Encoder {
  readonly #strings = new Map<string, number>();
  /** The numbers of the label keys that selectors have named so far. */
  readonly #labelKeys = new Map<string, number>();
  readonly #selectors = new Records();
  readonly #blocks = new Records();
  readonly #peers = new Records();

  /** The whole input stream of a model. */
  encode(model: Model): Uint32Array {
    // Policies first: they fill the records that stand before them in the stream.
    const policies = new Words(model.policies.length * 24 + 64);
    for (const policy of model.policies) this.#writePolicy(policies, policy);
    const records = [this.#selectors.words, this.#blocks.words, this.#peers.words];
    const stream = new Words(policies.length + records.reduce((sum, { length }) => sum + length, 0) + roomFor(model));
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
    for (const words of records) stream.append(words.view());
    for (const namespace of model.namespaces) this.#writeNamespace(stream, namespace);
    stream.append(policies.view());
    for (const node of model.nodes) this.#writeNode(stream, node);
    for (const set of model.addressSets) {
      stream.push(set.length);
      for (const prefix of set) writePrefix(stream, prefix);
    }
    for (const endpoint of model.endpoints) this.#writeEndpoint(stream, endpoint);
    return stream.view();
  }

  /** A policy that comes later, after the selectors, blocks and peers that no record before it says. */
  encodePolicy(policy: ModelPolicy): Uint32Array {
    const sections = [this.#selectors, this.#blocks, this.#peers].map((records) => ({
      records,
      count: records.count,
      length: records.words.length,
    }));
    const words = new Words();
    this.#writePolicy(words, policy);
    const stream = new Words();
    stream.push(ABI_VERSION);
    for (const { records, count } of sections) stream.push(records.count - count);
    for (const count of [0, 1, 0, 0, 0]) stream.push(count);
    for (const { records, length } of sections) stream.append(records.words.view().subarray(length));
    stream.append(words.view());
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
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const id = this.#strings.size + 1;
    this.#strings.set(text, id);
    return id;
  }

  #writeNamespace(words: Words, namespace: ModelNamespace): void {
    words.push(namespace.open ? LABELS_OPEN : 0);
    words.push(0);
    const place = words.length - 1;
    const count = this.#writePairs(words, namespace.labels, false);
    // Only now: the pairs may have moved the words to another array.
    words.array[place] = count;
  }

  #writeNode(words: Words, node: ModelNode): void {
    words.push(node.declared ? 0 : LABELS_OPEN);
    words.push(0);
    const place = words.length - 1;
    const count = this.#writePairs(words, node.labels, true);
    // Only now: the pairs may have moved the words to another array.
    words.array[place] = count;
  }

  /**
   * Writes (key, value) pairs sorted by key, and gives their number. `named` leaves out what no selector has named: of pods and
   * nodes the core knows no more, and takes no policy in place that names more.
   */
  #writePairs(words: Words, labels: Labels, named: boolean): number {
    const first = words.length;
    let count = 0;
    for (const key in labels) {
      const id = named ? this.#labelKeys.get(key) : this.#string(key);
      if (id === undefined) continue;
      words.reserve(2);
      const { array } = words;
      let at = first + count * 2;
      if (count < FEW_LABELS) {
        for (; at > first && array[at - 2]! > id; at -= 2) {
          array[at] = array[at - 2]!;
          array[at + 1] = array[at - 1]!;
        }
      }
      array[at] = id;
      const value = labels[key]!;
      array[at + 1] = named ? (this.#strings.get(value) ?? UNNAMED) : this.#string(value);
      words.length += 2;
      count++;
    }
    if (count > FEW_LABELS) sortPairs(words.array.subarray(first, words.length));
    return count;
  }

  #selector(selector: Selector): number {
    const { words } = this.#selectors;
    const key = this.#selectorKey(selector);
    const known = this.#selectors.find(key);
    if (known !== undefined) return known;
    words.push(selector.length);
    for (const requirement of selector) {
      const id = this.#string(requirement.key);
      this.#labelKeys.set(requirement.key, id);
      words.push(OPERATORS[requirement.operator]);
      words.push(id);
      words.push(requirement.values.length);
      for (const value of requirement.values) words.push(this.#string(value));
    }
    return this.#selectors.add(key);
  }

  /** What tells selectors apart; the commonest, one label with one value, is told by a number. */
  #selectorKey(selector: Selector): string | number {
    const first = selector[0];
    if (selector.length === 1 && first?.operator === "In" && first.values.length === 1) {
      const [label, value] = [this.#string(first.key), this.#string(first.values[0]!)];
      if (label < 0x1000000 && value < 0x1000000) return label * 0x1000000 + value;
    }
    let key = "";
    for (const { key: label, operator, values } of selector) {
      key += `${OPERATORS[operator]} ${this.#string(label)}`;
      for (const value of values) key += ` ${this.#string(value)}`;
      key += ",";
    }
    return key;
  }

  /** A pod selector; one that asks for nothing is NONE. */
  #podSelector(selector: Selector): number {
    return selector.length === 0 ? NONE : this.#selector(selector);
  }

  #block(block: IPBlock): number {
    const key = blockKey(block);
    const known = this.#blocks.find(key);
    if (known !== undefined) return known;
    const { words } = this.#blocks;
    words.push(block.except.length);
    writePrefix(words, block.cidr);
    for (const except of block.except) writePrefix(words, except);
    return this.#blocks.add(key);
  }

  #peer(peer: ModelPeer): number {
    if (peer.kind === "block") return this.#peerRecord(PEER_BLOCK, this.#block(peer.block), NONE);
    if (peer.kind === "nodes") return this.#peerRecord(PEER_NODES, this.#selector(peer.nodeSelector), NONE);
    if (peer.kind === "unknown") return this.#peerRecord(PEER_UNKNOWN, 0, NONE);
    const podSelector = this.#podSelector(peer.podSelector);
    return typeof peer.namespace === "number"
      ? this.#peerRecord(PEER_PODS_IN_NAMESPACE, peer.namespace, podSelector)
      : this.#peerRecord(PEER_PODS_BY_NAMESPACE_SELECTOR, this.#selector(peer.namespace), podSelector);
  }

  #peerRecord(kind: number, a: number, b: number): number {
    const [first, second] = [a === NONE ? 0 : a + 1, b === NONE ? 0 : b + 1];
    const narrow = first < 0x400000 && second < 0x400000;
    const key = narrow ? (kind * 0x400000 + first) * 0x400000 + second : `${kind} ${a} ${b}`;
    const known = this.#peers.find(key);
    if (known !== undefined) return known;
    const { words } = this.#peers;
    words.push(kind);
    words.push(a);
    words.push(b);
    return this.#peers.add(key);
  }

  #writePolicy(words: Words, policy: ModelPolicy): void {
    const { tier, namespace } = policy;
    // INVARIANT: the additive tier's policies are namespaced, and no others: the core sorts tiers, not namespaces.
    if ((typeof namespace === "number") !== (tier === "additive"))
      throw new RangeError(`policy ${policy.name} is in a tier of another scope`);
    let directions = 0;
    for (const direction of policy.directions) directions |= DIRECTIONS[direction];
    words.push(TIERS[tier]);
    words.push(typeof namespace === "number" ? namespace : NONE);
    words.push(typeof namespace === "number" ? NONE : this.#selector(namespace));
    words.push(this.#podSelector(policy.podSelector));
    words.push(directions);
    words.push(policy.rules.length);
    words.push(policy.priority ?? 0);
    for (const rule of policy.rules) this.#writeRule(words, rule);
  }

  #writeRule(words: Words, rule: ModelRule): void {
    words.push(DIRECTIONS[rule.direction]);
    words.push(ACTIONS[rule.action]);
    words.push(rule.peers.length);
    words.push(rule.ports.length);
    for (const peer of rule.peers) words.push(this.#peer(peer));
    for (const port of rule.ports) {
      const named = "name" in port;
      words.push(SLOTS[port.protocol]);
      words.push(named ? PORT_NAME : PORT_RANGE);
      words.push(named ? this.#string(port.name) : port.first);
      words.push(named ? 0 : port.last);
    }
  }

  #writeEndpoint(words: Words, endpoint: ModelEndpoint): void {
    words.reserve(ENDPOINT_HEADER_WORDS);
    const start = words.length;
    const { array } = words;
    array[start + ENDPOINT_KIND] = KINDS[endpoint.kind];
    array[start + ENDPOINT_NAMESPACE] = endpoint.namespace ?? NONE;
    array[start + ENDPOINT_NODE_INDEX] = endpoint.node ?? NONE;
    writeAddress4(array, start + ENDPOINT_ADDRESS4, endpoint.address4);
    writeAddress6(array, start + ENDPOINT_ADDRESS6, endpoint.address6);
    array[start + ENDPOINT_FLAGS] =
      (endpoint.ownsAddress ? ENDPOINT_OWNS_ADDRESS : 0) |
      (endpoint.prefersIPv6 ? ENDPOINT_PREFERS_IPV6 : 0) |
      (endpoint.named ? ENDPOINT_NAMED : 0);
    words.length += ENDPOINT_HEADER_WORDS;
    // The pairs may move the words to another array.
    const labels = this.#writePairs(words, endpoint.labels, true);
    const ports = this.#writePorts(words, endpoint.ports);
    words.array[start + ENDPOINT_LABELS] = labels;
    words.array[start + ENDPOINT_PORTS] = ports;
  }

  /** Writes the ports that have a name, and gives their number. */
  #writePorts(words: Words, ports: ModelEndpoint["ports"]): number {
    let count = 0;
    for (const { name, protocol, containerPort } of ports) {
      if (name === undefined) continue;
      words.push(this.#string(name));
      words.push(SLOTS[protocol]);
      words.push(containerPort);
      count++;
    }
    return count;
  }
}

/** Words that the endpoints, nodes and namespaces of most clusters need. */
function roomFor({ endpoints, nodes, namespaces }: Model): number {
  return 1024 + endpoints.length * (ENDPOINT_HEADER_WORDS + 12) + (nodes.length + namespaces.length) * 8;
}

function sortPairs(pairs: Uint32Array): void {
  const order = Array.from({ length: pairs.length >> 1 }, (_, i): readonly [number, number] => [
    pairs[i * 2]!,
    pairs[i * 2 + 1]!,
  ]);
  order.sort((a, b) => a[0] - b[0]);
  pairs.set(order.flat());
}

/** What tells blocks apart. */
function blockKey({ cidr, except }: IPBlock): string | number {
  if (except.length > 0) return [cidr, ...except].map(formatPrefix).join(" ");
  return cidr.family === 4 ? wordOf(cidr.address, 0) * 64 + cidr.length : formatPrefix(cidr);
}
