/** examples/github-action: the form of action.yml, and its steps run by the shell that GitHub runs them with. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import { tableRows } from "../docs/markdown.ts";
import { EXAMPLES } from "./example.ts";
import { describeWith, whyMissing } from "./needs.ts";
import { type Folder, makeFolder, PACKING_MS, pack } from "./packed.ts";

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly shell: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: string;
}

interface Action {
  readonly name: string;
  readonly description: string;
  readonly branding: unknown;
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string; value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const HERE = join(EXAMPLES, "github-action");
const action = parse(readFileSync(join(HERE, "action.yml"), "utf8")) as Action;
const { steps } = action.runs;

describe("action.yml", () => {
  it("is a composite action of shell steps, with nothing that GitHub does not know", () => {
    expect(Object.keys(action).sort()).toEqual(["branding", "description", "inputs", "name", "outputs", "runs"]);
    expect(action.runs.using).toBe("composite");
    for (const step of steps) {
      expect(step).toMatchObject({ name: expect.any(String), shell: "bash", run: expect.any(String) });
      expect(["name", "id", "shell", "env", "run"]).toEqual(expect.arrayContaining(Object.keys(step)));
    }
  });

  it("describes every input, each required or with a default, and its page lists them", () => {
    const page = tableRows(readFileSync(join(HERE, "README.md"), "utf8")).map(([name]) => name);
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(input.description, name).toMatch(/\w/);
      expect(input.required === true, name).toBe(input.default === undefined);
      expect(page).toContain(`\`${name}\``);
    }
  });

  it("installs the version of the package that there is", () => {
    expect(action.inputs.package?.default).toBe(`netverdict@${packageJson.version}`);
  });

  it("puts no expression into a script: inputs come by the environment, and each one is used", () => {
    for (const { run } of steps) expect(run).not.toContain("${{");
    const used = steps.flatMap(({ env }) => Object.values(env)).map((text) => /inputs\.(\w+)/.exec(text)?.[1]);
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort());
  });

  it("has outputs of steps that there are", () => {
    for (const { value } of Object.values(action.outputs)) {
      const id = /^\$\{\{ steps\.(\w+)\.outputs\.\w+ \}\}$/.exec(value)?.[1];
      expect(steps.map((step) => step.id)).toContain(id);
    }
  });
});

describeWith("bash", whyMissing("bash"), "the action's steps", () => {
  let folder: Folder;
  let tarball: string;
  beforeAll(() => {
    folder = makeFolder();
    tarball = pack(folder.path);
    for (const name of ["temp", "workspace"]) mkdirSync(join(folder.path, name));
    cpSync(HERE, join(folder.path, "action"), { recursive: true });
    cpSync(join(EXAMPLES, "shop", "manifests"), join(folder.path, "workspace", "manifests"), { recursive: true });
    cpSync(join(EXAMPLES, "deno-ci", "expectations.jsonl"), join(folder.path, "workspace", "expectations.jsonl"));
  }, PACKING_MS);
  afterAll(() => folder.remove());

  interface Outcome {
    readonly status: number | null;
    readonly log: string;
    readonly surprises: string | undefined;
    readonly summary: string;
  }

  /** Runs one step as the runner does: its script in a file, `bash -eo pipefail`, the variables of the runner. */
  function runStep(
    step: Step,
    inputs: Readonly<Record<string, string>>,
    runner: NodeJS.ProcessEnv,
  ): [number | null, string] {
    const script = join(folder.path, "temp", "step.sh");
    writeFileSync(script, step.run);
    const env = Object.entries(step.env).map(([name, text]) => {
      const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(text)?.[1] ?? "";
      return [name, inputs[input] ?? action.inputs[input]?.default ?? ""];
    });
    const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: join(folder.path, "workspace"),
      encoding: "utf8",
      env: { ...runner, ...Object.fromEntries(env) },
    });
    return [status, stdout + stderr];
  }

  /** Runs the action up to its first step that fails. */
  function run(inputs: Readonly<Record<string, string>>): Outcome {
    const [output, summary] = ["output", "summary"].map((name) => join(folder.path, "temp", name)) as [string, string];
    for (const file of [output, summary]) writeFileSync(file, "");
    const runner = {
      PATH: process.env.PATH,
      HOME: folder.path,
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTION_PATH: join(folder.path, "action"),
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: join(folder.path, "temp"),
      npm_config_offline: "true",
    };
    let status: number | null = 0;
    let log = "";
    for (const step of steps) {
      const [ended, printed] = runStep(step, { package: tarball, ...inputs }, runner);
      log += printed;
      status = ended;
      if (status !== 0) break;
    }
    const surprises = /^surprises=(.*)$/m.exec(readFileSync(output, "utf8"))?.[1];
    return { status, log, surprises, summary: readFileSync(summary, "utf8") };
  }

  function write(name: string, ...lines: readonly (string | object)[]): string {
    const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    writeFileSync(join(folder.path, "workspace", name), text);
    return name;
  }

  const storefront = { from: "shop/storefront-7b6d5f4c9-9qvxn", to: "shop/catalog-84d6b9c7f-m2c8s", port: "8080/TCP" };

  it("pass on the shop, by the expectations of the Deno example", () => {
    const outcome = run({ manifests: "manifests\n", expectations: "expectations.jsonl" });
    expect(outcome.status, outcome.log).toBe(0);
    expect(outcome.log).toMatch(/^7 as expected, 0 not$/m);
    expect(outcome.log).not.toContain("::error");
    expect(outcome.surprises).toBe("0");
    expect(tableRows(outcome.summary)).toHaveLength(7);
  });

  it("exit 1 on a surprise, beside the line of the expectation, and count it", () => {
    const file = write("surprise.jsonl", "// first a good one", { expect: "allow", ...storefront }, "", {
      expect: "deny",
      because: "a | b\n::error::<b>",
      ...storefront,
    });
    const outcome = run({ manifests: "\n  manifests  \n", expectations: file });
    expect(outcome.status, outcome.log).toBe(1);
    expect(outcome.surprises).toBe("1");
    const annotations = outcome.log.split("\n").filter((line) => line.startsWith("::"));
    expect(annotations).toHaveLength(1);
    expect(annotations[0]).toMatch(/^::error file=surprise\.jsonl,line=4,title=Netverdict::expected deny \(a \| b%0A/);
    expect(tableRows(outcome.summary).map(([mark, line]) => `${mark} ${line}`)).toEqual(["✅ 2", "❌ 4"]);
    expect(outcome.summary).not.toContain("<b>");
  });

  it("exit 2 on expectations that cannot be read or answered, beside their lines; the others are answered", () => {
    const file = write(
      "broken.jsonl",
      { expect: "allow", ...storefront },
      "{",
      { expect: "allowed", ...storefront },
      { expect: "allow", ...storefront, protcol: "UDP" },
      { expect: "allow", ...storefront, from: "shop/nobody" },
    );
    const outcome = run({ manifests: "manifests", expectations: file });
    expect(outcome.status, outcome.log).toBe(2);
    const lines = [...outcome.log.matchAll(/^::error file=broken\.jsonl,line=(\d+)/gm)].map(([, line]) => Number(line));
    expect(lines.sort()).toEqual([2, 3, 4, 5]);
    expect(outcome.log).toMatch(/^1 as expected, 0 not$/m);
  });

  it("exit 2 on a manifest that does not load, beside its line", () => {
    const manifest = write("policy.yaml", "apiVersion: networking.k8s.io/v1", "kind: NetworkPolicy", "metadata: {}");
    const outcome = run({ manifests: manifest, expectations: "expectations.jsonl" });
    expect(outcome.status, outcome.log).toBe(2);
    expect(outcome.log).toMatch(/^::error file=policy\.yaml,line=3,col=\d+,title=Netverdict::/m);
  });

  it.each([
    ["no manifests", { manifests: " \n", expectations: "expectations.jsonl" }],
    ["manifests that are an option", { manifests: "--help", expectations: "expectations.jsonl" }],
    ["an expectations file that is not there", { manifests: "manifests", expectations: "nowhere.jsonl" }],
    ["an empty expectations file", { manifests: "manifests", expectations: "/dev/null" }],
  ])("exit 2 on %s", (_, inputs) => {
    const outcome = run(inputs);
    expect(outcome.status, outcome.log).toBe(2);
    expect(outcome.log).toContain("::error ");
  });

  it("fail when the package cannot be installed, and run nothing of what an input says", () => {
    const outcome = run({ manifests: "manifests", expectations: "$(touch ran)", package: "./nowhere.tgz; touch ran" });
    expect(outcome.status).not.toBe(0);
    expect(spawnSync("ls", [join(folder.path, "workspace")], { encoding: "utf8" }).stdout).not.toMatch(/^ran$/m);
  });
});
