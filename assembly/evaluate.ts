/**
 * The verdict on one flow, read from the query arena: nothing is matched here, nothing allocated.
 *
 *   endpoint ─▶ class ─▶ port record ─▶ row ─▶ bit of the other end's class        once a direction
 *
 * A flow passes if the source's egress and the destination's ingress both let it. [docs: "The two sorts of pod isolation"]
 */
import {
  ANSWER_BASELINE_BESIDE_POLICY,
  ANSWER_BOTH_APIS,
  ANSWER_EGRESS_BLOCK_ON_POD,
  ANSWER_EGRESS_ISOLATED,
  ANSWER_EGRESS_OPEN_SHIFT,
  ANSWER_EGRESS_REASON_SHIFT,
  ANSWER_EGRESS_SHIFT,
  ANSWER_EGRESS_TIERS_SHIFT,
  ANSWER_INGRESS_BLOCK_ON_POD,
  ANSWER_INGRESS_ISOLATED,
  ANSWER_INGRESS_OPEN_SHIFT,
  ANSWER_INGRESS_REASON_SHIFT,
  ANSWER_INGRESS_SHIFT,
  ANSWER_INGRESS_TIERS_SHIFT,
  ANSWER_OPEN_MASK,
  ARENA_ROW_STRIDE_OFFSET,
  CHUNK_BYTES,
  CHUNK_SHIFT,
  CLASS_FLAG_BOTH_APIS,
  CLASS_FLAG_ISOLATED_EGRESS,
  CLASS_FLAG_ISOLATED_INGRESS,
  CLASS_FLAG_SUBJECT,
  CLASS_FLAG_TIERS_EGRESS,
  CLASS_FLAG_TIERS_INGRESS,
  CLASS_INFO_BYTES,
  CLASS_INFO_FLAGS,
  CLASS_MASK,
  CLASS_PORTS_BYTES,
  CLASS_PORTS_INGRESS,
  ENDPOINT_NODE,
  ENDPOINT_POD,
  NODE_INDEX_MASK,
  NODE_KIND_SHIFT,
  NONE,
  OPEN_ADDRESS,
  OPEN_DOMAIN,
  OPEN_NAMESPACE_LABELS,
  OPEN_TIE,
  OPEN_TIERS_SHIFT,
  REASON_ADMIN_ALLOW,
  REASON_ADMIN_DENY,
  REASON_BASELINE_ALLOW,
  REASON_BASELINE_DENY,
  REASON_NO_RULE,
  REASON_NOT_A_SUBJECT,
  REASON_NOT_ISOLATED,
  REASON_OWN_NODE,
  REASON_RULE,
  REASON_SAME_POD,
  REASON_UNSETTLED,
  ROW_INFO_BLOCK_ON_POD,
  ROW_INFO_BYTES,
  ROW_INFO_OPEN_ADDRESS,
  ROW_INFO_OPEN_LABELS,
  ROW_INFO_POSSIBLE,
  ROW_NONE,
  ROW_TIERS_BY_ADMIN,
  ROW_TIERS_BY_BASELINE,
  ROW_TIERS_BYTES,
  ROW_TIERS_OPEN_DOMAIN,
  ROW_TIERS_OPEN_TIE,
  SECTION_CHUNKS,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
  SECTION_NODE,
  SECTION_PORT_LISTS,
  SECTION_PORT_RECORDS,
  SECTION_ROW_CHUNKS,
  SECTION_ROW_INFO,
  SECTION_ROW_TIERS,
  SLOT_PORTLESS,
  VERDICT_ALLOW,
  VERDICT_DENY,
  VERDICT_UNDETERMINED,
} from "./abi";
import { firstEndpoint, sectionAt, sectionBytes } from "./arena";
import { rowOfPort } from "./port-record";

/** The class of an endpoint in a family, `NONE` where it has no address of it. Traps where there is no such endpoint. */
export function endpointClass(arena: usize, endpoint: u32, family: u32): u32 {
  const place = endpoint + firstEndpoint(arena);
  if (place >= sectionBytes(arena, SECTION_NODE) >> 2) unreachable();
  const entry = load<u32>(sectionAt(arena, family == 6 ? SECTION_CLASS6 : SECTION_CLASS4) + ((<usize>place) << 2));
  return entry == NONE ? NONE : entry & CLASS_MASK;
}

