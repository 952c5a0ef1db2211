import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEBUG, INSPECT, type ModuleStatics, moduleOf, QUERY, RELEASE, ROOT, SHARED } from "./core.ts";

const statics = WebAssembly.Module as unknown as ModuleStatics;

function exportsOf(path: string): string[] {
  return statics
    .exports(moduleOf(path))
    .map(({ name, kind }) => `${name} ${kind}`)
    .sort();
}

function listIn(file: string): string[] {
  return readFileSync(`${ROOT}tests/package/${file}`, "utf8").trim().split("\n");
}

const listed = listIn("exports.txt");

/** Compiles a build anew and says whether it is the one in dist. */
function isWhatItsSourcesCompileTo(path: string, source: string, target: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), "netverdict-core-"));
  try {
    const outFile = join(folder, "core.wasm");
    const asc = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
    const args = [asc, source, "--target", target, "--outFile", outFile];
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: "pipe" });
    return readFileSync(outFile).equals(readFileSync(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The numbers of a binary's sections, in their order. */
function sectionsOf(path: string): number[] {
  const bytes = readFileSync(path);
  const sections: number[] = [];
  let at = 8;
  while (at < bytes.length) {
    sections.push(bytes[at++] ?? 0);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return sections;
}

describe("the release build", () => {
  it("has no imports", () => {
    expect(statics.imports(moduleOf(RELEASE))).toEqual([]);
  });

  it("exports what tests/package/exports.txt lists, and nothing else", () => {
    expect(exportsOf(RELEASE)).toEqual(listed);
  });

  it("is what its sources compile to, byte for byte", () => {
    expect(isWhatItsSourcesCompileTo(RELEASE, "assembly/index.ts", "release")).toBe(true);
  });
});

describe.each([
  ["shared", SHARED],
  ["query", QUERY],
])("the %s build", (target, build) => {
  it("imports a memory and nothing else", () => {
    expect(statics.imports(moduleOf(build))).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  it("exports what tests/package/exports-shared.txt lists, and nothing else", () => {
    expect(exportsOf(build)).toEqual(listIn("exports-shared.txt"));
  });

  it("writes nothing when it is instantiated and keeps nothing: types, imports, functions, exports, code", () => {
    expect(sectionsOf(build)).toEqual([1, 2, 3, 7, 10]);
  });

  it("is what its sources compile to, byte for byte", () => {
    expect(isWhatItsSourcesCompileTo(build, "assembly/shared.ts", target)).toBe(true);
  });
});

describe("the build that looks into others", () => {
  it("imports a memory and nothing else", () => {
    expect(statics.imports(moduleOf(INSPECT))).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
  });

  it("exports what tests/package/exports-inspect.txt lists, and nothing else", () => {
    expect(exportsOf(INSPECT)).toEqual(listIn("exports-inspect.txt"));
  });

  it("writes nothing when it is instantiated: it has no data and no start", () => {
    const sections = sectionsOf(INSPECT);
    expect([8, 11, 12].filter((section) => sections.includes(section))).toEqual([]);
  });

  it("is what its sources compile to, byte for byte", () => {
    expect(isWhatItsSourcesCompileTo(INSPECT, "assembly/inspect.ts", "inspect")).toBe(true);
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
