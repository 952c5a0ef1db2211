/** examples/deno-ci under the real Deno, on the packed package, with the permissions that its page names. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { codeBlocks } from "../docs/markdown.ts";
import { EXAMPLES } from "./example.ts";
import { describeWith, whyMissing } from "./needs.ts";
import { type Folder, installPacked, PACKING_MS } from "./packed.ts";

const DENO = join(EXAMPLES, "..", "node_modules", "deno", "bin.cjs");
const EXPECTATIONS = "deno-ci/expectations.jsonl";
const MANIFESTS = "shop/manifests";

describeWith("deno", whyMissing(process.execPath, [DENO]), "examples/deno-ci", () => {
  let folder: Folder;
  beforeAll(() => {
    folder = installPacked("deno-ci", "shop");
  }, PACKING_MS);
  afterAll(() => folder.remove());

  interface Outcome {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }

  function deno(...args: readonly string[]): Outcome {
    const env = {
      PATH: process.env.PATH,
      NO_COLOR: "1",
      DENO_DIR: join(folder.path, ".deno"),
      DENO_NO_UPDATE_CHECK: "1",
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [DENO, ...args], {
      cwd: folder.path,
      encoding: "utf8",
      env,
    });
    return { status, stdout, stderr };
  }

  /** Runs the script with leave to read what it is given, and nothing else. */
  function check(manifests: string, expectations: string, ...options: readonly string[]): Outcome {
    const read = `--allow-read=${manifests},${expectations}`;
    return deno("run", "--no-prompt", read, "deno-ci/check.ts", ...options, manifests, expectations);
  }

  function write(name: string, ...lines: readonly (string | object)[]): string {
    const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
    writeFileSync(join(folder.path, name), text);
    return name;
  }

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

  it("exits 2 on wrong usage, and 0 when asked how to use it", () => {
    expect(deno("run", "--no-prompt", "deno-ci/check.ts")).toMatchObject({ status: 2, stdout: "" });
    expect(deno("run", "--no-prompt", "deno-ci/check.ts", "--gitub", "a", "b").stderr).toContain(
      "unknown option --gitub",
    );
    expect(deno("run", "--no-prompt", "deno-ci/check.ts", "--help").status).toBe(0);
  });
});
