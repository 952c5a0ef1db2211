/**
 * From the input stream (abi: INPUT_…) to the query arena.
 *
 *   read records ─▶ number prefixes ─▶ class the endpoints ─▶ build profiles ─▶ fill class tables ─▶ index addresses ─▶ seal
 *
 * update.ts changes what was compiled.
 */
import {
  ABI_VERSION,
  CLASS_SPECIAL,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ENDPOINT_EXTERNAL,
  ENDPOINT_FLAGS,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_LABELS,
  ENDPOINT_NAMED,
  ENDPOINT_NODE,
  ENDPOINT_NODE_INDEX,
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
  PREFIX_WORDS,
} from "./abi";
import { claimAddresses, indexPrefixes } from "./address-index";
import { addPieces } from "./address-set";
import { seal } from "./arena";
import { setBit } from "./bits";
import { Build, newBuild } from "./build";
import { classKind, classOfEndpoint, holderOfEndpoint, internClass, isHeldAlike, recordAt } from "./class";
import { appendClasses } from "./class-table";
import { contains, tupleCount } from "./intern";
import { orderClusterPolicies } from "./order";
import { internPortRecord } from "./port-record";
import { numberOf, numberPrefixes, prefixCount } from "./prefix";
import { profileOf } from "./profile";
import { readBlocks, readNamespaces, readNodes, readPeers, readPolicies, readSelectors } from "./records";
import { foldNewRows, makeFirstRows } from "./row";
import { widenRows } from "./row-table";
import { internTerm } from "./term";
import { at, newVec, push, pushMany, put, Vec, word } from "./vec";

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
  orderClusterPolicies(build);
  cursor = readNodes(build, cursor, word(input, INPUT_NODES));

  numberPrefixes(build.tree);
  numberBlocks(build);
  pushMany(build.signatureClasses, NONE, prefixCount(build.tree));
  cursor = readAddressSets(build, cursor, word(input, INPUT_ADDRESS_SETS));

  classExternals(build);
  const count = word(input, INPUT_ENDPOINTS);
  pushMany(build.endpointClass4, NONE, count);
  pushMany(build.endpointClass6, NONE, count);
  pushMany(build.endpointNode, 0, count);
  let holder: u32 = 0;
  let before: usize = 0;
  for (let i: u32 = 0; i < count; ++i) {
    push(build.endpointRecords, <u32>cursor);
    // The pods of one workload stand together and are alike.
    if (before == 0 || !isHeldAlike(before, cursor)) holder = holderOfEndpoint(build, cursor);
    classEndpoint(build, build.firstEndpoint + i, cursor, holder);
    before = cursor;
    cursor = nextEndpoint(cursor);
  }

  widenRows(build);
  notePodClasses(build, 0);
  internTerm(build, NONE, 0, 0, 0);
  makeFirstRows(build);
  internPortRecord(build, newVec(1), oneRow());
  build.profiledPorts = tupleCount(build.resolvedPorts);
  profileSubjects(build);
  foldNewRows(build);
  appendClasses(build);

  indexPrefixes(build);
  for (let i: u32 = 0; i < count; ++i)
    claimAddresses(build, recordAt(build.endpointRecords, i), build.firstEndpoint + i);
  seal(build);
  return build;
}

/** The address after an endpoint record. */
export function nextEndpoint(record: usize): usize {
  return (
    record +
    ((<usize>(ENDPOINT_HEADER_WORDS + word(record, ENDPOINT_LABELS) * 2 + word(record, ENDPOINT_PORTS) * 3)) << 2)
  );
}

function numberBlocks(build: Build): void {
  for (let block: u32 = 0; block < build.blocks.length; ++block) {
    push(build.blockNumbers, 0);
    numberBlock(build, block);
  }
}

/** Finds the numbers of a block's prefixes; false where one of them is not known. */
export function numberBlock(build: Build, block: u32): bool {
  if (at(build.blockNumbers, block) != 0) return true;
  const record = recordAt(build.blocks, block);
  const count = load<u32>(record) + 1;
  const numbers = newVec(count);
  for (let i: u32 = 0; i < count; ++i) {
    const prefix = record + 4 + <usize>i * (PREFIX_WORDS << 2);
    if (!contains(build.tree.prefixes, prefix, PREFIX_WORDS)) return false;
    push(numbers, numberOf(build.tree, prefix));
  }
  put(build.blockNumbers, block, <u32>changetype<usize>(numbers));
  return true;
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

/** Writes the words of the endpoint at `record`, which has that holder, to its place in the tables. */
export function classEndpoint(build: Build, place: u32, record: usize, holder: u32): void {
  const kind = word(record, ENDPOINT_KIND);
  const prefers6 = (word(record, ENDPOINT_FLAGS) & ENDPOINT_PREFERS_IPV6) != 0;
  const named = (word(record, ENDPOINT_FLAGS) & ENDPOINT_NAMED) != 0;
  const special: u32 = kind == ENDPOINT_NODE || prefers6 || !named ? CLASS_SPECIAL : 0;
  put(build.endpointClass4, place, classOfEndpoint(build, record, holder, 4) | special);
  put(build.endpointClass6, place, classOfEndpoint(build, record, holder, 6) | special);
  put(
    build.endpointNode,
    place,
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

/** Notes which of the classes from `first` on are of pods. */
export function notePodClasses(build: Build, first: u32): void {
  for (let id = first; id < tupleCount(build.classes); ++id) {
    if (classKind(build, id) == ENDPOINT_POD) setBit(build.podBits.data, id);
  }
}

/** The rows of a record that holds for every port: row 1. */
function oneRow(): Vec {
  const rows = newVec(1);
  push(rows, 1);
  return rows;
}

/** Finds the profiles of subjects that have none yet. */
export function profileSubjects(build: Build): void {
  for (let subject = build.subjectProfiles.length >> 1; subject < tupleCount(build.subjects); ++subject) {
    const egress = profileOf(build, subject, DIRECTION_EGRESS);
    const ingress = profileOf(build, subject, DIRECTION_INGRESS);
    push(build.subjectProfiles, egress);
    push(build.subjectProfiles, ingress);
  }
}
