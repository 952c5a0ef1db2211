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