/**
 * The answer to one flow as abi's ANSWER_… bits. `distinct` is 1 where equal ends do not mean one pod talking to itself:
 * a Service led to the destination, or the endpoint stands for several pods.
 */
export function evaluateFlow(
  arena: usize,
  source: u32,
  destination: u32,
  family: u32,
  slot: u32,
  port: u32,
  distinct: u32,
): u32 {
  const sourceClass = endpointClass(arena, source, family);
  const destinationClass = endpointClass(arena, destination, family);
  // INVARIANT: the host asks only about endpoints that exist, in a family that both have. Anything else stops here rather
  // than reading whatever lies in memory.
  if (sourceClass == NONE || destinationClass == NONE || slot > <u32>SLOT_PORTLESS || port > 0xffff) unreachable();
  const sourceFlags = classFlags(arena, sourceClass);
  const destinationFlags = classFlags(arena, destinationClass);
  const isolation =
    (sourceFlags & CLASS_FLAG_ISOLATED_EGRESS ? ANSWER_EGRESS_ISOLATED : 0) |
    (destinationFlags & CLASS_FLAG_ISOLATED_INGRESS ? ANSWER_INGRESS_ISOLATED : 0);

  // 1. A pod cannot be cut off from itself; through a Service it is a flow like any other. [docs; network-policy-api]
  if (source == destination && kindOf(arena, source) == ENDPOINT_POD && distinct == 0) {
    return (
      join(VERDICT_ALLOW, VERDICT_ALLOW) |
      (REASON_SAME_POD << ANSWER_EGRESS_REASON_SHIFT) |
      (REASON_SAME_POD << ANSWER_INGRESS_REASON_SHIFT) |
      isolation
    );
  }

  // 2. Each side by its own row.
  const ownNode = isOwnNode(arena, source, destination);
  const egressRow = egressRowOf(arena, sourceClass, slot, port);
  const ingressRow = ingressRowOf(arena, destinationClass, slot, port, ownNode);
  const egress = verdictIn(arena, egressRow, destinationClass);
  const ingress = verdictIn(arena, ingressRow, sourceClass);

  const egressReason =
    sourceFlags & CLASS_FLAG_TIERS_EGRESS
      ? tieredReason(arena, egressRow, egress, destinationClass, sourceFlags & CLASS_FLAG_ISOLATED_EGRESS, false)
      : plainReason(sourceFlags, CLASS_FLAG_ISOLATED_EGRESS, egress, false);
  const ingressReason =
    destinationFlags & CLASS_FLAG_TIERS_INGRESS
      ? tieredReason(arena, ingressRow, ingress, sourceClass, destinationFlags & CLASS_FLAG_ISOLATED_INGRESS, ownNode)
      : plainReason(destinationFlags, CLASS_FLAG_ISOLATED_INGRESS, ingress, ownNode);
  const egressOpen = egress == VERDICT_UNDETERMINED ? openFacts(arena, egressRow, destinationClass) : 0;
  const ingressOpen = ingress == VERDICT_UNDETERMINED ? openFacts(arena, ingressRow, sourceClass) : 0;
  const beside =
    (egressReason == REASON_BASELINE_DENY && sourceFlags & CLASS_FLAG_ISOLATED_INGRESS) ||
    (ingressReason == REASON_BASELINE_DENY && destinationFlags & CLASS_FLAG_ISOLATED_EGRESS);

  // 3. Both must let it pass.
  return (
    join(egress, ingress) |
    (hasBothAPIs(sourceFlags, CLASS_FLAG_TIERS_EGRESS) || hasBothAPIs(destinationFlags, CLASS_FLAG_TIERS_INGRESS)
      ? ANSWER_BOTH_APIS
      : 0) |
    (beside ? ANSWER_BASELINE_BESIDE_POLICY : 0) |
    (egressReason << ANSWER_EGRESS_REASON_SHIFT) |
    (ingressReason << ANSWER_INGRESS_REASON_SHIFT) |
    (blockOnPod(arena, egressRow, destinationClass) ? ANSWER_EGRESS_BLOCK_ON_POD : 0) |
    (blockOnPod(arena, ingressRow, sourceClass) ? ANSWER_INGRESS_BLOCK_ON_POD : 0) |
    ((egressOpen & ANSWER_OPEN_MASK) << ANSWER_EGRESS_OPEN_SHIFT) |
    ((ingressOpen & ANSWER_OPEN_MASK) << ANSWER_INGRESS_OPEN_SHIFT) |
    ((egressOpen >> OPEN_TIERS_SHIFT) << ANSWER_EGRESS_TIERS_SHIFT) |
    ((ingressOpen >> OPEN_TIERS_SHIFT) << ANSWER_INGRESS_TIERS_SHIFT) |
    isolation
  );
}

