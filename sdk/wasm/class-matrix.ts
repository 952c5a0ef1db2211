/** The class matrix out of the core, and its bits spread over pods. */
import { CHUNK_SHIFT, MATRIX_SCRATCH_BYTES } from "../../assembly/abi.ts";
import type { Engine } from "./engine.ts";
import { withRooms } from "./rooms.ts";
import { roundUp } from "./round-up.ts";
import { classCountOf } from "./tables.ts";

/** Source classes of a block. */
const BLOCK = 1 << CHUNK_SHIFT;

/** Rows that are kept together: small pieces of memory are given out again faster than large ones. */
const PIECE_SHIFT = 7;
const PIECE = 1 << PIECE_SHIFT;

/**
 * A row of `width` bits for each class that is a source, those past the last class 0: bit `d` of row `s` is what `s` may do
 * to `d`. In pieces of 128 rows; where nobody is a source there is none.
 */
export interface ClassBits {
  /** A multiple of 512. */
  readonly width: number;
  readonly pieces: readonly (Uint8Array | undefined)[];
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
  return roundUp(classCountOf(engine), BLOCK);
}

/** What source classes let through for one port: for certain, or if all that is open turns out well. */
export function classBits(
  engine: Engine,
  sources: ReadonlySet<number>,
  slot: number,
  port: number,
  possible: boolean,
): ClassBits {
  const width = widthOf(engine);
  const wanted = new Array<boolean>(width / PIECE).fill(false);
  for (const source of sources) wanted[source >>> PIECE_SHIFT] = true;
  const bytes = width * (PIECE / 8);
  const pieces: (Uint8Array | undefined)[] = [];
  const each = BLOCK / PIECE;
  withRooms(engine, [width * 8, MATRIX_SCRATCH_BYTES, bytes * each], ([rows = 0, scratch = 0, out = 0]) => {
    engine.call((core) => core.matrixRows(engine.arena, slot, port, possible ? 1 : 0, rows));
    for (let first = 0; first < wanted.length; first += each) {
      if (!wanted.slice(first, first + each).includes(true)) continue;
      engine.call((core) => core.matrixBlock(engine.arena, rows, first / each, scratch, out));
      for (let i = 0; i < each; i++) {
        if (wanted[first + i]) pieces[first + i] = new Uint8Array(engine.memory, out + i * bytes, bytes).slice();
      }
    }
  });
  return { width, pieces };
}

/** Bits of the one that are not in the other. */
export function without(all: ClassBits, some: ClassBits): ClassBits {
  const pieces = all.pieces.map((bits, piece) => bits?.map((byte, i) => byte & ~(some.pieces[piece]?.[i] ?? 0)));
  return { width: all.width, pieces };
}

export function hasBit({ width, pieces }: ClassBits, source: number, destination: number): boolean {
  const byte = pieces[source >>> PIECE_SHIFT]?.[(source & (PIECE - 1)) * (width / 8) + (destination >>> 3)] ?? 0;
  return ((byte >>> (destination & 7)) & 1) !== 0;
}

function rowOf({ width, pieces }: ClassBits, source: number): Uint8Array {
  const first = (source & (PIECE - 1)) * (width / 8);
  return pieces[source >>> PIECE_SHIFT]?.subarray(first, first + width / 8) ?? new Uint8Array(width / 8);
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

export function setBit(bytes: Uint8Array, at: number, bit: boolean): void {
  const mask = 1 << (at & 7);
  const byte = Math.floor(at / 8);
  bytes[byte] = bit ? (bytes[byte] ?? 0) | mask : (bytes[byte] ?? 0) & ~mask;
}

/** What the bit is that a row has for itself, where `where` has 1 for the row. */
export interface OwnBit {
  readonly where: Uint8Array;
  readonly bit: boolean;
}

/** Writes rows of `rowBytes` (a multiple of 8) one after the other into `out`. */
export function spreadRows(
  engine: Engine,
  matrix: ClassBits,
  spreads: readonly Spread[],
  rows: readonly SpreadRow[],
  rowBytes: number,
  out: Uint8Array,
  own?: OwnBit,
): void {
  withRooms(engine, [rowBytes], ([row = 0]) => {
    withSpreads(engine, matrix, spreads, (place) => {
      const view = new Uint8Array(engine.memory, row, rowBytes);
      let number = 0;
      for (const { parts, copies } of rows) {
        view.fill(0);
        for (const { source, table } of parts) place(source, table, row);
        for (let copy = 0; copy < copies; copy++, number++) {
          out.set(view, number * rowBytes);
          // Now that the row is in the caches.
          if (own?.where[number]) setBit(out, number * rowBytes * 8 + number, own.bit);
        }
      }
    });
  });
}

/** Puts the spreads, and for each the piece of the row that is asked for, where the core can read them. */
function withSpreads<T>(
  engine: Engine,
  { width, pieces }: ClassBits,
  spreads: readonly Spread[],
  run: (place: (source: number, table: number, row: number) => number) => T,
): T {
  const rowBytes = width / 8;
  const pieceBytes = rowBytes * PIECE;
  const sizes = spreads.flatMap(({ starts, order }) => [pieceBytes, starts.byteLength, order?.byteLength ?? 0]);
  return withRooms(engine, sizes, (rooms) => {
    const places = spreads.map(({ starts, order }, i) => {
      const [room = 0, ofStarts = 0, ofOrder = 0] = rooms.slice(i * 3);
      new Uint32Array(engine.memory, ofStarts, starts.length).set(starts);
      if (order !== undefined) new Uint32Array(engine.memory, ofOrder, order.length).set(order);
      return { room, starts: ofStarts, order: order === undefined ? 0 : ofOrder, piece: -1 };
    });
    return run((source, table, row) => {
      const at = places[table];
      if (at === undefined) return 0;
      // Of one table rows mostly come in the order of their classes, so a piece is put there but once.
      if (at.piece !== source >>> PIECE_SHIFT) {
        at.piece = source >>> PIECE_SHIFT;
        const bits = pieces[at.piece];
        const view = new Uint8Array(engine.memory, at.room, pieceBytes);
        if (bits === undefined) view.fill(0);
        else view.set(bits);
      }
      const bits = at.room + (source & (PIECE - 1)) * rowBytes;
      return engine.call((core) => core.spread(bits, width >>> 6, at.starts, at.order, row)) >>> 0;
    });
  });
}
