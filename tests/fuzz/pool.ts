/** Worker processes that run blocks of cases. Not threads: those don't take over the loaders of the command line. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Block } from "./fuzz.ts";
import type { Tally } from "./tally.ts";

export class Pool {
  readonly #workers: readonly ChildProcess[];

  constructor(count: number) {
    const file = fileURLToPath(new URL("./worker.ts", import.meta.url));
    this.#workers = Array.from({ length: count }, () => fork(file, { serialization: "advanced" }));
  }

  /** Gives the blocks' tallies in the blocks' order, as every worker takes one after the other. */
  async *run(blocks: Iterator<Block>): AsyncGenerator<Tally> {
    const queue: Promise<Tally>[] = [];
    const idle = [...this.#workers];
    const waiting: ((worker: ChildProcess) => void)[] = [];
    const start = (): boolean => {
      const next = blocks.next();
      if (next.done) return false;
      const worker = idle.shift();
      const ready =
        worker === undefined ? new Promise<ChildProcess>((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
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

  close(): void {
    for (const worker of this.#workers) worker.kill();
  }
}

function runIn(worker: ChildProcess, block: Block): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void): void => {
      worker.off("message", onTally).off("error", fail).off("exit", onExit);
      then();
    };
    const onTally = (tally: unknown): void => settle(() => resolve(tally as Tally));
    const fail = (why: unknown): void => settle(() => reject(new Error(`cases from ${block.first}: ${why}`)));
    // What it died of is on the standard error output, which is ours too.
    const onExit = (code: number | null, signal: string | null): void =>
      fail(`the worker ended with ${signal ?? code}`);
    worker.on("message", onTally).on("error", fail).on("exit", onExit);
    worker.send(block);
  });
}
