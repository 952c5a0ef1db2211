/** The floor: compiled from bench/floor, so that it runs as the core does. */
import { readFileSync } from "node:fs";

const FLOOR = new URL("../../dist/bench/floor.wasm", import.meta.url);

/** Words in each of the floor's three tables: 384 KB in all. */
const FLOOR_WORDS = 32_768;
/** … and with tables of the size that the cluster's are expected to have. */
export const MATCHED_WORDS = { S: 256, M: 2_048, L: 32_768, XL: 262_144 } as const;

interface FloorExports {
  start(words: number, count: number): number;
  run(tables: number, words: number, count: number): number;
  room(bytes: number): number;
  copy(to: number, from: number, bytes: number): void;
}

/** Three dependent loads for each of `count` flows, as a function that does one round. */
export function dependentLoads(count: number, words: number = FLOOR_WORDS): () => number {
  const { start, run } = instance();
  const tables = start(words, count);
  return () => run(tables, words, count);
}

/** A copy of `bytes`, `times` over, from touched memory to touched memory, as a function. */
export function memoryCopy(bytes: number, times = 1): () => void {
  const { room, copy } = instance();
  const from = room(bytes);
  const to = room(bytes);
  return () => {
    for (let i = 0; i < times; i++) copy(to, from, bytes);
  };
}

function instance(): FloorExports {
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(FLOOR)), {}).exports as unknown as FloorExports;
}
