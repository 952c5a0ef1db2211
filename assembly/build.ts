/**
 * The build arena: all that compiling knows, kept so that a state can grow and be explained.
 *
 *   input words ──▶ selectors, blocks, peers, namespaces, policies        (pointers into the input)
 *                        │
 *   endpoints ──▶ label sets, port sets ──▶ subjects ──▶ classes ──▶ terms × classes (bits)
 *                                              │                          │
 *                                              └──▶ profiles ──▶ rows ────┴──▶ chunks
 *
 * What evaluation reads are the tables marked *query*; arena.ts lays them out in one block. Nothing here is a global: a
 * second instance over the same memory shares it by its address.
 */
import { Chunks, newChunks } from "./chunk";
import { FOLD_BYTES } from "./fold";
import { take } from "./heap";
import { newTuples, Tuples } from "./intern";
import { Named, newNamed } from "./named";
import { NamespaceIndex, newNamespaceIndex } from "./namespace-index";
import { PieceFolds } from "./piece-folds";
import { newPrefixTree, PrefixTree } from "./prefix";
import { newSpans, Spans } from "./span";
import { newVec, Vec } from "./vec";

@unmanaged
export class Build {
  // Input records, by index.
  selectors: Vec;
  blocks: Vec;
  peers: Vec;
  namespaces: Vec;
  policies: Vec;
  nodes: Vec;
  /** Per namespace: its policies (a Vec). */
  namespacePolicies: Vec;
  /** Policies whose subjects are not of one namespace. */
  clusterPolicies: Vec;
  /** Per policy: the number of its first rule, and the slots that its port entries name (see layer.ts). */
  policyRules: Vec;
  policySlots: Vec;
  /** Rules of all policies. */
  ruleCount: u32;

  /** The labels that selectors of pods or nodes name. */
  named: Named;
  /** (name, slot) pairs that a policy names. */
  namedPorts: Tuples;
  /** (name, slot, number) triples that pods have for those. */
  resolvedPorts: Tuples;
  /** How many of those the profiles know. */
  profiledPorts: u32;

  tree: PrefixTree;
  /** Per block: a Vec with the number of its cidr, then those of its excepts. */
  blockNumbers: Vec;
  /** Address sets: per set the pieces (a Vec). */
  addressSets: Vec;

  /** The input's records, and those that came later. */
  endpointRecords: Vec;

  /** Label sets reduced to named labels; port sets, as ids of `resolvedPorts`. */
  labelSets: Tuples;
  portSets: Tuples;
  /** Pods' ports as their records have them, and the port set of each. */
  portRuns: Tuples;
  portRunSets: Vec;
  /** (namespace, label set, port set). */
  subjects: Tuples;
  /** (kind, subject or node labels, signature or address set); see class.ts. */
  classes: Tuples;
  /** Per namespace: the classes of its pods (a Vec). */
  namespaceClasses: Vec;
  /** Per signature, then per address set: a class that has it, and per class the next one. */
  signatureClasses: Vec;
  addressSetClasses: Vec;
  nextClass: Vec;
  /** Per selector: a word per label set (a Vec): 0 not asked yet, 1 no, 2 yes. */
  selectorMemos: Vec;
  /** Per selector: the namespaces that it matches (a Vec), or 0 where nobody has asked; see term.ts. */
  selectorNamespaces: Vec;
  /** Namespaces by their labels. */
  namespaceIndex: NamespaceIndex;

  /** (peer, name, slot, number); see term.ts. */
  terms: Tuples;
  /** Four words a term, and room for the sets of one in the making; see term-bits.ts. */
  termBits: Vec;
  termRoom: usize;
  /** Per namespace: the terms of peers in it (a Vec); then those that may have classes of any. */
  namespaceTerms: Vec;
  otherTerms: Vec;
  /** Sorted runs of terms, as rules name them. */
  termSets: Tuples;
  /** Per rule: the term set of its peers, or NONE where nobody has asked. */
  ruleTermSets: Vec;
  /** (rule, resolved port), and the term set of each: of the rule's peers the parts that have that port. */
  namedRules: Tuples;
  namedTermSets: Vec;

  /** (direction, port set, policies …). */
  profiles: Tuples;
  profileRecords: Vec;
  /** (direction, port set, policies …) of one part of a profile, and the strips of each, one a slot; see layer.ts. */
  layers: Tuples;
  layerStrips: Vec;
  /** Per subject: its egress and ingress profile. */
  subjectProfiles: Vec;

