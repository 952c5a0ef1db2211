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
  ACTION_TIE_BEGIN,
  ACTION_TIE_END,
  ACTION_TIE_NEXT,
  ACTION_TIER_END,
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  POLICY_DIRECTIONS,
  POLICY_HEADER_WORDS,
  POLICY_NAMESPACE,
  POLICY_NAMESPACE_SELECTOR,
  POLICY_POD_SELECTOR,
  POLICY_PRIORITY,
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
  TIER_ADMIN_V1ALPHA1,
  TIER_BASELINE_V1ALPHA1,
} from "./abi";
import { Build } from "./build";
import { recordAt, subjectLabels, subjectNamespace, subjectPorts } from "./class";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { STEP_ADDITIVE, STEP_ADMIN, STEP_OPEN_SUBJECT } from "./step";
import { dropRepeats, sortWords, sortWordsBy } from "./sort";
import { recordOfSpans } from "./interval";
import { addSpan, Spans } from "./span";
import { internTerm, matchesLabels, matchNamespaceSelector, TERM_ANY } from "./term";
import { append, at, cleared, push, put, Vec, word } from "./vec";

// Words of a profile in `profileRecords`.
export const PROFILE_RECORDS: u32 = 0;
/** The same for a source that is the subject's own node (ingress). */
export const PROFILE_OWN_NODE: u32 = 4;
/** PROFILE_… bits. */
export const PROFILE_FLAGS: u32 = 8;
export const PROFILE_WORDS: u32 = 9;

export const PROFILE_ISOLATED: u32 = 1;
/** Policies of ClusterNetworkPolicy are among those of the profile, and those of its predecessors. */
export const PROFILE_TIERS: u32 = 2;
export const PROFILE_TIERS_V1ALPHA1: u32 = 4;

/** A policy's word in `policySlots`: a bit for each slot that its port entries name, for egress and for ingress. */
const POLICY_SLOTS_EGRESS: u32 = 0xf;
export const POLICY_SLOTS_INGRESS: u32 = 4;

/** Set in a profile's policy: whether it selects the subject is open. */
export const POLICY_OPEN: u32 = 0x80000000;

/** What the additive tier is taken to say while spans are collected. */
const ADDITIVE_AS_WRITTEN: u32 = 0;
/** Traffic from a pod's own node: the NetworkPolicy tier lets it in whatever it says. [types.go, ingress] */
const ADDITIVE_OPENED: u32 = 1;

const SLOTS: u32 = <u32>SLOT_PORTLESS + 1;
/** In place of an opened NetworkPolicy; no policy has this number. */
const OPENED: u32 = 0x7fffffff;

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
  append(policies, tupleAt(build.profiles, profile) + 8, words - 2);
  sortWordsBy(policies.data, policies.length, changetype<usize>(build), decidesBefore);
  const direction = word(tupleAt(build.profiles, profile), 0);
  const portSet = word(tupleAt(build.profiles, profile), 1);
  const base = profile * PROFILE_WORDS;
  buildRecords(build, policies, direction, portSet, ADDITIVE_AS_WRITTEN, build.profileRecords, base + PROFILE_RECORDS);
  if (direction == DIRECTION_INGRESS) writeOpenedRecords(build, policies, portSet, base + PROFILE_OWN_NODE);
  put(build.profileRecords, base + PROFILE_FLAGS, flagsOf(build, policies));
}

/**
 * Writes the records for the own node. Which NetworkPolicies there are does not matter to them, only whether: they are kept
 * by the others, so that a NetworkPolicy that comes finds them made.
 */
function writeOpenedRecords(build: Build, policies: Vec, portSet: u32, place: u32): void {
  const key = cleared(build.spans.tuple);
  push(key, portSet);
  for (let i: u32 = 0; i < policies.length; ++i) {
    const policy = at(policies, i);
    const said = tierOf(build, policy) == TIER_ADDITIVE ? OPENED | (policy & POLICY_OPEN) : policy;
    if (said != OPENED || at(key, key.length - 1) != OPENED) push(key, said);
  }
  const known = tupleCount(build.openedProfiles);
  const opened = intern(build.openedProfiles, key.data, key.length) * SLOTS;
  if (opened == known * SLOTS) {
    for (let slot: u32 = 0; slot < SLOTS; ++slot) push(build.openedRecords, 0);
    buildRecords(build, policies, DIRECTION_INGRESS, portSet, ADDITIVE_OPENED, build.openedRecords, opened);
  }
  for (let slot: u32 = 0; slot < SLOTS; ++slot) {
    put(build.profileRecords, place + slot, at(build.openedRecords, opened + slot));
  }
}

