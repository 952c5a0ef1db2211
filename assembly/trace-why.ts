/** What a peer and a port make of a flow, and what of them it misses. The answers are those of the functions that fill the tables. */
import {
  ENDPOINT_NODE,
  ENDPOINT_POD,
  NONE,
  PEER_BLOCK,
  PEER_NODES,
  PEER_PODS_BY_NAMESPACE_SELECTOR,
  PEER_PODS_IN_NAMESPACE,
  PORT_FIRST,
  PORT_KIND,
  PORT_LAST,
  PORT_NAME,
  PORT_SLOT,
  LABELS_OPEN,
} from "./abi";
import {
  TRACE_MISS_EXCEPT,
  TRACE_MISS_NAMESPACE,
  TRACE_MISS_NODE_LABELS,
  TRACE_MISS_NO_SUCH_NAME,
  TRACE_MISS_NOT_A_NODE,
  TRACE_MISS_NOT_A_POD,
  TRACE_MISS_OPEN,
  TRACE_MISS_OUTSIDE,
  TRACE_MISS_POD_LABELS,
  TRACE_MISS_PORT,
  TRACE_MISS_PROTOCOL,
  TRACE_PEER_FIRST,
  TRACE_PEER_MATCH,
  TRACE_PEER_MISSES,
  TRACE_PEER_SECOND,
  TRACE_PEER_WORDS,
  TRACE_PORT_MATCH,
  TRACE_PORT_MISSES,
  TRACE_PORT_NUMBER,
  TRACE_PORT_WORDS,
} from "./abi-trace";
import { Build } from "./build";
import {
  classHolder,
  classKind,
  classSignature,
  HOLDER_OPEN,
  labelsAt,
  recordAt,
  SIGNATURE_SET,
  subjectLabels,
  subjectNamespace,
  subjectPorts,
} from "./class";
import { tupleAt, tupleLength } from "./intern";
import { MATCH_NO, MATCH_YES } from "./match";
import { asksOpen, missedRequirements } from "./selector";
import { inside, matchesLabels, matchNamespace, matchPeer } from "./term";
import { amend, tellMany, Tracer } from "./tracer";
import { at, Vec, word } from "./vec";

/** Tells of a peer and one class; gives whether they match. */
export function tracePeer(build: Build, tracer: Tracer, peer: usize, id: u32): u32 {
  const place = tellMany(tracer, TRACE_PEER_WORDS);
  const match = matchPeer(build, peer, id);
  amend(tracer, place + TRACE_PEER_MATCH, match);
  if (match == MATCH_YES) return match;
  const kind = load<u32>(peer);
  if (kind == PEER_PODS_IN_NAMESPACE || kind == PEER_PODS_BY_NAMESPACE_SELECTOR) {
    missPods(build, tracer, place, peer, id);
  } else if (kind == PEER_BLOCK) {
    missBlock(build, tracer, place, word(peer, 1), id);
  } else if (kind == PEER_NODES) {
    missNodes(build, tracer, place, word(peer, 1), id);
  }
  return match;
}

function missPods(build: Build, tracer: Tracer, place: u32, peer: usize, id: u32): void {
  if (classKind(build, id) != ENDPOINT_POD) {
    amend(tracer, place + TRACE_PEER_MISSES, TRACE_MISS_NOT_A_POD);
    return;
  }
  let misses: u32 = 0;
  const subject = classHolder(build, id);
  const namespace = subjectNamespace(build, subject);
  const matched = matchNamespace(build, peer, namespace);
  if (matched == MATCH_NO) misses |= TRACE_MISS_NAMESPACE;
  if (matched != MATCH_YES && load<u32>(peer) == PEER_PODS_BY_NAMESPACE_SELECTOR) {
    const record = recordAt(build.namespaces, namespace);
    const open = (load<u32>(record) & LABELS_OPEN) != 0;
    const selector = recordAt(build.selectors, word(peer, 1));
    const words = word(record, 1) << 1;
    if (open && asksOpen(selector, record + 8, words)) misses |= TRACE_MISS_OPEN;
    amend(tracer, place + TRACE_PEER_FIRST, missedRequirements(selector, record + 8, words, open));
  }
  const labels = subjectLabels(build, subject);
  if (!matchesLabels(build, word(peer, 2), labels)) {
    misses |= TRACE_MISS_POD_LABELS;
    amend(tracer, place + TRACE_PEER_SECOND, missedLabels(build, word(peer, 2), labels, false));
  }
  amend(tracer, place + TRACE_PEER_MISSES, misses);
}

