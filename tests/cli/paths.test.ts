import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED, CLUSTER, NAMESPACE, PODS, POLICY, SERVICE } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const FILES = {
  "namespace.json": JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }),
  "pods.YAML": PODS,
  "deep/er/policy.yml": POLICY,
  "notes.md": "# not a manifest",
  ".hidden/broken.yaml": "{",
  ".hidden.yaml": "{",
} as const;

describe("paths", () => {
  it("a folder stands for its manifests at any depth, without what begins with a dot", async () => {
    const cwd = await folder(FILES);
    const { status, stderr } = await netverdict(["check", ".", ...ALLOWED], { cwd });
    expect([status, stderr]).toEqual([
      0,
      "note: left out, as its name begins with a dot: .hidden/broken.yaml (and 1 more); a path that is given by itself is read\n",
    ]);
    expect((await netverdict(["check", ".", "-q", ...ALLOWED], { cwd })).stderr).toBe("");
  });

  it("several paths make one cluster, and a file that is named twice is read once", async () => {
    const cwd = await folder(FILES);
    const paths = ["namespace.json", "pods.YAML", "deep", join("deep", "er", "policy.yml"), "."];
    expect(await netverdict(["check", ...paths, ...ALLOWED, "-q"], { cwd })).toMatchObject({ status: 0, stderr: "" });
  });

  it("a file is read whatever its name", async () => {
    const cwd = await folder({ cluster: CLUSTER, ".hidden.yaml": CLUSTER });
    expect((await netverdict(["check", "cluster", ...ALLOWED], { cwd })).status).toBe(0);
    expect((await netverdict(["check", ".hidden.yaml", ...ALLOWED], { cwd })).status).toBe(0);
  });

  it("symbolic links are followed, and loops of them end", async () => {
    const cwd = await folder({ "a/cluster.yaml": CLUSTER });
    symlinkSync("..", join(cwd, "a", "up"), "dir");
    symlinkSync("cluster.yaml", join(cwd, "a", "again.yaml"), "file");
    symlinkSync("itself", join(cwd, "a", "itself"), "file");
    expect(await netverdict(["check", ".", ...ALLOWED], { cwd })).toMatchObject({ status: 0, stderr: "" });
  });

  it("standard input is -, beside files or alone, and is named in errors", async () => {
    const cwd = await folder({ "rest.yaml": [NAMESPACE, SERVICE, POLICY].join("---\n") });
    expect((await netverdict(["check", "rest.yaml", "-", ...ALLOWED], { cwd, input: PODS })).status).toBe(0);
    expect((await netverdict(["check", "-", ...ALLOWED], { input: CLUSTER })).status).toBe(0);
    const { status, stderr } = await netverdict(["check", "-", ...ALLOWED], { input: "kind: [\n" });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: <stdin>:\d+:\d+: /m);
  });

  it("every path that cannot be read is told", async () => {
    const cwd = await folder({ "cluster.yaml": CLUSTER });
    mkdirSync(join(cwd, "empty"));
    symlinkSync("gone", join(cwd, "dangling.yaml"), "file");
    const run = await netverdict(["check", "nowhere", "empty", ".", ...ALLOWED, "--json"], { cwd });
    expect(run.status).toBe(2);
    const messages = JSON.parse(run.stdout).error.issues.map(({ message }: { message: string }) => message);
    expect(messages).toEqual([
      expect.stringContaining("`nowhere`"),
      expect.stringContaining("`empty`"),
      expect.stringContaining("`dangling.yaml`"),
    ]);
  });
});
