/**
 * Who reaches whom, class by class, for one port: a row of bits over destinations for each source class.
 *
 *   egress rows, by source        ingress rows, by destination           matrix, by source
 *   s │ d d d d …            AND  ( d │ s s s s … ) transposed     =     s │ d d d d …
 *
 * Worked in tiles of 128 sources × 512 destinations, so that what a tile writes stays in the first cache. Rows are read as
 * they are or as what is possible; the same pod and the own node are not looked at: they depend on the endpoints.
 */
import {
  ARENA_ROW_STRIDE_OFFSET,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  CLASS_INFO_BYTES,
  MATRIX_SCRATCH_BYTES,
  ROW_INFO_BYTES,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  SECTION_CHUNKS,
  SECTION_CLASS_INFO,
  SECTION_ROW_CHUNKS,
  SECTION_ROW_INFO,
} from "./abi";
import { sectionAt, sectionBytes } from "./arena";
import { egressRowOf, ingressRowOf } from "./evaluate";

const CHUNK_BITS: u32 = CHUNK_BYTES << 3;
/** Sources of a tile: what one vector of a destination's row holds. */
const TILE: u32 = 128;
// Room to work in: chunk addresses of 512 destinations, then two squares of 16 × 16 bytes.
const SQUARE: usize = 256;
const SQUARES: usize = 2048;

if (SQUARES + SQUARE * 2 != MATRIX_SCRATCH_BYTES) ERROR("MATRIX_SCRATCH_BYTES");

/** Classes, rounded up to whole chunks: the bits of a matrix row. */
export function matrixWidth(arena: usize): u32 {
  return (sectionBytes(arena, SECTION_CLASS_INFO) / CLASS_INFO_BYTES + CHUNK_BITS - 1) & ~(CHUNK_BITS - 1);
}

/**
 * Writes the egress row of every class for a port to `rows`, then the ingress row of every class: two lists of
 * `matrixWidth` words.
 */
export function writePortRows(arena: usize, slot: u32, port: u32, possible: bool, rows: usize): void {
  const width = matrixWidth(arena);
  const classes = sectionBytes(arena, SECTION_CLASS_INFO) / CLASS_INFO_BYTES;
  const ingress = rows + ((<usize>width) << 2);
  memory.fill(rows, <u8>ROW_NONE, (<usize>width) << 3);
  for (let id: u32 = 0; id < classes; ++id) {
    const at = (<usize>id) << 2;
    store<u32>(rows + at, meantRow(arena, egressRowOf(arena, id, slot, port), possible));
    store<u32>(ingress + at, meantRow(arena, ingressRowOf(arena, id, slot, port, false), possible));
  }
}

/** The row itself, or the row of what is possible. */
export function meantRow(arena: usize, row: u32, possible: bool): u32 {
  if (!possible) return row;
  return load<u32>(sectionAt(arena, SECTION_ROW_INFO) + <usize>row * ROW_INFO_BYTES, ROW_INFO_POSSIBLE);
}

/**
 * Writes the matrix rows of the 512 source classes of a block to `out`, `matrixWidth` bits each. `rows` is as
 * `writePortRows` left it, `scratch` MATRIX_SCRATCH_BYTES to work in.
 */
export function writeMatrixBlock(arena: usize, rows: usize, block: u32, scratch: usize, out: usize): void {
  const width = matrixWidth(arena);
  const rowBytes = <usize>width >> 3;
  const ingress = rows + ((<usize>width) << 2);
  memory.fill(out, 0, rowBytes << CHUNK_SHIFT);
  for (let column: u32 = 0; column < width >> CHUNK_SHIFT; ++column) {
    findChunks(arena, ingress + ((<usize>column) << (CHUNK_SHIFT + 2)), block, scratch);
    for (let first: u32 = 0; first < CHUNK_BITS; first += TILE) {
      const tile = out + <usize>first * rowBytes + ((<usize>column) << 6);
      for (let group: usize = 0; group < 32; ++group) {
        transpose(scratch + (group << 6), first >> 3, scratch + SQUARES, tile + (group << 1), rowBytes);
      }
      const sources = rows + ((<usize>((block << CHUNK_SHIFT) + first)) << 2);
      andEgress(arena, sources, column, tile, rowBytes);
    }
  }
}

/** The addresses of the chunks that the rows of 512 classes have in one column. */
function findChunks(arena: usize, rows: usize, column: u32, addresses: usize): void {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  const rowChunks = sectionAt(arena, SECTION_ROW_CHUNKS);
  const chunks = sectionAt(arena, SECTION_CHUNKS);
  for (let i: usize = 0; i < CHUNK_BITS << 2; i += 4) {
    const chunk = load<u16>(rowChunks + ((<usize>(load<u32>(rows + i) * stride + column)) << 1));
    store<u32>(addresses + i, <u32>(chunks + <usize>chunk * CHUNK_BYTES));
  }
}

/**
 * Turns 16 bytes of 16 destinations' rows into two bytes of 128 sources' rows. Interleaving the bytes of vectors that are
 * eight apart, four times over, transposes them; the sign bits of a vector are then one source's bits.
 */
function transpose(chunks: usize, byte: usize, square: usize, out: usize, rowBytes: usize): void {
  let any = i64x2.splat(0);
  for (let i: usize = 0; i < 16; ++i) {
    const bits = v128.load(<usize>load<u32>(chunks + (i << 2)) + byte);
    v128.store(square + (i << 4), bits);
    any = v128.or(any, bits);
  }
  if (!v128.any_true(any)) return;
  let from = square;
  let to = square + SQUARE;
  for (let round = 0; round < 4; ++round) {
    for (let i: usize = 0; i < 128; i += 16) {
      const a = v128.load(from + i);
      const b = v128.load(from + i, 128);
      v128.store(to + (i << 1), v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
      v128.store(
        to + (i << 1),
        v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
        16,
      );
    }
    const swap = from;
    from = to;
    to = swap;
  }
  let row = out;
  for (let i: usize = 0; i < 256; i += 16) {
    let bits = v128.load(square + i);
    row += rowBytes << 3;
    for (let bit: usize = 0; bit < 8; ++bit) {
      row -= rowBytes;
      store<u16>(row, <u16>i8x16.bitmask(bits));
      bits = i8x16.add(bits, bits);
    }
    row += rowBytes << 3;
  }
}

/** Leaves of a tile what the sources' egress lets out. */
function andEgress(arena: usize, sources: usize, column: u32, tile: usize, rowBytes: usize): void {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  const rowChunks = sectionAt(arena, SECTION_ROW_CHUNKS);
  const chunks = sectionAt(arena, SECTION_CHUNKS);
  for (let i: usize = 0; i < TILE; ++i) {
    const row = load<u32>(sources + (i << 2));
    const chunk = load<u16>(rowChunks + ((<usize>(row * stride + column)) << 1));
    const bits = chunks + <usize>chunk * CHUNK_BYTES;
    for (let at: usize = 0; at < <usize>CHUNK_BYTES; at += 16) {
      v128.store(tile + at, v128.and(v128.load(tile + at), v128.load(bits + at)));
    }
    tile += rowBytes;
  }
}