export function egressRowOf(arena: usize, subject: u32, slot: u32, port: u32): u32 {
  const records = sectionAt(arena, SECTION_CLASS_PORTS) + <usize>subject * CLASS_PORTS_BYTES;
  return rowAt(arena, load<u32>(records + ((<usize>slot) << 2)), port);
}

/** Traffic from the destination's own node is judged with the NetworkPolicy tier opened. [types.go, ingress] */
export function ingressRowOf(arena: usize, subject: u32, slot: u32, port: u32, ownNode: bool): u32 {
  const record = ownNode
    ? load<u32>(sectionAt(arena, SECTION_CLASS_INFO) + <usize>subject * CLASS_INFO_BYTES + ((<usize>slot) << 2))
    : load<u32>(
        sectionAt(arena, SECTION_CLASS_PORTS) + <usize>subject * CLASS_PORTS_BYTES + ((<usize>slot) << 2),
        CLASS_PORTS_INGRESS,
      );
  return rowAt(arena, record, port);
}

/** Whether the source's address is one of the node that the destination pod runs on. */
export function isOwnNode(arena: usize, source: u32, destination: u32): bool {
  const from = nodeWord(arena, source);
  const to = nodeWord(arena, destination);
  return (
    from >> NODE_KIND_SHIFT == ENDPOINT_NODE &&
    to >> NODE_KIND_SHIFT == ENDPOINT_POD &&
    (from & NODE_INDEX_MASK) != NODE_INDEX_MASK &&
    (from & NODE_INDEX_MASK) == (to & NODE_INDEX_MASK)
  );
}

function rowAt(arena: usize, record: u32, port: u32): u32 {
  return rowOfPort(sectionAt(arena, SECTION_PORT_RECORDS), sectionAt(arena, SECTION_PORT_LISTS), record, port);
}

/** Settled classes have one row; where something is open, the row of what is possible tells deny from undetermined. */
export function verdictIn(arena: usize, row: u32, peer: u32): u32 {
  if (bitIn(arena, row, peer)) return VERDICT_ALLOW;
  const possible = load<u32>(sectionAt(arena, SECTION_ROW_INFO) + <usize>row * ROW_INFO_BYTES, ROW_INFO_POSSIBLE);
  return possible != row && bitIn(arena, possible, peer) ? VERDICT_UNDETERMINED : VERDICT_DENY;
}

function blockOnPod(arena: usize, row: u32, peer: u32): bool {
  const pods = load<u32>(sectionAt(arena, SECTION_ROW_INFO) + <usize>row * ROW_INFO_BYTES, ROW_INFO_BLOCK_ON_POD);
  return pods != ROW_NONE && bitIn(arena, pods, peer);
}

/** The facts (abi: OPEN_…) that a class waits for in a row. */
function openFacts(arena: usize, row: u32, peer: u32): u32 {
  const info = sectionAt(arena, SECTION_ROW_INFO) + <usize>row * ROW_INFO_BYTES;
  return (
    (bitIn(arena, load<u32>(info, ROW_INFO_OPEN_LABELS), peer) ? OPEN_NAMESPACE_LABELS : 0) |
    (bitIn(arena, load<u32>(info, ROW_INFO_OPEN_ADDRESS), peer) ? OPEN_ADDRESS : 0) |
    (isInTierRow(arena, row, ROW_TIERS_OPEN_TIE, peer) ? OPEN_TIE : 0) |
    (isInTierRow(arena, row, ROW_TIERS_OPEN_DOMAIN, peer) ? OPEN_DOMAIN : 0)
  );
}

