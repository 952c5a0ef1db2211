/**
 * What batches keep beside the query arena, in room that the host gives: nothing in it is needed for a verdict, all of it
 * makes verdicts faster. It is made again whenever the arena's tables have changed, and is part of no snapshot.
 *
 * ┌─ header, 64 bytes ─┬─ a block's flows ─┬─ classes of places, u16 a family ─┬─ pairs, or ports ─┐
 * └────────────────────┴───────────────────┴───────────────────────────────────┴───────────────────┘
 *   a block's flows: its sources' and destinations' places, its slots and its ports, as the kernels read them
 *   classes of places: the class, or the number of classes for what has to be looked at singly
 *   pairs: up to MAX_PAIR_CLASSES classes; see pair-table.ts
 *   ports: more classes than that; see port-columns.ts. Before them, a cache of verdicts; see verdict-cache.ts. Behind them,
 *   copies of rows; see row-copies.ts
 */
import {
  ARENA_GENERATION_OFFSET,
  CLASS_INFO_BYTES,
  CLASS_MASK,
  ENDPOINT_EXTERNAL,
  ENDPOINT_NODE,
  NODE_KIND_SHIFT,
  NODE_NAMED,
  NODE_PREFERS_IPV6,
  NONE,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_CLASS_INFO,
  SECTION_NODE,
} from "./abi";
import { sectionAt, sectionBytes } from "./arena";
import { inLines } from "./lines";
import { MAX_PAIR_CLASSES, pairTableBytes, startPairTable } from "./pair-table";
import { PortColumns, portColumnsBytes, startPortColumns } from "./port-columns";
import { RowCopies, rowCopiesBytes, startRowCopies } from "./row-copies";
import { startVerdictCache, VerdictCache, verdictCacheBytes } from "./verdict-cache";

/** Flows in a block. */
export const BLOCK: u32 = 128;

/** The header of the room. */
@unmanaged
export class Room {
  /** The arena, and its generation, that the room was made for. */
  arena: usize;
  generation: u32;
  /** Classes that have a number of their own here; the next number is for what has to be looked at singly. */
  classes: u32;
  /** The family that most pods have first: 4 or 6. */
  family: u32;
  /** The classes of the places in either family. */
  classes4: usize;
  classes6: usize;
  /** The pair table, or 0; else the port columns. */
  pairs: usize;
  ports: PortColumns;
  /** The cache of verdicts, and the copies of rows, beside the port columns. */
  cache: VerdictCache;
  copies: RowCopies;
}

const HEADER_BYTES: usize = 64;
const SOURCES: usize = HEADER_BYTES;
const DESTINATIONS: usize = SOURCES + ((<usize>BLOCK) << 2);
const PORTS: usize = DESTINATIONS + ((<usize>BLOCK) << 2);
const SLOTS: usize = PORTS + ((<usize>BLOCK) << 1);
const SCRATCH: usize = SLOTS + BLOCK;
const CLASSES: usize = SCRATCH + ((<usize>BLOCK) << 4);
/** Classes past it have no number of 16 bits; they are looked at singly. */
const MAX_CLASSES: u32 = 0xfffe;

/** Where a block's places are written if they are not in a column: a word each. */
export function sourcesOf(room: Room): usize {
  return changetype<usize>(room) + SOURCES;
}

export function destinationsOf(room: Room): usize {
  return changetype<usize>(room) + DESTINATIONS;
}

/** A block's ports, i16 biased by 0x8000 as the bounds are that they are compared with; 1 where there are none. */
export function portsOf(room: Room): usize {
  return changetype<usize>(room) + PORTS;
}

/** A block's protocol slots: 32 × slot, a byte each. */
export function slotsOf(room: Room): usize {
  return changetype<usize>(room) + SLOTS;
}

/** Four words for each flow of a block. */
export function scratchOf(room: Room): usize {
  return changetype<usize>(room) + SCRATCH;
}

