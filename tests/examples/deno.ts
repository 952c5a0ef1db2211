/** examples/deno-ci under the real Deno, on the packed package. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES } from "./example.ts";
import { type Folder, installPacked } from "./packed.ts";

export const DENO: string = join(EXAMPLES, "..", "node_modules", "deno", "bin.cjs");

export interface DenoOutcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The script in a folder with copies of other examples. */
export class DenoRunner {
  readonly path: string;
  private readonly folder: Folder;

  constructor(...examples: readonly string[]) {
    this.folder = installPacked("deno-ci", ...examples);
    this.path = this.folder.path;
  }

  remove(): void {
    this.folder.remove();
  }

  deno(...args: readonly string[]): DenoOutcome {
    const env = {
      PATH: process.env.PATH,
      NO_COLOR: "1",
      DENO_DIR: join(this.path, ".deno"),
      DENO_NO_UPDATE_CHECK: "1",
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [DENO, ...args], {
      cwd: this.path,
      encoding: "utf8",
      env,
    });
    return { status, stdout, stderr };
  }

  /** Runs the script with leave to read what it is given, and nothing else. */
  check(manifests: string, expectations: string, ...options: readonly string[]): DenoOutcome {
    const read = `--allow-read=${manifests},${expectations}`;
    return this.deno("run", "--no-prompt", read, "deno-ci/check.ts", ...options, manifests, expectations);
  }

  write(name: string, ...lines: readonly (string | object)[]): string {
    const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    writeFileSync(join(this.path, name), text);
    return name;
  }
}
