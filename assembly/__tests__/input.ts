/**
 * Input streams for specs, written record by record as abi.ts lays them out.
 *
 * Names are numbers here as they are in the core: a spec gives its own constants to keys, values and port names. Labels
 * are flat (key, value) pairs sorted by key, ports flat (name, slot, number) triples.
 */
import {
  ABI_VERSION,
  ACTION_ALLOW,
  ADDRESS_KNOWN,
  ADDRESS_OPEN,
  ENDPOINT_ADDRESS4,
  ENDPOINT_ADDRESS6,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_LABELS,
  ENDPOINT_NAMED,
  ENDPOINT_NAMESPACE,
  ENDPOINT_NODE,
  ENDPOINT_NODE_INDEX,
  ENDPOINT_FLAGS,
  ENDPOINT_OWNS_ADDRESS,
  ENDPOINT_POD,
  ENDPOINT_PORTS,
  ENDPOINT_PREFERS_IPV6,
  LABELS_OPEN,
  NONE,
  PEER_BLOCK,
  PEER_NODES,
  PEER_PODS_BY_NAMESPACE_SELECTOR,
  PEER_PODS_IN_NAMESPACE,
  PEER_UNKNOWN,
  POLICY_RULES,
  TIER_ADDITIVE,
} from "../abi";
import { Build } from "../build";
import { compileInput } from "../compile";
import { addEndpointRecord } from "../update";
import { at, newVec, push, put, Vec } from "../vec";
import { pushAll } from "./words";

export * from "./words";

export function pod(namespace: u32, labels: u32[] = []): Endpoint {
  const endpoint = new Endpoint(ENDPOINT_POD);
  endpoint.words[ENDPOINT_NAMESPACE] = namespace;
  endpoint.words[ENDPOINT_LABELS] = labels.length / 2;
  endpoint.labels = labels;
  return endpoint;
}

export function nodeAddress(node: u32): Endpoint {
  return new Endpoint(ENDPOINT_NODE).on(node);
}

/** An endpoint record in the making. */
export class Endpoint {
  words: u32[] = new Array<u32>(ENDPOINT_HEADER_WORDS).fill(0);
  labels: u32[] = [];
  portTriples: u32[] = [];

  constructor(kind: u32) {
    this.words[ENDPOINT_KIND] = kind;
    this.words[ENDPOINT_NAMESPACE] = NONE;
    this.words[ENDPOINT_NODE_INDEX] = NONE;
    this.words[ENDPOINT_FLAGS] = ENDPOINT_OWNS_ADDRESS;
  }

  on(node: u32): Endpoint {
    this.words[ENDPOINT_NODE_INDEX] = node;
    return this;
  }

  ports(triples: u32[]): Endpoint {
    this.words[ENDPOINT_PORTS] = triples.length / 3;
    this.portTriples = triples;
    return this;
  }

  at4(address: u32): Endpoint {
    this.words[ENDPOINT_ADDRESS4] = ADDRESS_KNOWN;
    this.words[ENDPOINT_ADDRESS4 + 1] = address;
    return this;
  }

  at6(a: u32, b: u32, c: u32, d: u32): Endpoint {
    this.words[ENDPOINT_ADDRESS6] = ADDRESS_KNOWN;
    this.words[ENDPOINT_ADDRESS6 + 1] = a;
    this.words[ENDPOINT_ADDRESS6 + 2] = b;
    this.words[ENDPOINT_ADDRESS6 + 3] = c;
    this.words[ENDPOINT_ADDRESS6 + 4] = d;
    return this;
  }

  /** Its IPv4 address is one of an address set. */
  oneOf4(set: u32): Endpoint {
    this.words[ENDPOINT_ADDRESS4] = ADDRESS_OPEN;
    this.words[ENDPOINT_ADDRESS4 + 1] = set;
    return this;
  }

  /** It was loaded under a name. */
  named(): Endpoint {
    this.words[ENDPOINT_FLAGS] |= ENDPOINT_NAMED;
    return this;
  }

  prefers6(): Endpoint {
    this.words[ENDPOINT_FLAGS] |= ENDPOINT_PREFERS_IPV6;
    return this;
  }

  /** The address table does not lead here. */
  sharesAddress(): Endpoint {
    this.words[ENDPOINT_FLAGS] = 0;
    return this;
  }

  appendTo(words: Vec): void {
    pushAll(words, this.words);
    pushAll(words, this.labels);
    pushAll(words, this.portTriples);
  }

  /** The record at an address of its own. */
  record(): usize {
    const words = newVec(32);
    this.appendTo(words);
    return words.data;
  }
}

/** Sections in the stream's order, each with its count. */
const SELECTORS = 0;
const BLOCKS = 1;
const PEERS = 2;
const NAMESPACES = 3;
const POLICIES = 4;
const NODES = 5;
const ADDRESS_SETS = 6;
const ENDPOINTS = 7;
const INPUT_SECTIONS = 8;

/** An input stream in the making; every method gives the number of what it added. */
export class Input {
  version: u32 = ABI_VERSION;
  private sections: Vec[] = [];
  private counts: u32[] = [];
  /** What a build that the stream is added to has already. */
  private known: u32[] = [];
  /** Where the last policy starts in its section. */
  private policyStart: u32 = 0;

  constructor() {
    for (let i = 0; i < INPUT_SECTIONS; ++i) {
      this.sections.push(newVec(64));
      this.counts.push(0);
      this.known.push(0);
    }
  }

