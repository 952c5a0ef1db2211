import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED, CLUSTER, DENIED } from "./cluster.ts";
import { folder, netverdict } from "./command.ts";

const dir = await folder({ "cluster.yaml": CLUSTER });
const run = (...args: readonly string[]) => netverdict(args, { cwd: dir });
const made = await run("--json", "snapshot", "cluster.yaml", "--out", "shop.snapshot");

describe("netverdict snapshot", () => {
  it("writes a file and says how large it is", () => {
    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout)).toEqual({ out: "shop.snapshot", bytes: expect.any(Number), pods: 3 });
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

  it("writes nothing where the manifests do not load", async () => {
    const { status } = await run("snapshot", "missing.yaml", "--out", "missing.snapshot");
    expect(status).toBe(2);
    expect(existsSync(join(dir, "missing.snapshot"))).toBe(false);
  });
});

describe("netverdict check", () => {
  it("takes a snapshot alone: no other path, no options of loading", async () => {
    expect((await run("check", "shop.snapshot", "cluster.yaml", ...ALLOWED)).stderr).toContain("must be the only path");
    expect((await run("check", "shop.snapshot", "-n", "shop", ...ALLOWED)).stderr).toContain("give none");
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
