/**
 * Verdicts for columns of flows, in blocks.
 *
 *   ends ─▶ places ─▶ by pairs of classes, or by rows ─▶ what those leave, singly
 *
 * A block is checked before anything is looked up: the first flow that can have no verdict ends the batch. What a pair of
 * classes cannot tell (a node's address, a pod and itself, which of two families) is marked on the way and answered at the
 * end of the block. Nothing is allocated; the host gives the room to work in.
 */
import {
  BATCH_DONE,
  BATCH_NEEDS_ROOM,
  COLUMN_ENDPOINTS,
  COLUMN_IPV4,
  COLUMN_IPV6,
  COLUMNS_FAMILY,
  COLUMNS_FROM,
  COLUMNS_FROM_KIND,
  COLUMNS_OUT,
  COLUMNS_PORT,
  COLUMNS_PROTOCOL,
  COLUMNS_ROOM,
  COLUMNS_ROOM_BYTES,
  COLUMNS_TO,
  COLUMNS_TO_KIND,
  COLUMNS_WORDS,
  SECTION_HOSTS6,
  SECTION_NODE,
  SECTION_PAGES6,
  SECTION_RANGES6,
  SECTION_TRIE4,
  VERDICT_NO_FAMILY,
} from "./abi";
import { firstEndpoint, sectionAt, sectionBytes } from "./arena";
import {
  BLOCK,
  destinationsOf,
  isCurrent,
  portsOf,
  Room,
  roomBytes,
  scratchOf,
  slotsOf,
  sourcesOf,
  startRoom,
} from "./batch-room";
import { firstNotBelow, settleSelves, readPorts } from "./batch-flows";
import { isNamed, verdictOfPair } from "./batch-single";
import { isMapped6, lookUpMany6 } from "./hosts6";
import { answerByPairs, learnPair } from "./pair-table";
import { lookUp4, lookUpMany4 } from "./trie4";
import { answerByCache } from "./verdict-cache";

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
  room: Room;
  roomBytes: u32;
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
if (offsetof<Columns>("room") != COLUMNS_ROOM << 2) ERROR("COLUMNS_ROOM");
if (offsetof<Columns>("roomBytes") != COLUMNS_ROOM_BYTES << 2) ERROR("COLUMNS_ROOM_BYTES");
if (offsetof<Columns>("family") != COLUMNS_FAMILY << 2) ERROR("COLUMNS_FAMILY");
if (offsetof<Columns>() != COLUMNS_WORDS << 2) ERROR("COLUMNS_WORDS");

/**
 * Writes a verdict for each of `count` flows, and gives BATCH_DONE, the index of the first flow that can have none, or
 * BATCH_NEEDS_ROOM.
 */
export function evaluateBlocks(arena: usize, columns: Columns, count: u32): i32 {
  if (columns.room == null || !isCurrent(columns.room, arena)) {
    if (columns.roomBytes < roomBytes(arena)) return BATCH_NEEDS_ROOM;
    startRoom(columns.room, arena);
  }
  for (let first: u32 = 0; first < count; first += BLOCK) {
    const size = min<u32>(BLOCK, count - first);
    const failed = evaluateBlock(arena, columns, first, size);
    if (failed < size) return <i32>(first + failed);
  }
  return BATCH_DONE;
}

