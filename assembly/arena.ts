/**
 * The query arena: every table that evaluation reads, in one block without pointers out of it, so that the block is a
 * snapshot.
 *
 * ┌────────────────────────────────────── header, 256 bytes ──────────────────────────────────────┐
 * │ 0 magic │ 4 ABI version │ 8 bytes │ 12 row stride │ 16 open │ 20 first endpoint │ 24 generation │
 * │ 64 sections × 2 words                                                                         │
 * └───────────────────────────────────────────────────────────────────────────────────────────────┘
 *   section = offset in the arena, bytes used; sections follow in their order, each on a 64-byte line, with room to grow
 *
 * While compiling, the tables are arrays of their own. `seal` moves them into the block and makes it their storage, so
 * that later growth within the room left needs no copy.
 */
import {
  ABI_VERSION,
  ARENA_BYTES_OFFSET,
  ARENA_FIRST_ENDPOINT_OFFSET,
  ARENA_GENERATION_OFFSET,
  ARENA_HEADER_BYTES,
  ARENA_MAGIC,
  ARENA_MAGIC_OFFSET,
  ARENA_OPEN_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  ARENA_SECTION_BYTES,
  ARENA_SECTIONS_OFFSET,
  ARENA_VERSION_OFFSET,
  SECTION_CHUNKS,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
  SECTION_HOSTS6,
  SECTION_NODE,
  SECTION_PAGES6,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_RANGES6,
  SECTION_ROW_CHUNKS,
  SECTION_ROW_INFO,
  SECTION_ROW_TIERS,
  SECTION_TRIE4,
  SECTIONS,
} from "./abi";
import { Build } from "./build";
import { take } from "./heap";
import { inLines } from "./lines";
import { Vec } from "./vec";

/** Brings all query tables into one block, made anew if one of them has outgrown its place, and gives its address. */
export function seal(build: Build): usize {
  if (build.arena == 0 || !allInPlace(build)) layOut(build);
  const arena = build.arena;
  store<u32>(arena, ARENA_MAGIC, ARENA_MAGIC_OFFSET);
  store<u32>(arena, ABI_VERSION, ARENA_VERSION_OFFSET);
  store<u32>(arena, build.arenaBytes, ARENA_BYTES_OFFSET);
  store<u32>(arena, build.rowStride, ARENA_ROW_STRIDE_OFFSET);
  store<u32>(arena, build.openRows > 0 ? 1 : 0, ARENA_OPEN_OFFSET);
  store<u32>(arena, build.firstEndpoint, ARENA_FIRST_ENDPOINT_OFFSET);
  build.generation += 1;
  store<u32>(arena, build.generation, ARENA_GENERATION_OFFSET);
  for (let section: u32 = 0; section < <u32>SECTIONS; ++section) {
    store<u32>(sectionHeader(arena, section), tableOf(build, section).length << 2, 4);
  }
  return arena;
}

/**
 * The place of endpoint 0. An endpoint's place is where its words are in the tables: its number, which is below 0 for
 * external ones, and this.
 */
export function firstEndpoint(arena: usize): u32 {
  return load<u32>(arena, ARENA_FIRST_ENDPOINT_OFFSET);
}

/** The address of a section's first byte. */
export function sectionAt(arena: usize, section: u32): usize {
  return arena + load<u32>(sectionHeader(arena, section));
}

/** The bytes of a section that are in use. */
export function sectionBytes(arena: usize, section: u32): u32 {
  return load<u32>(sectionHeader(arena, section), 4);
}

function sectionHeader(arena: usize, section: u32): usize {
  return arena + ARENA_SECTIONS_OFFSET + <usize>section * ARENA_SECTION_BYTES;
}

function tableOf(build: Build, section: u32): Vec {
  if (section == SECTION_CLASS4) return build.endpointClass4;
  if (section == SECTION_CLASS6) return build.endpointClass6;
  if (section == SECTION_NODE) return build.endpointNode;
  if (section == SECTION_CLASS_PORTS) return build.classPorts;
  if (section == SECTION_CLASS_INFO) return build.classInfo;
  if (section == SECTION_PORT_RECORDS) return build.portRecords.words;
  if (section == SECTION_PORT_LISTS) return build.portLists.words;
  if (section == SECTION_ROW_CHUNKS) return build.rowChunks;
  if (section == SECTION_ROW_INFO) return build.rowInfo;
  if (section == SECTION_ROW_TIERS) return build.rowTiers;
  if (section == SECTION_CHUNKS) return build.chunks.words;
  if (section == SECTION_TRIE4) return build.trie4;
  if (section == SECTION_HOSTS6) return build.hosts6;
  if (section == SECTION_PAGES6) return build.pages6;
  assert(section == SECTION_RANGES6, "a section");
  return build.ranges6;
}

function allInPlace(build: Build): bool {
  for (let section: u32 = 0; section < <u32>SECTIONS; ++section) {
    if (tableOf(build, section).data != sectionAt(build.arena, section)) return false;
  }
  return true;
}

function layOut(build: Build): void {
  let bytes: usize = ARENA_HEADER_BYTES;
  for (let section: u32 = 0; section < <u32>SECTIONS; ++section) bytes += roomFor(tableOf(build, section));
  const arena = take(bytes + 63);
  const start = inLines(arena);
  memory.fill(start, 0, bytes);
  let offset: usize = ARENA_HEADER_BYTES;
  for (let section: u32 = 0; section < <u32>SECTIONS; ++section) {
    const table = tableOf(build, section);
    const room = roomFor(table);
    memory.copy(start + offset, table.data, (<usize>table.length) << 2);
    table.data = start + offset;
    table.capacity = <u32>(room >> 2);
    store<u32>(sectionHeader(start, section), <u32>offset);
    offset += room;
  }
  build.arena = start;
  build.arenaBytes = <u32>bytes;
}

/** Bytes for a table with an eighth to spare, and at least a kilobyte: small tables grow by more than an eighth at once. */
function roomFor(table: Vec): usize {
  const bytes = (<usize>table.length) << 2;
  return inLines(bytes + max<usize>(bytes >> 3, 1024));
}
