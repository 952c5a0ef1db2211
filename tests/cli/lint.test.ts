import { spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeFixed } from "../../cli/lint-fix.ts";
import { totalOf } from "../../cli/lint-text.ts";
import type { Severity } from "../../sdk/lint/types.ts";
import { CLUSTER } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const DEAD = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: dead, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress], egress: [{}] }
`;
const DENY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
`;
const dir = await folder({ "clean.yaml": CLUSTER, "dead.yaml": CLUSTER + DEAD });
const lint = (...args: readonly string[]) => netverdict(["lint", ...args], { cwd: dir });

describe("netverdict lint", () => {
  it("exits 1 on a finding as severe as --fail-on, with its line and help", async () => {
    const { status, stdout } = await lint("dead.yaml");
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /^error {2}dead\.yaml:\d+:\d+: NetworkPolicy shop\/dead: .*\[dead-rules\]\n {2}add the direction/,
    );
  });

  it("exits 0 where it is not as severe, or suppressed with a reason", async () => {
    expect((await lint("dead.yaml", "--fail-on", "never")).status).toBe(0);
    const { status, stdout } = await lint("dead.yaml", "--fail-on", "error", "--suppress", "dead-rules=kept for later");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/suppressed .*\[dead-rules\]: kept for later/)]);
  });

  it("refuses a suppression without a reason, and a rule that is none", async () => {
    expect(await lint("dead.yaml", "--suppress", "dead-rules")).toMatchObject({ status: 2 });
    const { status, stderr } = await lint("dead.yaml", "--suppress", "dead-rule=x");
    expect([status, stderr]).toEqual([2, expect.stringContaining("there is no rule `dead-rule`")]);
  });

  it("ends with a total, by severity", async () => {
    const { stdout } = await lint("dead.yaml");
    expect(stdout).toMatch(/\n1 finding \(1 error\)\n$/);
    expect((await lint("dead.yaml", "--quiet")).stdout).toBe(stdout.replace("1 finding (1 error)\n", ""));
    const [finding] = JSON.parse((await lint("dead.yaml", "--json")).stdout);
    const total = (...severities: readonly Severity[]) =>
      totalOf(severities.map((severity) => ({ ...finding, severity })));
    expect(total("info", "info")).toBe("2 findings (2 info)");
    expect(total("info", "error", "warning", "error", "warning")).toBe("5 findings (2 errors, 2 warnings, 1 info)");
    expect(total("warning", "error")).toBe("2 findings (1 error, 1 warning)");
    expect(total()).toBe("nothing found");
  });

  it.each(["json", "sarif", "junit", "github"])("prints %s", async (format) => {
    const { stdout } = await lint("dead.yaml", "--format", format);
    expect(stdout).toContain("dead-rules");
    if (format === "json" || format === "sarif") expect(() => JSON.parse(stdout)).not.toThrow();
  });
});

describe("JUnit", () => {
  it("fails what --fail-on fails", async () => {
    const failures = async (
      ...args: readonly string[]
    ): Promise<[status: number | null, failures: string | undefined]> => {
      const { status, stdout } = await lint("dead.yaml", "--format", "junit", ...args);
      return [status, /failures="(\d+)"/.exec(stdout)?.[1]];
    };
    expect(await failures()).toEqual([1, "1"]);
    expect(await failures("--fail-on", "never")).toEqual([0, "0"]);
  });
});

describe("files in SARIF and GitHub's annotations", () => {
  const places = async (
    path: string,
    cwd: string,
  ): Promise<[uri: string, root: string | undefined, fixed: string, noted: string]> => {
    const [sarif, github] = await Promise.all(
      ["sarif", "github"].map((format) => netverdict(["lint", path, "--format", format], { cwd })),
    );
    const [{ locations, fixes }] = JSON.parse(sarif?.stdout ?? "").runs[0].results;
    const { uri, uriBaseId } = locations[0].physicalLocation.artifactLocation;
    const noted = /^::error file=([^,]*),/m.exec(github?.stdout ?? "")?.[1] ?? "";
    return [uri, uriBaseId, fixes[0].artifactChanges[0].artifactLocation.uri, noted];
  };

  it("are named from the folder that lint runs in, however they were given", async () => {
    const root = realpathSync(await folder({ "repo/a/dead.yaml": CLUSTER + DENY + DEAD, "repo/b/x.yaml": CLUSTER }));
    const cwd = join(root, "repo");
    for (const path of ["a/dead.yaml", "./a/", join(cwd, "a/dead.yaml"), "b/../a/dead.yaml", "../repo/a/dead.yaml"]) {
      expect([path, ...(await places(path, cwd))]).toEqual([
        path,
        "a/dead.yaml",
        "%SRCROOT%",
        "a/dead.yaml",
        "a/dead.yaml",
      ]);
    }
    const outside = join(root, "repo/a/dead.yaml");
    for (const path of ["../a/dead.yaml", join(cwd, "b/../a/./dead.yaml")]) {
      const uri = `file://${outside}`;
      expect([path, ...(await places(path, join(cwd, "b")))]).toEqual([path, uri, undefined, uri, outside]);
    }
  });
});

