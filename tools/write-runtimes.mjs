/**
 * `npm run docs:runtimes`: runs the tests of all runtimes, and writes what ran, with versions, into README.md and
 * docs/runtimes.md, between the marks that they have for it.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const packaged = (name) => require(`${name}/package.json`).version;
const told = (command, ...args) => spawnSync(command, args, { encoding: "utf8" }).stdout.trim();

/** A row for each file of tests: what ran, its version, and how the package got there. */
const ROWS = [
  ["node", "Node", () => process.versions.node, "`import`, `require()`, `netverdict/slim`; two threads over one state"],
  ["deno", "Deno", () => packaged("deno"), "`deno run`, `deno test`, `deno check`, without permissions; two workers"],
  ["bun", "Bun", () => packaged("bun"), "`bun run`, `bun test`; two workers"],
  [
    "workerd",
    "workerd (Cloudflare Workers)",
    () => packaged("workerd"),
    "`workerd test`, the core imported as a module",
  ],
  [
    "chromium",
    "Chromium",
    () => /[\d.]+/.exec(told(process.env.CHROMIUM ?? "/usr/bin/chromium", "--version"))?.[0] ?? "",
    "a page under a CSP; `netverdict/slim` with a core that streams in; two workers, cross-origin isolated",
  ],
  [
    "bundlers",
    "esbuild, Vite, webpack",
    () => ["esbuild", "vite", "webpack"].map(packaged).join(", "),
    "bundled, then run in Node",
  ],
  ["jsr", "JSR", () => packaged("deno"), "`deno publish --dry-run`"],
];

const folder = mkdtempSync(join(tmpdir(), "netverdict-runtimes-"));
const report = join(folder, "report.json");
const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
const run = spawnSync(
  process.execPath,
  [vitest, "run", "tests/runtimes", "--reporter=json", `--outputFile=${report}`],
  { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] },
);
const { testResults } = JSON.parse(readFileSync(report, "utf8"));
rmSync(folder, { recursive: true });

const lines = ROWS.map(([file, name, version, how]) => {
  const result = testResults.find(({ name: path }) => path.endsWith(`/${file}.test.ts`));
  const statuses = result.assertionResults.map(({ status }) => status);
  const passed = statuses.filter((status) => status === "passed").length;
  const outcome =
    passed === statuses.length
      ? `${passed} passed`
      : passed === 0
        ? "not run"
        : `${passed} of ${statuses.length} passed`;
  return `| ${name} | ${passed === 0 ? "–" : version()} | ${how} | ${outcome} |`;
});
const table = ["| runtime | version | how | tests |", "| --- | --- | --- | --- |", ...lines].join("\n");
for (const page of ["README.md", "docs/runtimes.md"]) {
  const path = join(ROOT, page);
  const text = readFileSync(path, "utf8");
  const marked = /(<!-- runtimes -->\n)[\s\S]*?(<!-- \/runtimes -->)/;
  if (!marked.test(text)) throw new Error(`${page} has no place for the runtimes`);
  writeFileSync(
    path,
    text.replace(marked, (_, before, after) => `${before}\n${table}\n\n${after}`),
  );
}
process.exitCode = run.status ?? 1;
