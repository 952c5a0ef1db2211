/**
 * Whom policies speak of, by name rather than by flow: which policies select an endpoint, which endpoints a policy selects,
 * and which a rule's peer matches. It asks the functions that the tables are filled by, and only reads.
 */
import {
  ENDPOINT_POD,
  NONE,
  POLICY_HEADER_WORDS,
  POLICY_RULES,
  PORT_WORDS,
  RULE_HEADER_WORDS,
  RULE_PEERS,
  RULE_PORTS,
  SELECTS_EGRESS_SHIFT,
  SELECTS_INGRESS_SHIFT,
} from "./abi";
import { Build } from "./build";
import { classHolder, classKind, recordAt } from "./class";
import { endpointClass } from "./evaluate";
import { tupleAt, tupleLength } from "./intern";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { POLICY_OPEN } from "./order";
import { matchSubject } from "./profile";
import { matchPeer } from "./term";
import { at, word } from "./vec";

/** A byte for each policy; what is no pod is nobody's subject. */
export function writeSelecting(build: Build, endpoint: u32, out: usize): void {
  memory.fill(out, 0, build.policies.length);
  const id = anyClass(build, endpoint);
  if (id == NONE || classKind(build, id) != ENDPOINT_POD) return;
  const profiles = classHolder(build, id) * 2;
  markProfile(build, at(build.subjectProfiles, profiles), SELECTS_EGRESS_SHIFT, out);
  markProfile(build, at(build.subjectProfiles, profiles + 1), SELECTS_INGRESS_SHIFT, out);
}

function markProfile(build: Build, profile: u32, shift: u32, out: usize): void {
  const policies = tupleAt(build.profiles, profile);
  const words = tupleLength(build.profiles, profile);
  for (let i: u32 = 2; i < words; ++i) {
    const policy = word(policies, i);
    const match = policy & POLICY_OPEN ? MATCH_OPEN : MATCH_YES;
    const place = out + (policy & ~POLICY_OPEN);
    store<u8>(place, load<u8>(place) | <u8>(match << shift));
  }
}

/** A byte for each endpoint: whether the policy selects it, whatever directions it has. */
export function writeSelected(build: Build, policy: u32, count: u32, out: usize): void {
  const record = recordAt(build.policies, policy);
  for (let endpoint: u32 = 0; endpoint < count; ++endpoint) {
    const id = anyClass(build, endpoint);
    const isPod = id != NONE && classKind(build, id) == ENDPOINT_POD;
    store<u8>(out + endpoint, <u8>(isPod ? matchSubject(build, record, classHolder(build, id)) : MATCH_NO));
  }
}

/** A byte for each endpoint: whether a peer matches it, by one of its addresses. */
export function writeMatched(build: Build, policy: u32, rule: u32, peer: u32, count: u32, out: usize): void {
  const record = peerRecord(build, policy, rule, peer);
  for (let endpoint: u32 = 0; endpoint < count; ++endpoint) {
    const match = max<u32>(matchFamily(build, record, endpoint, 4), matchFamily(build, record, endpoint, 6));
    store<u8>(out + endpoint, <u8>match);
  }
}

function matchFamily(build: Build, peer: usize, endpoint: u32, family: u32): u32 {
  const id = endpointClass(build.arena, endpoint, family);
  return id == NONE ? MATCH_NO : matchPeer(build, peer, id);
}

/** The record of a peer, by its place in its rule, and that of the rule among all of its policy's. */
function peerRecord(build: Build, policy: u32, rule: u32, peer: u32): usize {
  const record = recordAt(build.policies, policy);
  if (rule >= word(record, POLICY_RULES)) unreachable();
  let cursor = record + (POLICY_HEADER_WORDS << 2);
  for (; rule > 0; --rule) {
    const words = RULE_HEADER_WORDS + word(cursor, RULE_PEERS) + word(cursor, RULE_PORTS) * PORT_WORDS;
    cursor += (<usize>words) << 2;
  }
  if (peer >= word(cursor, RULE_PEERS)) unreachable();
  return recordAt(build.peers, word(cursor, RULE_HEADER_WORDS + peer));
}

/** The class of an endpoint in a family that it has: both share its subject. NONE for one that is gone. */
function anyClass(build: Build, endpoint: u32): u32 {
  const id = endpointClass(build.arena, endpoint, 4);
  return id == NONE ? endpointClass(build.arena, endpoint, 6) : id;
}
