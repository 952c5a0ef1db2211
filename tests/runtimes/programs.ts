/** Where the runtimes' programs are, and why one cannot be run. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { whyMissing } from "../examples/needs.ts";

const require = createRequire(import.meta.url);

/** A program that an npm package ships, or nothing when the package is not there. */
function packaged(name: string, path: string): string {
  try {
    return join(dirname(require.resolve(`${name}/package.json`)), path);
  } catch {
    return name;
  }
}

export interface Program {
  readonly name: string;
  readonly path: string;
  /** Undefined where it runs. */
  readonly missing: string | undefined;
}

function program(name: string, path: string): Program {
  return { name, path, missing: whyMissing(path) };
}

export const DENO: Program = program("Deno", packaged("deno", "bin.cjs"));
export const BUN: Program = program("Bun", packaged("bun", "bin/bun.exe"));
export const WORKERD: Program = program("workerd", packaged("workerd", "bin/workerd"));
export const CHROMIUM: Program = program("Chromium", process.env.CHROMIUM ?? "/usr/bin/chromium");