  /** The steps of strips; what of them is active in an interval of ports, and the piece of each; see interval.ts. */
  intervalSteps: Tuples;
  intervals: Tuples;
  intervalPieces: Vec;
  /** Steps by what they say, and ports with the piece of each interval; see piece.ts. */
  pieces: Tuples;
  /** By piece: whether it decides about everyone, and whether ordered tiers have a part in it; see piece.ts. */
  pieceTraits: Vec;
  strips: Tuples;
  /** Three strips, and the port record of each; see stack.ts. */
  stacks: Tuples;
  stackRecords: Vec;
  /** Rows by their pieces, and how many of them are filled in; see row.ts. */
  rows: Tuples;
  foldedRows: u32;
  /** The bits of all rows; the words are a query table. */
  chunks: Chunks;
  /** Bit per class: it is of pods. */
  podBits: Vec;

  // Query tables.
  endpointClass4: Vec;
  endpointClass6: Vec;
  endpointNode: Vec;
  classPorts: Vec;
  classInfo: Vec;
  /** Port records by content; the tuples' words are the query table. */
  portRecords: Tuples;
  /** Port lists by content, each by where it starts; the tuples' words are the query table. */
  portLists: Tuples;
  rowChunks: Vec;
  rowInfo: Vec;
  /** Five words a row (abi: ROW_TIERS_…), as far as ordered tiers have a part in rows. */
  rowTiers: Vec;
  trie4: Vec;
  hosts6: Vec;
  pages6: Vec;
  ranges6: Vec;

  /** Rows that have another row of what is possible. */
  openRows: u32;
  /** Chunks a row has room for. */
  rowStride: u32;
  /** Blocks in `hosts6`. */
  blocks6Count: u32;
  /** The place of endpoint 0: before it are those of the external endpoints, one for each prefix by its number. */
  firstEndpoint: u32;
  /** How often the query arena was sealed. */
  generation: u32;
  /** Set when a limit was passed. */
  error: i32;
  spans: Spans;
  /** Room for a key of up to 16 words while it is interned. */
  key: usize;
  /** Room for one chunk's fold; see fold.ts. */
  scratch: usize;
  /** Folds of pieces; null before one is kept. */
  pieceFolds: PieceFolds;
  /** The laid-out query arena, and the bytes it has. */
  arena: usize;
  arenaBytes: u32;
}

export function newBuild(): Build {
  const build = changetype<Build>(take(offsetof<Build>()));
  memory.fill(changetype<usize>(build), 0, offsetof<Build>());
  build.selectors = newVec(64);
  build.blocks = newVec(16);
  build.peers = newVec(64);
  build.namespaces = newVec(16);
  build.policies = newVec(64);
  build.nodes = newVec(16);
  build.namespacePolicies = newVec(16);
  build.clusterPolicies = newVec(8);
  build.policyRules = newVec(64);
  build.policySlots = newVec(64);
  build.named = newNamed();
  build.namedPorts = newTuples();
  build.resolvedPorts = newTuples();
  build.tree = newPrefixTree();
  build.blockNumbers = newVec(16);
  build.addressSets = newVec(8);
  build.endpointRecords = newVec(64);
  build.labelSets = newTuples();
  build.portSets = newTuples();
  build.portRuns = newTuples();
  build.portRunSets = newVec(64);
  build.subjects = newTuples();
  build.classes = newTuples();
  build.namespaceClasses = newVec(16);
  build.signatureClasses = newVec(64);
  build.addressSetClasses = newVec(8);
  build.nextClass = newVec(64);
  build.selectorMemos = newVec(64);
  build.selectorNamespaces = newVec(64);
  build.namespaceIndex = newNamespaceIndex();
  build.terms = newTuples();
  build.termBits = newVec(64);
  build.namespaceTerms = newVec(16);
  build.otherTerms = newVec(64);
  build.termSets = newTuples();
  build.ruleTermSets = newVec(64);
  build.namedRules = newTuples();
  build.namedTermSets = newVec(64);
  build.profiles = newTuples();
  build.profileRecords = newVec(64);
  build.layers = newTuples();
  build.layerStrips = newVec(64);
  build.subjectProfiles = newVec(64);
  build.intervalSteps = newTuples();
  build.intervals = newTuples();
  build.intervalPieces = newVec(64);
  build.pieces = newTuples();
  build.pieceTraits = newVec(64);
  build.strips = newTuples();
  build.stacks = newTuples();
  build.stackRecords = newVec(64);
  build.rows = newTuples();
  build.chunks = newChunks();
  build.podBits = newVec(64);
  build.endpointClass4 = newVec(64);
  build.endpointClass6 = newVec(64);
  build.endpointNode = newVec(64);
  build.classPorts = newVec(256);
  build.classInfo = newVec(256);
  build.portRecords = newTuples();
  build.portLists = newTuples();
  build.rowChunks = newVec(64);
  build.rowInfo = newVec(64);
  build.rowTiers = newVec(16);
  build.trie4 = newVec(64);
  build.hosts6 = newVec(64);
  build.pages6 = newVec(64);
  build.ranges6 = newVec(64);
  build.spans = newSpans();
  build.key = take(64);
  build.scratch = take(FOLD_BYTES);
  return build;
}
