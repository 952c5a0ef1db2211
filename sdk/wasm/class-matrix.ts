/** The class matrix out of the core, and its bits spread over pods. */
import { CHUNK_SHIFT, MATRIX_SCRATCH_BYTES } from "../../assembly/abi.ts";
import type { Engine } from "./engine.ts";
import { withRooms } from "./rooms.ts";
import { classCountOf } from "./tables.ts";

/** Source classes of a block. */
const BLOCK = 1 << CHUNK_SHIFT;

/**
 * A row of `width` bits for each class, those past the last class 0: bit `d` of row `s` is what `s` may do to `d`. In blocks
 * of 512 rows.
 */
export interface ClassBits {
  /** A multiple of 512. */
  readonly width: number;
  readonly blocks: readonly Uint8Array[];
}

/**
 * For which classes of destinations each bit of a row stands: bit `c` for the places `starts[c]` to `starts[c + 1]`, or what
 * `order` has there.
 */
export interface Spread {
  readonly starts: Uint32Array;
  readonly order: Uint32Array | undefined;
}

/** Classes, rounded up to whole chunks. */
export function widthOf(engine: Engine): number {
  return (classCountOf(engine) + BLOCK - 1) & -BLOCK;
}

/** What classes let through to one another for one port: for certain, or if all that is open turns out well. */
export function classBits(engine: Engine, slot: number, port: number, possible: boolean): ClassBits {
  const width = widthOf(engine);
  const bytes = width * (BLOCK / 8);
  const blocks: Uint8Array[] = [];
  withRooms(engine, [width * 8, MATRIX_SCRATCH_BYTES, bytes], ([rows = 0, scratch = 0, out = 0]) => {
    engine.call((core) => core.matrixRows(engine.arena, slot, port, possible ? 1 : 0, rows));
    for (let block = 0; block < width / BLOCK; block++) {
      engine.call((core) => core.matrixBlock(engine.arena, rows, block, scratch, out));
      blocks.push(new Uint8Array(engine.memory, out, bytes).slice());
    }
  });
  return { width, blocks };
}

/** Bits of the one that are not in the other. */
export function without(all: ClassBits, some: ClassBits): ClassBits {
  const blocks = all.blocks.map((bits, block) => bits.map((byte, i) => byte & ~(some.blocks[block]?.[i] ?? 0)));
  return { width: all.width, blocks };
}

export function hasBit({ width, blocks }: ClassBits, source: number, destination: number): boolean {
  const byte = blocks[source >>> CHUNK_SHIFT]?.[(source & (BLOCK - 1)) * (width / 8) + (destination >>> 3)] ?? 0;
  return ((byte >>> (destination & 7)) & 1) !== 0;
}

function rowOf({ width, blocks }: ClassBits, source: number): Uint8Array {
  const first = (source & (BLOCK - 1)) * (width / 8);
  return blocks[source >>> CHUNK_SHIFT]?.subarray(first, first + width / 8) ?? new Uint8Array(width / 8);
}

/** The items that a row's bits stand for, class by class. */
export function* itemsOf(matrix: ClassBits, source: number, spread: Spread): Generator<number, void, undefined> {
  const { starts, order } = spread;
  const row = rowOf(matrix, source);
  for (let byte = 0; byte < row.length; byte++) {
    for (let left = row[byte] ?? 0; left !== 0; left &= left - 1) {
      const id = byte * 8 + (31 - Math.clz32(left & -left));
      for (let at = starts[id] ?? 0; at < (starts[id + 1] ?? 0); at++) yield order?.[at] ?? at;
    }
  }
}

/** One row to be spread: of these classes' rows each over its spread, together `copies` times. */
export interface SpreadRow {
  readonly parts: readonly { readonly source: number; readonly table: number }[];
  readonly copies: number;
}

/** How many places each row has. */
export function countPlaces(
  engine: Engine,
  matrix: ClassBits,
  spreads: readonly Spread[],
  rows: readonly SpreadRow[],
): number[] {
  return withSpreads(engine, matrix, spreads, (place) =>
    rows.map(({ parts }) => parts.reduce((count, part) => count + place(part.source, part.table, 0), 0)),
  );
}

/** Writes rows of `rowBytes` (a multiple of 8) one after the other into `out`. */
export function spreadRows(
  engine: Engine,
  matrix: ClassBits,
  spreads: readonly Spread[],
  rows: readonly SpreadRow[],
  rowBytes: number,
  out: Uint8Array,
): void {
  withRooms(engine, [rowBytes], ([row = 0]) => {
    withSpreads(engine, matrix, spreads, (place) => {
      const view = new Uint8Array(engine.memory, row, rowBytes);
      let at = 0;
      for (const { parts, copies } of rows) {
        view.fill(0);
        for (const { source, table } of parts) place(source, table, row);
        for (let copy = 0; copy < copies; copy++, at += rowBytes) out.set(view, at);
      }
    });
  });
}

/** Puts the spreads, and the block of each row that is asked for, where the core can read them. */
function withSpreads<T>(
  engine: Engine,
  { width, blocks }: ClassBits,
  spreads: readonly Spread[],
  run: (place: (source: number, table: number, row: number) => number) => T,
): T {
  const rowBytes = width / 8;
  const sizes = [
    rowBytes * BLOCK,
    ...spreads.flatMap(({ starts, order }) => [starts.byteLength, order?.byteLength ?? 0]),
  ];
  return withRooms(engine, sizes, ([room = 0, ...tables]) => {
    const places = spreads.map(({ starts, order }, i) => {
      const at = { starts: tables[i * 2] ?? 0, order: order === undefined ? 0 : (tables[i * 2 + 1] ?? 0) };
      new Uint32Array(engine.memory, at.starts, starts.length).set(starts);
      if (order !== undefined) new Uint32Array(engine.memory, at.order, order.length).set(order);
      return at;
    });
    // Rows come in the order of their classes, so a block is there but once.
    let block = -1;
    return run((source, table, row) => {
      const at = places[table];
      if (at === undefined) return 0;
      if (block !== source >>> CHUNK_SHIFT) {
        block = source >>> CHUNK_SHIFT;
        new Uint8Array(engine.memory, room, rowBytes * BLOCK).set(blocks[block] ?? []);
      }
      const bits = room + (source & (BLOCK - 1)) * rowBytes;
      return engine.call((core) => core.spread(bits, width >>> 6, at.starts, at.order, row)) >>> 0;
    });
  });
}
