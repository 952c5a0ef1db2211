/** The other side of `threads.ts`: attaches to the shared state, and answers. */
import { parentPort } from "node:worker_threads";
import { attachState } from "../../../bindings/inline.ts";
import { askState } from "./ask-state.ts";
import { isFuturePod } from "./snapshot.ts";
import type { ThreadTask } from "./threads.ts";

parentPort?.on("message", ({ shared, objects, flows }: ThreadTask) => {
  const answers = askState(attachState(shared), objects, flows);
  // What takes selectors is not for an attached state.
  const isAskable = ({ from, to }: ThreadTask["flows"][number]): boolean => !isFuturePod(from) && !isFuturePod(to);
  parentPort?.postMessage(answers.map((answer, place) => (isAskable(flows[place]!) ? answer : undefined)));
});
// Whatever comes from now on is answered.
parentPort?.postMessage("ready");
