/** Runs the groups that were asked for, each on each size, and puts their outcomes together. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Arguments } from "./arguments.ts";
import type { Size } from "./cluster/index.ts";
import { describeCluster, describeMachine } from "./environment.ts";
import type { Group, Outcome } from "./groups/group.ts";
import { GROUPS } from "./groups/index.ts";
import { formatResults, type Report, withGoal } from "./report.ts";

const RUN_GROUP = fileURLToPath(new URL("./run-group.ts", import.meta.url));

/** Runs everything; `print` takes what is known as soon as it is. */
export function runSuite({ sizes, groups, quick }: Arguments, print: (text: string) => void): Report {
  const outcomes: { size: Size; outcome: Outcome }[] = [];
  for (const group of GROUPS.filter(({ name }) => groups.includes(name))) {
    for (const size of group.every === "run" ? sizes.slice(0, 1) : sizes) {
      const outcome = runApart(group, size, quick);
      outcomes.push({ size, outcome });
      print(formatResults(outcome.results.map(withGoal)));
      for (const reason of outcome.skipped ?? []) print(`${size.name} ${group.name}: skipped ${reason}`);
    }
  }
  return {
    machine: describeMachine(),
    clusters: Object.fromEntries(sizes.map((size) => [size.name, describeCluster(size)])),
    results: outcomes.flatMap(({ outcome }) => outcome.results.map(withGoal)),
    skipped: [...new Set(outcomes.flatMap(({ outcome }) => outcome.skipped ?? []))],
    disagreements: outcomes.flatMap(({ outcome }) => outcome.disagreements ?? []),
    compared: Object.fromEntries(
      outcomes.flatMap(({ size, outcome }) => (outcome.compared === undefined ? [] : [[size.name, outcome.compared]])),
    ),
  };
}

/** A group that fails takes nothing else with it: what it would have measured is missing, and said to be. */
function runApart(group: Group, size: Size, quick: boolean): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "netverdict-bench-"));
  try {
    const file = join(folder, "outcome.json");
    const args = [...process.execArgv, RUN_GROUP, group.name, size.name, quick ? "quick" : "full", file];
    const { status, signal } = spawnSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    if (status === 0) return JSON.parse(readFileSync(file, "utf8")) as Outcome;
    return {
      results: [],
      skipped: [`${group.name} at ${size.name}: it failed (${signal ?? `exit status ${status}`})`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
