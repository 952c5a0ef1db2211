/** Tests that need a program: without it, a visible skip with the reason; in CI, which installs it, a failure. */
import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";

/** Why a program cannot be run, or nothing when its `--version` answers. */
export function whyMissing(command: string, args: readonly string[] = []): string | undefined {
  const { status, error, stderr } = spawnSync(command, [...args, "--version"], { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? (stderr.trim() || `exit status ${status}`));
}

/** A group of tests that need `program`; `missing` says why it is not there. */
export function describeWith(program: string, missing: string | undefined, name: string, body: () => void): void {
  if (missing === undefined) {
    describe(name, body);
    return;
  }
  describe(name, () => {
    const reason = `needs ${program}: ${missing}`;
    if (process.env.CI === "true") {
      it(`runs in CI with ${program}`, () => {
        throw new Error(reason);
      });
      return;
    }
    it.skip(reason);
    // The default reporter counts skipped tests and does not name them.
    console.warn(`skipped: ${name} ${reason}`);
  });
}
