/** Worker threads that run blocks of cases. */
import { Worker } from "node:worker_threads";
import type { Block } from "./fuzz.ts";
import type { Tally } from "./tally.ts";

export class Pool {
  readonly #workers: readonly Worker[];

  constructor(count: number) {
    // The loaders of TypeScript and of the core's bytes are inherited from the command line.
    this.#workers = Array.from({ length: count }, () => new Worker(new URL("./worker.ts", import.meta.url)));
  }

  /** Gives the blocks' tallies in the blocks' order, as every worker takes one after the other. */
  async *run(blocks: Iterator<Block>): AsyncGenerator<Tally> {
    const queue: Promise<Tally>[] = [];
    const idle = [...this.#workers];
    const waiting: ((worker: Worker) => void)[] = [];
    const start = (): boolean => {
      const next = blocks.next();
      if (next.done) return false;
      const worker = idle.shift();
      const ready =
        worker === undefined ? new Promise<Worker>((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
      const tally = ready.then(async (one) => {
        const part = await runIn(one, next.value);
        const taker = waiting.shift();
        if (taker === undefined) idle.push(one);
        else taker(one);
        return part;
      });
      // Whoever takes it from the queue handles the failure.
      tally.catch(() => {});
      queue.push(tally);
      return true;
    };
    // Each worker is at most three blocks ahead of what has been taken.
    while (queue.length < this.#workers.length * 3 && start());
    for (let head = queue.shift(); head !== undefined; head = queue.shift()) {
      const part = await head;
      start();
      yield part;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

function runIn(worker: Worker, block: Block): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.removeAllListeners();
      then();
    };
    worker.once("message", (tally: Tally) => settle(() => resolve(tally)));
    worker.once("error", (error) => settle(() => reject(new Error(`cases from ${block.first}`, { cause: error }))));
    worker.once("exit", (code) => settle(() => reject(new Error(`cases from ${block.first}: exit ${code}`))));
    worker.postMessage(block);
  });
}
