/** How large the package is for those who download it. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { bytes } from "../harness/result.ts";
import type { Group, Outcome } from "./group.ts";

const ROOT = new URL("../../", import.meta.url);

/** What a program imports that only answers, from a snapshot that another has made. */
const EVALUATE_ONLY = `export { evaluate, loadSnapshot } from "./dist/index.js";`;

const EVERYTHING = `export * from "./dist/index.js";`;

export const packageSize: Group = {
  name: "package",
  every: "run",
  async run(): Promise<Outcome> {
    const core = readFileSync(new URL("dist/core.wasm", ROOT));
    return {
      results: [
        bytes("package", undefined, "core, gzip", gzipped(core)),
        bytes("package", undefined, "evaluate-only import, gzip", gzipped(await bundle(EVALUATE_ONLY))),
        bytes("package", undefined, "everything, gzip", gzipped(await bundle(EVERYTHING))),
      ],
    };
  },
};

async function bundle(contents: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(ROOT) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made no bundle");
  return file.contents;
}

function gzipped(contents: Uint8Array): number {
  return gzipSync(contents, { level: 9 }).length;
}
