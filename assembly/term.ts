/**
 * Terms: who a rule speaks of, as sets of classes. The one place where peers are matched.
 *
 * A term is the tuple (peer, name, slot, number). The last three are 0 for a peer alone; otherwise the term is the part of
 * the peer whose pods have a port of that name and protocol with that number: a named port of an egress rule, which is
 * resolved on the destination. Term 0 is anyone.
 *
 * Matching is three-valued, so a term has two sets (term-bits.ts): the classes that match for certain and those that
 * possibly do.
 */
import {
  ENDPOINT_NODE,
  ENDPOINT_POD,
  LABELS_OPEN,
  NONE,
  PEER_BLOCK,
  PEER_NODES,
  PEER_PODS_BY_NAMESPACE_SELECTOR,
  PEER_PODS_IN_NAMESPACE,
  PEER_UNKNOWN,
  ENDPOINT_EXTERNAL,
} from "./abi";
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
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { namespacesToAsk } from "./namespace-index";
import { matchesSelector, matchSelectorOpen } from "./selector";
import { appendEveryone, beginBits, endBits, markClass, TERM_ANY } from "./term-bits";
import { at, newVec, push, pushMany, put, Vec, word } from "./vec";

/** The term of `peer`, or of the part of it that resolves a named port. */
export function internTerm(build: Build, peer: u32, name: u32, slot: u32, number: u32): u32 {
  const key = build.key;
  store<u32>(key, peer);
  store<u32>(key + 4, name);
  store<u32>(key + 8, slot);
  store<u32>(key + 12, number);
  const known = tupleCount(build.terms);
  const term = intern(build.terms, key, 4);
  if (term == known) fillTerm(build, term);
  return term;
}

/** Whether the term is an `ipBlock`, with or without a named port. */
export function isBlockTerm(build: Build, term: u32): bool {
  const peer = word(tupleAt(build.terms, term), 0);
  return peer != NONE && load<u32>(recordAt(build.peers, peer)) == PEER_BLOCK;
}

/** Whether it is not known whom the term speaks of. */
export function isUnknownTerm(build: Build, term: u32): bool {
  const peer = word(tupleAt(build.terms, term), 0);
  return peer != NONE && load<u32>(recordAt(build.peers, peer)) == PEER_UNKNOWN;
}

/** Takes a class that came after the term into its sets, and tells whether it is in one of them. */
export function addClassToTerm(build: Build, term: u32, id: u32): bool {
  const match = matchTerm(build, term, id);
  if (match != MATCH_NO) markClass(build, term, id, match == MATCH_OPEN);
  return match != MATCH_NO;
}

/** Whether one class belongs to a term. */
export function matchTerm(build: Build, term: u32, id: u32): u32 {
  const tuple = tupleAt(build.terms, term);
  const peer = word(tuple, 0);
  if (!hasNamedPort(build, tuple, id)) return MATCH_NO;
  return peer == NONE ? MATCH_YES : matchPeer(build, recordAt(build.peers, peer), id);
}

/** Whether one class is of those that a peer speaks of. */
export function matchPeer(build: Build, record: usize, id: u32): u32 {
  switch (load<u32>(record)) {
    case PEER_PODS_IN_NAMESPACE:
    case PEER_PODS_BY_NAMESPACE_SELECTOR: {
      if (classKind(build, id) != ENDPOINT_POD) return MATCH_NO;
      const subject = classHolder(build, id);
      const match = matchNamespace(build, record, subjectNamespace(build, subject));
      if (match == MATCH_NO || !matchesLabels(build, word(record, 2), subjectLabels(build, subject))) return MATCH_NO;
      return match;
    }
    case PEER_BLOCK:
      return matchBlock(build, word(record, 1), classSignature(build, id));
    case PEER_NODES:
      return matchNode(build, word(record, 1), id);
    case PEER_UNKNOWN:
      return MATCH_OPEN;
    default:
      return unreachable();
  }
}

/** Whether a pod selector (NONE: every pod) matches a label set; answers are kept, but for builds that only read. */
export function matchesLabels(build: Build, selector: u32, labelSet: u32): bool {
  if (selector == NONE) return true;
  if (isDefined(READS_ONLY)) return matchesLabelSet(build, selector, labelSet);
  // Two bits a label set: asked, and matched. There can be tens of thousands of both.
  const memo = changetype<Vec>(<usize>at(build.selectorMemos, selector));
  const place = labelSet >> 4;
  if (place >= memo.length) pushMany(memo, 0, place + 1 - memo.length);
  const bits = at(memo, place);
  const shift = (labelSet & 15) << 1;
  const known = (bits >> shift) & 3;
  if (known != 0) return known == 3;
  const matches = matchesLabelSet(build, selector, labelSet);
  put(memo, place, bits | ((matches ? 3 : 1) << shift));
  return matches;
}

