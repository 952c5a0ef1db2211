/**
 * Verdicts by the rows of both ends, for states of any number of classes.
 *
 *   class ─▶ side ─▶ copy of a row in the port's column ─▶ chunk ─▶ bit of the other end's class        once a direction
 *
 * In two passes over a block, so that the loads of one flow do not wait for those of another.
 */
import {
  ARENA_OPEN_OFFSET,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  ROW_NONE,
  SECTION_CHUNKS,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "./abi";
import { sectionAt } from "./arena";
import { egressRowOf, ingressRowOf, joinVerdicts } from "./evaluate";
import { NO_NUMBER } from "./key-numbers";
import { ANSWER_SINGLY } from "./pair-table";
import { columnNumbers, NEVER, PER_SLOT, PortColumns, wantColumn } from "./port-columns";
import { copyBytes, copyOf, firstCopy, listBytes, RowCopies } from "./row-copies";
import { BIAS } from "./port-record";

// A flow between the passes, 16 bytes: where in the copies its chunks are, of egress and of ingress, and its classes, u16 each.
const FLOW_BYTES: usize = 16;
const FLOW_SHIFT: usize = 4;
const FLOW_INGRESS: usize = 4;
const FLOW_CLASSES: usize = 8;

/** Verdicts for `size` flows, as `answerByPairs` gives them; `scratch` has 16 bytes for each. */
export function answerByRows(
  columns: PortColumns,
  copies: RowCopies,
  arena: usize,
  classCount: u32,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  out: usize,
  size: u32,
  scratch: usize,
): void {
  const singly = findRows(
    columns,
    copies,
    arena,
    classCount,
    classes,
    sources,
    destinations,
    slots,
    ports,
    size,
    scratch,
  );
  const chunks = sectionAt(arena, SECTION_CHUNKS);
  const lists = firstCopy(copies);
  joinBits(lists, chunks, out, size, scratch);
  if (load<u32>(arena, ARENA_OPEN_OFFSET) != 0) joinOpen(lists, listBytes(arena), chunks, out, size, scratch);
  if (!singly) return;
  for (let i: u32 = 0; i < size; ++i) {
    const ends = load<u32>(scratch + ((<usize>i) << FLOW_SHIFT), FLOW_CLASSES);
    if (max<u32>(ends & 0xffff, ends >> 16) == classCount) store<u8>(out + i, <u8>ANSWER_SINGLY);
  }
}

/** Whether there are flows that have to be looked at singly. */
function findRows(
  columns: PortColumns,
  copies: RowCopies,
  arena: usize,
  classCount: u32,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  size: u32,
  scratch: usize,
): bool {
  const numbers = columnNumbers(columns);
  const copySize = copyBytes(arena);
  let highest: u32 = 0;
  for (let i: usize = 0; i < <usize>size; ++i) {
    const from = <u32>load<u16>(classes + ((<usize>load<u32>(sources + (i << 2))) << 1));
    const to = <u32>load<u16>(classes + ((<usize>load<u32>(destinations + (i << 2))) << 1));
    const what = ((<u32>load<u8>(slots + i)) << PER_SLOT) | <u32>load<u16>(ports + (i << 1));
    const number = <u32>load<u8>(numbers + what);
    let egress: u32;
    let ingress: u32;
    let ends = from | (to << 16);
    // Neither 0 nor NEVER.
    if (number - 1 < NEVER - 1) {
      const column = columns.first + <usize>((number - 1) * columns.columnBytes);
      egress = load<u16>(column + ((<usize>load<u16>(columns.sides + ((<usize>from) << 2))) << 1));
      ingress = load<u16>(column + ((<usize>load<u16>(columns.sides + ((<usize>to) << 2), 2)) << 1));
    } else {
      const slot = what >> 16;
      const port = (what & 0xffff) ^ BIAS;
      egress = copyOf(copies, arena, from == classCount ? ROW_NONE : egressRowOf(arena, from, slot, port));
      ingress = copyOf(copies, arena, to == classCount ? ROW_NONE : ingressRowOf(arena, to, slot, port, false));
      if (max<u32>(egress, ingress) == NO_NUMBER) {
        egress = ingress = 0;
        ends = classCount;
      }
      wantColumn(columns, copies, arena, classCount, slot, what & 0xffff);
    }
    store<u32>(scratch, egress * copySize + ((to >> CHUNK_SHIFT) << 1));
    store<u32>(scratch, ingress * copySize + ((from >> CHUNK_SHIFT) << 1), FLOW_INGRESS);
    store<u32>(scratch, ends, FLOW_CLASSES);
    highest = max<u32>(highest, max<u32>(ends & 0xffff, ends >> 16));
    scratch += FLOW_BYTES;
  }
  return highest == classCount;
}

function joinBits(lists: usize, chunks: usize, out: usize, size: u32, scratch: usize): void {
  const end = out + size;
  while (out < end) {
    const ends = load<u32>(scratch, FLOW_CLASSES);
    const egress = bitIn(lists + load<u32>(scratch), chunks, ends >> 16);
    const ingress = bitIn(lists + load<u32>(scratch, FLOW_INGRESS), chunks, ends & 0xffff);
    store<u8>(out, <u8>(egress & ingress));
    scratch += FLOW_BYTES;
    out += 1;
  }
}

/** What the flows denied so far may yet be; who may pass is a list behind who passes. */
function joinOpen(lists: usize, behind: u32, chunks: usize, out: usize, size: u32, scratch: usize): void {
  for (let i: u32 = 0; i < size; ++i, scratch += FLOW_BYTES) {
    if (load<u8>(out + i) != 0) continue;
    const ends = load<u32>(scratch, FLOW_CLASSES);
    const egress = verdictAt(lists + load<u32>(scratch), behind, chunks, ends >> 16);
    const ingress = verdictAt(lists + load<u32>(scratch, FLOW_INGRESS), behind, chunks, ends & 0xffff);
    store<u8>(out + i, <u8>joinVerdicts(egress, ingress));
  }
}

function verdictAt(list: usize, behind: u32, chunks: usize, peer: u32): u32 {
  if (bitIn(list, chunks, peer)) return VERDICT_ALLOW;
  return bitIn(list + behind, chunks, peer) ? VERDICT_UNDETERMINED : VERDICT_DENY;
}

/** A class's bit in the chunk whose number is at `entry`. */
function bitIn(entry: usize, chunks: usize, peer: u32): u32 {
  const bits = load<u32>(chunks + <usize>load<u16>(entry) * CHUNK_BYTES + ((peer >> 3) & (CHUNK_BYTES - 4)));
  return (bits >> peer) & 1;
}
