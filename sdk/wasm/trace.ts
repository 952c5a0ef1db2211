/** The core's trace of one direction, read: what each policy, rule, peer and port makes of a flow. */
import {
  TRACE_HEADER_WORDS,
  TRACE_OWN_NODE,
  TRACE_PEER_FIRST,
  TRACE_PEER_MATCH,
  TRACE_PEER_MISSES,
  TRACE_PEER_SECOND,
  TRACE_PEER_WORDS,
  TRACE_POLICIES,
  TRACE_POLICY_NUMBER,
  TRACE_POLICY_REACHED,
  TRACE_POLICY_RULES,
  TRACE_POLICY_SELECTS,
  TRACE_POLICY_WORDS,
  TRACE_PORT_MATCH,
  TRACE_PORT_MISSES,
  TRACE_PORT_NUMBER,
  TRACE_PORT_WORDS,
  TRACE_RULE_INDEX,
  TRACE_RULE_MATCH,
  TRACE_RULE_PEERS,
  TRACE_RULE_PEERS_MATCH,
  TRACE_RULE_PORTS,
  TRACE_RULE_PORTS_MATCH,
  TRACE_RULE_REACHED,
  TRACE_RULE_WORDS,
} from "../../assembly/abi-trace.ts";

/** Three-valued: what the input leaves open is `"open"`. */
export type Match = "no" | "open" | "yes";

const MATCHES: readonly Match[] = ["no", "open", "yes"];

export interface PeerTrace {
  readonly match: Match;
  /** abi's TRACE_MISS_… bits. */
  readonly misses: number;
  /** Requirements of the namespace's or the nodes' selector that are not met, as bits; or the first `except` that holds the address. */
  readonly first: number;
  /** Requirements of the pod selector that are not met, as bits; or which of the first 32 `except` hold the address. */
  readonly second: number;
}

export interface PortTrace {
  readonly match: Match;
  readonly misses: number;
  /** What the entry's name stands for on the destination under the entry's protocol; 0 where it stands for nothing. */
  readonly number: number;
}

export interface RuleTrace {
  /** Place among all rules of the model's policy. */
  readonly index: number;
  readonly match: Match;
  /** Whether the flow comes to this rule, or was decided before. */
  readonly reached: Match;
  readonly peersMatch: Match;
  readonly portsMatch: Match;
  readonly peers: readonly PeerTrace[];
  readonly ports: readonly PortTrace[];
}

export interface PolicyTrace {
  readonly number: number;
  readonly selects: Match;
  /** Whether the flow comes to this policy, or was decided before. */
  readonly reached: Match;
  readonly rules: readonly RuleTrace[];
}

export interface Trace {
  /** The source's address is one of the destination's own node. */
  readonly ownNode: boolean;
  /** Those that select the subject, in the order in which they decide. */
  readonly policies: readonly PolicyTrace[];
}

export function decodeTrace(words: Uint32Array): Trace {
  const reader = new Reader(words);
  const header = reader.take(TRACE_HEADER_WORDS);
  return {
    ownNode: header(TRACE_OWN_NODE) !== 0,
    policies: times(header(TRACE_POLICIES), () => readPolicy(reader)),
  };
}

function readPolicy(reader: Reader): PolicyTrace {
  const policy = reader.take(TRACE_POLICY_WORDS);
  return {
    number: policy(TRACE_POLICY_NUMBER),
    selects: matchOf(policy(TRACE_POLICY_SELECTS)),
    reached: matchOf(policy(TRACE_POLICY_REACHED)),
    rules: times(policy(TRACE_POLICY_RULES), () => readRule(reader)),
  };
}

function readRule(reader: Reader): RuleTrace {
  const rule = reader.take(TRACE_RULE_WORDS);
  return {
    index: rule(TRACE_RULE_INDEX),
    match: matchOf(rule(TRACE_RULE_MATCH)),
    reached: matchOf(rule(TRACE_RULE_REACHED)),
    peersMatch: matchOf(rule(TRACE_RULE_PEERS_MATCH)),
    portsMatch: matchOf(rule(TRACE_RULE_PORTS_MATCH)),
    peers: times(rule(TRACE_RULE_PEERS), () => readPeer(reader)),
    ports: times(rule(TRACE_RULE_PORTS), () => readPort(reader)),
  };
}

function readPeer(reader: Reader): PeerTrace {
  const peer = reader.take(TRACE_PEER_WORDS);
  return {
    match: matchOf(peer(TRACE_PEER_MATCH)),
    misses: peer(TRACE_PEER_MISSES),
    first: peer(TRACE_PEER_FIRST),
    second: peer(TRACE_PEER_SECOND),
  };
}

function readPort(reader: Reader): PortTrace {
  const port = reader.take(TRACE_PORT_WORDS);
  return {
    match: matchOf(port(TRACE_PORT_MATCH)),
    misses: port(TRACE_PORT_MISSES),
    number: port(TRACE_PORT_NUMBER),
  };
}

/** Records one after the other; each is read by the places of its words. */
class Reader {
  readonly #words: Uint32Array;
  #next = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  take(count: number): (place: number) => number {
    const start = this.#next;
    this.#next += count;
    return (place) => this.#words[start + place] ?? 0;
  }
}

function matchOf(word: number): Match {
  return MATCHES[word] ?? "no";
}

function times<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}