function matchesLabelSet(build: Build, selector: u32, labelSet: u32): bool {
  return matchesSelector(
    recordAt(build.selectors, selector),
    labelsAt(build, labelSet),
    tupleLength(build.labelSets, labelSet),
  );
}

/** Whether a namespace selector matches a namespace. */
export function matchNamespaceSelector(build: Build, selector: u32, namespace: u32): u32 {
  const record = recordAt(build.namespaces, namespace);
  return matchLabelRecord(build, selector, record);
}

export function matchNamespace(build: Build, peer: usize, namespace: u32): u32 {
  if (load<u32>(peer) == PEER_PODS_IN_NAMESPACE) return word(peer, 1) == namespace ? MATCH_YES : MATCH_NO;
  return matchNamespaceSelector(build, word(peer, 1), namespace);
}

/** A record of labels: flags, number of labels, then (key, value) pairs. */
function matchLabelRecord(build: Build, selector: u32, record: usize): u32 {
  const requirements = recordAt(build.selectors, selector);
  const words = word(record, 1) << 1;
  if (load<u32>(record) & LABELS_OPEN) return matchSelectorOpen(requirements, record + 8, words);
  return matchesSelector(requirements, record + 8, words) ? MATCH_YES : MATCH_NO;
}

function matchNode(build: Build, selector: u32, id: u32): u32 {
  const kind = classKind(build, id);
  // An address outside that is not known may be that of a node that is not known.
  if (kind == ENDPOINT_EXTERNAL && classSignature(build, id) & SIGNATURE_SET)
    return min<u32>(MATCH_OPEN, matchSelectorOpen(recordAt(build.selectors, selector), 0, 0));
  if (kind != ENDPOINT_NODE) return MATCH_NO;
  const holder = classHolder(build, id);
  const labelSet = holder & ~HOLDER_OPEN;
  if (!(holder & HOLDER_OPEN)) return matchesLabels(build, selector, labelSet) ? MATCH_YES : MATCH_NO;
  return matchSelectorOpen(
    recordAt(build.selectors, selector),
    labelsAt(build, labelSet),
    tupleLength(build.labelSets, labelSet),
  );
}

/** An `ipBlock` holds what is in its cidr and in none of its excepts. [types.go, IPBlock] */
function matchBlock(build: Build, block: u32, signature: u32): u32 {
  const numbers = changetype<Vec>(recordAt(build.blockNumbers, block));
  if (!(signature & SIGNATURE_SET)) return blockHolds(build, numbers, signature) ? MATCH_YES : MATCH_NO;
  const pieces = changetype<Vec>(recordAt(build.addressSets, signature & ~SIGNATURE_SET));
  let held: u32 = 0;
  for (let i: u32 = 0; i < pieces.length; ++i) held += <u32>blockHolds(build, numbers, at(pieces, i));
  if (held == 0) return MATCH_NO;
  return held == pieces.length ? MATCH_YES : MATCH_OPEN;
}

function blockHolds(build: Build, numbers: Vec, signature: u32): bool {
  if (!inside(build, signature, at(numbers, 0))) return false;
  for (let i: u32 = 1; i < numbers.length; ++i) {
    if (inside(build, signature, at(numbers, i))) return false;
  }
  return true;
}

/** Whether a signature, which is no address set, lies in a prefix. */
export function inside(build: Build, signature: u32, prefix: u32): bool {
  return signature >= prefix && signature < at(build.tree.ends, prefix);
}

/** Whether the class's pods have the named port that the term asks for, if it asks for one. */
function hasNamedPort(build: Build, term: usize, id: u32): bool {
  const number = word(term, 3);
  if (number == 0) return true;
  if (classKind(build, id) != ENDPOINT_POD) return false;
  return resolvesTo(build, subjectPorts(build, classHolder(build, id)), word(term, 1), word(term, 2), number);
}

