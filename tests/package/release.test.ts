/** The steps of the release, as far as they can be run here. */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./sources.ts";

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
  >;
}

const stepsOf = (name: string, job: string) =>
  (parse(readFileSync(join(ROOT, `.github/workflows/${name}.yml`), "utf8")) as Workflow).jobs[job]?.steps ?? [];

it("a release names the repository that it comes from before it is published: npm refuses provenance without", () => {
  const steps = stepsOf("release", "publish");
  const place = steps.findIndex(({ name }) => name === "The package names its repository");
  expect(place).toBeGreaterThan(0);
  expect(steps.findIndex(({ run }) => run?.startsWith("npm publish --provenance"))).toBeGreaterThan(place);
  const folder = mkdtempSync(join(tmpdir(), "netverdict-release-"));
  try {
    copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
    const env = { ...process.env, GITHUB_SERVER_URL: "https://git.example", GITHUB_REPOSITORY: "owner/netverdict" };
    execFileSync("bash", ["-c", steps[place]?.run ?? ""], { cwd: folder, env });
    const { repository, name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(repository).toEqual({ type: "git", url: "git+https://git.example/owner/netverdict.git" });
    expect(name).toBe("netverdict");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it.each([
  ["ci", "test"],
  ["release", "publish"],
])("%s installs what tests would be skipped without", (workflow, job) => {
  const installs = stepsOf(workflow, job).find(({ run }) => run?.includes("apt-get install"))?.run ?? "";
  for (const program of ["chromium", "zsh", "fish"]) expect(installs.split(" ")).toContain(program);
});