/** Gives the first index of the block that can have no verdict, else `size`. */
function evaluateBlock(arena: usize, columns: Columns, first: u32, size: u32): u32 {
  const room = columns.room;
  const slots = slotsOf(room);
  const ports = portsOf(room);
  const out = columns.out + first;
  const offset = firstEndpoint(arena);
  const endpoints = (sectionBytes(arena, SECTION_NODE) >> 2) - offset;
  let sources = columns.from + ((<usize>first) << 2);
  let destinations = columns.to + ((<usize>first) << 2);
  let wrong = readPorts(columns.protocol + first, columns.port + ((<usize>first) << 1), size, slots, ports);
  if (columns.fromKind == COLUMN_ENDPOINTS) wrong = min<u32>(wrong, firstNotBelow(sources, size, endpoints));
  if (columns.toKind == COLUMN_ENDPOINTS) wrong = min<u32>(wrong, firstNotBelow(destinations, size, endpoints));
  if (wrong < size) return wrong;

  let classes = (columns.family == 0 ? room.family : columns.family) == 6 ? room.classes6 : room.classes4;
  // Pods' places follow their numbers, so that their columns are read as they are.
  const byPod = columns.fromKind == COLUMN_ENDPOINTS && columns.toKind == COLUMN_ENDPOINTS;
  if (byPod) {
    classes += (<usize>offset) << 1;
  } else {
    sources = findPlaces(arena, columns.fromKind, columns.from, first, size, sourcesOf(room));
    destinations = findPlaces(arena, columns.toKind, columns.to, first, size, destinationsOf(room));
  }
  if (room.pairs != 0) {
    answerByPairs(room.pairs, room.classes, classes, sources, destinations, slots, ports, out, size);
  } else {
    answerByCache(
      room.cache,
      room.ports,
      room.copies,
      arena,
      room.classes,
      classes,
      sources,
      destinations,
      slots,
      ports,
      out,
      size,
      scratchOf(room),
    );
  }

  for (let group: u32 = 0; group < size; group += 16) {
    for (
      let marked = settleSelves(out, sources, destinations, byPod ? 0 : offset, group, size);
      marked != 0;
      marked &= marked - 1
    ) {
      const i = group + <u32>ctz(marked);
      const source = load<u32>(sources + ((<usize>i) << 2));
      const destination = load<u32>(destinations + ((<usize>i) << 2));
      if (room.pairs != 0) {
        learnPair(
          room.pairs,
          room.classes,
          arena,
          load<u16>(classes + ((<usize>source) << 1)),
          load<u16>(classes + ((<usize>destination) << 1)),
        );
      }
      const verdict = answerSingly(
        arena,
        columns,
        first + i,
        byPod ? source : source - offset,
        byPod ? destination : destination - offset,
        <u32>load<u8>(slots + i) >> 5,
        <u32>load<u16>(ports + ((<usize>i) << 1)) ^ 0x8000,
      );
      if (verdict == VERDICT_NO_FAMILY) return i;
      store<u8>(out + i, <u8>verdict);
    }
  }
  return size;
}

/** Writes the places of the ends to `out`, and gives it. */
function findPlaces(arena: usize, kind: u32, column: usize, first: u32, size: u32, out: usize): usize {
  if (kind == COLUMN_ENDPOINTS) {
    const base = column + ((<usize>first) << 2);
    const offset = firstEndpoint(arena);
    for (let i: usize = 0; i < (<usize>size) << 2; i += 4) store<u32>(out + i, load<u32>(base + i) + offset);
  } else if (kind == COLUMN_IPV4) {
    const base = column + ((<usize>first) << 2);
    lookUpMany4(sectionAt(arena, SECTION_TRIE4), base, size, out);
  } else {
    lookUpMany6(
      sectionAt(arena, SECTION_HOSTS6),
      sectionBytes(arena, SECTION_HOSTS6),
      sectionAt(arena, SECTION_PAGES6),
      sectionAt(arena, SECTION_RANGES6),
      sectionBytes(arena, SECTION_RANGES6),
      column + ((<usize>first) << 4),
      size,
      out,
    );
  }
  return out;
}

/** The verdict on one flow, or VERDICT_NO_FAMILY where it can have none. */
function answerSingly(
  arena: usize,
  columns: Columns,
  flow: u32,
  source: u32,
  destination: u32,
  slot: u32,
  port: u32,
): u32 {
  if (columns.fromKind == COLUMN_ENDPOINTS && !isNamed(arena, source)) return VERDICT_NO_FAMILY;
  if (columns.toKind == COLUMN_ENDPOINTS && !isNamed(arena, destination)) return VERDICT_NO_FAMILY;
  const fromMapped = isMappedAt(columns.fromKind, columns.from, flow);
  const toMapped = isMappedAt(columns.toKind, columns.to, flow);
  if (fromMapped) source = mappedEndpoint(arena, columns.from, flow);
  if (toMapped) destination = mappedEndpoint(arena, columns.to, flow);
  return verdictOfPair(arena, source, destination, fromMapped || toMapped ? 4 : columns.family, slot, port);
}

/** Whether a flow's end is given as an IPv4-mapped address, which is an IPv4 one. */
function isMappedAt(kind: u32, column: usize, flow: u32): bool {
  if (kind != COLUMN_IPV6) return false;
  const address = column + ((<usize>flow) << 4);
  return isMapped6(bswap(load<u64>(address)), bswap(load<u64>(address, 8)));
}

function mappedEndpoint(arena: usize, column: usize, flow: u32): u32 {
  const address = bswap(load<u32>(column + ((<usize>flow) << 4), 12));
  return lookUp4(sectionAt(arena, SECTION_TRIE4), address) - firstEndpoint(arena);
}
