/**
 * Changes to a compiled build, each at the cost of what it changes.
 *
 *   endpoint ──▶ its classes (new ones: new columns of terms and rows, new lines of the class tables), its addresses
 *   policy ────▶ the profiles of the subjects that it selects, in its directions ──▶ the class tables' lines of those
 *
 * Classes tell apart what selectors, named ports and prefixes named when the build was compiled. A policy that names
 * something else needs a rebuild. Nothing here is taken back: what nobody uses any more stays until the host builds anew.
 */
import {
  DIRECTION_EGRESS,
  DIRECTION_INGRESS,
  ENDPOINT_EXTERNAL,
  ENDPOINT_HEADER_WORDS,
  ENDPOINT_KIND,
  ENDPOINT_NAMESPACE,
  ENDPOINT_NODE_INDEX,
  ENDPOINT_POD,
  INPUT_BLOCKS,
  INPUT_HEADER_WORDS,
  INPUT_PEERS,
  INPUT_SELECTORS,
  NONE,
  OPERATOR_IN,
  OPERATOR_NOT_IN,
  PEER_BLOCK,
  PEER_NODES,
  POLICY_DIRECTIONS,
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
  RULE_HEADER_WORDS,
  RULE_PEERS,
  RULE_PORTS,
} from "./abi";
import { claimAddresses, releaseAddresses } from "./address-index";
import { seal } from "./arena";
import { Build } from "./build";
import { classHolder, classKind, holderOfEndpoint, recordAt } from "./class";
import { appendClasses, rewriteClasses, writeClass } from "./class-table";
import { classEndpoint, notePodClasses, numberBlock, profileSubjects } from "./compile";
import { take } from "./heap";
import { contains, tupleCount } from "./intern";
import { isKeyNamed, isPairNamed } from "./named";
import { MATCH_NO } from "./match";
import { orderClusterPolicies } from "./order";
import { matchSubject, profileOf, rebuildEgressProfiles } from "./profile";
import { addPolicy, readSelectors } from "./records";
import { addClassesToRows, foldNewRows } from "./row";
import { widenRows } from "./row-table";
import { nextRequirement } from "./selector";
import { at, push, put, Vec, word } from "./vec";

/** Adds the endpoint at `record` and gives its number. Its namespace and node must be known (see index.ts). */
export function addEndpointRecord(build: Build, record: usize): u32 {
  const endpoint = push(build.endpointRecords, <u32>record);
  push(build.endpointClass4, NONE);
  push(build.endpointClass6, NONE);
  push(build.endpointNode, 0);
  writeEndpoint(build, endpoint, record);
  return endpoint;
}

/** Gives an endpoint another record; 0 takes it away: no address leads to it, no caller may name it, for ever. */
export function setEndpointRecord(build: Build, endpoint: u32, record: usize): void {
  // External endpoints are below 0, so past every number.
  if (endpoint >= build.endpointRecords.length) unreachable();
  releaseAddresses(build, recordAt(build.endpointRecords, endpoint), endpoint + build.firstEndpoint);
  writeEndpoint(build, endpoint, record == 0 ? nobody() : record);
}

/**
 * Adds the policy of an input stream that has, beside it, only the selectors, blocks and peers that are new. Gives the
 * policy's number, or `NONE` where classes do not tell apart what it names: then a rebuild is needed, and nothing has
 * changed but that the selectors, blocks and peers are known.
 */
export function addPolicyRecord(build: Build, input: usize): u32 {
  let cursor = readSelectors(build, input + (INPUT_HEADER_WORDS << 2), word(input, INPUT_SELECTORS));
  for (let left = word(input, INPUT_BLOCKS); left > 0; --left) {
    push(build.blocks, <u32>cursor);
    push(build.blockNumbers, 0);
    cursor += 4 + <usize>(load<u32>(cursor) + 1) * (PREFIX_WORDS << 2);
  }
  for (let left = word(input, INPUT_PEERS); left > 0; --left) {
    push(build.peers, <u32>cursor);
    cursor += 12;
  }
  if (!knowsPolicy(build, cursor)) return NONE;
  const policy = addPolicy(build, cursor);
  if (word(cursor, POLICY_NAMESPACE) == NONE) orderClusterPolicies(build);
  selectAgain(build, cursor);
  return policy;
}

/** Takes a policy out of the verdicts; its number is never given again. */
export function removePolicyRecord(build: Build, policy: u32): void {
  const record = recordAt(build.policies, policy);
  const namespace = word(record, POLICY_NAMESPACE);
  const policies =
    namespace == NONE ? build.clusterPolicies : changetype<Vec>(recordAt(build.namespacePolicies, namespace));
  let kept: u32 = 0;
  for (let i: u32 = 0; i < policies.length; ++i) {
    if (at(policies, i) != policy) put(policies, kept++, at(policies, i));
  }
  policies.length = kept;
  selectAgain(build, record);
}

