/**
 * Layers: what those of a subject's policies say that decide before, in or after the additive tier, in one direction.
 *
 * A layer is the tuple (direction, port set, policies …), in the order in which they decide. Subjects share layers: a
 * NetworkPolicy that comes to one changes its additive layer, and finds what the ordered tiers say made.
 *
 *   policies ──▶ rules ──▶ spans (step, first port, last port, terms) ──▶ intervals ──▶ one strip per protocol slot
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
  POLICY_HEADER_WORDS,
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
import { recordAt } from "./class";
import { intern, tupleAt, tupleCount, tupleLength } from "./intern";
import { stripOfSpans } from "./interval";
import { isTied, POLICY_OPEN, tierOf } from "./order";
import { dropRepeats, sortWords } from "./sort";
import { addSpan, Spans } from "./span";
import { STEP_ADDITIVE, STEP_OPEN_SUBJECT } from "./step";
import { internTerm } from "./term";
import { TERM_ANY } from "./term-bits";
import { at, cleared, push, put, Vec, word } from "./vec";

export const SLOTS: u32 = <u32>SLOT_PORTLESS + 1;

/** A policy's word in `policySlots`: a bit for each slot that its port entries name, for egress and for ingress. */
const POLICY_SLOTS_EGRESS: u32 = 0xf;
export const POLICY_SLOTS_INGRESS: u32 = 4;

/** Words before the policies of a layer. */
const LAYER_HEADER_WORDS: u32 = 2;

/** The layer that a tuple says, built if it is new: its strips are in `layerStrips`. NONE where it has no policies. */
export function internLayer(build: Build, key: Vec): u32 {
  if (key.length == LAYER_HEADER_WORDS) return NONE;
  const known = tupleCount(build.layers);
  const layer = intern(build.layers, key.data, key.length);
  if (layer == known) {
    for (let slot: u32 = 0; slot < SLOTS; ++slot) push(build.layerStrips, 0);
    buildLayer(build, layer);
  }
  return layer;
}

/** Builds the egress layers anew, as when a named port has come to mean another number. */
export function rebuildEgressLayers(build: Build): void {
  for (let layer: u32 = 0; layer < tupleCount(build.layers); ++layer) {
    if (word(tupleAt(build.layers, layer), 0) == DIRECTION_EGRESS) buildLayer(build, layer);
  }
}

/** One strip a slot. Slots that no rule names are all alike. */
function buildLayer(build: Build, layer: u32): void {
  const named = slotsNamed(build, layer);
  let unnamed: u32 = NONE;
  for (let slot: u32 = 0; slot < SLOTS; ++slot) {
    let strip = unnamed;
    if (named & (1 << slot) || unnamed == NONE) {
      strip = buildStrip(build, layer, slot);
      if (!(named & (1 << slot))) unnamed = strip;
    }
    put(build.layerStrips, layer * SLOTS + slot, strip);
  }
}

/** A bit for each slot that a port entry of the layer's direction names. */
function slotsNamed(build: Build, layer: u32): u32 {
  const tuple = tupleAt(build.layers, layer);
  let slots: u32 = 0;
  for (let i = LAYER_HEADER_WORDS; i < tupleLength(build.layers, layer); ++i)
    slots |= at(build.policySlots, word(tuple, i) & ~POLICY_OPEN);
  return word(tuple, 0) == DIRECTION_INGRESS ? slots >> POLICY_SLOTS_INGRESS : slots & POLICY_SLOTS_EGRESS;
}

function buildStrip(build: Build, layer: u32, slot: u32): u32 {
  const spans = build.spans;
  cleared(spans.steps);
  cleared(spans.spans);
  const tuple = tupleAt(build.layers, layer);
  const direction = word(tuple, 0);
  const portSet = word(tuple, 1);
  const end = tupleLength(build.layers, layer);
  let tier: u32 = NONE;
  for (let i = LAYER_HEADER_WORDS; i < end; ++i) {
    const policy = word(tuple, i);
    const nextTier = tierOf(build, policy);
    if (nextTier != tier) {
      if (tier != NONE) closeTier(build, spans, tier);
      tier = nextTier;
      if (tier == TIER_ADDITIVE) push(spans.steps, ACTION_ALLOW | STEP_ADDITIVE);
    }
    const tied = i > LAYER_HEADER_WORDS && isTied(build, word(tuple, i - 1), policy);
    const tiedOn = i + 1 < end && isTied(build, policy, word(tuple, i + 1));
    const open: u32 = policy & POLICY_OPEN ? STEP_OPEN_SUBJECT : 0;
    if (!tied && (tiedOn || open != 0)) push(spans.steps, ACTION_TIE_BEGIN);
    addRules(build, spans, policy, direction, portSet, slot);
    if (tiedOn) push(spans.steps, ACTION_TIE_NEXT | open);
    else if (tied || open != 0) push(spans.steps, ACTION_TIE_END | open);
  }
  closeTier(build, spans, tier);
  return stripOfSpans(build, spans);
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
