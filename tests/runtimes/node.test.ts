import { describe, expect, it } from "vitest";
import { useSuite } from "./folder.ts";

const suite = useSuite();

/** Two workers over one state, without a copy. */
const THREADS = `import { Worker } from "node:worker_threads";
import * as netverdict from "netverdict";
import { makeShared } from "./suite.mjs";
import { vectors } from "./vectors.mjs";
const { handle, columns, expected } = makeShared(netverdict, vectors[0]);
const answers = await Promise.all([0, 1].map(() => new Promise((resolve, reject) => {
  const worker = new Worker(new URL("./thread.mjs", import.meta.url));
  worker.once("message", (answer) => { resolve(answer); worker.terminate(); });
  worker.once("error", reject);
  worker.postMessage({ handle, columns });
})));
console.log(answers.every((answer) => answer === expected), answers.length, expected.length > 100);
`;
const THREAD = `import { parentPort } from "node:worker_threads";
import * as netverdict from "netverdict";
import { runShared } from "./suite.mjs";
parentPort.once("message", (message) => parentPort.postMessage(runShared(netverdict, message)));
`;

describe("Node", () => {
  it("answers the vectors as an ES module", async () => {
    expect(await suite.run(process.execPath, "main.mjs")).toMatchObject({ status: 0, stdout: suite.expected });
  });

  it("answers them by require()", async () => {
    suite.write(
      "main.cjs",
      `const netverdict = require("netverdict");
       const { runVectors } = require("./suite.mjs");
       const { vectors } = require("./vectors.mjs");
       const { answers, hash } = runVectors(netverdict, vectors);
       console.log(answers + " " + hash);`,
    );
    expect(await suite.run(process.execPath, "main.cjs")).toMatchObject({ status: 0, stdout: suite.expected });
  });

  it("answers them by netverdict/slim, with modules that the caller compiled", async () => {
    suite.write("slim.mjs", SLIM);
    expect(await suite.run(process.execPath, "slim.mjs")).toMatchObject({ status: 0, stdout: suite.expected });
  });

  it("reads one shared state in two threads", async () => {
    suite.write("threads.mjs", THREADS);
    suite.write("thread.mjs", THREAD);
    expect(await suite.run(process.execPath, "threads.mjs")).toMatchObject({ status: 0, stdout: "true 2 true\n" });
  });

  it("does nothing at import: no WebAssembly is compiled before a state is loaded", async () => {
    suite.write(
      "import.mjs",
      `const compiled = [];
       for (const name of ["Module", "Instance"]) {
         const known = WebAssembly[name];
         WebAssembly[name] = class extends known { constructor(...args) { super(...args); compiled.push(name); } };
       }
       const { loadState } = await import("netverdict");
       const before = compiled.length;
       loadState([]);
       console.log(before, compiled.join(" "));`,
    );
    expect((await suite.run(process.execPath, "import.mjs")).stdout).toBe("0 Module Instance\n");
  });
});

const SLIM = `import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as slim from "netverdict/slim";
import { makeShared, runShared, runVectors } from "./suite.mjs";
import { vectors } from "./vectors.mjs";
const compile = (name) => new WebAssembly.Module(readFileSync(fileURLToPath(import.meta.resolve("netverdict/" + name))));
const api = slim.withCore({ core: compile("core.wasm"), inspect: compile("core-inspect.wasm"), shared: compile("core-shared.wasm") });
const { handle, columns, expected } = makeShared({ ...slim, ...api }, vectors[0]);
if (runShared(slim, { handle, columns }) !== expected) throw new Error("the shared state answers otherwise");
const { answers, hash } = runVectors({ ...slim, ...api }, vectors);
console.log(answers + " " + hash);
`;
