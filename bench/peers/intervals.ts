/** The port intervals of a record, whatever its form (docs/abi.md, "Port records and lists"). */
import {
  PORT_LIST_FLAG,
  PORT_RECORD_BOUNDS,
  PORT_RECORD_BYTES,
  PORT_RECORD_ROWS,
  PORT_WIDE_FLAG,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
} from "../../assembly/abi.ts";
import type { Arena } from "../core.ts";

const BIAS = 0x8000;
const LAST_PORT = 0xffff;

interface Intervals {
  /** Last ports of all intervals but the last one, ascending. */
  readonly bounds: readonly number[];
  /** One more than bounds. */
  readonly rows: readonly number[];
}

export function intervalsOf(arena: Arena, record: number): Intervals {
  if ((record & PORT_LIST_FLAG) !== 0) return listOf(arena.words(SECTION_PORT_LISTS), record & ~PORT_LIST_FLAG);
  if ((record & PORT_WIDE_FLAG) === 0) return linesOf(arena, SECTION_PORT_RECORDS, record * PORT_RECORD_BYTES, 1);
  return linesOf(arena, SECTION_PORT_LISTS, (record & ~PORT_WIDE_FLAG) * 4, 2);
}

function listOf(lists: Uint32Array, start: number): Intervals {
  const count = lists[start] ?? 0;
  const rows = start + 1 + count;
  return { bounds: [...lists.subarray(start + 1, rows)], rows: [...lists.subarray(rows, rows + count + 1)] };
}

/** The lines of a record, each of 16 bounds and 16 rows; spare bounds are the last port. */
function linesOf(arena: Arena, section: number, offsetBytes: number, lines: number): Intervals {
  const perLine = PORT_RECORD_BOUNDS + 1;
  const bounds: number[] = [];
  const rows: number[] = [];
  for (let line = 0; line < lines; line++) {
    const start = arena.startOf(section) + offsetBytes + line * PORT_RECORD_BYTES;
    const biased = new Uint16Array(arena.memory, start, perLine);
    bounds.push(...Array.from(biased, (bound) => bound ^ BIAS));
    rows.push(...new Uint16Array(arena.memory, start + PORT_RECORD_ROWS, perLine));
  }
  const count = bounds.indexOf(LAST_PORT);
  if (count < 0) throw new RangeError("a record has no last interval");
  return { bounds: bounds.slice(0, count), rows: rows.slice(0, count + 1) };
}
