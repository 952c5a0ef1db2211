/**
 * Profiles: what a subject's policies say in one direction, as one port record per protocol slot.
 *
 * A profile is the tuple (direction, port set, policies …): the policies that select the subject and have the direction. The
 * port set counts for ingress only, where a named port is one of the subject's own.
 *
 *   policies ──▶ layers: before, in and after the additive tier ──▶ their strips ──stacked──▶ port record
 */
import {
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  NONE,
  POLICY_DIRECTIONS,
  POLICY_NAMESPACE,
  POLICY_NAMESPACE_SELECTOR,
  POLICY_POD_SELECTOR,
  TIER_ADDITIVE,
  TIER_ADMIN_V1ALPHA1,
  TIER_BASELINE_V1ALPHA1,
} from "./abi";
import { Build } from "./build";
import { recordAt, subjectLabels, subjectNamespace, subjectPorts } from "./class";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { internLayer, rebuildEgressLayers, SLOTS } from "./layer";
import { MATCH_NO, MATCH_OPEN, MATCH_YES } from "./match";
import { POLICY_OPEN, tierOf } from "./order";
import { STRIP_NONE, STRIP_OPENED } from "./piece";
import { recordOfStrips } from "./stack";
import { matchesLabels, matchNamespaceSelector } from "./term";
import { append, at, cleared, push, put, Vec, word } from "./vec";

/** Words before the policies of a profile. */
export const PROFILE_HEADER_WORDS: u32 = 2;

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

/** The profile of a subject in one direction, built if it is new. */
export function profileOf(build: Build, subject: u32, direction: u32): u32 {
  const key = cleared(build.spans.policies);
  push(key, direction);
  push(key, direction == DIRECTION_INGRESS ? subjectPorts(build, subject) : 0);
  const namespace = subjectNamespace(build, subject);
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

function buildProfile(build: Build, profile: u32): void {
  const before = layerOf(build, profile, BEFORE);
  const additive = layerOf(build, profile, ADDITIVE);
  const after = layerOf(build, profile, AFTER);
  const base = profile * PROFILE_WORDS;
  const ingress = word(tupleAt(build.profiles, profile), 0) == DIRECTION_INGRESS;
  for (let slot: u32 = 0; slot < SLOTS; ++slot) {
    const first = stripOf(build, before, slot);
    const last = stripOf(build, after, slot);
    put(
      build.profileRecords,
      base + PROFILE_RECORDS + slot,
      recordOfStrips(build, first, stripOf(build, additive, slot), last),
    );
    if (!ingress) continue;
    // Traffic from a pod's own node: the NetworkPolicy tier lets it in whatever it says. [types.go, ingress]
    const opened = recordOfStrips(build, first, additive == NONE ? STRIP_NONE : STRIP_OPENED, last);
    put(build.profileRecords, base + PROFILE_OWN_NODE + slot, opened);
  }
  put(build.profileRecords, base + PROFILE_FLAGS, flagsOf(build, profile));
}

/** Builds all egress profiles anew, as when a named port has come to mean another number. */
export function rebuildEgressProfiles(build: Build): void {
  rebuildEgressLayers(build);
  for (let profile: u32 = 0; profile < tupleCount(build.profiles); ++profile) {
    if (word(tupleAt(build.profiles, profile), 0) == DIRECTION_EGRESS) buildProfile(build, profile);
  }
}

// Parts of a profile's policies, by their tiers. In each they stand in the order in which they decide: cluster-wide policies as
// in order.ts, those of the additive tier by number.
export const BEFORE: u32 = 0;
const ADDITIVE: u32 = 1;
export const AFTER: u32 = 2;

/** One of the three layers of a profile. */
function layerOf(build: Build, profile: u32, part: u32): u32 {
  const key = cleared(build.spans.policies);
  append(key, tupleAt(build.profiles, profile), PROFILE_HEADER_WORDS);
  const policies = tupleLength(build.profiles, profile);
  for (let i = PROFILE_HEADER_WORDS; i < policies; ++i) {
    const policy = word(tupleAt(build.profiles, profile), i);
    if (partOf(tierOf(build, policy)) == part) push(key, policy);
  }
  return internLayer(build, key);
}

export function partOf(tier: u32): u32 {
  return tier < <u32>TIER_ADDITIVE ? BEFORE : tier == TIER_ADDITIVE ? ADDITIVE : AFTER;
}

function stripOf(build: Build, layer: u32, slot: u32): u32 {
  return layer == NONE ? STRIP_NONE : at(build.layerStrips, layer * SLOTS + slot);
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

function flagsOf(build: Build, profile: u32): u32 {
  const policies = tupleAt(build.profiles, profile);
  let flags: u32 = 0;
  for (let i = PROFILE_HEADER_WORDS; i < tupleLength(build.profiles, profile); ++i) {
    const tier = tierOf(build, word(policies, i));
    if (tier == TIER_ADDITIVE) flags |= PROFILE_ISOLATED;
    else if (tier == TIER_ADMIN_V1ALPHA1 || tier == TIER_BASELINE_V1ALPHA1) flags |= PROFILE_TIERS_V1ALPHA1;
    else flags |= PROFILE_TIERS;
  }
  return flags;
}
