/**
 * Verdicts for columns of flows, in blocks: each stage runs over a whole block before the next begins, so that the loads of
 * one stage do not wait for one another.
 *
 *   ends ─▶ classes ─▶ port records ─▶ rows ─▶ bits ─▶ verdicts
 *
 * What a pair of classes cannot tell (a node's address, a pod and itself, which of two families) is marked on the way and
 * answered singly at the end of the block. Nothing is allocated; the host gives the room to work in.
 */
import {
  ARENA_OPEN_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  BATCH_DONE,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  CLASS_MASK,
  CLASS_SPECIAL,
  COLUMN_ENDPOINTS,
  COLUMN_IPV4,
  COLUMNS_FAMILY,
  COLUMNS_FROM,
  COLUMNS_FROM_KIND,
  COLUMNS_OUT,
  COLUMNS_PORT,
  COLUMNS_PROTOCOL,
  COLUMNS_SCRATCH,
  COLUMNS_TO,
  COLUMNS_TO_KIND,
  COLUMNS_WORDS,
  NODE_NAMED,
  NODE_PREFERS_IPV6,
  NONE,
  PROTOCOL_SCTP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  SECTION_CHUNKS,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_CLASS_PORTS,
  SECTION_HOSTS6,
  SECTION_NODE,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_RANGES6,
  SECTION_ROW_CHUNKS,
  SECTION_TRIE4,
  SLOT_PORTLESS,
  SLOT_SCTP,
  SLOT_TCP,
  SLOT_UDP,
  VERDICT_NO_FAMILY,
} from "./abi";
import { firstEndpoint, sectionAt, sectionBytes } from "./arena";
import { endpointClass, evaluateFlow, joinVerdicts, nodeWord, verdictIn } from "./evaluate";
import { lookUp6 } from "./hosts6";
import { rowOfPort } from "./port-record";
import { lookUp4 } from "./trie4";

/** Flows in a block. */
const BLOCK: u32 = 128;

// The block's columns in the host's scratch room, BLOCK words each (BATCH_SCRATCH_BYTES holds them all).
const SOURCE: usize = 0;
const DESTINATION: usize = 512;
const SOURCE_CLASS: usize = 1024;
const DESTINATION_CLASS: usize = 1536;
const EGRESS: usize = 2048;
const INGRESS: usize = 2560;
const SLOT: usize = 3072;
const SINGLY: usize = 3584;

/** Where a batch's columns are; `from` and `to` are endpoints or addresses. */
@unmanaged
export class Columns {
  fromKind: u32;
  toKind: u32;
  from: usize;
  to: usize;
  port: usize;
  protocol: usize;
  out: usize;
  scratch: usize;
  /** 4 or 6, or 0 where each pair finds its own. */
  family: u32;
}

if (offsetof<Columns>("fromKind") != COLUMNS_FROM_KIND << 2) ERROR("COLUMNS_FROM_KIND");
if (offsetof<Columns>("toKind") != COLUMNS_TO_KIND << 2) ERROR("COLUMNS_TO_KIND");
if (offsetof<Columns>("from") != COLUMNS_FROM << 2) ERROR("COLUMNS_FROM");
if (offsetof<Columns>("to") != COLUMNS_TO << 2) ERROR("COLUMNS_TO");
if (offsetof<Columns>("port") != COLUMNS_PORT << 2) ERROR("COLUMNS_PORT");
if (offsetof<Columns>("protocol") != COLUMNS_PROTOCOL << 2) ERROR("COLUMNS_PROTOCOL");
if (offsetof<Columns>("out") != COLUMNS_OUT << 2) ERROR("COLUMNS_OUT");
if (offsetof<Columns>("scratch") != COLUMNS_SCRATCH << 2) ERROR("COLUMNS_SCRATCH");
if (offsetof<Columns>("family") != COLUMNS_FAMILY << 2) ERROR("COLUMNS_FAMILY");
if (offsetof<Columns>() != COLUMNS_WORDS << 2) ERROR("COLUMNS_WORDS");

/** Writes a verdict for each of `count` flows, and gives BATCH_DONE or the index of the first flow that can have none. */
export function evaluateBlocks(arena: usize, columns: Columns, count: u32): i32 {
  for (let first: u32 = 0; first < count; first += BLOCK) {
    const size = min<u32>(BLOCK, count - first);
    const failed = evaluateBlock(arena, columns, first, size);
    if (failed != BATCH_DONE) return <i32>first + failed;
  }
  return BATCH_DONE;
}

