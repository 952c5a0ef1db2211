/**
 * The whole Wasm surface. Records and layouts are in abi.ts; the host writes records, calls, and reads words.
 *
 * A build is a pointer to the build arena; an arena is a pointer to the query arena, which moves when it outgrows its
 * place: ask `arenaOf` again after `compile` and whatever adds, sets or removes.
 */
import { ABI_VERSION, SECTION_HOSTS6, SECTION_PAGES6, SECTION_RANGES6, SECTION_TRIE4 } from "./abi";
import { answerByKinds, AnswerTable, answerTableBytes, isAllowedByKinds, startAnswerTable } from "./answer-table";
import { firstEndpoint, sectionAt, sectionBytes } from "./arena";
import { Columns, evaluateBlocks } from "./batch";
import { roomBytes } from "./batch-room";
import { spreadBits } from "./bits";
import { Build } from "./build";
import { checksumOf } from "./checksum";
import { compileInput } from "./compile";
import { evaluateFlow } from "./evaluate";
import { allowsPods as isAllowedPods, evaluatePods as answerOfPods } from "./evaluate-pods";
import { take } from "./heap";
import { halfAt, lookUp6 } from "./hosts6";
import { tupleCount } from "./intern";
import { writeMatrixBlock, writePortRows } from "./matrix";
import { findBounds, joinSets, PortSets, settle, writeCells, writeSide } from "./port-sets";
import { readNamespaces, readNodes } from "./records";
import { lookUp4 } from "./trie4";
import { addEndpointRecord, addPolicyRecord, removePolicyRecord, setEndpointRecord } from "./update";

export function abiVersion(): u32 {
  return ABI_VERSION;
}

/** Room for `bytes` that the host may write to; it is never given back. */
export function allocate(bytes: u32): usize {
  return take(bytes);
}

/** Compiles the input stream at `input`, which must stay where it is. */
export function compile(input: usize): usize {
  return changetype<usize>(compileInput(input));
}

/** 0, or abi's ERROR_…: the build must not be used. */
export function errorOf(build: usize): i32 {
  return changetype<Build>(build).error;
}

export function arenaOf(build: usize): usize {
  return changetype<Build>(build).arena;
}

export function classCount(build: usize): u32 {
  return tupleCount(changetype<Build>(build).classes);
}

/** Adds the namespace record at `record` and gives its index. */
export function addNamespace(build: usize, record: usize): u32 {
  readNamespaces(changetype<Build>(build), record, 1);
  return changetype<Build>(build).namespaces.length - 1;
}

/** Adds the node record at `record` and gives its index. */
export function addNode(build: usize, record: usize): u32 {
  readNodes(changetype<Build>(build), record, 1);
  return changetype<Build>(build).nodes.length - 1;
}

/** Adds the endpoint record at `record` and gives its number. */
export function addEndpoint(build: usize, record: usize): u32 {
  return addEndpointRecord(changetype<Build>(build), record);
}

/** Gives an endpoint the record at `record` in place of its own; 0 takes it away for ever. */
export function setEndpoint(build: usize, endpoint: u32, record: usize): void {
  setEndpointRecord(changetype<Build>(build), endpoint, record);
}

/**
 * Adds the policy in the input stream at `input`, which has nothing else but the selectors, blocks and peers that are new.
 * Gives the policy's number, or `NONE` where only a rebuild can take it in.
 */
export function addPolicy(build: usize, input: usize): u32 {
  return addPolicyRecord(changetype<Build>(build), input);
}

/** Takes a policy away. */
export function removePolicy(build: usize, policy: u32): void {
  removePolicyRecord(changetype<Build>(build), policy);
}

/** The endpoint of an IPv4 address; below 0 (as a signed number) where it is an external one. */
export function endpointOf4(arena: usize, address: u32): u32 {
  return lookUp4(sectionAt(arena, SECTION_TRIE4), address) - firstEndpoint(arena);
}

/** The endpoint of the IPv6 address whose four words, most significant first, are at `address`. */
export function endpointOf6(arena: usize, address: usize): u32 {
  return (
    lookUp6(
      sectionAt(arena, SECTION_HOSTS6),
      sectionBytes(arena, SECTION_HOSTS6),
      sectionAt(arena, SECTION_PAGES6),
      sectionAt(arena, SECTION_RANGES6),
      sectionBytes(arena, SECTION_RANGES6),
      halfAt(address),
      halfAt(address + 8),
    ) - firstEndpoint(arena)
  );
}

