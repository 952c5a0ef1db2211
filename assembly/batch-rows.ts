/**
 * Verdicts by the rows of both ends, for states of any number of classes.
 *
 *   class ─▶ row in the port's column ─▶ chunk ─▶ bit of the other end's class        once a direction
 *
 * In two passes over a block, so that the loads of one flow do not wait for those of another.
 */
import {
  ARENA_OPEN_OFFSET,
  ARENA_ROW_STRIDE_OFFSET,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  ROW_NONE,
  SECTION_CHUNKS,
  SECTION_ROW_CHUNKS,
} from "./abi";
import { sectionAt } from "./arena";
import { egressRowOf, ingressRowOf, joinVerdicts, verdictIn } from "./evaluate";
import { ANSWER_SINGLY } from "./pair-table";
import { columnNumbers, firstColumn, NEVER, PER_SLOT, PortColumns, sideBytes, wantColumn } from "./port-columns";

// A flow between the passes, 16 bytes: where in the rows its chunks are, of egress and of ingress, and its classes, u16 each.
const FLOW_BYTES: usize = 16;
const FLOW_SHIFT: usize = 4;
const FLOW_INGRESS: usize = 4;
const FLOW_CLASSES: usize = 8;
const BIAS: u32 = 0x8000;

/** Verdicts for `size` flows, as `answerByPairs` gives them; `scratch` has 16 bytes for each. */
export function answerByRows(
  columns: PortColumns,
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
  const singly = findRows(columns, arena, classCount, classes, sources, destinations, slots, ports, size, scratch);
  joinBits(arena, out, size, scratch);
  if (load<u32>(arena, ARENA_OPEN_OFFSET) != 0) joinOpen(arena, out, size, scratch);
  if (!singly) return;
  for (let i: u32 = 0; i < size; ++i) {
    const ends = load<u32>(scratch + ((<usize>i) << FLOW_SHIFT), FLOW_CLASSES);
    if (max<u32>(ends & 0xffff, ends >> 16) == classCount) store<u8>(out + i, <u8>ANSWER_SINGLY);
  }
}

/** Whether there are flows that have to be looked at singly. */
function findRows(
  columns: PortColumns,
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
  const ingressRows = sideBytes(classCount);
  const columnShape = <u32>(ingressRows << 1);
  const before = firstColumn(columns) - columnShape;
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  let highest: u32 = 0;
  for (let i: usize = 0; i < <usize>size; ++i) {
    const from = <u32>load<u16>(classes + ((<usize>load<u32>(sources + (i << 2))) << 1));
    const to = <u32>load<u16>(classes + ((<usize>load<u32>(destinations + (i << 2))) << 1));
    const what = ((<u32>load<u8>(slots + i)) << PER_SLOT) | <u32>load<u16>(ports + (i << 1));
    const number = <u32>load<u8>(numbers + what);
    let egressRow: u32;
    let ingressRow: u32;
    // Neither 0 nor NEVER.
    if (number - 1 < NEVER - 1) {
      const column = before + <usize>(number * columnShape);
      egressRow = load<u16>(column + ((<usize>from) << 1));
      ingressRow = load<u16>(column + ingressRows + ((<usize>to) << 1));
    } else {
      egressRow = from == classCount ? ROW_NONE : egressRowOf(arena, from, what >> 16, (what & 0xffff) ^ BIAS);
      ingressRow = to == classCount ? ROW_NONE : ingressRowOf(arena, to, what >> 16, (what & 0xffff) ^ BIAS, false);
      wantColumn(columns, arena, classCount, what >> 16, what & 0xffff);
    }
    store<u32>(scratch, egressRow * stride + (to >> CHUNK_SHIFT));
    store<u32>(scratch, ingressRow * stride + (from >> CHUNK_SHIFT), FLOW_INGRESS);
    store<u32>(scratch, from | (to << 16), FLOW_CLASSES);
    highest = max<u32>(highest, max<u32>(from, to));
    scratch += FLOW_BYTES;
  }
  return highest == classCount;
}

function joinBits(arena: usize, out: usize, size: u32, scratch: usize): void {
  const rowChunks = sectionAt(arena, SECTION_ROW_CHUNKS);
  const chunks = sectionAt(arena, SECTION_CHUNKS);
  const end = out + size;
  while (out < end) {
    const egressChunk = <usize>load<u16>(rowChunks + ((<usize>load<u32>(scratch)) << 1));
    const ingressChunk = <usize>load<u16>(rowChunks + ((<usize>load<u32>(scratch, FLOW_INGRESS)) << 1));
    const ends = load<u32>(scratch, FLOW_CLASSES);
    const egressBits = load<u32>(chunks + egressChunk * CHUNK_BYTES + ((ends >> 19) & (CHUNK_BYTES - 4)));
    const ingressBits = load<u32>(chunks + ingressChunk * CHUNK_BYTES + ((ends >> 3) & (CHUNK_BYTES - 4)));
    store<u8>(out, <u8>((egressBits >> (ends >> 16)) & (ingressBits >> ends) & 1));
    scratch += FLOW_BYTES;
    out += 1;
  }
}

function joinOpen(arena: usize, out: usize, size: u32, scratch: usize): void {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  for (let i: u32 = 0; i < size; ++i, scratch += FLOW_BYTES) {
    if (load<u8>(out + i) != 0) continue;
    const ends = load<u32>(scratch, FLOW_CLASSES);
    const egress = verdictIn(arena, load<u32>(scratch) / stride, ends >> 16);
    const ingress = verdictIn(arena, load<u32>(scratch, FLOW_INGRESS) / stride, ends & 0xffff);
    store<u8>(out + i, <u8>joinVerdicts(egress, ingress));
  }
}