function evaluateBlock(arena: usize, columns: Columns, first: u32, size: u32): i32 {
  const scratch = columns.scratch;
  const failed = min<u32>(
    resolveEnds(arena, columns.fromKind, columns.from, first, size, scratch, SOURCE),
    resolveEnds(arena, columns.toKind, columns.to, first, size, scratch, DESTINATION),
  );
  if (failed < size) return failed;
  const ports = columns.port + ((<usize>first) << 1);
  const wrongPort = findSlots(columns.protocol + first, ports, size, scratch);
  if (wrongPort < size) return wrongPort;

  const singly = classEnds(arena, columns.family, size, scratch);
  findRows(arena, ports, size, scratch);
  joinBits(arena, columns.out + first, size, scratch);
  if (singly) return answerSingly(arena, columns, ports, columns.out + first, size, scratch);
  return BATCH_DONE;
}

/** Stage 1: the places of the ends. Gives the first index past the endpoints, else `size`. */
function resolveEnds(arena: usize, kind: u32, column: usize, first: u32, size: u32, scratch: usize, end: usize): u32 {
  const out = scratch + end;
  if (kind == COLUMN_ENDPOINTS) {
    const base = column + ((<usize>first) << 2);
    const offset = firstEndpoint(arena);
    const endpoints = (sectionBytes(arena, SECTION_NODE) >> 2) - offset;
    for (let i: u32 = 0; i < size; ++i) {
      const endpoint = load<u32>(base + ((<usize>i) << 2));
      if (endpoint >= endpoints) return i;
      store<u32>(out + ((<usize>i) << 2), endpoint + offset);
    }
  } else if (kind == COLUMN_IPV4) {
    const base = column + ((<usize>first) << 2);
    const trie = sectionAt(arena, SECTION_TRIE4);
    for (let i: u32 = 0; i < size; ++i) {
      store<u32>(out + ((<usize>i) << 2), lookUp4(trie, load<u32>(base + ((<usize>i) << 2))));
    }
  } else {
    // SINGLY is not in use before the classes are known.
    resolve6(arena, column + ((<usize>first) << 4), size, out, scratch + SINGLY);
  }
  return size;
}

/** Addresses of 16 bytes in network order; `words` is room for one as words. */
function resolve6(arena: usize, column: usize, size: u32, out: usize, words: usize): void {
  const hosts = sectionAt(arena, SECTION_HOSTS6);
  const hostBytes = sectionBytes(arena, SECTION_HOSTS6);
  const ranges = sectionAt(arena, SECTION_RANGES6);
  const rangeBytes = sectionBytes(arena, SECTION_RANGES6);
  for (let i: u32 = 0; i < size; ++i) {
    for (let j: usize = 0; j < 16; j += 4) store<u32>(words + j, bswap<u32>(load<u32>(column + ((<usize>i) << 4) + j)));
    store<u32>(out + ((<usize>i) << 2), lookUp6(hosts, hostBytes, ranges, rangeBytes, words));
  }
}

/** Stage 2: protocol slots. Gives the first index whose protocol needs a port and has none, else `size`. */
function findSlots(protocols: usize, ports: usize, size: u32, scratch: usize): u32 {
  let wrong = size;
  for (let i: u32 = 0; i < size; ++i) {
    const protocol = <u32>load<u8>(protocols + i);
    let slot: u32 = SLOT_PORTLESS;
    if (protocol == PROTOCOL_TCP) slot = SLOT_TCP;
    else if (protocol == PROTOCOL_UDP) slot = SLOT_UDP;
    else if (protocol == PROTOCOL_SCTP) slot = SLOT_SCTP;
    store<u32>(scratch + SLOT + ((<usize>i) << 2), slot);
    if (slot != SLOT_PORTLESS && load<u16>(ports + ((<usize>i) << 1)) == 0 && wrong == size) wrong = i;
  }
  return wrong;
}

/** Stage 3: classes. Says whether some pair has to be answered singly, and marks those; their classes are made harmless. */
function classEnds(arena: usize, family: u32, size: u32, scratch: usize): bool {
  const classes = sectionAt(arena, family == 6 ? SECTION_CLASS6 : SECTION_CLASS4);
  let any: u32 = 0;
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const source = load<u32>(scratch + SOURCE + i);
    const destination = load<u32>(scratch + DESTINATION + i);
    const a = load<u32>(classes + ((<usize>source) << 2));
    const b = load<u32>(classes + ((<usize>destination) << 2));
    const singly = <u32>(((a | b) & CLASS_SPECIAL) != 0 || source == destination);
    any |= singly;
    store<u32>(scratch + SINGLY + i, singly);
    store<u32>(scratch + SOURCE_CLASS + i, singly ? 0 : a & CLASS_MASK);
    store<u32>(scratch + DESTINATION_CLASS + i, singly ? 0 : b & CLASS_MASK);
  }
  return any != 0;
}