/** One record a slot. Slots that no rule names are all alike. */
function buildRecords(
  build: Build,
  policies: Vec,
  direction: u32,
  portSet: u32,
  additive: u32,
  records: Vec,
  place: u32,
): void {
  const named = slotsNamed(build, policies, direction, additive);
  let unnamed: u32 = NONE;
  for (let slot: u32 = 0; slot < SLOTS; ++slot) {
    let record = unnamed;
    if (named & (1 << slot) || unnamed == NONE) {
      record = buildRecord(build, policies, direction, portSet, slot, additive);
      if (!(named & (1 << slot))) unnamed = record;
    }
    put(records, place + slot, record);
  }
}

/** A bit for each slot that a port entry of this direction names; an opened additive tier names none. */
function slotsNamed(build: Build, policies: Vec, direction: u32, additive: u32): u32 {
  let slots: u32 = 0;
  for (let i: u32 = 0; i < policies.length; ++i) {
    const policy = at(policies, i);
    if (additive == ADDITIVE_OPENED && tierOf(build, policy) == TIER_ADDITIVE) continue;
    slots |= at(build.policySlots, policy & ~POLICY_OPEN);
  }
  return direction == DIRECTION_INGRESS ? slots >> POLICY_SLOTS_INGRESS : slots & POLICY_SLOTS_EGRESS;
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

/** Whether a policy, by its record, selects a subject. */
export function matchSubject(build: Build, policy: usize, subject: u32): u32 {
  if (!matchesLabels(build, word(policy, POLICY_POD_SELECTOR), subjectLabels(build, subject))) return MATCH_NO;
  const namespace = word(policy, POLICY_NAMESPACE);
  if (namespace != NONE) return namespace == subjectNamespace(build, subject) ? MATCH_YES : MATCH_NO;
  return matchNamespaceSelector(build, word(policy, POLICY_NAMESPACE_SELECTOR), subjectNamespace(build, subject));
}

/** Tiers in their order, inside a tier by priority; what is tied by number, so that the order is one. */
export function decidesBefore(context: usize, a: u32, b: u32): bool {
  const build = changetype<Build>(context);
  const tierA = word(recordAt(build.policies, a & ~POLICY_OPEN), POLICY_TIER);
  const tierB = word(recordAt(build.policies, b & ~POLICY_OPEN), POLICY_TIER);
  if (tierA != tierB) return tierA < tierB;
  const priorityA = priorityOf(build, a);
  const priorityB = priorityOf(build, b);
  return priorityA != priorityB ? priorityA < priorityB : (a & ~POLICY_OPEN) < (b & ~POLICY_OPEN);
}

function tierOf(build: Build, policy: u32): u32 {
  return word(recordAt(build.policies, policy & ~POLICY_OPEN), POLICY_TIER);
}

function priorityOf(build: Build, policy: u32): u32 {
  return word(recordAt(build.policies, policy & ~POLICY_OPEN), POLICY_PRIORITY);
}

/** Whether two policies are of one ordered tier and one priority: nothing says which decides first. */
export function isTied(build: Build, a: u32, b: u32): bool {
  const tier = tierOf(build, a);
  return tier != TIER_ADDITIVE && tier == tierOf(build, b) && priorityOf(build, a) == priorityOf(build, b);
}

function flagsOf(build: Build, policies: Vec): u32 {
  let flags: u32 = 0;
  for (let i: u32 = 0; i < policies.length; ++i) {
    const tier = tierOf(build, at(policies, i));
    if (tier == TIER_ADDITIVE) flags |= PROFILE_ISOLATED;
    else if (tier == TIER_ADMIN_V1ALPHA1 || tier == TIER_BASELINE_V1ALPHA1) flags |= PROFILE_TIERS_V1ALPHA1;
    else flags |= PROFILE_TIERS;
  }
  return flags;
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
    const tied = i > 0 && isTied(build, at(policies, i - 1), policy);
    const tiedOn = i + 1 < policies.length && isTied(build, policy, at(policies, i + 1));
    const open: u32 = policy & POLICY_OPEN ? STEP_OPEN_SUBJECT : 0;
    if (!tied && (tiedOn || open != 0)) push(spans.steps, ACTION_TIE_BEGIN);
    if (tier == TIER_ADDITIVE && additive == ADDITIVE_OPENED) addSpan(spans, 0, 0xffff, anyoneSet(build));
    else addRules(build, spans, policy, direction, portSet, slot);
    if (tiedOn) push(spans.steps, ACTION_TIE_NEXT | open);
    else if (tied || open != 0) push(spans.steps, ACTION_TIE_END | open);
  }
  if (tier != NONE) closeTier(build, spans, tier);
  return recordOfSpans(build, spans);
}

