/**
 * Answers by pairs of kinds of pods, for single calls on states of few classes: what `evaluatePods` says of two pods is the
 * same for all pods of their kinds, port by port. It is kept once it has been asked for often enough to be worth it.
 *
 * ┌─ header, 64 bytes ─┬─ kinds ─┬─ answers ─┬─ kinds of endpoints, u16 ─┬─ cells, u16: (most kinds + 1)² ─┐
 * └────────────────────┴─────────┴───────────┴───────────────────────────┴─────────────────────────────────┘
 *   kinds, answers: record pools
 *   kind = the class words of a pod in both families, which tell too whether it has IPv6 first
 *   answers = for each protocol slot with ports, 96 bytes: i16 × 16 bounds biased by 0x8000, u32 × 16 answers, one for the
 *   ports up to each bound; spare bounds are 65535, which no port is above
 *   kinds of endpoints = most kinds for those that are no pods which callers may name, and for pods past that number
 */
import {
  ANSWER_VERDICT_MASK,
  ARENA_GENERATION_OFFSET,
  CLASS_INFO_BYTES,
  ENDPOINT_POD,
  LOOK_CLOSER,
  NODE_KIND_SHIFT,
  NODE_NAMED,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_CLASS_INFO,
  SECTION_NODE,
  SLOT_PORTLESS,
} from "./abi";
import { firstEndpoint, sectionAt, sectionBytes } from "./arena";
import { allowsPods, evaluatePods, lastAlike } from "./evaluate-pods";
import { inLines } from "./lines";
import { BIAS, intervalOnLine, LAST_PORT } from "./port-record";
import { firstRecord, keepRecord, RecordPool, recordPoolBytes, spareRecord, startRecordPool } from "./record-pool";

@unmanaged
export class AnswerTable {
  /** The arena, and its generation, that the table was made for. */
  arena: usize;
  generation: u32;
  endpoints: u32;
  mostKinds: u32;
  answers: RecordPool;
  endpointKinds: usize;
  cells: usize;
}

const HEADER_BYTES: usize = 64;
const KIND_BYTES: u32 = 8;
/** More would make cells that no longer fit the caches. Pods of more classes are of more kinds still. */
const MAX_KINDS: u32 = 512;
/** Kinds past that number are told apart too, so that those before it are known again; pods after the last of these are of none. */
const KIND_ROOM: u32 = 1024;
const MAX_ANSWERS: u32 = 512;
const PORTS: u32 = 16;
/** Intervals of ports that are walked for them. */
const MAX_INTERVALS: u32 = 64;
const SLOT_BYTES: u32 = 96;
const SLOT_ANSWERS: usize = 32;
const ANSWER_BYTES: u32 = SLOT_BYTES * <u32>SLOT_PORTLESS;

// A cell: the number of its answers; or how often the pair has been asked for, up to CELL_LEARN; or that it can't be kept.
const CELL_NEVER: u32 = 0xffff;
const CELL_UNKNOWN: u32 = 0x8080;
/** Of a pair that is asked for once more its answers are found, which takes the time of some twenty walks. */
const CELL_LEARN: u32 = CELL_UNKNOWN + 8;

/** The bytes of a table for this arena; 0 where it has too many classes for one. */
export function answerTableBytes(arena: usize): u32 {
  if (sectionBytes(arena, SECTION_CLASS_INFO) / CLASS_INFO_BYTES > MAX_KINDS) return 0;
  const most = mostKindsIn(arena);
  return <u32>(
    (HEADER_BYTES + kindsBytes() + answersBytes() + inLines((<usize>endpointsIn(arena)) << 1) + cellBytes(most))
  );
}

/** Starts a table, `answerTableBytes` of it, that has no answer yet. One that is the arena's as it is now stays as it is. */
export function startAnswerTable(table: AnswerTable, arena: usize): void {
  if (isCurrent(table, arena)) return;
  const kinds = changetype<usize>(table) + HEADER_BYTES;
  table.endpoints = endpointsIn(arena);
  table.mostKinds = mostKindsIn(arena);
  table.answers = changetype<RecordPool>(kinds + kindsBytes());
  table.endpointKinds = changetype<usize>(table.answers) + answersBytes();
  table.cells = table.endpointKinds + inLines((<usize>table.endpoints) << 1);
  startRecordPool(changetype<RecordPool>(kinds), KIND_ROOM, KIND_BYTES);
  startRecordPool(table.answers, MAX_ANSWERS, ANSWER_BYTES);
  numberKinds(table, arena, changetype<RecordPool>(kinds));
  memory.fill(table.cells, <u8>CELL_UNKNOWN, cellBytes(table.mostKinds));
  table.arena = arena;
  table.generation = load<u32>(arena, ARENA_GENERATION_OFFSET);
}

/** As `evaluatePods`; the table may be of another arena or another time. */
export function answerByKinds(
  table: AnswerTable,
  arena: usize,
  source: u32,
  destination: u32,
  slot: u32,
  port: u32,
): u32 {
  const kept = keptAnswer(table, arena, source, destination, slot, port);
  return kept != 0 ? load<u32>(kept) : evaluatePods(arena, source, destination, slot, port);
}

/** As `allowsPods`. */
export function isAllowedByKinds(
  table: AnswerTable,
  arena: usize,
  source: u32,
  destination: u32,
  slot: u32,
  port: u32,
): u32 {
  const kept = keptAnswer(table, arena, source, destination, slot, port);
  return kept != 0 ? load<u32>(kept) & ANSWER_VERDICT_MASK : allowsPods(arena, source, destination, slot, port);
}

