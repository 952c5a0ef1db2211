/** examples/github-action: the form of action.yml, and its steps run by the shell that GitHub runs them with. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { tableRows } from "../docs/markdown.ts";
import { type ActionOutcome, ActionRunner, action, HERE } from "./action.ts";
import { EXAMPLES } from "./example.ts";
import { describeWith, whyMissing } from "./needs.ts";
import { PACKING_MS, pack } from "./packed.ts";

const { steps } = action.runs;

/** It has no named pipes in folders. */
const ON_WINDOWS = process.platform === "win32";

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
  let runner: ActionRunner;
  beforeAll(() => {
    runner = new ActionRunner();
    cpSync(join(EXAMPLES, "shop", "manifests"), join(runner.workspace, "manifests"), { recursive: true });
    cpSync(join(EXAMPLES, "deno-ci", "expectations.jsonl"), join(runner.workspace, "expectations.jsonl"));
  }, PACKING_MS);
  afterAll(() => runner.remove());

  const run = (inputs: Readonly<Record<string, string>>): ActionOutcome => runner.run(inputs);
  const write = (name: string, ...lines: readonly (string | object)[]): string => runner.write(name, ...lines);

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

  const bare = ["web", "db"].map((name, at) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop" },
    status: { phase: "Running", podIP: `10.0.0.${at + 1}` },
  }));
  const allowed = { expect: "allow", from: "shop/web", to: "shop/db", port: 80 };

  it("warn of what the manifests leave open, in the log and in the summary, though all is as expected", () => {
    const manifests = write("bare.json", JSON.stringify(bare));
    const outcome = run({ manifests, expectations: write("allowed.jsonl", allowed) });
    expect(outcome).toMatchObject({ status: 0, surprises: "0" });
    for (const code of ["no-policies", "no-namespaces"]) {
      expect(outcome.log).toMatch(new RegExp(`^::warning title=Netverdict::.*\\[${code}\\]$`, "m"));
      expect(outcome.summary).toContain(`&#91;${code}&#93;`);
    }
  });

  it("warn of manifests that a dot hides", () => {
    mkdirSync(join(runner.workspace, "dotted", ".hidden"), { recursive: true });
    write("dotted/bare.json", JSON.stringify(bare));
    for (const hidden of [".policies.yaml", ".hidden/more.yml"]) write(`dotted/${hidden}`, "nonsense");
    const outcome = run({ manifests: "dotted", expectations: write("allowed.jsonl", allowed) });
    expect(outcome.status, outcome.log).toBe(0);
    expect(outcome.log).toMatch(/^::warning title=Netverdict::left out, .*dotted\/\.hidden\/more\.yml \(and 1 more\)/m);
    expect(outcome.summary).toMatch(/left out, .*more\.yml/);
  });

  it("say of a surprise what its verdict rests on", () => {
    const flow = { from: { workload: "shop/CronJob/nightly-report" }, to: "shop/search-79c8f6d5b-zn4vq", port: "http" };
    const outcome = run({ manifests: "manifests", expectations: write("open.jsonl", { expect: "allow", ...flow }) });
    expect(outcome.status).toBe(1);
    expect(outcome.log).toMatch(/^::error .*but it is undetermined: .*\]; \S/m);
  });

  it("say what is wrong with the manifests, however many expectations wait behind it", () => {
    const manifests = write("policy.yaml", "apiVersion: networking.k8s.io/v1", "kind: NetworkPolicy", "metadata: {}");
    const many = Array.from({ length: 20_000 }, () => allowed);
    const outcome = run({ manifests, expectations: write("many.jsonl", ...many) });
    expect(outcome.status, outcome.log.slice(0, 1000)).toBe(2);
    expect(outcome.log).toMatch(/^::error file=policy\.yaml,line=3,col=\d+,title=Netverdict::/m);
    expect(outcome.log).not.toContain("EPIPE");
    expect(outcome.surprises).toBeUndefined();
  });

  it("set no output where a flow has no answer", () => {
    const file = write("unknown.jsonl", allowed, { ...allowed, to: "shop/nobody" });
    const outcome = run({ manifests: write("bare.json", JSON.stringify(bare)), expectations: file });
    expect(outcome).toMatchObject({ status: 2, surprises: undefined });
  });

  it.skipIf(ON_WINDOWS)("refuse a pipe for expectations: it could be waited for without end", () => {
    spawnSync("mkfifo", [join(runner.workspace, "pipe")]);
    const outcome = run({ manifests: "manifests", expectations: "pipe" });
    expect(outcome.status).toBe(2);
    expect(outcome.log).toMatch(/^::error .*`pipe` is a pipe/m);
  });

  /** A package of the same name whose command runs `script`. */
  function otherPackage(script: string): string {
    const folder = join(runner.path, "other");
    mkdirSync(join(folder, "dist"), { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "netverdict", version: "9.9.9" }));
    writeFileSync(join(folder, "dist", "cli.js"), script);
    mkdirSync(join(runner.workspace, "vendor"), { recursive: true });
    return `vendor/${basename(pack(join(runner.workspace, "vendor"), folder))}`;
  }

  it.each([
    ["ends without an answer", 'console.error("##[error]boom\\n  ::error::bang"); process.exitCode = 3;'],
    [
      "is cut off in an answer",
      'console.log("{"); console.error("##[error]boom\\n  ::error::bang"); process.exitCode = 3;',
    ],
  ])("say how a command ended that %s, and let nothing that it says become a command of GitHub's", (_, script) => {
    // More than a pipe holds: it is closed before all is written.
    const file = write("many.jsonl", ...Array.from({ length: 20_000 }, () => allowed));
    const outcome = run({ manifests: "manifests", expectations: file, package: otherPackage(script) });
    expect(outcome).toMatchObject({ status: 2, surprises: undefined });
    expect(outcome.log).toMatch(/^::error title=Netverdict::the command failed: exit status 3: .*boom.*bang/m);
    expect(outcome.log).not.toContain("EPIPE");
    const lines = outcome.log.split("\n").filter((line) => !line.startsWith("::error title=Netverdict::"));
    expect(lines.filter((line) => line.includes("##[") || line.trimStart().startsWith("::"))).toEqual([]);
  });

  it("install a tarball of the repository by its path", () => {
    const outcome = run({ manifests: "manifests", expectations: "expectations.jsonl", package: otherPackage("") });
    expect(outcome.log).not.toMatch(/github\.com|git error/);
    expect(outcome.log).toContain("the command failed: exit status 0");
  });

  it("fail when the package cannot be installed, and run nothing of what an input says", () => {
    const outcome = run({ manifests: "manifests", expectations: "$(touch ran)", package: "./nowhere.tgz; touch ran" });
    expect(outcome.status).not.toBe(0);
    expect(spawnSync("ls", [runner.workspace], { encoding: "utf8" }).stdout).not.toMatch(/^ran$/m);
  });
});
