/**
 * Endpoint classes: endpoints that no policy can tell apart.
 *
 * Pods of one class share the namespace, the labels that selectors name, the ports that policies name, and the signature
 * of the address used (a dual-stack pod is in a class per family). Node addresses share their node's named labels and
 * their signature; external addresses have nothing but a signature.
 *
 * A class is the tuple (kind, holder, signature): the holder is a pod's subject or a node's labels.
 */
import {
  ADDRESS_KNOWN,
  ADDRESS_NONE,
  ENDPOINT_ADDRESS4,
  ENDPOINT_ADDRESS6,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_LABELS,
  ENDPOINT_NAMESPACE,
  ENDPOINT_NODE,
  ENDPOINT_NODE_INDEX,
  ENDPOINT_POD,
  ENDPOINT_PORTS,
  LABELS_OPEN,
  NONE,
} from "./abi";
import { Build } from "./build";
import { contains, intern, tupleAt, tupleCount } from "./intern";
import { isKeyNamed, isPairNamed } from "./named";
import { longestMatch } from "./prefix";
import { OTHER_VALUE } from "./selector";
import { dropRepeats, sortWords } from "./sort";
import { addressOf, at, cleared, push, put, Vec, word } from "./vec";

/** Set in a class's signature: the rest is an address set. */
export const SIGNATURE_SET: u32 = 0x80000000;
/** Set in a node class's holder: labels other than those of the label set are open. */
export const HOLDER_OPEN: u32 = 0x80000000;

export function classKind(build: Build, id: u32): u32 {
  return word(tupleAt(build.classes, id), 0);
}

export function classHolder(build: Build, id: u32): u32 {
  return word(tupleAt(build.classes, id), 1);
}

export function classSignature(build: Build, id: u32): u32 {
  return word(tupleAt(build.classes, id), 2);
}

export function subjectNamespace(build: Build, subject: u32): u32 {
  return word(tupleAt(build.subjects, subject), 0);
}

export function subjectLabels(build: Build, subject: u32): u32 {
  return word(tupleAt(build.subjects, subject), 1);
}

export function subjectPorts(build: Build, subject: u32): u32 {
  return word(tupleAt(build.subjects, subject), 2);
}

/** What an endpoint's classes, one a family, share: a pod's subject or a node's labels. */
export function holderOfEndpoint(build: Build, endpoint: usize): u32 {
  const kind = word(endpoint, ENDPOINT_KIND);
  if (kind == ENDPOINT_POD) return subjectOf(build, endpoint);
  return kind == ENDPOINT_NODE ? nodeHolder(build, word(endpoint, ENDPOINT_NODE_INDEX)) : 0;
}

/** Whether two endpoint records are those of pods of one namespace with the same labels and ports, so of one holder. */
export function isHeldAlike(a: usize, b: usize): bool {
  if (word(a, ENDPOINT_KIND) != ENDPOINT_POD || word(b, ENDPOINT_KIND) != ENDPOINT_POD) return false;
  if (word(a, ENDPOINT_NAMESPACE) != word(b, ENDPOINT_NAMESPACE)) return false;
  const labels = word(a, ENDPOINT_LABELS);
  const ports = word(a, ENDPOINT_PORTS);
  if (labels != word(b, ENDPOINT_LABELS) || ports != word(b, ENDPOINT_PORTS)) return false;
  const end = <u32>ENDPOINT_HEADER_WORDS + labels * 2 + ports * 3;
  for (let i: u32 = ENDPOINT_HEADER_WORDS; i < end; ++i) if (word(a, i) != word(b, i)) return false;
  return true;
}

/** The class of an input endpoint in one family, or `NONE` where it has no address of that family. */
export function classOfEndpoint(build: Build, endpoint: usize, holder: u32, family: u32): u32 {
  const field = family == 4 ? ENDPOINT_ADDRESS4 : ENDPOINT_ADDRESS6;
  const state = word(endpoint, field);
  if (state == ADDRESS_NONE) return NONE;
  const signature =
    state == ADDRESS_KNOWN
      ? signatureOf(build, family, endpoint + ((<usize>(field + 1)) << 2))
      : SIGNATURE_SET | word(endpoint, field + 1);
  return internClass(build, word(endpoint, ENDPOINT_KIND), holder, signature);
}