function missNodes(build: Build, tracer: Tracer, place: u32, selector: u32, id: u32): void {
  if (classKind(build, id) != ENDPOINT_NODE) {
    amend(tracer, place + TRACE_PEER_MISSES, TRACE_MISS_NOT_A_NODE);
    return;
  }
  const holder = classHolder(build, id);
  const open = (holder & HOLDER_OPEN) != 0;
  const labelSet = holder & ~HOLDER_OPEN;
  const missed = missedLabels(build, selector, labelSet, open);
  const asks =
    open &&
    asksOpen(recordAt(build.selectors, selector), labelsAt(build, labelSet), tupleLength(build.labelSets, labelSet));
  amend(
    tracer,
    place + TRACE_PEER_MISSES,
    (missed != 0 || !asks ? TRACE_MISS_NODE_LABELS : 0) | (asks ? TRACE_MISS_OPEN : 0),
  );
  amend(tracer, place + TRACE_PEER_FIRST, missed);
}

function missedLabels(build: Build, selector: u32, labelSet: u32, open: bool): u32 {
  return missedRequirements(
    recordAt(build.selectors, selector),
    labelsAt(build, labelSet),
    tupleLength(build.labelSets, labelSet),
    open,
  );
}

/** An address that is one of a set has no single reason. Of the exceptions that hold it the first is told, and the first 32 as bits. */
function missBlock(build: Build, tracer: Tracer, place: u32, block: u32, id: u32): void {
  const signature = classSignature(build, id);
  if (signature & SIGNATURE_SET) return;
  const numbers = changetype<Vec>(recordAt(build.blockNumbers, block));
  if (!inside(build, signature, at(numbers, 0))) {
    amend(tracer, place + TRACE_PEER_MISSES, TRACE_MISS_OUTSIDE);
    return;
  }
  let holding: u32 = 0;
  let first: u32 = NONE;
  for (let i: u32 = 1; i < numbers.length; ++i) {
    if (!inside(build, signature, at(numbers, i))) continue;
    if (first == NONE) first = i - 1;
    if (i <= 32) holding |= 1 << (i - 1);
  }
  if (first == NONE) return;
  amend(tracer, place + TRACE_PEER_MISSES, TRACE_MISS_EXCEPT);
  amend(tracer, place + TRACE_PEER_FIRST, first);
  amend(tracer, place + TRACE_PEER_SECOND, holding);
}

/** Tells of a rule's port entry; a name is one of the destination's class. Gives whether they match. */
export function tracePort(build: Build, tracer: Tracer, entry: usize, destination: u32, slot: u32, port: u32): u32 {
  const place = tellMany(tracer, TRACE_PORT_WORDS);
  let misses: u32 = word(entry, PORT_SLOT) == slot ? 0 : TRACE_MISS_PROTOCOL;
  if (word(entry, PORT_KIND) == PORT_NAME) {
    const number = numberOfName(build, destination, word(entry, PORT_FIRST), word(entry, PORT_SLOT), port);
    amend(tracer, place + TRACE_PORT_NUMBER, number);
    if (number == 0) misses |= TRACE_MISS_NO_SUCH_NAME;
    else if (number != port) misses |= TRACE_MISS_PORT;
  } else if (port < word(entry, PORT_FIRST) || port > word(entry, PORT_LAST)) {
    misses |= TRACE_MISS_PORT;
  }
  amend(tracer, place + TRACE_PORT_MISSES, misses);
  amend(tracer, place + TRACE_PORT_MATCH, misses == 0 ? MATCH_YES : MATCH_NO);
  return misses == 0 ? MATCH_YES : MATCH_NO;
}

/** A number that the class's pods have under a name and its entry's protocol, `port` if it is one of them; 0 where there is none. */
function numberOfName(build: Build, id: u32, name: u32, slot: u32, port: u32): u32 {
  if (classKind(build, id) != ENDPOINT_POD) return 0;
  const portSet = subjectPorts(build, classHolder(build, id));
  const ports = tupleAt(build.portSets, portSet);
  let number: u32 = 0;
  for (let i: u32 = 0; i < tupleLength(build.portSets, portSet); ++i) {
    const resolved = tupleAt(build.resolvedPorts, word(ports, i));
    if (word(resolved, 0) != name || word(resolved, 1) != slot) continue;
    number = word(resolved, 2);
    if (number == port) return number;
  }
  return number;
}
