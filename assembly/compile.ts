/**
 * From the input stream (abi: INPUT_…) to the query arena.
 *
 *   read records ─▶ number prefixes ─▶ class the endpoints ─▶ build profiles ─▶ fill class tables ─▶ index addresses ─▶ seal
 *
 * Endpoints can be added later: new classes become new columns of the terms and rows that are there.
 */
import {
  ABI_VERSION,
  ADDRESS_KNOWN,
  CLASS_FLAG_ISOLATED_EGRESS,
  CLASS_FLAG_ISOLATED_INGRESS,
  CLASS_FLAG_SUBJECT,
  CLASS_SPECIAL,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ENDPOINT_ADDRESS4,
  ENDPOINT_ADDRESS4_VALUE,
  ENDPOINT_ADDRESS6,
  ENDPOINT_ADDRESS6_VALUE,
  ENDPOINT_EXTERNAL,
  ENDPOINT_FLAGS,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_LABELS,
  ENDPOINT_NAMED,
  ENDPOINT_NODE,
  ENDPOINT_NODE_INDEX,
  ENDPOINT_OWNS_ADDRESS,
  ENDPOINT_POD,
  ENDPOINT_PORTS,
  ENDPOINT_PREFERS_IPV6,
  ERROR_VERSION,
  INPUT_ADDRESS_SETS,
  INPUT_BLOCKS,
  INPUT_ENDPOINTS,
  INPUT_HEADER_WORDS,
  INPUT_NAMESPACES,
  INPUT_NODES,
  INPUT_PEERS,
  INPUT_POLICIES,
  INPUT_SELECTORS,
  INPUT_VERSION,
  NODE_INDEX_MASK,
  NODE_KIND_SHIFT,
  NODE_NAMED,
  NODE_PREFERS_IPV6,
  NONE,
  PREFIX_ADDRESS,
  PREFIX_LENGTH,
  PREFIX_WORDS,
  SLOT_PORTLESS,
} from "./abi";
import { addPieces } from "./address-set";
import { seal } from "./arena";
import { Build, newBuild } from "./build";
import { classHolder, classKind, classOfEndpoint, internClass } from "./class";
import { addHost6, buildRanges6, growHosts6, hosts6Full, startHosts6 } from "./hosts6";
import { tupleCount } from "./intern";
import { internPortRecord } from "./port-record";
import { numberOf, numberPrefixes, prefixAt, prefixCount } from "./prefix";
import {
  PROFILE_ISOLATED,
  PROFILE_OWN_NODE,
  PROFILE_RECORDS,
  PROFILE_WORDS,
  profileOf,
  rebuildEgressProfiles,
} from "./profile";
import { readBlocks, readNamespaces, readNodes, readPeers, readPolicies, readSelectors } from "./records";
import { addClassesToRows, makeFirstRows, widenRows } from "./row";
import { internTerm, setBit } from "./term";
import { paint, startTrie } from "./trie4";
import { at, cleared, newVec, push, pushMany, put, Vec, word } from "./vec";

/** Compiles an input stream; the build's `error` tells of a limit that was passed. The stream must stay where it is. */
export function compileInput(input: usize): Build {
  const build = newBuild();
  if (word(input, INPUT_VERSION) != ABI_VERSION) {
    build.error = ERROR_VERSION;
    return build;
  }
  let cursor = input + (INPUT_HEADER_WORDS << 2);
  cursor = readSelectors(build, cursor, word(input, INPUT_SELECTORS));
  cursor = readBlocks(build, cursor, word(input, INPUT_BLOCKS));
  cursor = readPeers(build, cursor, word(input, INPUT_PEERS));
  cursor = readNamespaces(build, cursor, word(input, INPUT_NAMESPACES));
  cursor = readPolicies(build, cursor, word(input, INPUT_POLICIES));
  cursor = readNodes(build, cursor, word(input, INPUT_NODES));

  numberPrefixes(build.tree);
  numberBlocks(build);
  pushMany(build.signatureClasses, NONE, prefixCount(build.tree));
  cursor = readAddressSets(build, cursor, word(input, INPUT_ADDRESS_SETS));

  classExternals(build);
  const endpoints = cursor;
  const count = word(input, INPUT_ENDPOINTS);
  for (let i: u32 = 0; i < count; ++i) {
    classEndpoint(build, cursor);
    cursor = nextEndpoint(cursor);
  }

  widenRows(build);
  for (let id: u32 = 0; id < tupleCount(build.classes); ++id) notePodClass(build, id);
  internTerm(build, NONE, 0, 0, 0);
  makeFirstRows(build);
  internPortRecord(build, newVec(1), oneRow());
  build.profiledPorts = tupleCount(build.resolvedPorts);
  profileSubjects(build);
  fillClassTables(build);

  indexAddresses(build, endpoints, count);
  seal(build);
  return build;
}