  /** A stream to be added to a build: its numbers go on where the build's end. */
  static after(build: Build): Input {
    const input = new Input();
    input.known[SELECTORS] = build.selectors.length;
    input.known[BLOCKS] = build.blocks.length;
    input.known[PEERS] = build.peers.length;
    return input;
  }

  private next(section: i32): u32 {
    return this.known[section] + this.counts[section]++;
  }

  selector(requirements: u32[][]): u32 {
    const words = this.sections[SELECTORS];
    push(words, requirements.length);
    for (let i = 0; i < requirements.length; ++i) pushAll(words, requirements[i]);
    return this.next(SELECTORS);
  }

  block(cidr: u32[], excepts: u32[][] = []): u32 {
    const words = this.sections[BLOCKS];
    push(words, excepts.length);
    pushAll(words, cidr);
    for (let i = 0; i < excepts.length; ++i) pushAll(words, excepts[i]);
    return this.next(BLOCKS);
  }

  podsIn(namespace: u32, podSelector: u32 = NONE): u32 {
    return this.peer(PEER_PODS_IN_NAMESPACE, namespace, podSelector);
  }

  podsBy(namespaceSelector: u32, podSelector: u32 = NONE): u32 {
    return this.peer(PEER_PODS_BY_NAMESPACE_SELECTOR, namespaceSelector, podSelector);
  }

  ipBlock(cidr: u32[], excepts: u32[][] = []): u32 {
    return this.peer(PEER_BLOCK, this.block(cidr, excepts), NONE);
  }

  unknownPeer(): u32 {
    return this.peer(PEER_UNKNOWN, 0, NONE);
  }

  nodesBy(selector: u32): u32 {
    return this.peer(PEER_NODES, selector, NONE);
  }

  private peer(kind: u32, a: u32, b: u32): u32 {
    pushAll(this.sections[PEERS], [kind, a, b]);
    return this.next(PEERS);
  }

  namespace(labels: u32[] = [], open: bool = false): u32 {
    pushLabels(this.sections[NAMESPACES], labels, open);
    return this.counts[NAMESPACES]++;
  }

  node(labels: u32[] = [], open: bool = false): u32 {
    pushLabels(this.sections[NODES], labels, open);
    return this.counts[NODES]++;
  }

  /** A NetworkPolicy; its rules follow by `allow`. */
  networkPolicy(namespace: u32, podSelector: u32, directions: u32): u32 {
    return this.policy(TIER_ADDITIVE, namespace, NONE, podSelector, directions);
  }

  /** A policy of an ordered tier over the namespaces that a selector names; its rules follow by `rule`. */
  /** Without a priority of its own it comes after the policies that are there. */
  clusterPolicy(
    tier: u32,
    namespaceSelector: u32,
    podSelector: u32,
    directions: u32,
    priority: u32 = this.counts[POLICIES],
  ): u32 {
    return this.policy(tier, NONE, namespaceSelector, podSelector, directions, priority);
  }

  private policy(
    tier: u32,
    namespace: u32,
    namespaceSelector: u32,
    podSelector: u32,
    directions: u32,
    priority: u32 = 0,
  ): u32 {
    const words = this.sections[POLICIES];
    this.policyStart = words.length;
    pushAll(words, [tier, namespace, namespaceSelector, podSelector, directions, 0, priority]);
    return this.counts[POLICIES]++;
  }

  allow(direction: u32, peers: u32[], ports: u32[][] = []): void {
    this.rule(direction, ACTION_ALLOW, peers, ports);
  }

  /** Adds a rule to the last policy. */
  rule(direction: u32, action: u32, peers: u32[], ports: u32[][] = []): void {
    const words = this.sections[POLICIES];
    pushAll(words, [direction, action, peers.length, ports.length]);
    pushAll(words, peers);
    for (let i = 0; i < ports.length; ++i) pushAll(words, ports[i]);
    const rules = this.policyStart + POLICY_RULES;
    put(words, rules, at(words, rules) + 1);
  }

  addressSet(prefixes: u32[][]): u32 {
    const words = this.sections[ADDRESS_SETS];
    push(words, prefixes.length);
    for (let i = 0; i < prefixes.length; ++i) pushAll(words, prefixes[i]);
    return this.counts[ADDRESS_SETS]++;
  }

  add(endpoint: Endpoint): u32 {
    endpoint.appendTo(this.sections[ENDPOINTS]);
    return this.counts[ENDPOINTS]++;
  }

  /** The stream's address. */
  stream(): usize {
    const words = newVec(256);
    push(words, this.version);
    for (let i = 0; i < INPUT_SECTIONS; ++i) push(words, this.counts[i]);
    for (let i = 0; i < INPUT_SECTIONS; ++i) {
      const section = this.sections[i];
      for (let j: u32 = 0; j < section.length; ++j) push(words, at(section, j));
    }
    return words.data;
  }

  compile(): Build {
    return compileInput(this.stream());
  }
}

/** Adds an endpoint to a compiled build and gives its number. */
export function addLate(build: Build, endpoint: Endpoint): u32 {
  return addEndpointRecord(build, endpoint.record());
}

function pushLabels(words: Vec, labels: u32[], open: bool): void {
  push(words, open ? LABELS_OPEN : 0);
  push(words, labels.length / 2);
  pushAll(words, labels);
}
