/**
 * Rows as batches read them. A row is known by what it says, so that it stays itself when classes are added (row.ts), and many
 * rows come to the same bits. Batches copy the chunk lists of the rows that they meet, each distinct one once, and keep the
 * memory that their flows touch small.
 *
 * ┌─ header, 64 bytes ─┬─ a list in the making ─┬─ copy of each row, u16: its number + 1, 0: none yet ─┬─ copies (key-numbers.ts) ─┐
 * └────────────────────┴────────────────────────┴──────────────────────────────────────────────────────┴───────────────────────────┘
 *   copy = u16 × row stride: the chunks of who passes; in a state where something is open, the same again of who may pass
 */
import {
  ARENA_OPEN_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  ROW_INFO_BYTES,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  SECTION_ROW_CHUNKS,
  SECTION_ROW_INFO,
} from "./abi";
import { sectionAt, sectionBytes } from "./arena";
import { KeyNumbers, keyNumbersBytes, NO_NUMBER, numberOfKey, startKeyNumbers } from "./key-numbers";
import { inLines } from "./lines";

@unmanaged
export class RowCopies {
  rows: u32;
  copies: KeyNumbers;
  numbers: usize;
}

const MAKING: usize = 64;
/** What copies may take; a flow that needs another one is answered singly. */
const MAX_BYTES: usize = 0x1000000;
/** A copy's number + 1 has 16 bits. */
const MAX_COPIES: u32 = 0xffff;

export function rowCopiesBytes(arena: usize): usize {
  return copiesOffset(arena) + keyNumbersBytes(copiesFor(arena), copyBytes(arena));
}

/** Bytes from one copy to the next: whole words, since a row's chunks are even in number. */
export function copyBytes(arena: usize): u32 {
  return listBytes(arena) << (load<u32>(arena, ARENA_OPEN_OFFSET) != 0 ? 1 : 0);
}

/** Bytes of one list; the second of a copy is so far behind the first. */
export function listBytes(arena: usize): u32 {
  return load<u32>(arena, ARENA_ROW_STRIDE_OFFSET) << 1;
}

/** Starts with a copy, number 0, of the row that denies. */
export function startRowCopies(copies: RowCopies, arena: usize): void {
  const base = changetype<usize>(copies);
  copies.rows = rowCount(arena);
  copies.numbers = base + numbersOffset(arena);
  copies.copies = changetype<KeyNumbers>(base + copiesOffset(arena));
  memory.fill(copies.numbers, 0, (<usize>copies.rows) << 1);
  startKeyNumbers(copies.copies, copiesFor(arena), copyBytes(arena));
  copyOf(copies, arena, ROW_NONE);
}

/** Where copy 0 is. */
export function firstCopy(copies: RowCopies): usize {
  return copies.copies.keys;
}

/** The number of a row's copy, or NO_NUMBER where there is no room for it. */
export function copyOf(copies: RowCopies, arena: usize, row: u32): u32 {
  // An arena from elsewhere may name a row that it has not, and this writes.
  if (row >= copies.rows) unreachable();
  const entry = copies.numbers + ((<usize>row) << 1);
  const known = <u32>load<u16>(entry);
  if (known != 0) return known - 1;
  const number = numberOfKey(copies.copies, contentOf(copies, arena, row));
  if (number != NO_NUMBER) store<u16>(entry, <u16>(number + 1));
  return number;
}

/** Where what a copy of a row says is: in the arena, or put together. */
function contentOf(copies: RowCopies, arena: usize, row: u32): usize {
  const chunks = sectionAt(arena, SECTION_ROW_CHUNKS);
  const bytes = <usize>listBytes(arena);
  const own = chunks + <usize>row * bytes;
  if (load<u32>(arena, ARENA_OPEN_OFFSET) == 0) return own;
  const possible = load<u32>(sectionAt(arena, SECTION_ROW_INFO) + <usize>row * ROW_INFO_BYTES, ROW_INFO_POSSIBLE);
  const making = changetype<usize>(copies) + MAKING;
  memory.copy(making, own, bytes);
  memory.copy(making + bytes, chunks + <usize>possible * bytes, bytes);
  return making;
}

function numbersOffset(arena: usize): usize {
  return MAKING + inLines(copyBytes(arena));
}

function copiesOffset(arena: usize): usize {
  return numbersOffset(arena) + inLines((<usize>rowCount(arena)) << 1);
}

function copiesFor(arena: usize): u32 {
  return min<u32>(min<u32>(rowCount(arena), MAX_COPIES), <u32>(MAX_BYTES / copyBytes(arena)));
}

function rowCount(arena: usize): u32 {
  return sectionBytes(arena, SECTION_ROW_INFO) / ROW_INFO_BYTES;
}
