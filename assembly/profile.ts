/**
 * Profiles: what a subject's policies say in one direction, as one port record per protocol slot.
 *
 * A profile is the tuple (direction, port set, policies …): the policies that select the subject and have the direction,
 * in the order in which they decide. The port set counts for ingress only, where a named port is one of the subject's own.
 *
 *   policies ──▶ rules ──▶ spans (step, first port, last port, terms) ──▶ intervals ──▶ rows ──▶ port record
 *
 * [NetworkPolicy: isolation is per direction; the allows of all selecting policies are one union]
 * [ClusterNetworkPolicy: tiers in order; in an ordered tier the first rule that matches decides]
 */
import {
  ACTION_ALLOW,
  ACTION_DENY,
  ACTION_TIER_END,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  POLICY_DIRECTIONS,
  POLICY_HEADER_WORDS,
  POLICY_NAMESPACE,
  POLICY_NAMESPACE_SELECTOR,
  POLICY_POD_SELECTOR,
  POLICY_RULES,
  POLICY_TIER,
  PORT_FIRST,
  PORT_KIND,
  PORT_LAST,
  PORT_NAME,
  PORT_SLOT,
  PORT_WORDS,
  RULE_ACTION,
  RULE_DIRECTION,
  RULE_HEADER_WORDS,
  RULE_PEERS,
  RULE_PORTS,
  SLOT_PORTLESS,
  TIER_ADDITIVE,
} from "./abi";
import { Build } from "./build";
import { recordAt, subjectLabels, subjectNamespace, subjectPorts } from "./class";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { STEP_ADDITIVE, STEP_OPEN_SUBJECT } from "./step";
import { dropRepeats, sortWords, sortWordsBy } from "./sort";
import { recordOfSpans } from "./interval";
import { addSpan, Spans } from "./span";
import { internTerm, matchesLabels, matchNamespaceSelector, TERM_ANY } from "./term";
import { at, cleared, push, put, Vec, word } from "./vec";

// Words of a profile in `profileRecords`.
export const PROFILE_RECORDS: u32 = 0;
/** The same for a source that is the subject's own node (ingress). */
export const PROFILE_OWN_NODE: u32 = 4;
export const PROFILE_ISOLATED: u32 = 8;
export const PROFILE_WORDS: u32 = 9;

/** Set in a profile's policy: whether it selects the subject is open. */
const POLICY_OPEN: u32 = 0x80000000;

/** What the additive tier is taken to say while spans are collected. */
const ADDITIVE_AS_WRITTEN: u32 = 0;
/** Traffic from a pod's own node: the NetworkPolicy tier lets it in whatever it says. [types.go, ingress] */
const ADDITIVE_OPENED: u32 = 1;

/** The profile of a subject in one direction, built if it is new. */
export function profileOf(build: Build, subject: u32, direction: u32): u32 {
  const key = cleared(build.spans.policies);
  push(key, direction);
  push(key, direction == DIRECTION_INGRESS ? subjectPorts(build, subject) : 0);
  const namespace = subjectNamespace(build, subject);
  // Namespaced policies are all of the additive tier, whose own order says nothing: the tiers are put in order below.
  selectPolicies(build, changetype<Vec>(recordAt(build.namespacePolicies, namespace)), subject, direction, key);
  selectPolicies(build, build.clusterPolicies, subject, direction, key);

  const known = tupleCount(build.profiles);
  const profile = intern(build.profiles, key.data, key.length);
  if (profile == known) {
    for (let i: u32 = 0; i < PROFILE_WORDS; ++i) push(build.profileRecords, 0);
    buildProfile(build, profile);
  }
  return profile;
}

