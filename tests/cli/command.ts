/** Runs the built command as a child process, as a shell would. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));
export const COMMAND: string = join(ROOT, "dist", "cli.js");

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the command with its streams piped. What the environment says about colours does not reach it. */
export function start(args: readonly string[], { cwd = ROOT, env = {} }: RunOptions = {}): ChildProcess {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
  return spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...rest, ...env } });
}

/** Runs the command to its end. */
export async function netverdict(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = start(args, options);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // A command that does not read its input closes it early.
  child.stdin?.on("error", () => {});
  child.stdin?.end(options.input ?? "");
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve).on("error", reject);
  });
  return { status, stdout, stderr };
}

/** Makes a folder that is gone after the tests of the file, with `files` (path → text) in it. */
export async function folder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const path = mkdtempSync(join(tmpdir(), "netverdict-"));
  made.push(path);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});