/** An isolated subject denies what no NetworkPolicy allows; an ordered tier hands on what passed or did not match. */
function closeTier(build: Build, spans: Spans, tier: u32): void {
  if (tier != TIER_ADDITIVE) {
    push(spans.steps, tier < <u32>TIER_ADDITIVE ? <u32>ACTION_TIER_END | STEP_ADMIN : <u32>ACTION_TIER_END);
    return;
  }
  push(spans.steps, ACTION_DENY | STEP_ADDITIVE);
  addSpan(spans, 0, 0xffff, anyoneSet(build));
}

function addRules(build: Build, spans: Spans, policy: u32, direction: u32, portSet: u32, slot: u32): void {
  const index = policy & ~POLICY_OPEN;
  const record = recordAt(build.policies, index);
  let rule = record + (POLICY_HEADER_WORDS << 2);
  let number = at(build.policyRules, index);
  for (let left = word(record, POLICY_RULES); left > 0; --left) {
    const peers = word(rule, RULE_PEERS);
    const ports = word(rule, RULE_PORTS);
    const portList = rule + ((<usize>(RULE_HEADER_WORDS + peers)) << 2);
    if (word(rule, RULE_DIRECTION) == direction) {
      if (word(record, POLICY_TIER) != TIER_ADDITIVE) push(spans.steps, word(rule, RULE_ACTION));
      // No ports: every port of every protocol. [types.go, ports]
      if (ports == 0) addSpan(spans, 0, 0xffff, termSetOf(build, rule, number, NONE));
      let whole: u32 = NONE;
      for (let i: u32 = 0; i < ports; ++i) {
        const port = portList + <usize>i * (PORT_WORDS << 2);
        if (word(port, PORT_SLOT) != slot) continue;
        if (word(port, PORT_KIND) == PORT_NAME) {
          addNamedPort(build, spans, port, rule, number, direction, portSet);
        } else {
          if (whole == NONE) whole = termSetOf(build, rule, number, NONE);
          addSpan(spans, word(port, PORT_FIRST), word(port, PORT_LAST), whole);
        }
      }
    }
    rule = portList + <usize>ports * (PORT_WORDS << 2);
    ++number;
  }
}

/** A named port is one of the destination pod's: the subject's own for ingress, each peer's own for egress. */
function addNamedPort(
  build: Build,
  spans: Spans,
  port: usize,
  rule: usize,
  number: u32,
  direction: u32,
  portSet: u32,
): void {
  const own = direction == DIRECTION_INGRESS;
  const count = own ? tupleLength(build.portSets, portSet) : tupleCount(build.resolvedPorts);
  for (let i: u32 = 0; i < count; ++i) {
    const id = own ? word(tupleAt(build.portSets, portSet), i) : i;
    const resolved = tupleAt(build.resolvedPorts, id);
    if (word(resolved, 0) != word(port, PORT_FIRST) || word(resolved, 1) != word(port, PORT_SLOT)) continue;
    addSpan(spans, word(resolved, 2), word(resolved, 2), termSetOf(build, rule, number, own ? NONE : id));
  }
}

/**
 * The terms of a rule's peers, as one set; with `resolved`, an id of `resolvedPorts`, the parts of the peers that have that
 * port. Kept by the rule's number, because each subject of the policy asks. No peers: anyone. [types.go, from and to]
 */
function termSetOf(build: Build, rule: usize, number: u32, resolved: u32): u32 {
  if (resolved == NONE) {
    if (at(build.ruleTermSets, number) == NONE) put(build.ruleTermSets, number, makeTermSet(build, rule, NONE));
    return at(build.ruleTermSets, number);
  }
  store<u32>(build.key, number);
  store<u32>(build.key + 4, resolved);
  const known = tupleCount(build.namedRules);
  const id = intern(build.namedRules, build.key, 2);
  if (id == known) push(build.namedTermSets, makeTermSet(build, rule, resolved));
  return at(build.namedTermSets, id);
}

function makeTermSet(build: Build, rule: usize, resolved: u32): u32 {
  const terms = cleared(build.spans.terms);
  const peers = word(rule, RULE_PEERS);
  for (let i: u32 = 0; i < max<u32>(peers, 1); ++i) {
    const peer: u32 = peers == 0 ? NONE : word(rule, <u32>RULE_HEADER_WORDS + i);
    push(terms, resolved == NONE ? internTerm(build, peer, 0, 0, 0) : internResolved(build, peer, resolved));
  }
  sortWords(terms.data, terms.length);
  return intern(build.termSets, terms.data, dropRepeats(terms.data, terms.length));
}

function internResolved(build: Build, peer: u32, resolved: u32): u32 {
  const port = tupleAt(build.resolvedPorts, resolved);
  return internTerm(build, peer, word(port, 0), word(port, 1), word(port, 2));
}

function anyoneSet(build: Build): u32 {
  store<u32>(build.key, TERM_ANY);
  return intern(build.termSets, build.key, 1);
}
