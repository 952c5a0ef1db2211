/**
 * Terms: who a rule speaks of, as sets of classes. The one place where peers are matched.
 *
 * A term is the tuple (peer, name, slot, number). The last three are 0 for a peer alone; otherwise the term is the part of
 * the peer whose pods have a port of that name and protocol with that number: a named port of an egress rule, which is
 * resolved on the destination. Term 0 is anyone.
 *
 * Matching is three-valued, so a term has two sets: the classes that match for certain and those that possibly do.
 * They are one set for most terms.
 */
import {
  CHUNK_BYTES,
  CHUNK_SHIFT,
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
import { matchesSelector, matchSelectorOpen } from "./selector";
import { at, push, pushMany, put, Vec, word } from "./vec";

/** The term of everyone. */
export const TERM_ANY: u32 = 0;

// Words of a term in `termBits`.
const BITS_CERTAIN: u32 = 0;
const BITS_POSSIBLE: u32 = 1;
/** The chunks outside [first, end) are empty. */
const BITS_FIRST: u32 = 2;
const BITS_END: u32 = 3;
const BITS_WORDS: u32 = 4;

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

export function termCertain(build: Build, term: u32): usize {
  return <usize>at(build.termBits, term * BITS_WORDS + BITS_CERTAIN);
}

export function termPossible(build: Build, term: u32): usize {
  return <usize>at(build.termBits, term * BITS_WORDS + BITS_POSSIBLE);
}

/** Whether some class belongs to the term possibly and not for certain. */
export function isOpenTerm(build: Build, term: u32): bool {
  return at(build.termBits, term * BITS_WORDS + BITS_CERTAIN) != at(build.termBits, term * BITS_WORDS + BITS_POSSIBLE);
}

/** Whether the term has any class in this chunk. */
export function termReaches(build: Build, term: u32, chunk: u32): bool {
  return (
    chunk >= at(build.termBits, term * BITS_WORDS + BITS_FIRST) &&
    chunk < at(build.termBits, term * BITS_WORDS + BITS_END)
  );
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
  if (match != MATCH_NO) mark(build, term, id, match);
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
  const memo = changetype<Vec>(<usize>at(build.selectorMemos, selector));
  if (labelSet >= memo.length) pushMany(memo, 0, labelSet + 1 - memo.length);
  const known = at(memo, labelSet);
  if (known != 0) return known == 2;
  const matches = matchesLabelSet(build, selector, labelSet);
  put(memo, labelSet, matches ? 2 : 1);
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
  const bytes = <usize>build.rowStride * CHUNK_BYTES;
  const certain = heap.alloc(bytes);
  const classes = tupleCount(build.classes);
  memory.fill(certain, term == TERM_ANY ? 0xff : 0, bytes);
  push(build.termBits, <u32>certain);
  push(build.termBits, <u32>certain);
  push(build.termBits, term == TERM_ANY ? 0 : NONE);
  push(build.termBits, term == TERM_ANY ? NONE : 0);
  if (term == TERM_ANY) return;

  const peer = word(tupleAt(build.terms, term), 0);
  const record: usize = peer == NONE ? 0 : recordAt(build.peers, peer);
  const kind: u32 = peer == NONE ? 0 : load<u32>(record);
  if (kind == PEER_PODS_IN_NAMESPACE) {
    push(changetype<Vec>(recordAt(build.namespaceTerms, word(record, 1))), term);
    fillFromNamespace(build, term, word(record, 1), MATCH_YES);
    return;
  }
  push(build.otherTerms, term);
  if (kind == PEER_PODS_BY_NAMESPACE_SELECTOR) {
    for (let namespace: u32 = 0; namespace < build.namespaces.length; ++namespace) {
      const match = matchNamespace(build, record, namespace);
      if (match != MATCH_NO) fillFromNamespace(build, term, namespace, match);
    }
  } else if (kind == PEER_BLOCK) {
    const cidr = at(changetype<Vec>(recordAt(build.blockNumbers, word(record, 1))), 0);
    for (let number = cidr; number < at(build.tree.ends, cidr); ++number)
      fillFromList(build, term, at(build.signatureClasses, number));
    for (let set: u32 = 0; set < build.addressSets.length; ++set)
      fillFromList(build, term, at(build.addressSetClasses, set));
  } else {
    for (let id: u32 = 0; id < classes; ++id) addClassToTerm(build, term, id);
  }
}

/** Takes in the pods of a namespace that the term's labels and named port ask for; `match` is what the namespace says. */
function fillFromNamespace(build: Build, term: u32, namespace: u32, match: u32): void {
  const classes = changetype<Vec>(recordAt(build.namespaceClasses, namespace));
  const tuple = tupleAt(build.terms, term);
  const selector = word(recordAt(build.peers, word(tuple, 0)), 2);
  for (let i: u32 = 0; i < classes.length; ++i) {
    const id = at(classes, i);
    if (!matchesLabels(build, selector, subjectLabels(build, classHolder(build, id)))) continue;
    if (hasNamedPort(build, tuple, id)) mark(build, term, id, match);
  }
}

function fillFromList(build: Build, term: u32, head: u32): void {
  for (let id = head; id != NONE; id = at(build.nextClass, id)) addClassToTerm(build, term, id);
}

/** Sets a class's bit; the first open match gives the term a set of its own for what is possible. */
function mark(build: Build, term: u32, id: u32, match: u32): void {
  const base = term * BITS_WORDS;
  const certain = <usize>at(build.termBits, base + BITS_CERTAIN);
  let possible = <usize>at(build.termBits, base + BITS_POSSIBLE);
  if (match == MATCH_OPEN && possible == certain) {
    const bytes = <usize>build.rowStride * CHUNK_BYTES;
    possible = heap.alloc(bytes);
    memory.copy(possible, certain, bytes);
    put(build.termBits, base + BITS_POSSIBLE, <u32>possible);
  }
  setBit(possible, id);
  if (match == MATCH_YES) setBit(certain, id);
  const chunk = id >> CHUNK_SHIFT;
  if (chunk < at(build.termBits, base + BITS_FIRST)) put(build.termBits, base + BITS_FIRST, chunk);
  if (chunk >= at(build.termBits, base + BITS_END)) put(build.termBits, base + BITS_END, chunk + 1);
}

export function setBit(bits: usize, index: u32): void {
  const byte = bits + (index >> 3);
  const bit: u32 = 1 << (index & 7);
  store<u8>(byte, load<u8>(byte) | <u8>bit);
}

/** Moves all sets to the present row stride. */
export function widenTerms(build: Build, oldStride: u32): void {
  const oldBytes = <usize>oldStride * CHUNK_BYTES;
  for (let term: u32 = 0; term < tupleCount(build.terms); ++term) {
    const base = term * BITS_WORDS;
    const certain = <usize>at(build.termBits, base + BITS_CERTAIN);
    const possible = <usize>at(build.termBits, base + BITS_POSSIBLE);
    const wider = widened(build, term, certain, oldBytes);
    put(build.termBits, base + BITS_CERTAIN, <u32>wider);
    put(
      build.termBits,
      base + BITS_POSSIBLE,
      <u32>(possible == certain ? wider : widened(build, term, possible, oldBytes)),
    );
  }
}

function widened(build: Build, term: u32, bits: usize, oldBytes: usize): usize {
  const bytes = <usize>build.rowStride * CHUNK_BYTES;
  const wider = heap.alloc(bytes);
  memory.fill(wider, term == TERM_ANY ? 0xff : 0, bytes);
  memory.copy(wider, bits, oldBytes);
  return wider;
}
