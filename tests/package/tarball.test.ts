import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "./sources.ts";

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** A folder of a user's, with the packed package installed in it and nothing else. */
let folder: string;
let tarball: string;
let packed: string[];

interface Run {
  readonly status: number;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Run {
  try {
    const shell = process.platform === "win32";
    return { status: 0, output: execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe", shell }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status: status ?? 1, output: `${stdout}${stderr}` };
  }
}

/** What the compiler says of a user's file; without Node's types or the DOM's, unless they are asked for. */
function typecheck(file: string, text: string, options: object): Run {
  const consumer = mkdtempSync(join(folder, "types-"));
  writeFileSync(join(consumer, file), text);
  const common = { target: "es2022", lib: ["es2022"], types: [], strict: true, noEmit: true };
  const config = { compilerOptions: { ...common, ...options }, files: [file] };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(config));
  return run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", consumer], folder);
}

function node(file: string, text: string): Run {
  writeFileSync(join(folder, file), text);
  return run(process.execPath, [file], folder);
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "netverdict-tarball-")));
  const pack = run(NPM, ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT);
  expect(pack.status, pack.output).toBe(0);
  const [report] = JSON.parse(pack.output) as { filename: string; files: { path: string }[] }[];
  tarball = join(folder, report!.filename);
  packed = report!.files.map(({ path }) => path);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const install = run(NPM, ["install", "--offline", "--no-audit", "--no-fund", tarball], folder);
  expect(install.status, install.output).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OBJECTS = `[
  { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
    status: { phase: "Running", podIPs: [{ ip: "10.0.0.1" }] } },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "db", namespace: "shop", labels: { app: "db" } },
    status: { phase: "Running", podIPs: [{ ip: "10.0.0.2" }] } },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "db", namespace: "shop" },
    spec: { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }] } },
]`;
const QUESTIONS = `
const state = loadState(${OBJECTS});
const verdict = (port) => evaluate(state, { from: "shop/web", to: "shop/db", port }).verdict;
console.log(verdict(5432), verdict(80));
`;

describe("the tarball", () => {
  it("holds what the package's files say: no sources, tests or debug build", () => {
    expect(packed).toEqual(expect.arrayContaining(["package.json", "LICENSE", "dist/index.js", "dist/core.wasm"]));
    expect(packed).toContain("dist/THIRD-PARTY-LICENSES.txt");
    const allowed =
      /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|docs\/[a-z-]+\.md|docs\/session\.svg|schemas\/v\d+\/[a-z-]+\.schema\.json|dist\/[a-z-]+\.(js|d\.ts|wasm|wasm\.d\.ts)|dist\/THIRD-PARTY-LICENSES\.txt)$/;
    expect(packed.filter((path) => !allowed.test(path))).toEqual([]);
  });

  it("names no source maps, which it does not hold", () => {
    for (const path of packed.filter((name) => name.endsWith(".js"))) {
      expect(readFileSync(join(folder, "node_modules/netverdict", path), "utf8"), path).not.toContain(
        "sourceMappingURL=",
      );
    }
  });

  it("holds every file that package.json leads to", () => {
    const manifest = readFileSync(join(folder, "node_modules/netverdict/package.json"), "utf8");
    const named = [...manifest.matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, path]) => path ?? "");
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !packed.includes(path))).toEqual([]);
  });

  it("depends on nothing", () => {
    const manifest = JSON.parse(readFileSync(join(folder, "node_modules/netverdict/package.json"), "utf8"));
    expect(manifest.dependencies ?? {}).toEqual({});
    expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
  });

  it("has a core.wasm that compiles and has no imports", () => {
    const found = node(
      "wasm.mjs",
      `import { readFileSync } from "node:fs";
       import { fileURLToPath } from "node:url";
       const path = fileURLToPath(import.meta.resolve("netverdict/core.wasm"));
       console.log(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(path))).length);`,
    );
    expect(found).toEqual({ status: 0, output: "0\n" });
  });
});

describe("the installed package", () => {
  it("answers to an ES module", () => {
    const answer = node("use.mjs", `import { evaluate, loadState } from "netverdict";${QUESTIONS}`);
    expect(answer).toEqual({ status: 0, output: "allow deny\n" });
  });

  it("answers to require()", () => {
    const answer = node("use.cjs", `const { evaluate, loadState } = require("netverdict");${QUESTIONS}`);
    expect(answer.output).toMatch(/^allow deny$/m);
    expect(answer.status).toBe(0);
  });

  it.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("has types under module %s with resolution %s, its declaration file checked too", (module, moduleResolution) => {
    const found = typecheck(
      "use.mts",
      `import { evaluate, loadState, NetverdictError, type Decision, type Flow, type State } from "netverdict";
       const state: State = loadState("kind: Pod");
       const flow: Flow = { from: "shop/web", to: "shop/db", port: 5432 };
       const decision: Decision = evaluate(state, flow);
       const verdict: "allow" | "deny" | "undetermined" = decision.verdict;
       // @ts-expect-error a flow has two ends
       evaluate(state, { from: "shop/web" });
       // @ts-expect-error a verdict is no boolean
       export const wrong: boolean = verdict;
       export const codes: string[] = new NetverdictError([]).issues.map((issue) => issue.code);
      `,
      { module, moduleResolution },
    );
    expect(found).toEqual({ status: 0, output: "" });
  });

  it("has types under module nodenext for CommonJS", () => {
    const text = `import netverdict = require("netverdict");
      export const verdict: netverdict.Verdict = netverdict.evaluate(netverdict.loadState(""), "a/b", "a/c", 80).verdict;
    `;
    expect(typecheck("use.cts", text, { module: "nodenext" })).toEqual({ status: 0, output: "" });
  });

  it.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("has types of its cores under module %s with resolution %s", (module, moduleResolution) => {
    const text = `import core from "netverdict/core.wasm";
      import inspect from "netverdict/core-inspect.wasm";
      import query from "netverdict/core-query.wasm";
      import shared from "netverdict/core-shared.wasm";
      import { withCore } from "netverdict/slim";
      export const modules: WebAssembly.Module[] = [core, inspect, query, shared];
      export const { loadState } = withCore({ core, inspect, shared });
      // @ts-expect-error a module is no number
      export const wrong: number = core;
    `;
    const found = typecheck("cores.mts", text, { module, moduleResolution, lib: ["es2022", "dom"] });
    expect(found).toEqual({ status: 0, output: "" });
  });

  it("has a command that tells its version", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const bin = join(folder, "node_modules/.bin", process.platform === "win32" ? "netverdict.cmd" : "netverdict");
    const answer = run(bin, ["--version"], folder);
    expect(answer).toEqual({ status: 0, output: `${version}\n` });
  });
});

describe("the package's form", () => {
  it("publint finds nothing wrong with it", async () => {
    const bytes = readFileSync(tarball);
    const { messages, pkg } = await publint({
      pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
      level: "warning",
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("attw finds that every resolution gets types, but for CommonJS that imports the ES module", () => {
    const attw = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const args = [
      attw,
      tarball,
      "--no-emoji",
      "--ignore-rules",
      "cjs-resolves-to-esm",
      // The oldest resolution knows no subpaths of `exports`, and no Node that the package is for uses it.
      "--profile",
      "node16",
    ];
    const { status, output } = run(process.execPath, args, folder);
    expect(output).toContain("node16 (from ESM)");
    expect(status, output).toBe(0);
  });
});
