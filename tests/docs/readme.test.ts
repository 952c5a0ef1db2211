/** The README shows what really happens: its snippets run against the built package and print what the page says. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { e2eStates } from "../conformance/e2e.ts";
import { type Block, codeBlocks, PAGES, ROOT, readDocument } from "./markdown.ts";

/** Runs a script as a module of the package, so that `netverdict` is what `exports` says it is. */
function runScript(script: string): { output: string; status: number | null } {
  const args = ["--input-type=module", "-"];
  const run = spawnSync(process.execPath, args, { cwd: ROOT, input: script, encoding: "utf8", env: PLAIN });
  return { output: run.stdout + run.stderr, status: run.status };
}

/** Runs a shell line in which `netverdict` is the built command; both streams in their order. */
function runShell(line: string): string {
  const command = `netverdict() { "${process.execPath}" "${join("dist", "cli.js")}" "$@"; }\n{ ${line}\n} 2>&1`;
  return spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8", env: PLAIN }).stdout;
}

const PLAIN: NodeJS.ProcessEnv = { PATH: process.env.PATH, NO_COLOR: "1" };

/** Each script with the block of its printed output, which follows it. */
function scripts(blocks: readonly Block[]): { line: number; script: string; output: string }[] {
  return blocks.flatMap((block, i) => {
    if (block.language !== "js") return [];
    const next = blocks[i + 1];
    expect(next?.language, `the script at line ${block.line} is followed by what it prints`).toBe("text");
    return [{ line: block.line, script: block.text, output: `${next?.text}\n` }];
  });
}

/** The commands of a console block, each with what it prints. */
function commands(blocks: readonly Block[]): { command: string; output: string }[] {
  return blocks
    .filter(({ language }) => language === "console")
    .flatMap(({ text }) =>
      text
        .split(/^\$ /m)
        .slice(1)
        .map((part) => {
          const end = part.indexOf("\n");
          return end < 0
            ? { command: part, output: "" }
            : { command: part.slice(0, end), output: `${part.slice(end + 1).trimEnd()}\n` };
        }),
    );
}

describe.each(PAGES)("%s", (path) => {
  const blocks = codeBlocks(readDocument(path).text);

  it("prints what its scripts print", () => {
    for (const { line, script, output } of scripts(blocks)) {
      expect(runScript(script), `line ${line}`).toEqual({ output, status: 0 });
    }
  });

  it("prints what its commands print", () => {
    for (const { command, output } of commands(blocks)) expect(runShell(command), command).toBe(output);
  });

  it("names only npm scripts that there are", () => {
    const { text } = readDocument(path);
    for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(packageJson.scripts).toHaveProperty([name!]);
  });
});

describe("README.md", () => {
  const { text } = readDocument("README.md");
  const blocks = codeBlocks(text);
  const firstScreen = text.split("\n").slice(0, 40).join("\n");

  it("has scripts and commands to run", () => {
    expect(scripts(blocks).length).toBeGreaterThanOrEqual(3);
    expect(commands(blocks).length).toBeGreaterThanOrEqual(4);
  });

  it("has on its first screen: install, an example with its output, trust, what is not modelled, demo and test", () => {
    expect(firstScreen).toContain("npm install netverdict");
    const [example, output] = codeBlocks(firstScreen);
    expect(example?.language).toBe("js");
    expect(example?.text.split("\n").length).toBeLessThanOrEqual(12);
    expect(output?.language).toBe("text");
    for (const phrase of ["Why trust it", "Not modelled", "CNI plugin", "npm run demo", "npm test"]) {
      expect(firstScreen).toContain(phrase);
    }
    expect(firstScreen).toContain(packageJson.engines.node.replace(">=", "≥ "));
  });

  it("says the truth about the library: it uses no file, network or environment", () => {
    for (const [file, expected] of [
      ["dist/index.js", ["./yaml.js"]],
      ["dist/workerd.js", ["./core.wasm", "./core-inspect.wasm", "./core-query.wasm", "./yaml.js"]],
      ["dist/yaml.js", []],
    ] as const) {
      const built = readDocument(file).text;
      const imports = new Set(ts.preProcessFile(built).importedFiles.map(({ fileName }) => fileName));
      expect([...imports], file).toEqual(expected);
      expect(built, file).not.toMatch(/\bprocess\.|\bfetch\(|\brequire\(|\bDeno\.|\bBun\./);
    }
  });

  it("counts the verdicts of the Kubernetes e2e tests right", () => {
    const verdicts = e2eStates().flatMap(({ expectations }) => expectations).length;
    expect(firstScreen).toContain(`${verdicts.toLocaleString("en")} pair verdicts`);
  });
});
