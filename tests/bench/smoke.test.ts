/** The whole suite on next to nothing: that it runs, not how fast. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GOALS } from "../../bench/goals.ts";
import { GROUPS } from "../../bench/groups/index.ts";
import { figureOf, type Report } from "../../bench/report.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const RUNNER = ["--import", "./tools/sources.mjs", "bench/run.ts"];

/** Runs the suite; with no Go, whose peers take minutes to build. */
function bench(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...RUNNER, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, GO: "no-such-go" },
  });
  return { status, output: stdout + stderr };
}

describe("npm run bench -- S --quick", () => {
  const folder = mkdtempSync(join(tmpdir(), "netverdict-bench-test-"));
  let run: { status: number | null; output: string };
  let report: Report;

  beforeAll(() => {
    const floor = spawnSync("npm", ["run", "--silent", "build:bench"], { cwd: ROOT, encoding: "utf8" });
    expect(floor.stderr + floor.stdout).toBe("");
    run = bench("S", "--quick", "--json", join(folder, "results.json"));
    report = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as Report;
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true }));

  it("exits with 0 whatever it measured", () => {
    expect(run.status, run.output).toBe(0);
  });

  it("has figures of every group", () => {
    const measured = new Set(report.results.map(({ group }) => group));
    expect([...measured].sort()).toEqual(GROUPS.map(({ name }) => name).sort());
  });

  it("has a figure for every goal that small clusters have", () => {
    const figures = report.results.filter(({ goal }) => goal !== undefined).map(figureOf);
    const expected = GOALS.filter(({ sizes }) => sizes === undefined || sizes.includes("S"));
    expect(figures).toHaveLength(expected.length);
    expect(figures.every((figure) => figure > 0)).toBe(true);
  });

  it("gives names to all figures that goals at other sizes have", () => {
    const named = report.results.map(({ group, case: name, against }) => `${group}: ${name} / ${against}`);
    const missing = GOALS.map(({ group, case: name, against }) => `${group}: ${name} / ${against}`);
    expect(missing.filter((goal) => !named.includes(goal))).toEqual([]);
  });

  it("compares verdicts with every peer that is there, and finds them to agree", () => {
    expect(Object.keys(report.compared.S ?? {})).toEqual(["same design in JavaScript, batch", "naive TypeScript"]);
    expect(Object.values(report.compared.S ?? {}).every((count) => count > 100)).toBe(true);
    expect(report.disagreements).toEqual([]);
  });

  it("says which peers it skipped", () => {
    expect(report.skipped.map((reason) => reason.split(":")[0])).toEqual(["kube-network-policies", "netpol-analyzer"]);
  });
});

describe("arguments", () => {
  it("that are no size and no group are an error", () => {
    const { status, output } = bench("XXL");
    expect(status).toBe(1);
    expect(output).toContain("`XXL` is no size and no group");
  });
});