/** The answer to one flow, as abi's ANSWER_… bits. */
export function evaluate(
  arena: usize,
  source: u32,
  destination: u32,
  family: u32,
  slot: u32,
  port: u32,
  distinct: u32,
): u32 {
  return evaluateFlow(arena, source, destination, family, slot, port, distinct);
}

/** The answer to one flow between pods that callers name, in the pair's own family; or LOOK_CLOSER. */
export function evaluatePods(arena: usize, source: u32, destination: u32, slot: u32, port: u32): i32 {
  return answerOfPods(arena, source, destination, slot, port);
}

/** Whether a flow between pods that callers name is allowed: 1 or 0, or LOOK_CLOSER. */
export function allowsPods(arena: usize, source: u32, destination: u32, slot: u32, port: u32): i32 {
  return isAllowedPods(arena, source, destination, slot, port);
}

/** As `evaluatePods`, from `answers` where they are kept there. They may be of another time; then they are none. */
export function evaluateKept(answers: usize, arena: usize, source: u32, destination: u32, slot: u32, port: u32): i32 {
  return answerByKinds(changetype<AnswerTable>(answers), arena, source, destination, slot, port);
}

/** The same as `allowsPods`. */
export function allowsKept(answers: usize, arena: usize, source: u32, destination: u32, slot: u32, port: u32): i32 {
  return isAllowedByKinds(changetype<AnswerTable>(answers), arena, source, destination, slot, port);
}

/** The bytes of room that answers to single calls are kept in; 0 where there are too many classes to keep any. */
export function answerRoom(arena: usize): u32 {
  return answerTableBytes(arena);
}

/** Makes `answers`, `answerRoom` bytes of room, ready to keep answers over the arena as it is now. */
export function keepAnswers(answers: usize, arena: usize): void {
  startAnswerTable(changetype<AnswerTable>(answers), arena);
}

/** The bytes of room that `evaluateColumns` needs over this arena; more after endpoints or classes were added. */
export function batchRoom(arena: usize): u32 {
  return roomBytes(arena);
}

/**
 * Verdicts for columns of flows; `columns` is the address of abi's COLUMNS_… words. Gives BATCH_DONE, or the index of the
 * first flow that can have no verdict: no such endpoint, no port, no common family; or BATCH_NEEDS_ROOM.
 */
export function evaluateColumns(arena: usize, columns: usize, count: u32): i32 {
  return evaluateBlocks(arena, changetype<Columns>(columns), count);
}

/** Writes 16 bytes to `out`: the checksum of a snapshot's `bytes` bytes, a multiple of 64. */
export function checksum(snapshot: usize, bytes: u32, out: usize): void {
  checksumOf(snapshot, bytes, out);
}

/** Writes the rows that a matrix is made of: of each class for egress, then for ingress; `possible` as in abi's row info. */
export function matrixRows(arena: usize, slot: u32, port: u32, possible: u32, rows: usize): void {
  writePortRows(arena, slot, port, possible != 0, rows);
}

/** Writes 512 rows of the class matrix, one for each source class of the block. */
export function matrixBlock(arena: usize, rows: usize, block: u32, scratch: usize, out: usize): void {
  writeMatrixBlock(arena, rows, block, scratch, out);
}

/** Sets the places of all classes in a row of bits, and counts them; see bits.ts. */
export function spread(bits: usize, words: u32, starts: usize, order: usize, row: usize): u32 {
  return spreadBits(bits, words, starts, order, row);
}

/** Finds the intervals of ports that no policy cuts, and gives the bits of a set of them; see port-sets.ts. */
export function portBounds(arena: usize, bounds: usize): u32 {
  return findBounds(arena, bounds);
}

/** Makes the sets at `sets` (abi: PORT_SETS_…) ready: new, or copied to new room. */
export function portSets(sets: usize): void {
  settle(changetype<PortSets>(sets));
}

/** Writes the numbers of the sets of ports that a class's side lets through, for `chunks` × 512 peer classes. */
export function portSide(
  arena: usize,
  sets: usize,
  id: u32,
  side: u32,
  firstChunk: u32,
  chunks: u32,
  out: usize,
): void {
  writeSide(arena, changetype<PortSets>(sets), id, side, firstChunk, chunks, out);
}

/** The set of ports that two sets have in common. */
export function portJoin(sets: usize, a: u32, b: u32): u32 {
  return joinSets(changetype<PortSets>(sets), a, b);
}

/** Writes the cells of one source; gives their number. */
export function portCells(
  sets: usize,
  egress: usize,
  classes: usize,
  sides: usize,
  count: u32,
  source: u32,
  first: u32,
  to: usize,
  ports: usize,
): u32 {
  return writeCells(changetype<PortSets>(sets), egress, classes, sides, count, source, first, to, ports);
}
