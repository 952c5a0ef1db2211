/** A thread of a long run: takes blocks of cases and gives their tallies. */
import { parentPort } from "node:worker_threads";
import { type Block, runBlock } from "./fuzz.ts";

parentPort?.on("message", (block: Block) => {
  // An error ends the worker and with it the run: it's a fault of the fuzz itself.
  void runBlock(block).then((tally) => parentPort?.postMessage(tally));
});
