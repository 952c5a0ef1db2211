/**
 * A thread that answers batches over a state that it was given to share. Plain JavaScript on the built package, as its
 * users' workers are.
 */
import { parentPort } from "node:worker_threads";
import { attachState, evaluateBatch } from "../../dist/index.js";

/** @type {() => void} */
let answer;

parentPort.on("message", ({ handle, flows, batches }) => {
  if (handle !== undefined) {
    const state = attachState(handle);
    const { from, to, port, protocol, out } = state.columns(flows.port.length);
    from.set(flows.from);
    to.set(flows.to);
    port.set(flows.port);
    protocol.set(flows.protocol);
    answer = () => evaluateBatch(state, { from, to, port, protocol }, out);
  }
  for (let i = 0; i < batches; i++) answer();
  parentPort.postMessage("done");
});
