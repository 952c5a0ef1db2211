/** The other side of `threads.ts`: attaches to the shared state, and answers. */
import { parentPort } from "node:worker_threads";
import { attachState } from "../../../bindings/inline.ts";
import { askState } from "./ask-state.ts";
import { asksForFuturePod } from "./snapshot.ts";
import type { ThreadTask } from "./threads.ts";

parentPort?.on("message", ({ shared, objects, flows }: ThreadTask) => {
  const answers = askState(attachState(shared), objects, flows);
  // What takes selectors is not for an attached state.
  parentPort?.postMessage(answers.map((answer, place) => (asksForFuturePod(flows[place]!) ? undefined : answer)));
});
// Whatever comes from now on is answered.
parentPort?.postMessage("ready");