/** The bytes of room that batches over this arena need. */
export function roomBytes(arena: usize): u32 {
  const classes = classesOf(arena);
  const beyond =
    classes <= MAX_PAIR_CLASSES
      ? pairTableBytes(classes)
      : verdictCacheBytes() + portColumnsBytes(classes) + rowCopiesBytes(arena);
  return <u32>(CLASSES + placesBytes(arena) * 2 + beyond);
}

/** Whether the room is that of the arena as it is now. */
export function isCurrent(room: Room, arena: usize): bool {
  return room.arena == arena && room.generation == load<u32>(arena, ARENA_GENERATION_OFFSET);
}

/** Fills the room, `roomBytes` of it, from the arena. */
export function startRoom(room: Room, arena: usize): void {
  const base = changetype<usize>(room);
  const classes = classesOf(arena);
  room.classes = classes;
  room.family = familyOfPods(arena);
  room.classes4 = base + CLASSES;
  room.classes6 = room.classes4 + placesBytes(arena);
  const beyond = room.classes6 + placesBytes(arena);
  room.pairs = 0;
  room.ports = changetype<PortColumns>(beyond + verdictCacheBytes());
  room.cache = changetype<VerdictCache>(beyond);
  room.copies = changetype<RowCopies>(beyond + verdictCacheBytes() + portColumnsBytes(classes));
  startClasses(room, arena, 4, room.classes4);
  startClasses(room, arena, 6, room.classes6);
  if (classes <= MAX_PAIR_CLASSES) {
    startPairTable((room.pairs = beyond), classes);
  } else {
    startVerdictCache(room.cache);
    startPortColumns(room.ports, classes);
    startRowCopies(room.copies, arena);
  }
  room.arena = arena;
  room.generation = load<u32>(arena, ARENA_GENERATION_OFFSET);
}

function classesOf(arena: usize): u32 {
  return min<u32>(sectionBytes(arena, SECTION_CLASS_INFO) / CLASS_INFO_BYTES, MAX_CLASSES);
}

/** The bytes of one family's classes of places, in whole lines. */
function placesBytes(arena: usize): usize {
  return inLines(<usize>sectionBytes(arena, SECTION_NODE) >> 1);
}

/** Pairs of pods are first looked for in one family, so it had better be the one that most have first. */
function familyOfPods(arena: usize): u32 {
  const nodes = sectionAt(arena, SECTION_NODE);
  const end = nodes + sectionBytes(arena, SECTION_NODE);
  let balance = 0;
  for (let at = nodes; at < end; at += 4) {
    const node = load<u32>(at);
    if (node & NODE_NAMED) balance += node & NODE_PREFERS_IPV6 ? 1 : -1;
  }
  return balance > 0 ? 6 : 4;
}

function startClasses(room: Room, arena: usize, family: u32, out: usize): void {
  const nodes = sectionAt(arena, SECTION_NODE);
  const own = sectionAt(arena, family == 6 ? SECTION_CLASS6 : SECTION_CLASS4);
  const other = sectionAt(arena, family == 6 ? SECTION_CLASS4 : SECTION_CLASS6);
  const bytes = <usize>sectionBytes(arena, SECTION_NODE);
  for (let at: usize = 0; at < bytes; at += 4) {
    const node = load<u32>(nodes + at);
    const kind = node >> NODE_KIND_SHIFT;
    const entry = load<u32>(own + at);
    // Where pairs find their own family this one is taken, so a pod that has the other one first is not for here.
    const prefersOther =
      family == room.family && load<u32>(other + at) != NONE && ((node & NODE_PREFERS_IPV6) != 0) != (family == 6);
    const singly =
      entry == NONE ||
      kind == ENDPOINT_NODE ||
      (kind != ENDPOINT_EXTERNAL && (prefersOther || (node & NODE_NAMED) == 0));
    store<u16>(out + (at >> 1), <u16>(singly ? room.classes : min<u32>(entry & CLASS_MASK, room.classes)));
  }
}
