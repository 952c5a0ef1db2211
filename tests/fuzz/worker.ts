/** A process of a long run: takes blocks of cases and gives their tallies. */
import { type Block, runBlock } from "./fuzz.ts";

process.on("message", (block: Block) => {
  // An error ends the worker and with it the run: it's a fault of the fuzz itself.
  void runBlock(block).then((tally) => process.send?.(tally));
});
