import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isSnapshot } from "../../sdk/first-bytes.ts";
import { ALLOWED, CLUSTER, DENIED } from "./cluster.ts";
import { COMMAND, folder, netverdict } from "./command.ts";
import { hasTerminal, inTerminal } from "./pseudo-terminal.ts";

const dir = await folder({ "cluster.yaml": CLUSTER });
const run = (...args: readonly string[]) => netverdict(args, { cwd: dir });
const made = await run("--json", "snapshot", "cluster.yaml", "--out", "shop.snapshot");

describe("netverdict snapshot", () => {
  it("writes a file and says how large it is", () => {
    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout)).toEqual({ out: "shop.snapshot", bytes: expect.any(Number), pods: 3 });
  });

  it("tells of workloads that have no pods", async () => {
    const workload = (kind: string, name: string) => `apiVersion: apps/v1
kind: ${kind}
metadata: { namespace: shop, name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main, image: registry.example/main:1 }] } }
`;
    const api = workload("Deployment", "api");
    const replicas = workload("StatefulSet", "db").replace("spec:", "spec:\n  replicas: 3");
    const none = workload("Deployment", "old").replace("spec:", "spec:\n  replicas: 0");
    const cwd = await folder({
      "api.yaml": api,
      "all.yaml": [api, workload("DaemonSet", "agent"), replicas, none].join("---\n"),
    });
    const told = async (path: string) =>
      (await netverdict(["snapshot", path, "-o", "out"], { cwd })).stdout.replace(/^out: \d+ bytes, /, "");
    expect(await told("api.yaml")).toBe("0 pods, 1 workload without pods\n");
    expect(await told("all.yaml")).toBe("0 pods, 3 workloads without pods\n");
    expect(await told(join(dir, "cluster.yaml"))).toBe("3 pods\n");
  });

  it("makes what check reads in place of the manifests, whatever the file's name", async () => {
    for (const [flow, status] of [
      [ALLOWED, 0],
      [DENIED, 1],
    ] as const) {
      const fromSnapshot = await run("--json", "check", "shop.snapshot", ...flow);
      const fromManifests = await run("--json", "check", "cluster.yaml", ...flow);
      expect(fromSnapshot).toEqual(fromManifests);
      expect(fromSnapshot.status).toBe(status);
    }
  });

  it("needs a file to write", async () => {
    expect((await run("snapshot", "cluster.yaml")).status).toBe(2);
    const { status, stderr } = await run("snapshot", "cluster.yaml", "--out", "nowhere/shop.snapshot");
    expect(status).toBe(2);
    expect(stderr).toContain("cannot write `nowhere/shop.snapshot`");
  });

  it("writes to standard output with -, and its report to standard error", async () => {
    const args = [COMMAND, "snapshot", "cluster.yaml", "--out", "-"];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: dir });
    expect(status).toBe(0);
    expect(stdout.equals(readFileSync(join(dir, "shop.snapshot")))).toBe(true);
    expect(String(stderr)).toBe(`${stdout.length} bytes, 3 pods\n`);
    const piped = await netverdict(["check", "-", ...ALLOWED], { cwd: dir, input: stdout });
    expect(piped).toMatchObject({ status: 0, stdout: expect.stringMatching(/^allow/) });
    expect(await run("snapshot", "cluster.yaml", "--out", "-", "--json")).toMatchObject({ status: 2 });
  });

  it.skipIf(!hasTerminal)("writes no bytes to a terminal", async () => {
    const shown = await inTerminal(`"${process.execPath}" "${COMMAND}" snapshot cluster.yaml --out -`, { cwd: dir });
    expect(shown).toContain("standard output is a terminal");
    expect(shown).not.toContain("NVS");
  });

  it("replaces a file whole: its mode stays, and a link goes on leading to it", async () => {
    const cwd = await folder({ "cluster.yaml": CLUSTER, "real/old": "old" });
    chmodSync(join(cwd, "real", "old"), 0o640);
    symlinkSync(join("real", "old"), join(cwd, "link"));
    expect((await netverdict(["snapshot", "cluster.yaml", "-o", "link"], { cwd })).status).toBe(0);
    expect(lstatSync(join(cwd, "link")).isSymbolicLink()).toBe(true);
    expect(statSync(join(cwd, "real", "old")).mode & 0o777).toBe(0o640);
    expect(isSnapshot(readFileSync(join(cwd, "real", "old")))).toBe(true);
    expect(readdirSync(join(cwd, "real"))).toEqual(["old"]);
  });

  it.skipIf(process.getuid?.() !== 0)("leaves a file its owner, where it may give files away", async () => {
    const cwd = await folder({ "cluster.yaml": CLUSTER, old: "old" });
    chownSync(join(cwd, "old"), 1234, 4321);
    expect((await netverdict(["snapshot", "cluster.yaml", "-o", "old"], { cwd })).status).toBe(0);
    expect(statSync(join(cwd, "old"))).toMatchObject({ uid: 1234, gid: 4321 });
  });

  it.skipIf(process.platform !== "linux")(
    "leaves the old file and nothing else where the new one does not fit",
    async () => {
      const cwd = await folder({ "cluster.yaml": CLUSTER, "shop.snapshot": "old" });
      // A limit on the size of files stands for a full disk: the first bytes are written, and the rest is refused.
      const command = `ulimit -f 4; trap '' XFSZ; exec "${process.execPath}" "${COMMAND}" snapshot cluster.yaml --out shop.snapshot`;
      const { status, stderr } = spawnSync("bash", ["-c", command], { cwd, encoding: "utf8" });
      expect([status, stderr]).toEqual([2, expect.stringContaining("cannot write `shop.snapshot`")]);
      expect(readFileSync(join(cwd, "shop.snapshot"), "utf8")).toBe("old");
      expect(readdirSync(cwd).sort()).toEqual(["cluster.yaml", "shop.snapshot"]);
    },
  );

  it("writes into what is no file as it is, and not into a folder", async () => {
    const cwd = await folder({ "cluster.yaml": CLUSTER, "folder/x": "" });
    if (process.platform !== "win32") {
      expect((await netverdict(["snapshot", "cluster.yaml", "-o", "/dev/null"], { cwd })).status).toBe(0);
      expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    }
    const { status, stderr } = await netverdict(["snapshot", "cluster.yaml", "-o", "folder"], { cwd });
    expect([status, stderr]).toEqual([2, expect.stringContaining("--out: cannot write `folder`: it is a folder")]);
    expect(readdirSync(cwd).sort()).toEqual(["cluster.yaml", "folder"]);
  });

  it("writes nothing where the manifests do not load", async () => {
    const { status } = await run("snapshot", "missing.yaml", "--out", "missing.snapshot");
    expect(status).toBe(2);
    expect(existsSync(join(dir, "missing.snapshot"))).toBe(false);
  });
});

