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
  SECTION_CLASS_PORTS,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
} from "./abi";
import { sectionAt } from "./arena";
import { joinVerdicts, verdictIn } from "./evaluate";
import { LAST_PORT, lastPortOf, rowOfInterval } from "./port-record";
import { word } from "./vec";

/** No pair has more runs: each ends at another port. */
export const MAX_PORT_RUNS: u32 = 65536;
/** A run is a word: its last port from here on, its verdict below. */
export const RUN_PORT_SHIFT: u32 = 2;
export const RUN_VERDICT_MASK: u32 = 3;

/**
 * Writes the runs of a protocol slot to `runs`, ascending, neighbours with different verdicts: the first begins at port 1
 * (a slot without ports has one run), the last ends at 65535. Gives their number, or `room` + 1 where there are more than `room`.
 */
export function portRuns(arena: usize, source: u32, destination: u32, slot: u32, runs: usize, room: u32): u32 {
  const classPorts = sectionAt(arena, SECTION_CLASS_PORTS) + ((<usize>slot) << 2);
  const egress = load<u32>(classPorts + <usize>source * CLASS_PORTS_BYTES);
  const ingress = load<u32>(classPorts + <usize>destination * CLASS_PORTS_BYTES, CLASS_PORTS_INGRESS);
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  let count: u32 = 0;
  let i: u32 = 0;
  let j: u32 = 0;
  while (true) {
    const out = verdictIn(arena, rowOfInterval(records, lists, egress, i), destination);
    const into = verdictIn(arena, rowOfInterval(records, lists, ingress, j), source);
    const egressLast = lastPortOf(records, lists, egress, i);
    const ingressLast = lastPortOf(records, lists, ingress, j);
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
    i += <u32>(egressLast == last);
    j += <u32>(ingressLast == last);
  }
}
