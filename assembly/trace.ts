/**
 * Why: what each policy of a direction, each of its rules, each peer and each port makes of one flow. It asks the functions
 * that the tables are filled by; the verdict is not found here, but in the tables.
 *
 *   flow ─▶ subject ─▶ its policies in the order in which they decide ─▶ rules ─▶ peers, ports
 *
 * Layout: abi's TRACE_….
 */
import {
  ACTION_PASS,
  DIRECTION_INGRESS,
  ENDPOINT_POD,
  NONE,
  POLICY_HEADER_WORDS,
  POLICY_RULES,
  POLICY_TIER,
  PORT_WORDS,
  RULE_ACTION,
  RULE_DIRECTION,
  RULE_HEADER_WORDS,
  RULE_PEERS,
  RULE_PORTS,
  TIER_ADDITIVE,
} from "./abi";
import {
  TRACE_HEADER_WORDS,
  TRACE_LEAD_BYTES,
  TRACE_OWN_NODE,
  TRACE_POLICIES,
  TRACE_POLICY_NUMBER,
  TRACE_POLICY_REACHED,
  TRACE_POLICY_RULES,
  TRACE_POLICY_SELECTS,
  TRACE_POLICY_WORDS,
  TRACE_RULE_INDEX,
  TRACE_RULE_MATCH,
  TRACE_RULE_PEERS,
  TRACE_RULE_PEERS_MATCH,
  TRACE_RULE_PORTS,
  TRACE_RULE_PORTS_MATCH,
  TRACE_RULE_REACHED,
  TRACE_RULE_WORDS,
} from "./abi-trace";
import { Build } from "./build";
import { classHolder, classKind, recordAt } from "./class";
import { endpointClass, isOwnNode } from "./evaluate";
import { tupleAt, tupleLength } from "./intern";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { isTied, POLICY_OPEN, tierOf } from "./order";
import { AFTER, BEFORE, partOf, PROFILE_HEADER_WORDS } from "./profile";
import { tracePeer, tracePort } from "./trace-why";
import { amend, newTracer, tellMany, Tracer, TRACER_BYTES } from "./tracer";
import { at, word } from "./vec";

/** A flow as its classes see it, and how surely it is still undecided. */
@unmanaged
class Walk {
  direction: u32;
  /** The other end's class, and the destination's. */
  peer: u32;
  destination: u32;
  slot: u32;
  port: u32;
  /** How surely the flow comes to the next policy: MATCH_…. */
  reaches: u32;
  /** How surely something in this tier has let it pass on. */
  passed: u32;
}

/** The walk is kept at the head of the host's room, the words behind it. */
const WALK_BYTES: usize = 32;
if (offsetof<Walk>() > WALK_BYTES) ERROR("WALK_BYTES");
if (WALK_BYTES + TRACER_BYTES != TRACE_LEAD_BYTES) ERROR("TRACE_LEAD_BYTES");

/** Tells of one direction in the `bytes` bytes at `out`. Gives the words that there are to tell. */
export function traceFlow(
  build: Build,
  direction: u32,
  source: u32,
  destination: u32,
  family: u32,
  slot: u32,
  port: u32,
  out: usize,
  bytes: u32,
): u32 {
  const from = endpointClass(build.arena, source, family);
  const to = endpointClass(build.arena, destination, family);
  if (from == NONE || to == NONE) unreachable();
  const ingress = direction == DIRECTION_INGRESS;
  const own = ingress ? to : from;
  const walk = changetype<Walk>(out);
  walk.direction = direction;
  walk.peer = ingress ? from : to;
  walk.destination = to;
  walk.slot = slot;
  walk.port = port;
  walk.reaches = MATCH_YES;
  walk.passed = MATCH_NO;

  const tracer = newTracer(out + WALK_BYTES, bytes - <u32>WALK_BYTES);
  tellMany(tracer, TRACE_HEADER_WORDS);
  amend(tracer, TRACE_OWN_NODE, <u32>(ingress && isOwnNode(build.arena, source, destination)));
  if (classKind(build, own) == ENDPOINT_POD) {
    tracePolicies(build, walk, tracer, at(build.subjectProfiles, classHolder(build, own) * 2 + <u32>ingress));
  }
  return tracer.length;
}