const POLICIES = `# policies
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: out, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress]   # and egress?
  egress:
    - to: [{ ipBlock: { cidr: 0.0.0.0/0 } }]
`;
const FIXED = POLICIES.replace("[Ingress]  ", "[Ingress, Egress]  ").replace(
  "0.0.0.0/0 }",
  "0.0.0.0/0, except: [169.254.169.254/32] }",
);

describe("netverdict lint --fix", () => {
  const files = { "cluster.yaml": CLUSTER, "policies.yaml": POLICIES };
  const content = (path: string) => readFileSync(path, "utf8");

  it("mends the files, says what it did, and goes by what is left", async () => {
    const cwd = await folder(files);
    chmodSync(join(cwd, "policies.yaml"), 0o640);
    const { status, stdout, stderr } = await netverdict(["lint", ".", "--fix"], { cwd });
    expect(content(join(cwd, "policies.yaml"))).toBe(FIXED);
    expect(content(join(cwd, "cluster.yaml"))).toBe(CLUSTER);
    expect(readdirSync(cwd).sort()).toEqual(["cluster.yaml", "policies.yaml"]);
    expect(statSync(join(cwd, "policies.yaml")).mode & 0o777).toBe(0o640);
    expect(stderr).toMatch(
      /fixed {2}policies\.yaml:13:3: NetworkPolicy shop\/out: add `Egress` to `policyTypes` \[dead-rules\]/,
    );
    // Once they had effect, the rules were found wanting too.
    expect(stderr).toMatch(/NetworkPolicy shop\/out: add 169\.254\.169\.254\/32 to `except` \[metadata-address\]/);
    expect(stdout).not.toMatch(/dead-rules|metadata-address/);
    expect(status).toBe(0);
    // There is nothing left to do.
    expect((await netverdict(["lint", ".", "--fix"], { cwd })).stderr).not.toContain("fixed");
    expect(content(join(cwd, "policies.yaml"))).toBe(FIXED);
  });

  it("--dry-run prints a diff that git takes, and writes nothing", async () => {
    const cwd = await folder(files);
    const { status, stdout } = await netverdict(
      ["lint", "./cluster.yaml", join(cwd, "policies.yaml"), "--fix", "--dry-run"],
      { cwd },
    );
    expect(status).toBe(0);
    expect(content(join(cwd, "policies.yaml"))).toBe(POLICIES);
    const { status: applied, stderr } = spawnSync("git", ["apply", "-"], { cwd, input: stdout, encoding: "utf8" });
    expect([applied, stderr]).toEqual([0, ""]);
    expect(content(join(cwd, "policies.yaml"))).toBe(FIXED);
  });

  it.each(["\r\n", "\r"])("keeps line breaks (%j), a byte order mark, and what a link leads to", async (lineBreak) => {
    // kubectl cuts documents at line feeds alone.
    const start = (text: string) => (lineBreak === "\r" ? text.lastIndexOf("apiVersion") : text.indexOf("apiVersion"));
    const written = (text: string) => `\ufeff${text.slice(start(text)).replaceAll("\n", lineBreak)}`;
    expect(written(FIXED)).not.toBe(written(POLICIES));
    const cluster = `${CLUSTER}---\n${POLICIES.slice(0, start(POLICIES))}`;
    const cwd = await folder({ "cluster.yaml": cluster, "real/p": written(POLICIES) });
    symlinkSync("real/p", join(cwd, "policies.yaml"));
    await netverdict(["lint", "cluster.yaml", "policies.yaml", "--fix"], { cwd });
    expect(content(join(cwd, "real/p"))).toBe(written(FIXED));
    expect(lstatSync(join(cwd, "policies.yaml")).isSymbolicLink()).toBe(true);
  });

  it("--dry-run says so where nothing can be mended, and how much is left", async () => {
    const dryRun = async (...args: readonly string[]) => {
      const { stdout, stderr } = await lint(...args, "--fix", "--dry-run");
      return [stdout, stderr.replace(/^note: .*\n/gm, "")];
    };
    const left = "no finding in a file has a safe fix: 1 finding (1 error) is left\n";
    expect(await dryRun("dead.yaml")).toEqual(["", left]);
    expect(await dryRun("dead.yaml", "--quiet")).toEqual(["", ""]);
    expect(await dryRun("dead.yaml", "--suppress", "dead-rules=later")).toEqual(["", "nothing found\n"]);
    expect((await lint("dead.yaml", "--fix", "--dry-run")).status).toBe(1);
  });

  it("leaves alone what is suppressed, what has an anchor, and what came through standard input", async () => {
    const suppressed = POLICIES.replace(
      "name: out,",
      'name: out, annotations: { netverdict.dev/suppress.dead-rules: "no" },',
    );
    const anchored = POLICIES.replace("[Ingress]  ", "&t [Ingress]  ").replaceAll("name: ", "name: other-");
    const cwd = await folder({ "cluster.yaml": CLUSTER, "s.yaml": suppressed, "a.yaml": anchored });
    const { stdout, stderr } = await netverdict(["lint", ".", "-", "--fix"], {
      cwd,
      input: POLICIES.replaceAll("name: ", "name: third-"),
    });
    expect(stderr).not.toContain("fixed");
    expect([content(join(cwd, "s.yaml")), content(join(cwd, "a.yaml"))]).toEqual([suppressed, anchored]);
    expect(stdout).toMatch(/other-out: its egress rules/);
    expect(stdout).toMatch(/<stdin>:\d+:\d+: NetworkPolicy shop\/third-out/);
  });

  it("writes nothing where one of the files was changed meanwhile", async () => {
    const cwd = await folder({ a: "one", b: "changed" });
    const files = ["a", "b"].map((name) => ({ file: join(cwd, name), before: "one", after: "two" }));
    await expect(writeFixed(files)).rejects.toThrow(/was changed while it was looked at/);
    expect(["a", "b"].map((name) => content(join(cwd, name)))).toEqual(["one", "changed"]);
    expect(readdirSync(cwd)).toEqual(["a", "b"]);
  });

  it("prints what is left in any format", async () => {
    const cwd = await folder(files);
    const { stdout } = await netverdict(["lint", ".", "--fix", "--json"], { cwd });
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).not.toContain("dead-rules");
  });

  it.each([
    ["--dry-run alone", ["--dry-run"], /--dry-run: it goes with --fix/],
    ["--dry-run as SARIF", ["--fix", "--dry-run", "--format", "sarif"], /prints a diff/],
    ["--dry-run as JSON", ["--fix", "--dry-run", "--json"], /prints a diff/],
  ])("refuses %s", async (_, flags, message) => {
    const { status, stdout, stderr } = await lint("dead.yaml", ...flags);
    expect([status, stdout + stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe("netverdict lint --config", () => {
  const withConfig = async (text: string, ...args: string[]) => {
    const cwd = await folder({ "dead.yaml": CLUSTER + DEAD, "lint.yaml": text });
    return netverdict(["lint", "dead.yaml", "--config", "lint.yaml", ...args], { cwd });
  };

  it("suppresses rules with their reasons, and says from when on to fail", async () => {
    const { status, stdout } = await withConfig("suppress:\n  dead-rules: kept for later\nfailOn: error\n");
    expect([status, stdout]).toEqual([0, expect.stringMatching(/suppressed .*\[dead-rules\]: kept for later/)]);
    expect((await withConfig("failOn: never\n")).status).toBe(0);
    expect((await withConfig("{}")).status).toBe(1);
  });

  it("gives way to options", async () => {
    expect((await withConfig("failOn: never\n", "--fail-on", "error")).status).toBe(1);
    const { stdout } = await withConfig("suppress: { dead-rules: one }\n", "--suppress", "dead-rules=another");
    expect(stdout).toMatch(/\[dead-rules\]: another/);
  });

  it.each([
    ["a rule that is none", "suppress: { dead-rule: x }", /suppress\.dead-rule: .*there is no rule `dead-rule`/],
    ["a missing reason", "suppress:\n  dead-rules:\n", /suppress\.dead-rules: .*must be a text that says why/],
    ["a list", "suppress: [dead-rules]", /must be a mapping of rules to reasons/],
    ["another setting", "supress: { dead-rules: x }", /`supress` is no setting/],
    ["a severity that is none", "failOn: fatal", /must be one of info, warning, error, never/],
    ["no mapping", "- x", /must be a mapping/],
    ["broken YAML", "suppress: {", /lint\.yaml:1:12: .*invalid-syntax/],
    ["an empty file", "", /must be a mapping/],
    ["a second document", "failOn: never\n---\nfailOn: error\n", /lint\.yaml:3:1: .*a second document/],
    ["an unknown tag", "failOn: !x never\n", /lint\.yaml:1:9: .*!x/],
    ["an alias of nothing", "failOn: *x\n", /lint\.yaml:1:9: .*`\*x` has no anchor/],
    ["the same key twice", "failOn: never\nfailOn: error\n", /lint\.yaml:2:1: .*`failOn` is given twice/],
    ["a rule that is none, with its place", "suppress:\n  dead-rule: x\n", /lint\.yaml:2:3: suppress\.dead-rule/],
  ])("refuses %s", async (_, text, message) => {
    const { status, stderr } = await withConfig(text);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("refuses a file that is not there", async () => {
    const { status, stderr } = await lint("dead.yaml", "--config", "missing.yaml");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/cannot read `missing\.yaml`/)]);
  });
});
