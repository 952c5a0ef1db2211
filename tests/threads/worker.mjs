/**
 * A worker over a shared state, on the built package: asks the same flows and the same batch again and again, and tells
 * what it was answered, and whether it ever was answered otherwise.
 */
import { parentPort, workerData } from "node:worker_threads";
import { attachState, evaluate, evaluateBatch } from "../../dist/index.js";

const { handle, flows, columns, grow } = workerData;
const state = attachState(handle);
let stopped = false;
parentPort.on("message", () => {
  stopped = true;
});

function answers() {
  return JSON.stringify(
    flows.map((flow) => {
      try {
        return evaluate(state, flow);
      } catch (error) {
        return error.code ?? String(error);
      }
    }),
  );
}

// Columns in the shared memory, handed out before anybody makes it grow.
const own = state.columns(columns.port.length);
for (const name of ["from", "to", "port", "protocol"]) own[name].set(columns[name]);

function batch() {
  const copied = evaluateBatch(state, columns);
  const inPlace = evaluateBatch(state, { from: own.from, to: own.to, port: own.port, protocol: own.protocol }, own.out);
  return `${Buffer.from(copied).toString("base64")} ${Buffer.from(inPlace).toString("base64")}`;
}

const first = { answers: answers(), batch: batch() };
parentPort.postMessage("started");
let rounds = 0;
let others = 0;
async function run() {
  while (!stopped) {
    // The memory grows while others read it.
    if (grow && rounds < 20) state.columns(20_000);
    if (answers() !== first.answers) others++;
    if (batch() !== first.batch) others++;
    rounds++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  parentPort.postMessage({ ...first, rounds, others });
}
run();