/** Whether a class is in one of the rows (abi: ROW_TIERS_…) that ordered tiers have left beside a row. */
function isInTierRow(arena: usize, row: u32, field: u32, peer: u32): bool {
  const place = row * ROW_TIERS_BYTES + field;
  if (place >= sectionBytes(arena, SECTION_ROW_TIERS)) return false;
  return bitIn(arena, load<u32>(sectionAt(arena, SECTION_ROW_TIERS) + place), peer);
}

export function bitIn(arena: usize, row: u32, peer: u32): bool {
  const stride = load<u32>(arena, ARENA_ROW_STRIDE_OFFSET);
  const chunk = load<u16>(
    sectionAt(arena, SECTION_ROW_CHUNKS) + ((<usize>(row * stride + (peer >> CHUNK_SHIFT))) << 1),
  );
  const byte = sectionAt(arena, SECTION_CHUNKS) + <usize>chunk * CHUNK_BYTES + ((peer >> 3) & (CHUNK_BYTES - 1));
  return ((load<u8>(byte) >> <u8>(peer & 7)) & 1) != 0;
}

/** Either side's denial denies; only both sides' allow allows. */
export function joinVerdicts(egress: u32, ingress: u32): u32 {
  if (egress == VERDICT_DENY || ingress == VERDICT_DENY) return VERDICT_DENY;
  return egress == VERDICT_ALLOW && ingress == VERDICT_ALLOW ? VERDICT_ALLOW : VERDICT_UNDETERMINED;
}

function join(egress: u32, ingress: u32): u32 {
  return joinVerdicts(egress, ingress) | (egress << ANSWER_EGRESS_SHIFT) | (ingress << ANSWER_INGRESS_SHIFT);
}

/** Why a side answers as it does where only NetworkPolicies may select its subject. */
function plainReason(flags: u32, isolated: u32, verdict: u32, ownNode: bool): u32 {
  if (!(flags & CLASS_FLAG_SUBJECT)) return REASON_NOT_A_SUBJECT;
  if (!(flags & isolated)) return REASON_NOT_ISOLATED;
  if (ownNode) return REASON_OWN_NODE;
  return verdict == VERDICT_UNDETERMINED ? REASON_UNSETTLED : policyReason(verdict);
}

/**
 * The same where ordered tiers do: the first tier that decides for certain gives the reason. Those before it may come to the
 * same, and settle nothing: where none decides for certain, the flow passes whatever is open.
 */
function tieredReason(arena: usize, row: u32, verdict: u32, peer: u32, isolated: u32, ownNode: bool): u32 {
  if (verdict == VERDICT_UNDETERMINED) return REASON_UNSETTLED;
  const allowed = verdict == VERDICT_ALLOW;
  if (isInTierRow(arena, row, ROW_TIERS_BY_ADMIN, peer)) return allowed ? REASON_ADMIN_ALLOW : REASON_ADMIN_DENY;
  if (isolated) return ownNode ? REASON_OWN_NODE : policyReason(verdict);
  if (isInTierRow(arena, row, ROW_TIERS_BY_BASELINE, peer)) {
    return allowed ? REASON_BASELINE_ALLOW : REASON_BASELINE_DENY;
  }
  return REASON_NOT_ISOLATED;
}

function policyReason(verdict: u32): u32 {
  return verdict == VERDICT_ALLOW ? REASON_RULE : REASON_NO_RULE;
}

/** Whether policies of both APIs select a class that has some of them in this direction. */
function hasBothAPIs(flags: u32, tiers: u32): bool {
  return (flags & tiers) != 0 && (flags & CLASS_FLAG_BOTH_APIS) != 0;
}

function kindOf(arena: usize, endpoint: u32): u32 {
  return nodeWord(arena, endpoint) >> NODE_KIND_SHIFT;
}

/** An endpoint's node word (abi: NODE_…). */
export function nodeWord(arena: usize, endpoint: u32): u32 {
  return load<u32>(sectionAt(arena, SECTION_NODE) + ((<usize>(endpoint + firstEndpoint(arena))) << 2));
}

export function classFlags(arena: usize, id: u32): u32 {
  return load<u32>(sectionAt(arena, SECTION_CLASS_INFO) + <usize>id * CLASS_INFO_BYTES, CLASS_INFO_FLAGS);
}
