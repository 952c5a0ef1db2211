/**
 * Verdicts that batches have found lately, for states of many classes: flow logs ask the same again and again, and one load
 * from a table that stays in the second cache is quicker than the walk over the rows. Where flows do not repeat it would only
 * cost: it is tried from time to time, and used while it answers.
 *
 * ┌─ header ─┬─ flows that it does not know, as the kernels read them ─┬─ entries, u64 × 2^ENTRY_BITS ─┐
 * └──────────┴─────────────────────────────────────────────────────────┴───────────────────────────────┘
 *   entry = (class of the source │ of the destination │ port │ slot + 1) << 8 │ answer;  0 is no entry, since slots count from 1
 *
 * What answers is known by classes, port and slot alone: what depends on the pods themselves is settled afterwards.
 */
import { answerByRows } from "./batch-rows";
import { PortColumns } from "./port-columns";
import { RowCopies } from "./row-copies";

@unmanaged
export class VerdictCache {
  /** Blocks to come that go by without it. */
  rest: u32;
  /** Blocks to come in which it is used before it is judged, what it answered in those that went by, and in the trial before. */
  trial: u32;
  hits: u32;
  before: u32;
}

/** Flows in a block, at the most. */
const BLOCK: usize = 128;
const ENTRY_BITS: u32 = 16;
const SOURCES: usize = 64;
const DESTINATIONS: usize = SOURCES + (BLOCK << 2);
const PORTS: usize = DESTINATIONS + (BLOCK << 2);
const SLOTS: usize = PORTS + (BLOCK << 1);
const ANSWERS: usize = SLOTS + BLOCK;
const UNKNOWN: usize = ANSWERS + BLOCK;
const ENTRIES: usize = UNKNOWN + BLOCK;
const BYTES: usize = ENTRIES + (8 << ENTRY_BITS);

/** Blocks of a trial, and those without it after a trial that failed. */
const TRIAL: u32 = 16;
const REST: u32 = 1024;
/** Flows of a trial that it must have answered, half of them; or more by this than in the trial before: then it is filling. */
const ENOUGH: u32 = TRIAL * 64;
const FILLING: u32 = TRIAL * 2;

const MIX: u64 = 0x9e3779b97f4a7c15;

export function verdictCacheBytes(): usize {
  return BYTES;
}

export function startVerdictCache(cache: VerdictCache): void {
  memory.fill(changetype<usize>(cache) + ENTRIES, 0, BYTES - ENTRIES);
  cache.rest = 0;
  cache.trial = TRIAL;
  cache.hits = 0;
  cache.before = 0;
}

/** Verdicts for `size` flows, as `answerByRows` gives them. */
export function answerByCache(
  cache: VerdictCache,
  columns: PortColumns,
  copies: RowCopies,
  arena: usize,
  classCount: u32,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  out: usize,
  size: u32,
  scratch: usize,
): void {
  if (cache.rest > 0) {
    --cache.rest;
    answerByRows(columns, copies, arena, classCount, classes, sources, destinations, slots, ports, out, size, scratch);
    return;
  }
  const base = changetype<usize>(cache);
  const unknown = answerKnown(base, classes, sources, destinations, slots, ports, out, size);
  if (unknown > 0) {
    gather(base, unknown, sources, destinations, slots, ports);
    answerByRows(
      columns,
      copies,
      arena,
      classCount,
      classes,
      base + SOURCES,
      base + DESTINATIONS,
      base + SLOTS,
      base + PORTS,
      base + ANSWERS,
      unknown,
      scratch,
    );
    keep(base, classes, unknown, out);
  }
  judge(cache, size - unknown);
}

/** Answers what has an entry, notes the places of what has none, and gives their number. */
function answerKnown(
  base: usize,
  classes: usize,
  sources: usize,
  destinations: usize,
  slots: usize,
  ports: usize,
  out: usize,
  size: u32,
): u32 {
  const entries = base + ENTRIES;
  let unknown = base + UNKNOWN;
  for (let i: u32 = 0; i < size; ++i) {
    const key = keyOf(
      load<u16>(classes + ((<usize>load<u32>(sources)) << 1)),
      load<u16>(classes + ((<usize>load<u32>(destinations)) << 1)),
      load<u8>(slots),
      load<u16>(ports),
    );
    const entry = load<u64>(entryAt(entries, key));
    store<u8>(out, <u8>entry);
    store<u8>(unknown, <u8>i);
    // Without a branch: half of them would be guessed wrong.
    unknown += <usize>(entry >> 8 != key);
    sources += 4;
    destinations += 4;
    slots += 1;
    ports += 2;
    out += 1;
  }
  return <u32>(unknown - base - UNKNOWN);
}

function gather(base: usize, unknown: u32, sources: usize, destinations: usize, slots: usize, ports: usize): void {
  for (let k: usize = 0; k < unknown; ++k) {
    const i = <usize>load<u8>(base + UNKNOWN + k);
    store<u32>(base + SOURCES + (k << 2), load<u32>(sources + (i << 2)));
    store<u32>(base + DESTINATIONS + (k << 2), load<u32>(destinations + (i << 2)));
    store<u16>(base + PORTS + (k << 1), load<u16>(ports + (i << 1)));
    store<u8>(base + SLOTS + k, load<u8>(slots + i));
  }
}

/** Gives the answers their places, and an entry each. */
function keep(base: usize, classes: usize, unknown: u32, out: usize): void {
  for (let k: usize = 0; k < unknown; ++k) {
    const answer = load<u8>(base + ANSWERS + k);
    const key = keyOf(
      load<u16>(classes + ((<usize>load<u32>(base + SOURCES + (k << 2))) << 1)),
      load<u16>(classes + ((<usize>load<u32>(base + DESTINATIONS + (k << 2))) << 1)),
      load<u8>(base + SLOTS + k),
      load<u16>(base + PORTS + (k << 1)),
    );
    store<u8>(out + load<u8>(base + UNKNOWN + k), answer);
    store<u64>(entryAt(base + ENTRIES, key), (key << 8) | answer);
  }
}

/** At the end of a trial: on with it, or a rest. */
function judge(cache: VerdictCache, hits: u32): void {
  cache.hits += hits;
  if (--cache.trial > 0) return;
  if (cache.hits < ENOUGH && cache.hits < cache.before + FILLING) cache.rest = REST;
  cache.before = cache.hits;
  cache.trial = TRIAL;
  cache.hits = 0;
}

/** A slot comes as 32 × its number; see batch-room.ts. */
function keyOf(source: u64, destination: u64, slot: u64, port: u64): u64 {
  return source | (destination << 16) | (port << 32) | ((slot + 32) << 43);
}

function entryAt(entries: usize, key: u64): usize {
  return entries + ((<usize>((key * MIX) >> (64 - ENTRY_BITS))) << 3);
}