/** Adds the endpoint at `record` and gives its number. Its namespace and node must be known (see index.ts). */
export function addEndpointRecord(build: Build, record: usize): u32 {
  const firstClass = tupleCount(build.classes);
  const endpoint = classEndpoint(build, record) - build.firstEndpoint;
  widenRows(build);
  for (let id = firstClass; id < tupleCount(build.classes); ++id) notePodClass(build, id);
  addClassesToRows(build, firstClass);
  if (tupleCount(build.resolvedPorts) > build.profiledPorts) {
    // A named port has come to mean another number: egress rules that use the name have new intervals.
    build.profiledPorts = tupleCount(build.resolvedPorts);
    rebuildEgressProfiles(build);
  }
  profileSubjects(build);
  fillClassTables(build);
  seal(build);
  return endpoint;
}

/** The address after an endpoint record. */
export function nextEndpoint(record: usize): usize {
  return (
    record +
    ((<usize>(ENDPOINT_HEADER_WORDS + word(record, ENDPOINT_LABELS) * 2 + word(record, ENDPOINT_PORTS) * 3)) << 2)
  );
}

function numberBlocks(build: Build): void {
  for (let i: u32 = 0; i < build.blocks.length; ++i) {
    const block = <usize>at(build.blocks, i);
    const excepts = load<u32>(block);
    const numbers = newVec(excepts + 1);
    for (let j: u32 = 0; j <= excepts; ++j)
      push(numbers, numberOf(build.tree, block + 4 + <usize>j * (PREFIX_WORDS << 2)));
    push(build.blockNumbers, <u32>changetype<usize>(numbers));
  }
}

/** Each set: number of prefixes, then the prefixes. */
function readAddressSets(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    const pieces = newVec(8);
    const prefixes = load<u32>(cursor);
    cursor += 4;
    for (let j: u32 = 0; j < prefixes; ++j) {
      addPieces(build.tree, cursor, pieces);
      cursor += PREFIX_WORDS << 2;
    }
    push(build.addressSets, <u32>changetype<usize>(pieces));
    push(build.addressSetClasses, NONE);
  }
  return cursor;
}

/** Gives the endpoint's place. */
function classEndpoint(build: Build, record: usize): u32 {
  const kind = word(record, ENDPOINT_KIND);
  const prefers6 = (word(record, ENDPOINT_FLAGS) & ENDPOINT_PREFERS_IPV6) != 0;
  const named = (word(record, ENDPOINT_FLAGS) & ENDPOINT_NAMED) != 0;
  const special: u32 = kind == ENDPOINT_NODE || prefers6 || !named ? CLASS_SPECIAL : 0;
  push(build.endpointClass4, classOfEndpoint(build, record, 4) | special);
  push(build.endpointClass6, classOfEndpoint(build, record, 6) | special);
  return push(
    build.endpointNode,
    (kind << NODE_KIND_SHIFT) |
      (prefers6 ? NODE_PREFERS_IPV6 : 0) |
      (named ? NODE_NAMED : 0) |
      (word(record, ENDPOINT_NODE_INDEX) & NODE_INDEX_MASK),
  );
}

