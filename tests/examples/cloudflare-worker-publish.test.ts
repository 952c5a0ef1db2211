/** examples/cloudflare-worker: what is published and deployed, and with which settings. */
import { spawnSync } from "node:child_process";
import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXAMPLES } from "./example.ts";
import { whyNoWorkerd } from "./miniflare.ts";
import { describeWith } from "./needs.ts";
import { type Folder, installPacked, PACKING_MS } from "./packed.ts";
import { bundle, config } from "./worker.ts";
import { pointerOf, published, take } from "./worker-snapshots.ts";

const HERE = join(EXAMPLES, "cloudflare-worker");

/** The oldest wrangler that the example permits, and the version of the workerd that it brings. */
const OLDEST = { wrangler: "4.40.0", workerd: "1.20250924.0" };

describeWith("workerd by miniflare", whyNoWorkerd(), "wrangler.jsonc", () => {
  it("has a compatibility date that every workerd knows that may run it", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
    expect(devDependencies.wrangler).toBe(`^${OLDEST.wrangler}`);
    const miniflare = createRequire(createRequire(import.meta.url).resolve("miniflare"));
    const { compatibilityDate } = miniflare("workerd") as { compatibilityDate: string };
    const oldest = OLDEST.workerd.replace(/^1\.(\d{4})(\d\d)(\d\d)\..*$/, "$1-$2-$3");
    for (const known of [oldest, compatibilityDate]) {
      expect(known).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(config.compatibility_date <= known, `${config.compatibility_date} is past ${known}`).toBe(true);
    }
  });
});

describe("examples/cloudflare-worker", () => {
  let folder: Folder;
  beforeAll(() => {
    folder = installPacked("cloudflare-worker", "shop");
    take(folder.path, "shop.snapshot", "shop/manifests");
  }, PACKING_MS);
  afterAll(() => folder.remove());

  function publish(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
    const script = join(folder.path, "cloudflare-worker", "publish.mjs");
    return spawnSync(process.execPath, [script, ...args], { cwd: folder.path, encoding: "utf8" });
  }

  it.each([
    ["2026-11-26T01:30:00Z", "2026-11-26T01:30:00.000Z"],
    ["2026-11-26T01:30:00.5+02:00", "2026-11-25T23:30:00.500Z"],
    ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ])("publishes with `--taken-at %s`", (given, takenAt) => {
    expect(pointerOf(published(folder.path, "shop.snapshot", "--taken-at", given)).takenAt).toBe(takenAt);
  });

  it.each([
    "yesterday",
    "",
    "5",
    "2026",
    "2026-11-26",
    "2026-11-26T01:30:00",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
  ])("refuses `--taken-at %s`, which is no time, or one of no time zone", (given) => {
    const { status, stdout, stderr } = publish("shop.snapshot", "--taken-at", given);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^publish: --taken-at says `.*`, which is no time: .*\n$/);
  });

  it("refuses a time that is to come, given or of the file", () => {
    const soon = new Date(Date.now() + 60_000);
    const given = publish("shop.snapshot", "--taken-at", soon.toISOString());
    expect(given).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("it is only") });
    writeFileSync(join(folder.path, "early.snapshot"), readFileSync(join(folder.path, "shop.snapshot")));
    utimesSync(join(folder.path, "early.snapshot"), soon, soon);
    const written = publish("early.snapshot");
    expect(written).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("`early.snapshot` was written"),
    });
  });

  it("stores where it is told to, and refuses to be told two places", () => {
    expect(publish("shop.snapshot").stdout).toContain("--binding SNAPSHOTS --remote");
    expect(publish("shop.snapshot", "--binding", "OTHER", "--local").stdout).toContain("--binding OTHER --local");
    expect(publish("shop.snapshot", "--bucket", "b").stdout).toContain("r2 object put b/current");
    const both = publish("shop.snapshot", "--bucket", "b", "--binding", "SNAPSHOTS");
    expect(both).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/--binding .* --bucket/) });
  });

  it("is as large as its page says, with explanations and without", async () => {
    const src = join(folder.path, "cloudflare-worker", "src");
    const whole = await compressed(join(src, "index.ts"));
    const [, smaller, all] = /script is (\d+) KB smaller then, compressed, of (\d+) KB/.exec(readme())!.map(Number);
    const index = readFileSync(join(src, "index.ts"), "utf8");
    const without = index
      .replace(/^import .*explain\.ts";\n/m, "")
      .replace(/^ {2}"\/explain": .*\n/m, "")
      .replace(/^async function why\([\s\S]*?^}\n/m, "");
    expect(without).not.toMatch(/explain\.ts"|answerWhy|readQuestion/);
    writeFileSync(join(src, "without.ts"), without);
    const rest = await compressed(join(src, "without.ts"));
    for (const [said, measured] of [
      [all, whole / 1000],
      [smaller, (whole - rest) / 1000],
    ] as const) {
      expect(Math.abs((said ?? 0) / measured - 1), `${said} KB are ${measured.toFixed()} KB`).toBeLessThan(0.1);
    }
  });

  /** Bytes as wrangler counts them: of the script and its cores together, after gzip. */
  async function compressed(entry: string): Promise<number> {
    const modules = await bundle(entry);
    return gzipSync(
      Buffer.concat(modules.map(({ contents }: { contents?: unknown }) => Buffer.from(contents as string))),
    ).length;
  }

  function readme(): string {
    return readFileSync(join(HERE, "README.md"), "utf8").replaceAll("\n", " ");
  }
});
