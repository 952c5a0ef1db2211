/** The packed package, installed in a folder as a user has it, with copies of examples beside it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXAMPLES } from "./example.ts";

const ROOT = join(EXAMPLES, "..");
const ON_WINDOWS = process.platform === "win32";

/** How long packing and installing may take on a busy machine, in milliseconds. */
export const PACKING_MS = 120_000;

/** A folder that `remove` deletes. */
export interface Folder {
  readonly path: string;
  remove(): void;
}

/** Makes an empty folder; its path has no links in it. */
export function makeFolder(): Folder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "netverdict-example-")));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Packs the built package, or another one, into `folder`, and gives the tarball's path. */
export function pack(folder: string, from: string = ROOT): string {
  npm(["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], from);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  return join(folder, tarball);
}

/** A folder in which the packed package is installed, and nothing else but copies of `examples`. */
export function installPacked(...examples: readonly string[]): Folder {
  const folder = makeFolder();
  const tarball = pack(folder.path);
  writeFileSync(join(folder.path, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  npm(["install", "--offline", "--no-audit", "--no-fund", tarball], folder.path);
  for (const name of examples) cpSync(join(EXAMPLES, name), join(folder.path, name), { recursive: true });
  return folder;
}

function npm(args: readonly string[], cwd: string): void {
  execFileSync(ON_WINDOWS ? "npm.cmd" : "npm", args, { cwd, stdio: "pipe", shell: ON_WINDOWS });
}