describe("netverdict check", () => {
  it("takes a snapshot alone: no other path, no options of loading", async () => {
    expect((await run("check", "shop.snapshot", "cluster.yaml", ...ALLOWED)).stderr).toContain("must be the only path");
    expect((await run("check", "shop.snapshot", "--pod-cidr", "10.0.0.0/8", ...ALLOWED)).stderr).toContain("give none");
  });
});

describe("netverdict snapshot --explain", () => {
  it("makes what explain, lint and who read in place of the manifests, places in files and all", async () => {
    const { stdout } = await run("--json", "snapshot", "cluster.yaml", "--explain", "--out", "explained.snapshot");
    expect(JSON.parse(stdout).bytes).toBeGreaterThan(JSON.parse(made.stdout).bytes);
    for (const [command, ...more] of [
      ["explain", ...DENIED],
      ["explain", "--no-changes", ...ALLOWED],
      ["lint"],
      ["who", "--pod", "shop/db-0"],
    ] as const) {
      const fromSnapshot = await run(command, "explained.snapshot", ...more);
      expect(fromSnapshot).toEqual(await run(command, "cluster.yaml", ...more));
      expect(fromSnapshot.stdout).not.toBe("");
    }
    expect((await run("explain", "explained.snapshot", ...DENIED)).stdout).toMatch(/cluster\.yaml:\d+:\d+/);
  });

  it("is what a snapshot without lacks, and the message says so", async () => {
    for (const args of [
      ["explain", "shop.snapshot", ...DENIED],
      ["lint", "shop.snapshot"],
      ["who", "shop.snapshot", "--pod", "shop/db-0"],
    ]) {
      const { status, stderr } = await run(...args);
      expect(status).toBe(2);
      expect(stderr).toContain("netverdict snapshot --explain");
    }
  });
});

describe("a snapshot with --explain and --cni", async () => {
  const cwd = await folder({ "cluster.yaml": CLUSTER });
  const ask = (...args: readonly string[]) => netverdict(args, { cwd });
  await ask("snapshot", "cluster.yaml", "--explain", "--cni", "cilium@1.15.3,enable-sctp=true", "-o", "full.snapshot");

  it.each([[[]], [["--in-state"]]])(
    "is described as the manifests are, but for what it does not keep: %j",
    async (more) => {
      const [kept, written] = [
        await ask("describe", "full.snapshot", ...more),
        await ask("describe", "cluster.yaml", ...more),
      ];
      expect(kept.status).toBe(0);
      const marked = written.stdout
        .replace(/^(Created on: +).*$/gm, "$1<not in the snapshot>")
        .replace(/^(Annotations: +)<none>$/gm, "$1<not in the snapshot>");
      expect(kept.stdout).toBe(marked);
      expect(kept.stdout).toContain("Created on:   <not in the snapshot>\n");
    },
  );

  it("is described policy by policy, with the same errors", async () => {
    expect((await ask("describe", "full.snapshot", "--policy", "shop/db", "--json")).stdout).toContain(
      '"policy":"shop/db"',
    );
    expect(await ask("describe", "full.snapshot", "--policy", "shop/bd")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("did you mean `shop/db`?"),
    });
    expect(await ask("describe", "full.snapshot", "cluster.yaml")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("must be the only path"),
    });
    expect((await ask("describe", "full.snapshot", "-n", "shop", "--policy", "db", "--json")).stdout).toContain(
      '"policy":"shop/db"',
    );
    expect(await ask("describe", "full.snapshot", "--pod-cidr", "10.0.0.0/8")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("a snapshot was made with options of its own"),
    });
  });

  it("tells which plugin it was made with", async () => {
    const named = await ask("cni", "--of", "cilium@1.15.3,enable-sctp=true", "--json");
    expect(await ask("cni", "full.snapshot", "--json")).toEqual(named);
  });

  it("tells that none was recognised where none was", async () => {
    await ask("snapshot", "cluster.yaml", "--explain", "--cni", "auto", "-o", "none.snapshot");
    expect(await ask("cni", "none.snapshot")).toMatchObject({ status: 1, stdout: "no CNI plugin was recognised\n" });
    await ask("snapshot", "cluster.yaml", "--explain", "-o", "unasked.snapshot");
    expect(await ask("cni", "unasked.snapshot")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`unasked.snapshot` does not say which CNI plugin the cluster has"),
    });
  });
});
