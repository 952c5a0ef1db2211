import { expect, it } from "vitest";
import { describeWith } from "../examples/needs.ts";
import { MAIN, useSuite } from "./folder.ts";
import { BUN } from "./programs.ts";

describeWith("Bun", BUN.missing, "Bun", () => {
  const suite = useSuite();
  const bun = (...args: readonly string[]) => suite.run(BUN.path, ...args);

  it("answers the vectors by bun run", async () => {
    expect(await bun("run", "main.mjs")).toMatchObject({ status: 0, stdout: suite.expected });
  });

  it("passes a bun test", async () => {
    suite.write(
      "vectors.test.mjs",
      `import { expect, test } from "bun:test";
       ${MAIN.replace("console.log(answers", "globalThis.told = (answers")}
       test("vectors", () => { expect(globalThis.told + "\\n").toBe(${JSON.stringify(suite.expected)}); });`,
    );
    const { status, stderr } = await bun("test", "./vectors.test.mjs");
    expect(stderr).toMatch(/1 pass/);
    expect(status).toBe(0);
  });

  it("reads one shared state in two workers", async () => {
    suite.write(
      "workers.mjs",
      `import { Worker } from "node:worker_threads";
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
       console.log(answers.every((answer) => answer === expected), answers.length, expected.length > 100);`,
    );
    suite.write(
      "thread.mjs",
      `import { parentPort } from "node:worker_threads";
       import * as netverdict from "netverdict";
       import { runShared } from "./suite.mjs";
       parentPort.once("message", (message) => parentPort.postMessage(runShared(netverdict, message)));`,
    );
    expect(await bun("run", "workers.mjs")).toMatchObject({ status: 0, stdout: "true 2 true\n" });
  });
});