/** One endpoint for what has its longest match in a prefix and is no host that is known. */
function classExternals(build: Build): void {
  for (let number: u32 = 0; number < prefixCount(build.tree); ++number) {
    const id = internClass(build, ENDPOINT_EXTERNAL, 0, number);
    push(build.endpointClass4, number < build.tree.root6 ? id : NONE);
    push(build.endpointClass6, number < build.tree.root6 ? NONE : id);
    push(build.endpointNode, (ENDPOINT_EXTERNAL << NODE_KIND_SHIFT) | NODE_INDEX_MASK);
  }
  build.firstEndpoint = build.endpointNode.length;
}

function notePodClass(build: Build, id: u32): void {
  if (classKind(build, id) == ENDPOINT_POD) setBit(build.podBits.data, id);
}

/** The rows of a record that holds for every port: row 1. */
function oneRow(): Vec {
  const rows = newVec(1);
  push(rows, 1);
  return rows;
}

function profileSubjects(build: Build): void {
  for (let subject = build.subjectProfiles.length >> 1; subject < tupleCount(build.subjects); ++subject) {
    const egress = profileOf(build, subject, DIRECTION_EGRESS);
    const ingress = profileOf(build, subject, DIRECTION_INGRESS);
    push(build.subjectProfiles, egress);
    push(build.subjectProfiles, ingress);
  }
}

/** Class tables from the profiles. What is no subject keeps record 0: everyone may pass. */
function fillClassTables(build: Build): void {
  cleared(build.classPorts);
  cleared(build.classInfo);
  for (let id: u32 = 0; id < tupleCount(build.classes); ++id) {
    const ports = pushMany(build.classPorts, 0, 8);
    const info = pushMany(build.classInfo, 0, 8);
    if (classKind(build, id) != ENDPOINT_POD) continue;
    const subject = classHolder(build, id);
    const egress = at(build.subjectProfiles, subject * 2) * PROFILE_WORDS;
    const ingress = at(build.subjectProfiles, subject * 2 + 1) * PROFILE_WORDS;
    for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
      put(build.classPorts, ports + slot, at(build.profileRecords, egress + PROFILE_RECORDS + slot));
      put(build.classPorts, ports + 4 + slot, at(build.profileRecords, ingress + PROFILE_RECORDS + slot));
      put(build.classInfo, info + slot, at(build.profileRecords, ingress + PROFILE_OWN_NODE + slot));
    }
    let flags: u32 = CLASS_FLAG_SUBJECT;
    if (at(build.profileRecords, egress + PROFILE_ISOLATED)) flags |= CLASS_FLAG_ISOLATED_EGRESS;
    if (at(build.profileRecords, ingress + PROFILE_ISOLATED)) flags |= CLASS_FLAG_ISOLATED_INGRESS;
    put(build.classInfo, info + 4, flags);
  }
}

function indexAddresses(build: Build, endpoints: usize, count: u32): void {
  startTrie(build.trie4, 0);
  for (let number: u32 = 1; number < build.tree.root6; ++number) {
    const prefix = prefixAt(build.tree, number);
    paint(build.trie4, word(prefix, PREFIX_ADDRESS), word(prefix, PREFIX_LENGTH), number);
  }
  buildRanges6(build);
  startHosts6(build.hosts6, 4);
  build.hosts6Count = 0;
  let record = endpoints;
  const end = build.firstEndpoint + count;
  for (let place = build.firstEndpoint; place < end; ++place) {
    if (word(record, ENDPOINT_FLAGS) & ENDPOINT_OWNS_ADDRESS) {
      if (word(record, ENDPOINT_ADDRESS4) == ADDRESS_KNOWN)
        paint(build.trie4, word(record, ENDPOINT_ADDRESS4_VALUE), 32, place);
      if (word(record, ENDPOINT_ADDRESS6) == ADDRESS_KNOWN)
        indexHost6(build, record + (ENDPOINT_ADDRESS6_VALUE << 2), place);
    }
    record = nextEndpoint(record);
  }
}

function indexHost6(build: Build, address: usize, place: u32): void {
  if (hosts6Full(build.hosts6, build.hosts6Count)) growHosts6(build.hosts6);
  addHost6(build.hosts6, address, place);
  build.hosts6Count += 1;
}
