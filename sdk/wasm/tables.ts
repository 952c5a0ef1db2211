/** What the SDK reads of the query arena's tables: copies, which outlive the memory's growth. */
import {
  ARENA_FIRST_ENDPOINT_OFFSET,
  ARENA_GENERATION_OFFSET,
  ARENA_OPEN_OFFSET,
  ARENA_SECTION_BYTES,
  ARENA_SECTIONS_OFFSET,
  CLASS_INFO_BYTES,
  SECTION_CLASS_INFO,
  SECTION_CLASS_PORTS,
  SECTION_CLASS4,
  SECTION_CLASS6,
  SECTION_NODE,
} from "../../assembly/abi.ts";
import type { Engine } from "./engine.ts";

/** The words of all endpoints from number 0 on. */
export interface EndpointWords {
  /** abi: CLASS_MASK and CLASS_SPECIAL, or NONE. */
  readonly class4: Uint32Array;
  readonly class6: Uint32Array;
  /** abi: NODE_…. */
  readonly node: Uint32Array;
}

/** Another number after every change of the tables. */
export function generationOf(engine: Engine): number {
  return headerWord(engine, ARENA_GENERATION_OFFSET);
}

/** Whether some row has another row of what is possible. */
export function hasOpenRows(engine: Engine): boolean {
  return headerWord(engine, ARENA_OPEN_OFFSET) !== 0;
}

export function classCountOf(engine: Engine): number {
  return sectionOf(engine, SECTION_CLASS_INFO).byteLength / CLASS_INFO_BYTES;
}

export function endpointWords(engine: Engine): EndpointWords {
  const first = headerWord(engine, ARENA_FIRST_ENDPOINT_OFFSET);
  return {
    class4: sectionOf(engine, SECTION_CLASS4).slice(first),
    class6: sectionOf(engine, SECTION_CLASS6).slice(first),
    node: sectionOf(engine, SECTION_NODE).slice(first),
  };
}

/** Eight port record ids a class: four of egress, four of ingress. */
export function classPorts(engine: Engine): Uint32Array {
  return sectionOf(engine, SECTION_CLASS_PORTS).slice();
}

function headerWord(engine: Engine, offset: number): number {
  return new Uint32Array(engine.memory, engine.arena + offset, 1)[0] ?? 0;
}

/** A section's words; a view that must not be kept. */
function sectionOf(engine: Engine, section: number): Uint32Array {
  const offset = ARENA_SECTIONS_OFFSET + section * ARENA_SECTION_BYTES;
  return new Uint32Array(
    engine.memory,
    engine.arena + headerWord(engine, offset),
    headerWord(engine, offset + 4) >>> 2,
  );
}
