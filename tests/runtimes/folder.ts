/** A user's folder with the packed package, the suite and the vectors; made once for each file of tests. */
import { execFile } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import * as netverdict from "../../bindings/inline.ts";
import { type Folder, installPacked, PACKING_MS } from "../examples/packed.ts";
import { runVectors } from "./suite.mjs";
import { makeVectors } from "./vectors.ts";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Suite {
  /** The folder's path. */
  readonly path: string;
  /** What every runtime must print: how many answers, and the hash of them. */
  readonly expected: string;
  write(name: string, text: string): void;
  run(command: string, ...args: readonly string[]): Promise<Outcome>;
}

/** A script that runs the vectors and prints what came of them. */
export const MAIN = `import * as netverdict from "netverdict";
import { runVectors } from "./suite.mjs";
import { vectors } from "./vectors.mjs";
const { answers, hash } = runVectors(netverdict, vectors);
console.log(answers + " " + hash);
`;

/** Sets the folder up before the tests of the file, and takes it away after them. */
export function useSuite(): Suite {
  let folder: Folder;
  const vectors = makeVectors();
  const { answers, hash } = runVectors(netverdict, structuredClone(vectors));
  beforeAll(() => {
    folder = installPacked();
    copyFileSync(join(ROOT, "tests/runtimes/suite.mjs"), join(folder.path, "suite.mjs"));
    writeFileSync(join(folder.path, "vectors.mjs"), `export const vectors = ${JSON.stringify(vectors)};\n`);
    writeFileSync(join(folder.path, "main.mjs"), MAIN);
  }, PACKING_MS);
  afterAll(() => folder?.remove());
  return {
    get path() {
      return folder.path;
    },
    expected: `${answers} ${hash}\n`,
    write: (name, text) => writeFileSync(join(folder.path, name), text),
    run: (command, ...args) => run(command, args, folder.path),
  };
}

/** Runs a program to its end; it gets no input. */
function run(command: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: "1" };
    const child = execFile(
      command,
      args,
      { cwd, env, timeout: 120_000, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}