/** Whether a port set has `number` under (name, slot). */
function resolvesTo(build: Build, portSet: u32, name: u32, slot: u32, number: u32): bool {
  const ports = tupleAt(build.portSets, portSet);
  const count = tupleLength(build.portSets, portSet);
  for (let i: u32 = 0; i < count; ++i) {
    const port = tupleAt(build.resolvedPorts, word(ports, i));
    if (word(port, 0) == name && word(port, 1) == slot && word(port, 2) == number) return true;
  }
  return false;
}

/** Makes a new term's sets, asking only the classes that the peer can reach. */
function fillTerm(build: Build, term: u32): void {
  if (term == TERM_ANY) {
    appendEveryone(build);
    return;
  }
  beginBits(build);
  const peer = word(tupleAt(build.terms, term), 0);
  const record: usize = peer == NONE ? 0 : recordAt(build.peers, peer);
  const kind: u32 = peer == NONE ? 0 : load<u32>(record);
  if (kind == PEER_PODS_IN_NAMESPACE) {
    push(changetype<Vec>(recordAt(build.namespaceTerms, word(record, 1))), term);
    fillFromNamespace(build, term, word(record, 1), MATCH_YES);
  } else {
    push(build.otherTerms, term);
    if (kind == PEER_PODS_BY_NAMESPACE_SELECTOR) fillFromNamespaces(build, term, word(record, 1));
    else if (kind == PEER_BLOCK) fillFromBlock(build, term, word(record, 1));
    else for (let id: u32 = 0; id < tupleCount(build.classes); ++id) addClassToTerm(build, term, id);
  }
  endBits(build, term);
}

function fillFromNamespaces(build: Build, term: u32, selector: u32): void {
  const matching = matchingNamespaces(build, selector);
  for (let i: u32 = 1; i < matching.length; ++i) {
    const entry = at(matching, i);
    fillFromNamespace(build, term, entry >> 1, entry & 1 ? MATCH_OPEN : MATCH_YES);
  }
}

/**
 * The namespaces that a selector matches, from item 1 on: twice the index, and one more where it is open. Many peers ask
 * with one selector, so the list is kept, and takes in the namespaces that have come since; item 0 is how many it knows.
 */
function matchingNamespaces(build: Build, selector: u32): Vec {
  if (at(build.selectorNamespaces, selector) == 0) {
    const list = newVec(8);
    push(list, 0);
    put(build.selectorNamespaces, selector, <u32>changetype<usize>(list));
  }
  const matching = changetype<Vec>(recordAt(build.selectorNamespaces, selector));
  const first = at(matching, 0);
  if (first == build.namespaces.length) return matching;
  const record = recordAt(build.selectors, selector);
  const asked = namespacesToAsk(build.namespaceIndex, build.namespaces, record, first, build.key);
  for (let i: u32 = 0; i < asked.length; ++i) {
    const namespace = at(asked, i);
    const match = matchNamespaceSelector(build, selector, namespace);
    if (match != MATCH_NO) push(matching, (namespace << 1) | <u32>(match == MATCH_OPEN));
  }
  put(matching, 0, build.namespaces.length);
  return matching;
}

function fillFromBlock(build: Build, term: u32, block: u32): void {
  const cidr = at(changetype<Vec>(recordAt(build.blockNumbers, block)), 0);
  for (let number = cidr; number < at(build.tree.ends, cidr); ++number)
    fillFromList(build, term, at(build.signatureClasses, number));
  for (let set: u32 = 0; set < build.addressSets.length; ++set)
    fillFromList(build, term, at(build.addressSetClasses, set));
}

/** Takes in the pods of a namespace that the term's labels and named port ask for; `match` is what the namespace says. */
function fillFromNamespace(build: Build, term: u32, namespace: u32, match: u32): void {
  const classes = changetype<Vec>(recordAt(build.namespaceClasses, namespace));
  const tuple = tupleAt(build.terms, term);
  const selector = word(recordAt(build.peers, word(tuple, 0)), 2);
  for (let i: u32 = 0; i < classes.length; ++i) {
    const id = at(classes, i);
    if (!matchesLabels(build, selector, subjectLabels(build, classHolder(build, id)))) continue;
    if (hasNamedPort(build, tuple, id)) markClass(build, term, id, match == MATCH_OPEN);
  }
}

function fillFromList(build: Build, term: u32, head: u32): void {
  for (let id = head; id != NONE; id = at(build.nextClass, id)) addClassToTerm(build, term, id);
}
