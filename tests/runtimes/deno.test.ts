/** Deno, without a single permission. */
import { join } from "node:path";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { describeWith } from "../examples/needs.ts";
import { MAIN, useSuite } from "./folder.ts";
import { DENO } from "./programs.ts";

describeWith("Deno", DENO.missing, "Deno", () => {
  const suite = useSuite();
  const deno = (...args: readonly string[]) => suite.run(DENO.path, ...args);

  it("answers the vectors by deno run, with no permission", async () => {
    const outcome = await deno("run", "--no-prompt", "main.mjs");
    expect(outcome).toMatchObject({ status: 0, stdout: suite.expected });
  });

  it("passes a deno test, with no permission", async () => {
    suite.write(
      "vectors_test.mjs",
      `${MAIN.replace("console.log(answers", "globalThis.told = (answers")}
       Deno.test("vectors", () => { if (globalThis.told + "\\n" !== ${JSON.stringify(suite.expected)}) throw new Error(globalThis.told); });`,
    );
    const { status, stdout } = await deno("test", "--no-prompt", "vectors_test.mjs");
    expect(stdout).toMatch(/1 passed/);
    expect(status).toBe(0);
  });

  it("passes deno check, and fails it for a wrong type", async () => {
    const script = (port: string) => `import { evaluate, loadState, type Decision } from "netverdict";
const decision: Decision = evaluate(loadState([]), { from: "a/b", to: "a/c", port: ${port} });
console.log(decision.verdict);
`;
    suite.write("right.ts", script("80"));
    suite.write("wrong.ts", script("true"));
    expect((await deno("check", "right.ts")).status).toBe(0);
    const wrong = await deno("check", "wrong.ts");
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("TS2322")]);
  });

  it("reads one shared state in two workers, with no permission", async () => {
    // Deno asks for permission to read the script of a worker, so this one brings all of itself along.
    suite.write("worker.mjs", WORKER);
    const { outputFiles } = await build({
      entryPoints: [join(suite.path, "worker.mjs")],
      bundle: true,
      format: "esm",
      write: false,
    });
    const script = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
    suite.write(
      "workers.mjs",
      `import * as netverdict from "netverdict";
       import { makeShared } from "./suite.mjs";
       import { vectors } from "./vectors.mjs";
       const { handle, columns, expected } = makeShared(netverdict, vectors[0]);
       const answers = await Promise.all([0, 1].map(() => new Promise((resolve, reject) => {
         const worker = new Worker("data:text/javascript;base64,${script}", { type: "module" });
         worker.onmessage = ({ data }) => {
           if (data === "ready") worker.postMessage({ handle, columns });
           else { resolve(data); worker.terminate(); }
         };
         worker.onerror = reject;
       })));
       console.log(answers.every((answer) => answer === expected), answers.length, expected.length > 100);`,
    );
    expect(await deno("run", "--no-prompt", "workers.mjs")).toMatchObject({ status: 0, stdout: "true 2 true\n" });
  });
});

const WORKER = `import * as netverdict from "netverdict";
import { runShared } from "./suite.mjs";
self.onmessage = ({ data }) => self.postMessage(runShared(netverdict, data));
self.postMessage("ready");
`;
