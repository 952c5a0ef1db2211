/** What must hold of a query arena from elsewhere before anything is asked of it. */
import {
  ABI_VERSION,
  ARENA_BYTES_OFFSET,
  ARENA_FIRST_ENDPOINT_OFFSET,
  ARENA_HEADER_BYTES,
  ARENA_MAGIC,
  ARENA_MAGIC_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  ARENA_SECTION_BYTES,
  ARENA_SECTIONS_OFFSET,
  ARENA_VERSION_OFFSET,
  CHUNK_SHIFT,
  CLASS_INFO_BYTES,
  CLASS_PORTS_BYTES,
  ROW_INFO_BYTES,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_NODE,
  SECTION_ROW_CHUNKS,
  SECTION_ROW_INFO,
  SECTIONS,
} from "../../assembly/abi.ts";
import { damaged } from "./format.ts";

/**
 * Checks that an arena's sections lie within it and that its endpoints, classes and rows have all their words. What the
 * tables say is not followed: evaluation only reads, each of its loops ends, a read outside the memory traps, and so does a
 * row that is not there where batches keep copies.
 *
 * @throws NetverdictError `invalid-snapshot`
 */
export function checkArena(arena: Uint8Array): void {
  const { byteLength } = arena;
  if (byteLength < ARENA_HEADER_BYTES) throw damaged("its tables have no header");
  const view = new DataView(arena.buffer, arena.byteOffset, byteLength);
  const word = (at: number): number => view.getUint32(at, true);
  if (word(ARENA_MAGIC_OFFSET) !== ARENA_MAGIC) throw damaged("its tables are none");
  if (word(ARENA_VERSION_OFFSET) !== ABI_VERSION) throw damaged("its tables are of another ABI version");
  if (word(ARENA_BYTES_OFFSET) !== byteLength) throw damaged("its tables are not as long as they say");
  const lengths: number[] = [];
  for (let section = 0; section < SECTIONS; section++) {
    const at = ARENA_SECTIONS_OFFSET + section * ARENA_SECTION_BYTES;
    const offset = word(at);
    const bytes = word(at + 4);
    if (offset < ARENA_HEADER_BYTES || offset % 4 !== 0 || bytes % 4 !== 0 || offset + bytes > byteLength) {
      throw damaged(`table ${section} is not within the tables`);
    }
    lengths.push(bytes);
  }
  const endpoints = lengths[SECTION_NODE] ?? 0;
  const complete = lengths[SECTION_CLASS4] === endpoints && lengths[SECTION_CLASS6] === endpoints;
  if (!complete || word(ARENA_FIRST_ENDPOINT_OFFSET) * 4 > endpoints) throw damaged("an endpoint lacks its classes");
  const rows = Math.floor((lengths[SECTION_ROW_INFO] ?? 0) / ROW_INFO_BYTES);
  const stride = word(ARENA_ROW_STRIDE_OFFSET);
  const classes = (lengths[SECTION_CLASS_INFO] ?? 0) / CLASS_INFO_BYTES;
  if (classes * CLASS_PORTS_BYTES !== lengths[SECTION_CLASS_PORTS] || classes > stride << CHUNK_SHIFT)
    throw damaged("a class lacks its words");
  if (stride === 0 || rows * stride * 2 > (lengths[SECTION_ROW_CHUNKS] ?? 0)) throw damaged("a row lacks its chunks");
}