/** Writes the words of an endpoint that has its place in the tables, and takes in the classes that it is the first of. */
function writeEndpoint(build: Build, endpoint: u32, record: usize): void {
  const firstClass = tupleCount(build.classes);
  put(build.endpointRecords, endpoint, <u32>record);
  classEndpoint(build, endpoint + build.firstEndpoint, record, holderOfEndpoint(build, record));
  claimAddresses(build, record, endpoint + build.firstEndpoint);
  if (tupleCount(build.classes) > firstClass) {
    widenRows(build);
    notePodClasses(build, firstClass);
    addClassesToRows(build, firstClass);
  }
  profileSubjects(build);
  appendClasses(build);
  if (tupleCount(build.resolvedPorts) > build.profiledPorts) {
    // A named port has come to mean another number: egress rules that use the name have new intervals.
    build.profiledPorts = tupleCount(build.resolvedPorts);
    rebuildEgressProfiles(build);
    rewriteClasses(build);
  }
  foldNewRows(build);
  seal(build);
}

/** The record of an endpoint that is gone. */
function nobody(): usize {
  const record = take(ENDPOINT_HEADER_WORDS << 2);
  memory.fill(record, 0, ENDPOINT_HEADER_WORDS << 2);
  store<u32>(record, ENDPOINT_EXTERNAL, ENDPOINT_KIND << 2);
  store<u32>(record, NONE, ENDPOINT_NAMESPACE << 2);
  store<u32>(record, NONE, ENDPOINT_NODE_INDEX << 2);
  return record;
}

/** Finds the profiles of what a policy selects anew, in the policy's directions. */
function selectAgain(build: Build, policy: usize): void {
  const namespace = word(policy, POLICY_NAMESPACE);
  if (namespace == NONE) {
    for (let id: u32 = 0; id < tupleCount(build.classes); ++id) selectClassAgain(build, policy, id);
  } else {
    const classes = changetype<Vec>(recordAt(build.namespaceClasses, namespace));
    for (let i: u32 = 0; i < classes.length; ++i) selectClassAgain(build, policy, at(classes, i));
  }
  foldNewRows(build);
  seal(build);
}

function selectClassAgain(build: Build, policy: usize, id: u32): void {
  if (classKind(build, id) != ENDPOINT_POD) return;
  const subject = classHolder(build, id);
  if (matchSubject(build, policy, subject) == MATCH_NO) return;
  const directions = word(policy, POLICY_DIRECTIONS);
  if (directions & DIRECTION_EGRESS)
    put(build.subjectProfiles, subject * 2, profileOf(build, subject, DIRECTION_EGRESS));
  if (directions & DIRECTION_INGRESS)
    put(build.subjectProfiles, subject * 2 + 1, profileOf(build, subject, DIRECTION_INGRESS));
  writeClass(build, id);
}

/** Whether classes tell apart all that a policy names. */
function knowsPolicy(build: Build, policy: usize): bool {
  if (!knowsLabels(build, word(policy, POLICY_POD_SELECTOR))) return false;
  let rule = policy + (POLICY_HEADER_WORDS << 2);
  for (let left = word(policy, POLICY_RULES); left > 0; --left) {
    let cursor = rule + (RULE_HEADER_WORDS << 2);
    for (let peers = word(rule, RULE_PEERS); peers > 0; --peers, cursor += 4) {
      if (!knowsPeer(build, recordAt(build.peers, load<u32>(cursor)))) return false;
    }
    for (let ports = word(rule, RULE_PORTS); ports > 0; --ports, cursor += PORT_WORDS << 2) {
      if (word(cursor, PORT_KIND) != PORT_NAME) continue;
      store<u32>(build.key, word(cursor, PORT_FIRST));
      store<u32>(build.key + 4, word(cursor, PORT_SLOT));
      if (!contains(build.namedPorts, build.key, 2)) return false;
    }
    rule = cursor;
  }
  return true;
}

function knowsPeer(build: Build, peer: usize): bool {
  const kind = load<u32>(peer);
  if (kind == PEER_BLOCK) return numberBlock(build, word(peer, 1));
  return knowsLabels(build, word(peer, kind == PEER_NODES ? 1 : 2));
}

function knowsLabels(build: Build, selector: u32): bool {
  if (selector == NONE) return true;
  const record = recordAt(build.selectors, selector);
  let requirement = record + 4;
  for (let left = load<u32>(record); left > 0; --left) {
    store<u32>(build.key, word(requirement, 1));
    if (!isKeyNamed(build.named, word(requirement, 1))) return false;
    if (load<u32>(requirement) == OPERATOR_IN || load<u32>(requirement) == OPERATOR_NOT_IN) {
      for (let i: u32 = 0; i < word(requirement, 2); ++i) {
        store<u32>(build.key + 4, word(requirement, 3 + i));
        if (!isPairNamed(build.named, build.key)) return false;
      }
    }
    requirement = nextRequirement(requirement);
  }
  return true;
}
