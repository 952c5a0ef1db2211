/** Batches over one shared state in two threads, against the same batches in one. */

import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { loadState, shareState } from "../../bindings/inline.ts";
import { indexed, makeMixes, podIndices } from "../flows/mixes.ts";
import { measure } from "../harness/measure.ts";
import { alone, compared } from "../harness/result.ts";
import type { Context, Group, Outcome } from "./group.ts";

const WORKER = new URL("../threads/batch-worker.mjs", import.meta.url);
const ONE = "one worker";
const TWO = "two workers";
/** Batches in one run: so many that posting messages is no matter. */
const BATCHES = 8;

export const threads: Group = {
  name: "threads",
  every: "size",
  async run({ size, cluster, effort }: Context): Promise<Outcome> {
    if (availableParallelism() < 2) return { results: [], skipped: ["threads: there is one processor"] };
    const state = loadState(cluster.objects);
    const { log } = makeMixes(state, cluster, effort.flows);
    const flows = indexed(log, podIndices(state, cluster));
    const handle = shareState(state);
    const workers = [new Worker(WORKER, { execArgv: [] }), new Worker(WORKER, { execArgv: [] })] as const;
    const ask = async (worker: Worker, message: object): Promise<void> => {
      worker.postMessage(message);
      await once(worker, "message");
    };
    for (const worker of workers) await ask(worker, { handle, flows, batches: 1 });
    const operations = BATCHES * effort.flows;
    const times = await measure(
      [
        { name: ONE, operations, run: () => ask(workers[0], { batches: BATCHES }) },
        {
          name: TWO,
          operations,
          run: () => Promise.all(workers.map((worker) => ask(worker, { batches: BATCHES / 2 }))),
        },
      ],
      effort.rounds,
    );
    await Promise.all(workers.map((worker) => worker.terminate()));
    const place = { group: "threads", size: size.name } as const;
    return { results: [alone(times, place, ONE), compared(times, place, TWO, ONE)] };
  },
};
