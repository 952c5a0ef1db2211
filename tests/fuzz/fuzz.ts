/** Runs cases in blocks, here or in worker processes, and adds up what they give: the same whatever the number of workers. */
import { runCases } from "./case.ts";
import { Pool } from "./pool.ts";
import { ROUTES } from "./routes/index.ts";
import { addTally, newTally, type Tally } from "./tally.ts";

export interface Run {
  readonly seed: number;
  /** Stops after the block of cases in which this many flows are reached. */
  readonly flows: number;
  readonly firstCase?: number;
  /** Stops after this many cases too. */
  readonly cases?: number;
  /** Processes beside this one; 0 runs everything here. */
  readonly workers?: number;
  /** Names of the routes that are asked. Default: all. */
  readonly routes?: readonly string[];
  readonly onBlock?: (tally: Tally) => void;
}

/** A piece of work; it is big enough not to be felt, and small enough to be thrown away. */
export interface Block {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly routes: readonly string[];
}

const BLOCK = 16;

/** Runs. */
export async function fuzz(run: Run): Promise<Tally> {
  const { workers = 0, onBlock } = run;
  const total = newTally();
  const take = (part: Tally): boolean => {
    addTally(total, part);
    onBlock?.(total);
    return total.flows < run.flows;
  };
  if (workers === 0) {
    for (const block of blocksOf(run)) if (!take(await runBlock(block))) break;
    return total;
  }
  const pool = new Pool(workers);
  try {
    // Blocks are taken in their order; those that workers are ahead by at the end count for nothing.
    for await (const part of pool.run(blocksOf(run))) if (!take(part)) break;
  } finally {
    pool.close();
  }
  return total;
}

/** Runs a block in this thread. */
export function runBlock({ seed, first, count, routes }: Block): Promise<Tally> {
  return runCases(
    seed,
    first,
    count,
    ROUTES.filter(({ name }) => routes.includes(name)),
  );
}

function* blocksOf(run: Run): Generator<Block> {
  const { seed, firstCase = 0, cases = Number.POSITIVE_INFINITY, routes = ROUTES.map(({ name }) => name) } = run;
  for (let done = 0; done < cases; done += BLOCK) {
    yield { seed, first: firstCase + done, count: Math.min(BLOCK, cases - done), routes };
  }
}