/** Stages 4 and 5: port records of both ends, then their rows. */
function findRows(arena: usize, ports: usize, size: u32, scratch: usize): void {
  const classPorts = sectionAt(arena, SECTION_CLASS_PORTS);
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const slot = load<u32>(scratch + SLOT + i);
    const egress = classPorts + (((<usize>load<u32>(scratch + SOURCE_CLASS + i)) << 3) + slot) * 4;
    const ingress = classPorts + (((<usize>load<u32>(scratch + DESTINATION_CLASS + i)) << 3) + 4 + slot) * 4;
    store<u32>(scratch + EGRESS + i, load<u32>(egress));
    store<u32>(scratch + INGRESS + i, load<u32>(ingress));
  }
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const port = <u32>load<u16>(ports + (i >> 1));
    store<u32>(scratch + EGRESS + i, rowOfPort(records, lists, load<u32>(scratch + EGRESS + i), port));
    store<u32>(scratch + INGRESS + i, rowOfPort(records, lists, load<u32>(scratch + INGRESS + i), port));
  }
}

/** Stages 6 and 7: the bit of each end in the other's row, and both together. Open rows are looked at again. */
function joinBits(arena: usize, out: usize, size: u32, scratch: usize): void {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  const rowChunks = sectionAt(arena, SECTION_ROW_CHUNKS);
  const chunks = sectionAt(arena, SECTION_CHUNKS);
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    const source = load<u32>(scratch + SOURCE_CLASS + i);
    const destination = load<u32>(scratch + DESTINATION_CLASS + i);
    const egress = load<u32>(scratch + EGRESS + i) * stride + (destination >> CHUNK_SHIFT);
    const ingress = load<u32>(scratch + INGRESS + i) * stride + (source >> CHUNK_SHIFT);
    const bits =
      bitAt(chunks, load<u16>(rowChunks + ((<usize>egress) << 1)), destination) &
      bitAt(chunks, load<u16>(rowChunks + ((<usize>ingress) << 1)), source);
    store<u8>(out + (i >> 2), <u8>bits);
  }
  if (load<u32>(arena, ARENA_OPEN_OFFSET) == 0) return;
  for (let i: usize = 0; i < (<usize>size) << 2; i += 4) {
    if (load<u8>(out + (i >> 2))) continue;
    const egress = verdictIn(arena, load<u32>(scratch + EGRESS + i), load<u32>(scratch + DESTINATION_CLASS + i));
    const ingress = verdictIn(arena, load<u32>(scratch + INGRESS + i), load<u32>(scratch + SOURCE_CLASS + i));
    store<u8>(out + (i >> 2), <u8>joinVerdicts(egress, ingress));
  }
}

function bitAt(chunks: usize, chunk: u32, id: u32): u32 {
  const byte = chunks + <usize>chunk * CHUNK_BYTES + ((id >> 3) & (CHUNK_BYTES - 1));
  return (<u32>load<u8>(byte) >> (id & 7)) & 1;
}

/** Stage 8: the marked pairs. Gives the first that can have no verdict, else BATCH_DONE. */
function answerSingly(arena: usize, columns: Columns, ports: usize, out: usize, size: u32, scratch: usize): i32 {
  const offset = firstEndpoint(arena);
  for (let i: u32 = 0; i < size; ++i) {
    const at = (<usize>i) << 2;
    if (load<u32>(scratch + SINGLY + at) == 0) continue;
    const slot = load<u32>(scratch + SLOT + at);
    const port = <u32>load<u16>(ports + ((<usize>i) << 1));
    const source = load<u32>(scratch + SOURCE + at) - offset;
    const destination = load<u32>(scratch + DESTINATION + at) - offset;
    if (columns.fromKind == COLUMN_ENDPOINTS && !isNamed(arena, source)) return i;
    if (columns.toKind == COLUMN_ENDPOINTS && !isNamed(arena, destination)) return i;
    const verdict = verdictOfPair(arena, source, destination, columns.family, slot, port);
    if (verdict == VERDICT_NO_FAMILY) return i;
    store<u8>(out + i, <u8>verdict);
  }
  return BATCH_DONE;
}

/** The verdict alone, in the family asked for or the first of the source's that both ends have. */
function verdictOfPair(arena: usize, source: u32, destination: u32, family: u32, slot: u32, port: u32): u32 {
  if (family == 0) {
    const prefers6 = (nodeWord(arena, source) & NODE_PREFERS_IPV6) != 0;
    const shares4 = shareFamily(arena, 4, source, destination);
    const shares6 = shareFamily(arena, 6, source, destination);
    if (!shares4 && !shares6) return VERDICT_NO_FAMILY;
    family = shares6 && (prefers6 || !shares4) ? 6 : 4;
  } else if (!shareFamily(arena, family, source, destination)) {
    return VERDICT_NO_FAMILY;
  }
  return evaluateFlow(arena, source, destination, family, slot, port, 0) & 3;
}

function shareFamily(arena: usize, family: u32, source: u32, destination: u32): bool {
  return endpointClass(arena, source, family) != NONE && endpointClass(arena, destination, family) != NONE;
}

/** Whether callers may name the endpoint by its number. */
function isNamed(arena: usize, endpoint: u32): bool {
  return (nodeWord(arena, endpoint) & NODE_NAMED) != 0;
}
