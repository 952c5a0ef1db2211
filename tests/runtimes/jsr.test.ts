/** What JSR would say of the package: everything but the upload. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeWith } from "../examples/needs.ts";
import { ROOT } from "./folder.ts";
import { DENO } from "./programs.ts";

describeWith("Deno", DENO.missing, "JSR", () => {
  it("takes the package in a dry run", { timeout: 120_000 }, () => {
    execFileSync(process.execPath, ["tools/jsr.mjs"], { cwd: ROOT, stdio: "pipe" });
    const args = ["publish", "--dry-run", "--allow-dirty"];
    const options = {
      cwd: join(ROOT, "dist/jsr"),
      encoding: "utf8",
      stdio: "pipe",
      env: { ...process.env, NO_COLOR: "1" },
    } as const;
    const command = DENO.path.endsWith(".cjs") ? [process.execPath, DENO.path] : [DENO.path];
    // Deno tells on standard error.
    const told = execFileSync("sh", ["-c", `"$@" 2>&1`, "sh", ...command, ...args], options);
    expect(told).toContain("Dry run complete");
    expect(told).toContain("index.d.ts");
  });
});
