/**
 * One flow between two pods that the caller names by number, in the family that the pair uses: all that `evaluate` needs of
 * an ordinary flow, in one call.
 *
 * `LOOK_CLOSER` says that the host has to ask in full: an end that is no pod of its own network or that callers may not
 * name, ends without a common family, a side that is undetermined; and numbers that mean nothing.
 */
import {
  ANSWER_EGRESS_BLOCK_ON_POD,
  ANSWER_EGRESS_ISOLATED,
  ANSWER_EGRESS_REASON_SHIFT,
  ANSWER_EGRESS_SHIFT,
  ANSWER_FAMILY_DIFFERS,
  ANSWER_FAMILY_WAS_IPV6,
  ANSWER_INGRESS_BLOCK_ON_POD,
  ANSWER_INGRESS_ISOLATED,
  ANSWER_INGRESS_REASON_SHIFT,
  ANSWER_INGRESS_SHIFT,
  ANSWER_OTHER_VERDICT_SHIFT,
  ANSWER_VERDICT_MASK,
  CLASS_FLAG_ISOLATED_EGRESS,
  CLASS_FLAG_ISOLATED_INGRESS,
  CLASS_FLAG_TIERS_EGRESS,
  CLASS_FLAG_TIERS_INGRESS,
  CLASS_MASK,
  CLASS_PORTS_BYTES,
  CLASS_PORTS_INGRESS,
  CLASS_SPECIAL,
  ENDPOINT_POD,
  LOOK_CLOSER,
  NODE_KIND_SHIFT,
  NODE_NAMED,
  NODE_PREFERS_IPV6,
  NONE,
  REASON_NO_RULE,
  REASON_NOT_ISOLATED,
  REASON_RULE,
  ROW_INFO_BLOCK_ON_POD,
  ROW_INFO_BYTES,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_CLASS_PORTS,
  SECTION_NODE,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_ROW_INFO,
  SLOT_PORTLESS,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "./abi";
import { firstEndpoint, sectionAt, sectionBytes } from "./arena";
import { bitIn, classFlags, evaluateFlow, nodeWord } from "./evaluate";
import { intervalOfPort, lastPortOf, rowsOfPort } from "./port-record";

/** The answer to one flow as abi's ANSWER_… bits, or LOOK_CLOSER. */
export function evaluatePods(arena: usize, source: u32, destination: u32, slot: u32, port: u32): u32 {
  if (!isOrdinary(arena, source, destination, slot, port)) return LOOK_CLOSER;
  let family: u32 = 4;
  let classes = classesOf(arena, SECTION_CLASS4);
  let others = classesOf(arena, SECTION_CLASS6);
  if (isSpecial(classes, source, destination)) {
    family = specialFamily(arena, source, destination);
    if (family == 0) return LOOK_CLOSER;
    if (family == 6) {
      const classes4 = classes;
      classes = others;
      others = classes4;
    }
  }
  const from = wordOf(classes, source) & CLASS_MASK;
  const to = wordOf(classes, destination) & CLASS_MASK;
  const rows = rowsOf(arena, from, to, slot, port);
  const egressRow = <u32>rows;
  const ingressRow = <u32>(rows >> 32);
  const fromFlags = classFlags(arena, from);
  const toFlags = classFlags(arena, to);
  const tiers = (fromFlags & CLASS_FLAG_TIERS_EGRESS) | (toFlags & CLASS_FLAG_TIERS_INGRESS);
  if (source == destination || (tiers | openIn(arena, egressRow) | openIn(arena, ingressRow)) != 0) {
    return answerClosely(arena, source, destination, family, slot, port);
  }

  // Nothing in the rows is open. Isolated: a rule lets it pass, or none, without a branch on the verdict.
  const egress = <u32>bitIn(arena, egressRow, to);
  const ingress = <u32>bitIn(arena, ingressRow, from);
  const egressIsolated = (fromFlags / CLASS_FLAG_ISOLATED_EGRESS) & 1;
  const ingressIsolated = (toFlags / CLASS_FLAG_ISOLATED_INGRESS) & 1;
  let answer =
    (egress & ingress) |
    (egress << ANSWER_EGRESS_SHIFT) |
    (ingress << ANSWER_INGRESS_SHIFT) |
    (egressIsolated * (((REASON_NO_RULE - egress) << ANSWER_EGRESS_REASON_SHIFT) | ANSWER_EGRESS_ISOLATED)) |
    (ingressIsolated * (((REASON_NO_RULE - ingress) << ANSWER_INGRESS_REASON_SHIFT) | ANSWER_INGRESS_ISOLATED));
  const egressBlocks = load<u32>(infoOf(arena, egressRow), ROW_INFO_BLOCK_ON_POD);
  const ingressBlocks = load<u32>(infoOf(arena, ingressRow), ROW_INFO_BLOCK_ON_POD);
  if ((egressBlocks | ingressBlocks) != ROW_NONE) {
    answer |= blocksOnPods(arena, from, to, egressBlocks, ingressBlocks);
  }

  // INVARIANT: a pod has the same records in both families, so only the other ends' bits can differ; and most pods are of
  // one class in both. One branch for all of it: whether pods have a second family is not guessed well.
  const otherFrom = wordOf(others, source);
  const otherTo = wordOf(others, destination);
  const shared = <u32>(otherFrom != NONE) & <u32>(otherTo != NONE);
  if ((shared & <u32>((((otherFrom ^ from) | (otherTo ^ to)) & CLASS_MASK) != 0)) == 0) return answer;
  const otherwise =
    <u32>bitIn(arena, egressRow, otherTo & CLASS_MASK) & <u32>bitIn(arena, ingressRow, otherFrom & CLASS_MASK);
  return withOther(answer, family, otherwise);
}

/** 1 where the flow is allowed, 0 where it isn't or isn't for certain, or LOOK_CLOSER. */
export function allowsPods(arena: usize, source: u32, destination: u32, slot: u32, port: u32): u32 {
  if (!isOrdinary(arena, source, destination, slot, port)) return LOOK_CLOSER;
  let classes = classesOf(arena, SECTION_CLASS4);
  if (isSpecial(classes, source, destination)) {
    const family = specialFamily(arena, source, destination);
    if (family == 0) return LOOK_CLOSER;
    if (family == 6) classes = classesOf(arena, SECTION_CLASS6);
  }
  if (source == destination) return VERDICT_ALLOW;
  const from = wordOf(classes, source) & CLASS_MASK;
  const to = wordOf(classes, destination) & CLASS_MASK;
  const rows = rowsOf(arena, from, to, slot, port);
  return <u32>bitIn(arena, <u32>rows, to) & <u32>bitIn(arena, <u32>(rows >> 32), from);
}

/**
 * The last port, from one on, that two pods are answered alike for: no interval of either's port record ends before it. A pod
 * has the same records in both families.
 */
export function lastAlike(arena: usize, source: u32, destination: u32, slot: u32, port: u32): u32 {
  const ports = sectionAt(arena, SECTION_CLASS_PORTS) + ((<usize>slot) << 2);
  const egress = load<u32>(ports + <usize>someClass(arena, source) * CLASS_PORTS_BYTES);
  const ingress = load<u32>(ports + <usize>someClass(arena, destination) * CLASS_PORTS_BYTES, CLASS_PORTS_INGRESS);
  return min<u32>(lastInInterval(arena, egress, port), lastInInterval(arena, ingress, port));
}

/** The last port of the interval of a port record that a port is in. */
function lastInInterval(arena: usize, record: u32, port: u32): u32 {
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  const lists = sectionAt(arena, SECTION_PORT_LISTS);
  return lastPortOf(records, lists, record, intervalOfPort(records, lists, record, port));
}

/** The class of a pod in a family that it has. */
function someClass(arena: usize, pod: u32): u32 {
  const class4 = wordOf(classesOf(arena, SECTION_CLASS4), pod);
  return (class4 == NONE ? wordOf(classesOf(arena, SECTION_CLASS6), pod) : class4) & CLASS_MASK;
}

/**
 * The rows of both sides, that of egress in the lower half. Where both have ordinary port records the port is made ready for
 * them once, and no call stands between one's loads and the other's.
 */
function rowsOf(arena: usize, from: u32, to: u32, slot: u32, port: u32): u64 {
  const ports = sectionAt(arena, SECTION_CLASS_PORTS) + ((<usize>slot) << 2);
  const egress = load<u32>(ports + <usize>from * CLASS_PORTS_BYTES);
  const ingress = load<u32>(ports + <usize>to * CLASS_PORTS_BYTES, CLASS_PORTS_INGRESS);
  const records = sectionAt(arena, SECTION_PORT_RECORDS);
  return rowsOfPort(records, sectionAt(arena, SECTION_PORT_LISTS), egress, ingress, port);
}

/** The flags of sides whose allow rests on an `ipBlock`. Most rows have none that matches pods. */
function blocksOnPods(arena: usize, from: u32, to: u32, egress: u32, ingress: u32): u32 {
  return (
    (<u32>bitIn(arena, egress, to) * ANSWER_EGRESS_BLOCK_ON_POD) |
    (<u32>bitIn(arena, ingress, from) * ANSWER_INGRESS_BLOCK_ON_POD)
  );
}

/** The answer where there is more to say than that. */
function answerClosely(arena: usize, source: u32, destination: u32, family: u32, slot: u32, port: u32): u32 {
  const answer = settled(evaluateFlow(arena, source, destination, family, slot, port, 0));
  if (
    answer == <u32>LOOK_CLOSER ||
    !shareFamily(arena, source, destination, family == 6 ? SECTION_CLASS4 : SECTION_CLASS6)
  )
    return answer;
  const otherwise = evaluateFlow(arena, source, destination, 10 - family, slot, port, 0) & ANSWER_VERDICT_MASK;
  return withOther(answer, family, otherwise);
}

/** An answer in `family`, with what the verdict would be in the other one if that is not the same. */
function withOther(answer: u32, family: u32, otherwise: u32): u32 {
  const differs: u32 = ANSWER_FAMILY_DIFFERS | (family == 6 ? ANSWER_FAMILY_WAS_IPV6 : 0);
  const more = differs | (otherwise << ANSWER_OTHER_VERDICT_SHIFT);
  return answer | select(more, 0, otherwise != (answer & ANSWER_VERDICT_MASK));
}

if (REASON_NOT_ISOLATED != 0 || REASON_RULE != 1 || REASON_NO_RULE != 2) ERROR("REASON");
if (VERDICT_DENY != 0 || VERDICT_ALLOW != 1) ERROR("VERDICT");
if (ROW_NONE != 0) ERROR("ROW_NONE");

/** 0 where a row has no row of what is possible beside it. */
function openIn(arena: usize, row: u32): u32 {
  return load<u32>(infoOf(arena, row), ROW_INFO_POSSIBLE) ^ row;
}

function infoOf(arena: usize, row: u32): usize {
  return sectionAt(arena, SECTION_ROW_INFO) + <usize>row * ROW_INFO_BYTES;
}

/** The answer, unless one of its sides is undetermined. */
function settled(answer: u32): u32 {
  const egress = (answer >> ANSWER_EGRESS_SHIFT) & ANSWER_VERDICT_MASK;
  const ingress = (answer >> ANSWER_INGRESS_SHIFT) & ANSWER_VERDICT_MASK;
  return egress == VERDICT_UNDETERMINED || ingress == VERDICT_UNDETERMINED ? LOOK_CLOSER : answer;
}

/** Whether there are such endpoints, such a protocol with ports and such a port: of anything else the host has something to say. */
function isOrdinary(arena: usize, source: u32, destination: u32, slot: u32, port: u32): bool {
  return (
    max<u32>(source, destination) < (sectionBytes(arena, SECTION_NODE) >> 2) - firstEndpoint(arena) &&
    slot < <u32>SLOT_PORTLESS &&
    port - 1 < 0xffff
  );
}

/** Whether not both are pods with an IPv4 address first, as most are. */
function isSpecial(classes4: usize, source: u32, destination: u32): bool {
  return ((wordOf(classes4, source) | wordOf(classes4, destination)) & CLASS_SPECIAL) != 0;
}

/** The first family of the source's that both have, or 0: of endpoints of which one is special. */
function specialFamily(arena: usize, source: u32, destination: u32): u32 {
  const from = nodeWord(arena, source);
  const to = nodeWord(arena, destination);
  if ((from & to & NODE_NAMED) == 0) return 0;
  if (from >> NODE_KIND_SHIFT != ENDPOINT_POD || to >> NODE_KIND_SHIFT != ENDPOINT_POD) return 0;
  const shares4 = shareFamily(arena, source, destination, SECTION_CLASS4);
  const shares6 = shareFamily(arena, source, destination, SECTION_CLASS6);
  if (shares6 && (!shares4 || (from & NODE_PREFERS_IPV6) != 0)) return 6;
  return shares4 ? 4 : 0;
}

function shareFamily(arena: usize, source: u32, destination: u32, section: u32): bool {
  const classes = classesOf(arena, section);
  return wordOf(classes, source) != NONE && wordOf(classes, destination) != NONE;
}

/** The class words of a family's section, from endpoint 0 on. */
function classesOf(arena: usize, section: u32): usize {
  return sectionAt(arena, section) + ((<usize>firstEndpoint(arena)) << 2);
}

function wordOf(table: usize, index: u32): u32 {
  return load<u32>(table + ((<usize>index) << 2));
}
