/**
 * The port set of a pair of classes: what the source's class may ask of the destination's, port by port, as runs of ports
 * with one verdict. Both ends' port records are walked together; nothing is allocated.
 *
 *   egress record   ├──── deny ────┤80├──────────── deny ────────────┤
 *   ingress record  ├─────────── allow ──────────┤8080├──── deny ────┤
 *   runs            79: deny │ 80: allow │ 65535: deny
 *
 * It says nothing of a pod and itself, nor of a pod and its own node: those depend on the endpoints.
 */
import {
  CLASS_PORTS_BYTES,
  CLASS_PORTS_INGRESS,
  PORT_LIST_FLAG,
  PORT_RECORD_BOUNDS,
  PORT_RECORD_BYTES,
  PORT_RECORD_ROWS,
  SECTION_CLASS_PORTS,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
} from "./abi";
import { sectionAt } from "./arena";
import { joinVerdicts, verdictIn } from "./evaluate";
import { word } from "./vec";

/** No pair has more runs: each ends at another port. */
export const MAX_PORT_RUNS: u32 = 65536;
/** A run is a word: its last port from here on, its verdict below. */
export const RUN_PORT_SHIFT: u32 = 2;
export const RUN_VERDICT_MASK: u32 = 3;

const LAST_PORT: u32 = 0xffff;
const BIAS: u32 = 0x8000;

/**
 * Writes the runs of a protocol slot to `runs`, ascending, neighbours with different verdicts: the first begins at port 1
 * (a slot without ports has one run), the last ends at 65535. Gives their number, or `room` + 1 where there are more than `room`.
 */
export function portRuns(arena: usize, source: u32, destination: u32, slot: u32, runs: usize, room: u32): u32 {
  const classPorts = sectionAt(arena, SECTION_CLASS_PORTS) + ((<usize>slot) << 2);
  const egress = recordAt(arena, load<u32>(classPorts + <usize>source * CLASS_PORTS_BYTES));
  const ingress = recordAt(arena, load<u32>(classPorts + <usize>destination * CLASS_PORTS_BYTES, CLASS_PORTS_INGRESS));
  let count: u32 = 0;
  let i: u32 = 0;
  let j: u32 = 0;
  let out = verdictIn(arena, intervalRow(egress, i), destination);
  let into = verdictIn(arena, intervalRow(ingress, j), source);
  while (true) {
    const egressLast = intervalLast(egress, i);
    const ingressLast = intervalLast(ingress, j);
    const last = min<u32>(egressLast, ingressLast);
    const verdict = joinVerdicts(out, into);
    // Port 0 is no port: an interval of it alone says nothing.
    if (last > 0) {
      if (count > 0 && (word(runs, count - 1) & RUN_VERDICT_MASK) == verdict) --count;
      else if (count == room) return room + 1;
      store<u32>(runs + ((<usize>count) << 2), (last << RUN_PORT_SHIFT) | verdict);
      ++count;
    }
    if (last == LAST_PORT) return count;
    if (egressLast == last) out = verdictIn(arena, intervalRow(egress, ++i), destination);
    if (ingressLast == last) into = verdictIn(arena, intervalRow(ingress, ++j), source);
  }
}

/** The address of a port record, or of a list with 1 added: both lie on whole words. */
function recordAt(arena: usize, record: u32): usize {
  if (record & PORT_LIST_FLAG)
    return (sectionAt(arena, SECTION_PORT_LISTS) + ((<usize>(record & ~PORT_LIST_FLAG)) << 2)) | 1;
  return sectionAt(arena, SECTION_PORT_RECORDS) + <usize>record * PORT_RECORD_BYTES;
}

/** The last port of interval `i`. */
function intervalLast(record: usize, i: u32): u32 {
  if (record & 1) return i < load<u32>(record - 1) ? word(record - 1, 1 + i) : LAST_PORT;
  return i < <u32>PORT_RECORD_BOUNDS ? <u32>load<u16>(record + ((<usize>i) << 1)) ^ BIAS : LAST_PORT;
}

function intervalRow(record: usize, i: u32): u32 {
  if (record & 1) return word(record - 1, 1 + load<u32>(record - 1) + i);
  return load<u32>(record + ((<usize>i) << 2), PORT_RECORD_ROWS);
}