/** The id of the class of a kind, a holder and a signature; a new one where there is none yet. */
export function internClass(build: Build, kind: u32, holder: u32, signature: u32): u32 {
  const key = build.key;
  store<u32>(key, kind);
  store<u32>(key + 4, holder);
  store<u32>(key + 8, signature);
  const known = tupleCount(build.classes);
  const id = intern(build.classes, key, 3);
  if (id < known) return id;

  if (kind == ENDPOINT_POD)
    push(changetype<Vec>(<usize>at(build.namespaceClasses, subjectNamespace(build, holder))), id);
  const heads = signature & SIGNATURE_SET ? build.addressSetClasses : build.signatureClasses;
  const head = signature & ~SIGNATURE_SET;
  push(build.nextClass, at(heads, head));
  put(heads, head, id);
  return id;
}

/** (namespace, label set, port set) of a pod. */
function subjectOf(build: Build, endpoint: usize): u32 {
  const labels = endpoint + (ENDPOINT_HEADER_WORDS << 2);
  const labelCount = word(endpoint, ENDPOINT_LABELS);
  const ports = labels + ((<usize>labelCount) << 3);
  const key = build.key;
  store<u32>(key, word(endpoint, ENDPOINT_NAMESPACE));
  store<u32>(key + 4, labelSetOf(build, labels, labelCount));
  store<u32>(key + 8, portSetOf(build, ports, word(endpoint, ENDPOINT_PORTS)));
  return intern(build.subjects, key, 3);
}

/** A node's labels; those of an unknown node are all open. */
function nodeHolder(build: Build, node: u32): u32 {
  if (node == NONE) return labelSetOf(build, 0, 0) | HOLDER_OPEN;
  const record = <usize>at(build.nodes, node);
  const open = word(record, 0) & LABELS_OPEN;
  return labelSetOf(build, record + 8, word(record, 1)) | (open ? HOLDER_OPEN : 0);
}

/** The labels reduced to what selectors name: other keys go, other values become one. */
function labelSetOf(build: Build, labels: usize, count: u32): u32 {
  const reduced = cleared(build.spans.tuple);
  for (let i: u32 = 0; i < count; ++i) {
    const label = labels + ((<usize>i) << 3);
    if (!isKeyNamed(build.named, load<u32>(label))) continue;
    push(reduced, load<u32>(label));
    push(reduced, isPairNamed(build.named, label) ? word(label, 1) : OTHER_VALUE);
  }
  return intern(build.labelSets, reduced.data, reduced.length);
}

/** The set of a pod's ports, as they stand in its record: many pods have the same. */
function portSetOf(build: Build, ports: usize, count: u32): u32 {
  const known = tupleCount(build.portRuns);
  const run = intern(build.portRuns, ports, count * 3);
  if (run == known) push(build.portRunSets, makePortSet(build, ports, count));
  return at(build.portRunSets, run);
}

/** The ports reduced to those whose (name, slot) a policy names: sorted ids of `resolvedPorts`, each once. */
function makePortSet(build: Build, ports: usize, count: u32): u32 {
  const named = cleared(build.spans.tuple);
  for (let i: u32 = 0; i < count; ++i) {
    const port = ports + <usize>i * 12;
    if (contains(build.namedPorts, port, 2)) push(named, intern(build.resolvedPorts, port, 3));
  }
  sortWords(named.data, named.length);
  return intern(build.portSets, named.data, dropRepeats(named.data, named.length));
}

/** The number of the longest prefix that holds the address at `address`. */
export function signatureOf(build: Build, family: u32, address: usize): u32 {
  const host = build.key;
  store<u32>(host, family);
  store<u32>(host + 4, family == 4 ? 32 : 128);
  for (let i: u32 = 0; i < 4; ++i) {
    store<u32>(host + 8 + ((<usize>i) << 2), family == 4 && i > 0 ? 0 : word(address, i));
  }
  return longestMatch(build.tree, host);
}

/** The address of a label set's words, for selectors. */
export function labelsAt(build: Build, labelSet: u32): usize {
  return tupleAt(build.labelSets, labelSet);
}

/** The address of the words of a vector's item, for records kept by pointer. */
export function recordAt(records: Vec, index: u32): usize {
  return <usize>load<u32>(addressOf(records, index));
}
