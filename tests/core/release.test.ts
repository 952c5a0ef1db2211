import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEBUG, type ModuleStatics, moduleOf, RELEASE, ROOT } from "./core.ts";

const statics = WebAssembly.Module as unknown as ModuleStatics;

function exportsOf(path: string): string[] {
  return statics
    .exports(moduleOf(path))
    .map(({ name, kind }) => `${name} ${kind}`)
    .sort();
}

const listed = readFileSync(`${ROOT}tests/package/exports.txt`, "utf8").trim().split("\n");

describe("the release build", () => {
  it("has no imports", () => {
    expect(statics.imports(moduleOf(RELEASE))).toEqual([]);
  });

  it("exports what tests/package/exports.txt lists, and nothing else", () => {
    expect(exportsOf(RELEASE)).toEqual(listed);
  });

  it("is what its sources compile to, byte for byte", () => {
    const folder = mkdtempSync(join(tmpdir(), "netverdict-core-"));
    try {
      const outFile = join(folder, "core.wasm");
      const asc = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
      const args = [asc, "assembly/index.ts", "--target", "release", "--outFile", outFile];
      execFileSync(process.execPath, args, { cwd: ROOT, stdio: "pipe" });
      expect(readFileSync(outFile).equals(readFileSync(RELEASE))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the debug build", () => {
  it("imports nothing but abort", () => {
    const imports = statics.imports(moduleOf(DEBUG)).map(({ module, name }) => `${module}.${name}`);
    expect(imports).toEqual(["env.abort"]);
  });

  it("exports what the release build does", () => {
    expect(exportsOf(DEBUG)).toEqual(listed);
  });
});