/** The address of the answer to an ordinary flow, or 0 where it is not kept, yet or ever. */
function keptAnswer(table: AnswerTable, arena: usize, source: u32, destination: u32, slot: u32, port: u32): usize {
  const isOrdinary =
    isCurrent(table, arena) &&
    max<u32>(source, destination) < table.endpoints &&
    source != destination &&
    slot < <u32>SLOT_PORTLESS &&
    port - 1 < LAST_PORT;
  if (!isOrdinary) return 0;
  const row = <u32>load<u16>(table.endpointKinds + ((<usize>source) << 1));
  const column = <u32>load<u16>(table.endpointKinds + ((<usize>destination) << 1));
  const cell = table.cells + ((<usize>(row * (table.mostKinds + 1) + column)) << 1);
  const number = <u32>load<u16>(cell);
  if (number >= CELL_UNKNOWN) {
    if (number != CELL_NEVER) learn(table, cell, arena, source, destination, max<u32>(row, column) < table.mostKinds);
    return 0;
  }
  const ports = firstRecord(table.answers) + <usize>(number * ANSWER_BYTES + slot * SLOT_BYTES);
  return ports + SLOT_ANSWERS + ((<usize>intervalOnLine(ports, port)) << 2);
}

/** Counts that a pair was asked for, and finds its answers in the end; `known` says whether both are of a kind. */
function learn(table: AnswerTable, cell: usize, arena: usize, source: u32, destination: u32, known: bool): void {
  const asked = <u32>load<u16>(cell);
  const next = !known ? CELL_NEVER : asked < CELL_LEARN ? asked + 1 : numberOf(table, arena, source, destination);
  store<u16>(cell, <u16>next);
}

/** The number of a pair's answers, or CELL_NEVER where there is something else to say of it, or too much. */
function numberOf(table: AnswerTable, arena: usize, source: u32, destination: u32): u32 {
  const record = spareRecord(table.answers);
  if (record == 0) return CELL_NEVER;
  for (let slot: u32 = 0; slot < <u32>SLOT_PORTLESS; ++slot) {
    if (!writeAnswers(arena, source, destination, slot, record + <usize>(slot * SLOT_BYTES))) return CELL_NEVER;
  }
  return keepRecord(table.answers);
}

/** Whether all ports of a slot have an answer, and not more of them in a row than there is room or time for. */
function writeAnswers(arena: usize, source: u32, destination: u32, slot: u32, ports: usize): bool {
  let count: u32 = 0;
  let previous: u32 = LOOK_CLOSER;
  let last: u32 = 0;
  for (let interval: u32 = 0; last < LAST_PORT; ++interval) {
    if (interval == MAX_INTERVALS) return false;
    const answer = evaluatePods(arena, source, destination, slot, last + 1);
    if (answer == <u32>LOOK_CLOSER) return false;
    last = lastAlike(arena, source, destination, slot, last + 1);
    if (answer == previous) --count;
    else if (count == PORTS) return false;
    writeRun(ports, count, last, answer);
    previous = answer;
    ++count;
  }
  for (; count < PORTS; ++count) writeRun(ports, count, LAST_PORT, 0);
  return true;
}

function writeRun(ports: usize, run: u32, last: u32, answer: u32): void {
  store<u16>(ports + ((<usize>run) << 1), <u16>(last ^ BIAS));
  store<u32>(ports + ((<usize>run) << 2), answer, SLOT_ANSWERS);
}

/** Numbers the kinds of pods that callers may name, as far as there is room. */
function numberKinds(table: AnswerTable, arena: usize, kinds: RecordPool): void {
  const first = (<usize>firstEndpoint(arena)) << 2;
  const nodes = sectionAt(arena, SECTION_NODE) + first;
  const classes4 = sectionAt(arena, SECTION_CLASS4) + first;
  const classes6 = sectionAt(arena, SECTION_CLASS6) + first;
  for (let i: usize = 0; i < <usize>table.endpoints; ++i) {
    const node = load<u32>(nodes + (i << 2));
    const kind = spareRecord(kinds);
    let number = table.mostKinds;
    if (kind != 0 && node >> NODE_KIND_SHIFT == ENDPOINT_POD && (node & NODE_NAMED) != 0) {
      store<u32>(kind, load<u32>(classes4 + (i << 2)));
      store<u32>(kind, load<u32>(classes6 + (i << 2)), 4);
      number = min<u32>(keepRecord(kinds), table.mostKinds);
    }
    store<u16>(table.endpointKinds + (i << 1), <u16>number);
  }
}

function isCurrent(table: AnswerTable, arena: usize): bool {
  return table.arena == arena && table.generation == load<u32>(arena, ARENA_GENERATION_OFFSET);
}

function kindsBytes(): usize {
  return recordPoolBytes(KIND_ROOM, KIND_BYTES);
}

function answersBytes(): usize {
  return recordPoolBytes(MAX_ANSWERS, ANSWER_BYTES);
}

function cellBytes(mostKinds: u32): usize {
  return (<usize>(mostKinds + 1) * (mostKinds + 1)) << 1;
}

function mostKindsIn(arena: usize): u32 {
  return min<u32>(endpointsIn(arena), MAX_KINDS);
}

function endpointsIn(arena: usize): u32 {
  return (sectionBytes(arena, SECTION_NODE) >> 2) - firstEndpoint(arena);
}