/** The policies of a profile, tier by tier; those of one priority are all come to alike. */
function tracePolicies(build: Build, walk: Walk, tracer: Tracer, profile: u32): void {
  const words = tupleLength(build.profiles, profile);
  amend(tracer, TRACE_POLICIES, words - PROFILE_HEADER_WORDS);
  let before: u32 = NONE;
  let tier: u32 = NONE;
  let isolated = MATCH_NO;
  let start: u32 = MATCH_YES;
  let remains: u32 = MATCH_YES;
  for (let part = BEFORE; part <= AFTER; ++part) {
    for (let i = PROFILE_HEADER_WORDS; i < words; ++i) {
      const policy = word(tupleAt(build.profiles, profile), i);
      const next = tierOf(build, policy);
      if (partOf(next) != part) continue;
      if (before == NONE || !isTied(build, before, policy)) {
        walk.reaches = remains;
        if (next != tier) closeTier(walk, tier, isolated);
        start = walk.reaches;
        remains = start;
      }
      before = policy;
      tier = next;
      walk.reaches = start;
      const selects = policy & POLICY_OPEN ? MATCH_OPEN : MATCH_YES;
      if (tier == TIER_ADDITIVE) isolated = max<u32>(isolated, selects);
      tracePolicy(build, walk, tracer, policy & ~POLICY_OPEN, selects);
      // It applies as a whole or not at all.
      if (selects == MATCH_YES) remains = min<u32>(remains, walk.reaches);
    }
  }
}

/** What a tier leaves undecided: what nothing in it decided, or what passed. Isolation decides for good. */
function closeTier(walk: Walk, tier: u32, isolated: u32): void {
  if (tier == TIER_ADDITIVE) walk.reaches = min<u32>(walk.reaches, MATCH_YES - isolated);
  else if (tier != NONE) walk.reaches = max<u32>(walk.reaches, walk.passed);
  walk.passed = MATCH_NO;
}

function tracePolicy(build: Build, walk: Walk, tracer: Tracer, policy: u32, selects: u32): void {
  const place = tellMany(tracer, TRACE_POLICY_WORDS);
  amend(tracer, place + TRACE_POLICY_NUMBER, policy);
  amend(tracer, place + TRACE_POLICY_SELECTS, selects);
  amend(tracer, place + TRACE_POLICY_REACHED, walk.reaches);
  const record = recordAt(build.policies, policy);
  const rules = word(record, POLICY_RULES);
  const ordered = word(record, POLICY_TIER) != TIER_ADDITIVE;
  let rule = record + (POLICY_HEADER_WORDS << 2);
  let told: u32 = 0;
  for (let i: u32 = 0; i < rules; ++i) {
    if (word(rule, RULE_DIRECTION) == walk.direction) {
      ++told;
      const match = traceRule(build, walk, tracer, rule, i);
      if (ordered && match != MATCH_NO) decide(walk, word(rule, RULE_ACTION), match, selects);
    }
    rule += (<usize>(RULE_HEADER_WORDS + word(rule, RULE_PEERS) + word(rule, RULE_PORTS) * PORT_WORDS)) << 2;
  }
  amend(tracer, place + TRACE_POLICY_RULES, told);
}

/** In an ordered tier the first rule that matches decides; Pass leaves the tier. */
function decide(walk: Walk, action: u32, match: u32, selects: u32): void {
  if (action == ACTION_PASS) walk.passed = max<u32>(walk.passed, min<u32>(min<u32>(walk.reaches, match), selects));
  walk.reaches = match == MATCH_YES ? MATCH_NO : min<u32>(walk.reaches, MATCH_OPEN);
}

/** A rule matches if one of its peers and one of its ports do; where it has none, anyone and everything. */
function traceRule(build: Build, walk: Walk, tracer: Tracer, rule: usize, index: u32): u32 {
  const place = tellMany(tracer, TRACE_RULE_WORDS);
  const peers = word(rule, RULE_PEERS);
  const ports = word(rule, RULE_PORTS);
  let cursor = rule + (RULE_HEADER_WORDS << 2);
  let peersMatch = peers == 0 ? MATCH_YES : MATCH_NO;
  for (let i: u32 = 0; i < peers; ++i, cursor += 4) {
    peersMatch = max<u32>(peersMatch, tracePeer(build, tracer, recordAt(build.peers, load<u32>(cursor)), walk.peer));
  }
  let portsMatch = ports == 0 ? MATCH_YES : MATCH_NO;
  for (let i: u32 = 0; i < ports; ++i, cursor += PORT_WORDS << 2) {
    portsMatch = max<u32>(portsMatch, tracePort(build, tracer, cursor, walk.destination, walk.slot, walk.port));
  }
  const match = min<u32>(peersMatch, portsMatch);
  amend(tracer, place + TRACE_RULE_INDEX, index);
  amend(tracer, place + TRACE_RULE_MATCH, match);
  amend(tracer, place + TRACE_RULE_REACHED, walk.reaches);
  amend(tracer, place + TRACE_RULE_PEERS_MATCH, peersMatch);
  amend(tracer, place + TRACE_RULE_PORTS_MATCH, portsMatch);
  amend(tracer, place + TRACE_RULE_PEERS, peers);
  amend(tracer, place + TRACE_RULE_PORTS, ports);
  return match;
}
