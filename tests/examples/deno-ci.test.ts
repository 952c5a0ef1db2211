/** examples/deno-ci under the real Deno, on the packed package, with the permissions that its page names. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { codeBlocks } from "../docs/markdown.ts";
import { DENO, type DenoOutcome, DenoRunner } from "./deno.ts";
import { EXAMPLES } from "./example.ts";
import { describeWith, whyMissing } from "./needs.ts";
import { PACKING_MS } from "./packed.ts";

const EXPECTATIONS = "deno-ci/expectations.jsonl";
const MANIFESTS = "shop/manifests";

/** It has no named pipes in folders. */
const ON_WINDOWS = process.platform === "win32";

describeWith("deno", whyMissing(process.execPath, [DENO]), "examples/deno-ci", () => {
  let runner: DenoRunner;
  beforeAll(() => {
    runner = new DenoRunner("shop");
  }, PACKING_MS);
  afterAll(() => runner.remove());

  const deno = (...args: readonly string[]): DenoOutcome => runner.deno(...args);
  const check = (manifests: string, expectations: string, ...options: readonly string[]): DenoOutcome =>
    runner.check(manifests, expectations, ...options);
  const write = (name: string, ...lines: readonly (string | object)[]): string => runner.write(name, ...lines);

  const page = codeBlocks(readFileSync(join(EXAMPLES, "deno-ci", "README.md"), "utf8"));
  const shown = page.find(({ language }) => language === "console")!.text;
  const storefront = { from: "shop/storefront-7b6d5f4c9-9qvxn", to: "shop/catalog-84d6b9c7f-m2c8s", port: 8080 };

  it("prints what its page shows, by the command that its page shows", () => {
    const [command = "", ...output] = shown.split("\n");
    const { status, stdout, stderr } = deno(...command.replace("$ deno ", "").split(" "));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.trimEnd()).toBe(output.join("\n"));
  });

  it("passes Deno's type check, without a network", () => {
    const { status, stderr } = deno("check", "--no-remote", "deno-ci/check.ts");
    expect(status, stderr).toBe(0);
  });

  it("takes the version of the package that there is", () => {
    const deps = readFileSync(join(EXAMPLES, "deno-ci", "deps.ts"), "utf8");
    expect(deps).toContain(`npm:netverdict@^${packageJson.version}"`);
  });

  it("exits 1 on a surprise, and says what either side's policies say", () => {
    const file = write("surprise.jsonl", "// one of them is wrong", { expect: "allow", ...storefront }, "", {
      expect: "deny",
      because: "ports, \r\n::error::and lines",
      ...storefront,
    });
    const { status, stdout, stderr } = check(MANIFESTS, file);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✓ 2 +allow +allow/m);
    expect(stdout).toMatch(/^✗ 4 +deny +allow/m);
    expect(stdout).not.toMatch(/^::/m);
    expect(stdout).toMatch(/^1 as expected, 1 not$/m);
    expect(stderr).toMatch(/^surprise\.jsonl:4: expected deny .*egress: rule, ingress: rule/);
  });

  it("annotates the line of the expectation for GitHub, one line an annotation", () => {
    const file = write("odd,name: 1.jsonl", { expect: "deny", because: "100 %\n::error::no", ...storefront });
    const { status, stdout } = deno(
      "run",
      "--no-prompt",
      "--allow-read=.",
      "deno-ci/check.ts",
      "--github",
      MANIFESTS,
      file,
    );
    expect(status).toBe(1);
    const annotations = stdout.split("\n").filter((line) => line.startsWith("::"));
    expect(annotations).toHaveLength(1);
    expect(annotations[0]).toMatch(
      /^::error file=odd%2Cname%3A 1\.jsonl,line=1,title=Netverdict::expected deny \(100 %25%0A::error::no\)/,
    );
  });

  it("takes an undetermined verdict for neither", () => {
    const flow = { from: { workload: "shop/CronJob/nightly-report" }, to: "shop/search-79c8f6d5b-zn4vq", port: "http" };
    const verdicts = ["allow", "deny", "undetermined"];
    const file = write("open.jsonl", ...verdicts.map((expect) => ({ expect, ...flow })));
    const { status, stdout } = check(MANIFESTS, file);
    expect(status).toBe(1);
    expect(stdout.match(/^[✓✗]/gm)).toEqual(["✗", "✗", "✓"]);
  });

  it("exits 2 on expectations that cannot be read, naming each line; the others are answered", () => {
    const file = write(
      "broken.jsonl",
      { expect: "allow", ...storefront },
      '{"expect":"allow"',
      { expect: "allowed", ...storefront },
      { expect: "allow", ...storefront, protcol: "UDP" },
      { expect: "allow", to: storefront.to, port: 80 },
      { expect: "allow", ...storefront, from: "shop/nobody" },
      "[]",
      { expect: "deny", ...storefront, because: 1 },
    );
    const { status, stdout, stderr } = check(MANIFESTS, file, "--github");
    expect(status).toBe(2);
    expect(stdout).toMatch(/^✓ 1 /m);
    const lines = stderr.match(/^broken\.jsonl:\d+/gm)!.map((text) => Number(text.split(":")[1]));
    expect(lines.sort()).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(stdout.match(/^::error file=broken\.jsonl,line=\d/gm)).toHaveLength(7);
    expect(stderr).toContain("`protcol` is not a field here");
    expect(stderr).toContain("unknown-pod");
  });

  it.each([
    ["nothing", ""],
    ["only comments", "// nothing\n\n"],
  ])("exits 2 on a file with %s: it must not pass", (_, text) => {
    const { status, stderr } = check(MANIFESTS, write("empty.jsonl", text));
    expect(status).toBe(2);
    expect(stderr).toBe("empty.jsonl: the file holds no expectation\n");
  });

  it("exits 2 on a manifest that does not load, and annotates its line", () => {
    const manifest = write(
      "policy.yaml",
      "apiVersion: networking.k8s.io/v1",
      "kind: NetworkPolicy",
      "metadata: { name: db, namespace: shop }",
      "spec:",
      "  podSelectr: {}",
    );
    const { status, stdout, stderr } = check(manifest, EXPECTATIONS, "--github");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^policy\.yaml:5:3: NetworkPolicy shop\/db: .*unknown-field/m);
    expect(stdout).toMatch(/^::error file=policy\.yaml,line=5,col=3,title=Netverdict::NetworkPolicy shop\/db/m);
  });

  it("exits 2 when something is not there, or may not be read", () => {
    expect(check("nowhere", EXPECTATIONS)).toMatchObject({
      status: 2,
      stderr: "cannot read `nowhere`: no such file or folder\n",
    });
    expect(check(MANIFESTS, "nowhere.jsonl").status).toBe(2);
    const forbidden = deno(
      "run",
      "--no-prompt",
      `--allow-read=${MANIFESTS}`,
      "deno-ci/check.ts",
      MANIFESTS,
      EXPECTATIONS,
    );
    expect(forbidden.status).toBe(2);
    expect(forbidden.stderr).toContain("--allow-read");
  });

  it("notes what the manifests leave open, though all is as expected", () => {
    const pods = ["web", "db"].map((name, at) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "shop" },
      status: { phase: "Running", podIP: `10.0.0.${at + 1}` },
    }));
    const manifest = write("bare.json", JSON.stringify(pods));
    const file = write("allowed.jsonl", { expect: "allow", from: "shop/web", to: "shop/db", port: 80 });
    const { status, stdout, stderr } = check(manifest, file, "--github");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^note: no NetworkPolicy was loaded/m);
    expect(stdout).toMatch(/^::warning title=Netverdict::no NetworkPolicy was loaded/m);
    expect(stderr).toMatch(/^note: no Namespace was loaded/m);
  });

  it("notes the manifests that a dot hides, but for Git's own", () => {
    for (const name of ["dotted/.hidden/deep", "dotted/.git"]) {
      mkdirSync(join(runner.path, name), { recursive: true });
      write(`${name}/more.yml`, "nonsense");
    }
    write("dotted/.policies.yaml", "nonsense");
    write("dotted/.editorconfig", "nonsense");
    cpSync(join(runner.path, MANIFESTS), join(runner.path, "dotted", "shop"), { recursive: true });
    const { status, stdout, stderr } = check("dotted", EXPECTATIONS, "--github");
    expect(status).toBe(0);
    const note = "left out, as its name begins with a dot: dotted/.hidden/deep/more.yml (and 1 more)";
    expect(stderr).toBe(`note: ${note}; a file that is given by itself is read\n`);
    expect(stdout).toMatch(/^::warning title=Netverdict::left out, /m);
    rmSync(join(runner.path, "dotted", "shop"), { recursive: true });
    expect(check("dotted", EXPECTATIONS).stderr).toMatch(/^`dotted` holds no \.yaml/m);
    expect(check("dotted/.policies.yaml", EXPECTATIONS).stderr).not.toContain("left out");
  });

  it("lets no text become a command of GitHub's, of the old form neither", () => {
    const because = "##[error]no ###[add-mask]a #\n::error::no";
    const file = write("old.jsonl", { expect: "deny", because, ...storefront }, "##[error]no", {
      expect: "allow",
      ...storefront,
      from: "shop/##[group]x",
    });
    const { status, stdout, stderr } = check(MANIFESTS, file);
    expect(status).toBe(2);
    expect(stdout + stderr).toContain("[error]no");
    expect(stdout + stderr).not.toMatch(/##\[|^\s*::/m);
  });

  it.skipIf(ON_WINDOWS).each(["manifests", "manifest", "expectations"])(
    "exits 2 on a pipe for %s: it could be waited for without end",
    (of) => {
      mkdirSync(join(runner.path, "piped"), { recursive: true });
      spawnSync("mkfifo", [join(runner.path, "piped", "pipe.yaml")]);
      const manifests = { manifests: "piped", manifest: "piped/pipe.yaml", expectations: MANIFESTS }[of] ?? "";
      const { status, stderr } = check(manifests, of === "expectations" ? "piped/pipe.yaml" : EXPECTATIONS);
      expect(status).toBe(2);
      expect(stderr).toBe("cannot read `piped/pipe.yaml`: it is neither a file nor a folder\n");
    },
  );

  it("exits 2 on wrong usage, and 0 when asked how to use it", () => {
    expect(deno("run", "--no-prompt", "deno-ci/check.ts")).toMatchObject({ status: 2, stdout: "" });
    expect(deno("run", "--no-prompt", "deno-ci/check.ts", "--gitub", "a", "b").stderr).toContain(
      "unknown option --gitub",
    );
    expect(deno("run", "--no-prompt", "deno-ci/check.ts", "--help").status).toBe(0);
  });
});
