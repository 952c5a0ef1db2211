/**
 * Reading the input stream's records: they stay where they are and are kept by address.
 *
 * Reading also gathers what classes depend on: the labels that selectors of pods and nodes name, the ports that policies
 * name, the prefixes of every `ipBlock`.
 */
import {
  DIRECTION_INGRESS,
  NONE,
  OPERATOR_IN,
  OPERATOR_NOT_IN,
  PEER_NODES,
  PEER_PODS_BY_NAMESPACE_SELECTOR,
  PEER_PODS_IN_NAMESPACE,
  POLICY_HEADER_WORDS,
  POLICY_NAMESPACE,
  POLICY_POD_SELECTOR,
  POLICY_RULES,
  PORT_FIRST,
  PORT_KIND,
  PORT_NAME,
  PORT_SLOT,
  PORT_WORDS,
  PREFIX_WORDS,
  RULE_DIRECTION,
  RULE_HEADER_WORDS,
  RULE_PEERS,
  RULE_PORTS,
} from "./abi";
import { Build } from "./build";
import { recordAt } from "./class";
import { intern } from "./intern";
import { nameKey, namePair } from "./named";
import { addPrefix } from "./prefix";
import { POLICY_SLOTS_INGRESS } from "./layer";
import { nextRequirement, selectorWords } from "./selector";
import { newVec, push, pushMany, Vec, word } from "./vec";

export function readSelectors(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    push(build.selectors, <u32>cursor);
    push(build.selectorMemos, <u32>changetype<usize>(newVec(8)));
    push(build.selectorNamespaces, 0);
    cursor += (<usize>selectorWords(cursor)) << 2;
  }
  return cursor;
}

/** A block: number of excepts, then the cidr and the excepts as prefixes. */
export function readBlocks(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    push(build.blocks, <u32>cursor);
    const prefixes = load<u32>(cursor) + 1;
    cursor += 4;
    for (let j: u32 = 0; j < prefixes; ++j) {
      addPrefix(build.tree, cursor);
      cursor += PREFIX_WORDS << 2;
    }
  }
  return cursor;
}

/** A peer, three words: kind; namespace, selector or block; pod selector or NONE. */
export function readPeers(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    push(build.peers, <u32>cursor);
    const kind = load<u32>(cursor);
    if (kind == PEER_PODS_IN_NAMESPACE || kind == PEER_PODS_BY_NAMESPACE_SELECTOR) nameLabels(build, word(cursor, 2));
    else if (kind == PEER_NODES) nameLabels(build, word(cursor, 1));
    cursor += 12;
  }
  return cursor;
}

/** A namespace or node: flags, number of labels, (key, value) pairs. */
export function readNamespaces(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    push(build.namespaces, <u32>cursor);
    push(build.namespacePolicies, <u32>changetype<usize>(newVec(4)));
    push(build.namespaceClasses, <u32>changetype<usize>(newVec(4)));
    push(build.namespaceTerms, <u32>changetype<usize>(newVec(4)));
    cursor += 8 + ((<usize>word(cursor, 1)) << 3);
  }
  return cursor;
}

export function readNodes(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    push(build.nodes, <u32>cursor);
    cursor += 8 + ((<usize>word(cursor, 1)) << 3);
  }
  return cursor;
}

export function readPolicies(build: Build, cursor: usize, count: u32): usize {
  for (let i: u32 = 0; i < count; ++i) {
    addPolicy(build, cursor);
    nameLabels(build, word(cursor, POLICY_POD_SELECTOR));
    const rules = word(cursor, POLICY_RULES);
    cursor += POLICY_HEADER_WORDS << 2;
    for (let j: u32 = 0; j < rules; ++j) cursor = readRule(build, cursor);
  }
  return cursor;
}

/** Takes in the policy at `record`, and gives its number. */
export function addPolicy(build: Build, record: usize): u32 {
  const policy = push(build.policies, <u32>record);
  const namespace = word(record, POLICY_NAMESPACE);
  push(
    namespace == NONE ? build.clusterPolicies : changetype<Vec>(recordAt(build.namespacePolicies, namespace)),
    policy,
  );
  const rules = word(record, POLICY_RULES);
  push(build.policyRules, build.ruleCount);
  build.ruleCount += rules;
  pushMany(build.ruleTermSets, NONE, rules);
  push(build.policySlots, slotsOfRules(record + (POLICY_HEADER_WORDS << 2), rules));
  return policy;
}

function slotsOfRules(rule: usize, rules: u32): u32 {
  let slots: u32 = 0;
  for (; rules > 0; --rules) {
    const shift: u32 = word(rule, RULE_DIRECTION) == DIRECTION_INGRESS ? POLICY_SLOTS_INGRESS : 0;
    const ports = word(rule, RULE_PORTS);
    rule += (<usize>(RULE_HEADER_WORDS + word(rule, RULE_PEERS))) << 2;
    for (let i: u32 = 0; i < ports; ++i, rule += PORT_WORDS << 2) slots |= 1 << (word(rule, PORT_SLOT) + shift);
  }
  return slots;
}

function readRule(build: Build, cursor: usize): usize {
  const ports = word(cursor, RULE_PORTS);
  cursor += (<usize>(RULE_HEADER_WORDS + word(cursor, RULE_PEERS))) << 2;
  for (let i: u32 = 0; i < ports; ++i) {
    if (word(cursor, PORT_KIND) == PORT_NAME) {
      store<u32>(build.key, word(cursor, PORT_FIRST));
      store<u32>(build.key + 4, word(cursor, PORT_SLOT));
      intern(build.namedPorts, build.key, 2);
    }
    cursor += PORT_WORDS << 2;
  }
  return cursor;
}

/** Notes the keys, and the (key, value) pairs, that a selector names. */
function nameLabels(build: Build, selector: u32): void {
  if (selector == NONE) return;
  const record = recordAt(build.selectors, selector);
  let requirement = record + 4;
  for (let left = load<u32>(record); left > 0; --left) {
    store<u32>(build.key, word(requirement, 1));
    nameKey(build.named, word(requirement, 1));
    if (load<u32>(requirement) == OPERATOR_IN || load<u32>(requirement) == OPERATOR_NOT_IN) {
      for (let i: u32 = 0; i < word(requirement, 2); ++i) {
        store<u32>(build.key + 4, word(requirement, 3 + i));
        namePair(build.named, build.key);
      }
    }
    requirement = nextRequirement(requirement);
  }
}