/** Builds a profile's records anew, as when a named port has come to mean another number. */
export function buildProfile(build: Build, profile: u32): void {
  const words = tupleLength(build.profiles, profile);
  const policies = cleared(build.spans.policies);
  for (let i: u32 = 2; i < words; ++i) push(policies, word(tupleAt(build.profiles, profile), i));
  sortWordsBy(policies.data, policies.length, changetype<usize>(build), decidesBefore);
  const direction = word(tupleAt(build.profiles, profile), 0);
  const portSet = word(tupleAt(build.profiles, profile), 1);
  const base = profile * PROFILE_WORDS;
  for (let slot: u32 = 0; slot <= <u32>SLOT_PORTLESS; ++slot) {
    put(
      build.profileRecords,
      base + PROFILE_RECORDS + slot,
      buildRecord(build, policies, direction, portSet, slot, ADDITIVE_AS_WRITTEN),
    );
    if (direction == DIRECTION_INGRESS) {
      const opened = buildRecord(build, policies, direction, portSet, slot, ADDITIVE_OPENED);
      put(build.profileRecords, base + PROFILE_OWN_NODE + slot, opened);
    }
  }
  put(build.profileRecords, base + PROFILE_ISOLATED, <u32>isIsolated(build, policies));
}

/** Builds all egress profiles anew. */
export function rebuildEgressProfiles(build: Build): void {
  for (let profile: u32 = 0; profile < tupleCount(build.profiles); ++profile) {
    if (word(tupleAt(build.profiles, profile), 0) == DIRECTION_EGRESS) buildProfile(build, profile);
  }
}

function selectPolicies(build: Build, policies: Vec, subject: u32, direction: u32, key: Vec): void {
  for (let i: u32 = 0; i < policies.length; ++i) {
    const policy = at(policies, i);
    const record = recordAt(build.policies, policy);
    if (!(word(record, POLICY_DIRECTIONS) & direction)) continue;
    const match = matchSubject(build, record, subject);
    if (match != MATCH_NO) push(key, match == MATCH_OPEN ? policy | POLICY_OPEN : policy);
  }
}

function matchSubject(build: Build, policy: usize, subject: u32): u32 {
  if (!matchesLabels(build, word(policy, POLICY_POD_SELECTOR), subjectLabels(build, subject))) return MATCH_NO;
  const namespace = word(policy, POLICY_NAMESPACE);
  if (namespace != NONE) return namespace == subjectNamespace(build, subject) ? MATCH_YES : MATCH_NO;
  return matchNamespaceSelector(build, word(policy, POLICY_NAMESPACE_SELECTOR), subjectNamespace(build, subject));
}

/** Tiers in their order; inside a tier the SDK has numbered the policies in theirs. */
function decidesBefore(context: usize, a: u32, b: u32): bool {
  const build = changetype<Build>(context);
  const tierA = word(recordAt(build.policies, a & ~POLICY_OPEN), POLICY_TIER);
  const tierB = word(recordAt(build.policies, b & ~POLICY_OPEN), POLICY_TIER);
  return tierA != tierB ? tierA < tierB : (a & ~POLICY_OPEN) < (b & ~POLICY_OPEN);
}

function isIsolated(build: Build, policies: Vec): bool {
  for (let i: u32 = 0; i < policies.length; ++i) {
    if (word(recordAt(build.policies, at(policies, i) & ~POLICY_OPEN), POLICY_TIER) == TIER_ADDITIVE) return true;
  }
  return false;
}

function buildRecord(build: Build, policies: Vec, direction: u32, portSet: u32, slot: u32, additive: u32): u32 {
  const spans = build.spans;
  cleared(spans.steps);
  cleared(spans.spans);
  let tier: u32 = NONE;
  for (let i: u32 = 0; i < policies.length; ++i) {
    const policy = at(policies, i);
    const record = recordAt(build.policies, policy & ~POLICY_OPEN);
    const nextTier = word(record, POLICY_TIER);
    if (nextTier != tier) {
      if (tier != NONE) closeTier(build, spans, tier);
      tier = nextTier;
      if (tier == TIER_ADDITIVE) push(spans.steps, ACTION_ALLOW | STEP_ADDITIVE);
    }
    if (tier == TIER_ADDITIVE && additive == ADDITIVE_OPENED) addSpan(spans, 0, 0xffff, anyoneSet(build));
    else addRules(build, spans, record, policy & POLICY_OPEN ? STEP_OPEN_SUBJECT : 0, direction, portSet, slot);
  }
  if (tier != NONE) closeTier(build, spans, tier);
  return recordOfSpans(build, spans);
}

