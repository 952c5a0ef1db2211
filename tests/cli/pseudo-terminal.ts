/** A terminal for commands that ask whether they have one: util-linux's `script` gives them one of its own. */
import { spawnSync } from "node:child_process";

/** Where there is none, tests that need it are skipped. */
export const hasTerminal: boolean =
  process.platform === "linux" && spawnSync("script", ["--version"]).error === undefined;

export interface TerminalOptions {
  readonly cwd: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** All that a command shows in a terminal, both its streams. */
export async function inTerminal(command: string, { cwd, input = "", env = {} }: TerminalOptions): Promise<string> {
  const plain = { PATH: process.env.PATH, TERM: "xterm", HOME: cwd, ...env };
  return spawnSync("script", ["-qec", command, "/dev/null"], { cwd, input, encoding: "utf8", env: plain }).stdout;
}
