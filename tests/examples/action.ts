/** examples/github-action, its steps run by the shell that GitHub runs them with, as the runner does. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { EXAMPLES } from "./example.ts";
import { type Folder, makeFolder, pack } from "./packed.ts";

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

export interface Action {
  readonly name: string;
  readonly description: string;
  readonly branding: unknown;
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string; value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const HERE: string = join(EXAMPLES, "github-action");
export const action: Action = parse(readFileSync(join(HERE, "action.yml"), "utf8")) as Action;

export interface ActionOutcome {
  readonly status: number | null;
  /** What the steps print. */
  readonly log: string;
  readonly surprises: string | undefined;
  readonly summary: string;
}

/** The action installed in an empty repository, whose files are beside it in `workspace`. */
export class ActionRunner {
  readonly path: string;
  readonly workspace: string;
  readonly tarball: string;
  private readonly folder: Folder = makeFolder();

  constructor() {
    this.path = this.folder.path;
    this.workspace = join(this.path, "workspace");
    this.tarball = pack(this.path);
    for (const name of ["temp", "workspace"]) mkdirSync(join(this.path, name));
    cpSync(HERE, join(this.path, "action"), { recursive: true });
  }

  remove(): void {
    this.folder.remove();
  }

  /** Runs one step as the runner does: its script in a file, `bash -eo pipefail`, the variables of the runner. */
  private runStep(
    step: Step,
    inputs: Readonly<Record<string, string>>,
    runner: NodeJS.ProcessEnv,
  ): [number | null, string] {
    const script = join(this.path, "temp", "step.sh");
    writeFileSync(script, step.run);
    const env = Object.entries(step.env).map(([name, text]) => {
      const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(text)?.[1] ?? "";
      return [name, inputs[input] ?? action.inputs[input]?.default ?? ""];
    });
    const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: this.workspace,
      encoding: "utf8",
      env: { ...runner, ...Object.fromEntries(env) },
    });
    return [status, stdout + stderr];
  }

  /** Runs the action up to its first step that fails. */
  run(inputs: Readonly<Record<string, string>>): ActionOutcome {
    const [output, summary] = ["output", "summary"].map((name) => join(this.path, "temp", name)) as [string, string];
    for (const file of [output, summary]) writeFileSync(file, "");
    const runner = {
      PATH: process.env.PATH,
      HOME: this.path,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTION_PATH: join(this.path, "action"),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: join(this.path, "temp"),
      npm_config_offline: "true",
    };
    let status: number | null = 0;
    let log = "";
    for (const step of action.runs.steps) {
      const [ended, printed] = this.runStep(step, { package: this.tarball, ...inputs }, runner);
      log += printed;
      status = ended;
      if (status !== 0) break;
    }
    const surprises = /^surprises=(.*)$/m.exec(readFileSync(output, "utf8"))?.[1];
    return { status, log, surprises, summary: readFileSync(summary, "utf8") };
  }

  write(name: string, ...lines: readonly (string | object)[]): string {
    const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    writeFileSync(join(this.path, "workspace", name), text);
    return name;
  }
}