/** An isolated subject denies what no NetworkPolicy allows; an ordered tier hands on what passed or did not match. */
function closeTier(build: Build, spans: Spans, tier: u32): void {
  if (tier != TIER_ADDITIVE) {
    push(spans.steps, ACTION_TIER_END);
    return;
  }
  push(spans.steps, ACTION_DENY | STEP_ADDITIVE);
  addSpan(spans, 0, 0xffff, anyoneSet(build));
}

function addRules(
  build: Build,
  spans: Spans,
  policy: usize,
  flags: u32,
  direction: u32,
  portSet: u32,
  slot: u32,
): void {
  let rule = policy + (POLICY_HEADER_WORDS << 2);
  for (let left = word(policy, POLICY_RULES); left > 0; --left) {
    const peers = word(rule, RULE_PEERS);
    const ports = word(rule, RULE_PORTS);
    const peerList = rule + (RULE_HEADER_WORDS << 2);
    const portList = peerList + ((<usize>peers) << 2);
    if (word(rule, RULE_DIRECTION) == direction) {
      if (word(policy, POLICY_TIER) != TIER_ADDITIVE) push(spans.steps, word(rule, RULE_ACTION) | flags);
      // No ports: every port of every protocol. [types.go, ports]
      if (ports == 0) addSpan(spans, 0, 0xffff, termSetOf(build, peerList, peers, 0, 0, 0));
      for (let i: u32 = 0; i < ports; ++i) {
        const port = portList + <usize>i * (PORT_WORDS << 2);
        if (word(port, PORT_SLOT) == slot) addPort(build, spans, port, peerList, peers, direction, portSet);
      }
    }
    rule = portList + <usize>ports * (PORT_WORDS << 2);
  }
}

/** A named port is one of the destination pod's: the subject's own for ingress, each peer's own for egress. */
function addPort(
  build: Build,
  spans: Spans,
  port: usize,
  peerList: usize,
  peers: u32,
  direction: u32,
  portSet: u32,
): void {
  if (word(port, PORT_KIND) != PORT_NAME) {
    addSpan(spans, word(port, PORT_FIRST), word(port, PORT_LAST), termSetOf(build, peerList, peers, 0, 0, 0));
    return;
  }
  const name = word(port, PORT_FIRST);
  const slot = word(port, PORT_SLOT);
  const own = direction == DIRECTION_INGRESS;
  const count = own ? tupleLength(build.portSets, portSet) : tupleCount(build.resolvedPorts);
  for (let i: u32 = 0; i < count; ++i) {
    const resolved = tupleAt(build.resolvedPorts, own ? word(tupleAt(build.portSets, portSet), i) : i);
    if (word(resolved, 0) != name || word(resolved, 1) != slot) continue;
    const number = word(resolved, 2);
    const terms = own
      ? termSetOf(build, peerList, peers, 0, 0, 0)
      : termSetOf(build, peerList, peers, name, slot, number);
    addSpan(spans, number, number, terms);
  }
}

/** The terms of a rule's peers, as one set. No peers: anyone. [types.go, from and to] */
function termSetOf(build: Build, peerList: usize, peers: u32, name: u32, slot: u32, number: u32): u32 {
  const terms = cleared(build.spans.terms);
  for (let i: u32 = 0; i < peers; ++i) push(terms, internTerm(build, word(peerList, i), name, slot, number));
  if (peers == 0) push(terms, internTerm(build, NONE, name, slot, number));
  sortWords(terms.data, terms.length);
  return intern(build.termSets, terms.data, dropRepeats(terms.data, terms.length));
}

function anyoneSet(build: Build): u32 {
  store<u32>(build.key, TERM_ANY);
  return intern(build.termSets, build.key, 1);
}
