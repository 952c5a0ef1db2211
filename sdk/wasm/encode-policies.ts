/** Policies as records of the input stream, and the selectors, blocks and peers that they share: equal ones are one record. */
import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_PASS,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
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
import type { ModelPeer, ModelPolicy, ModelRule } from "../model/model.ts";
import { SLOTS } from "../ports.ts";
import type { IPBlock, Selector } from "../read/objects.ts";
import { wordOf, writePrefix } from "./address-words.ts";
import type { Vocabulary } from "./vocabulary.ts";
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

/** Records of one kind, each distinct one once. */
export class Records {
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

export class PolicyEncoder {
  readonly #vocabulary: Vocabulary;
  readonly #selectors = new Records();
  readonly #blocks = new Records();
  readonly #peers = new Records();

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** What the policies that were written refer to, in the order of the stream. */
  get sections(): readonly Records[] {
    return [this.#selectors, this.#blocks, this.#peers];
  }

  write(words: Words, policy: ModelPolicy): void {
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
      words.push(named ? this.#vocabulary.numberOf(port.name) : port.first);
      words.push(named ? 0 : port.last);
    }
  }

  #selector(selector: Selector): number {
    const { words } = this.#selectors;
    const key = this.#selectorKey(selector);
    const known = this.#selectors.find(key);
    if (known !== undefined) return known;
    words.push(selector.length);
    for (const requirement of selector) {
      const id = this.#vocabulary.nameKey(requirement.key);
      words.push(OPERATORS[requirement.operator]);
      words.push(id);
      words.push(requirement.values.length);
      for (const value of requirement.values) words.push(this.#vocabulary.numberOf(value));
    }
    return this.#selectors.add(key);
  }

  /** What tells selectors apart; the commonest, one label with one value, is told by a number. */
  #selectorKey(selector: Selector): string | number {
    const first = selector[0];
    if (selector.length === 1 && first?.operator === "In" && first.values.length === 1) {
      const [label, value] = [this.#vocabulary.numberOf(first.key), this.#vocabulary.numberOf(first.values[0]!)];
      if (label < 0x1000000 && value < 0x1000000) return label * 0x1000000 + value;
    }
    let key = "";
    for (const { key: label, operator, values } of selector) {
      key += `${OPERATORS[operator]} ${this.#vocabulary.numberOf(label)}`;
      for (const value of values) key += ` ${this.#vocabulary.numberOf(value)}`;
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
}

/** What tells blocks apart. */
function blockKey({ cidr, except }: IPBlock): string | number {
  if (except.length > 0) return [cidr, ...except].map(formatPrefix).join(" ");
  return cidr.family === 4 ? wordOf(cidr.address, 0) * 64 + cidr.length : formatPrefix(cidr);
}
