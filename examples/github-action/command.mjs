/** Runs the `netverdict` command that the step before has installed. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * The answers of `netverdict check --flows`: one for each flow, whose `line` is its place among them, from 1; or one with what is
 * wrong with the manifests. And what the command notes about the manifests, such as that there are no policies.
 */
export function ask(flows, paths) {
  const run = check(flows, paths);
  const told = run.stderr.split("\n").map((line) => ({ line, note: /^note: (.*)$/.exec(line)?.[1] }));
  const others = told.flatMap(({ line, note }) => (note === undefined ? line : []));
  process.stderr.write(printable(others.join("\n")));
  const answers = readLines(run.stdout);
  const last = answers?.at(-1);
  // What is wrong with more than one flow has no line, and ends the answers.
  const isBroken = last?.error !== undefined && last.line === undefined;
  const isWhole = answers?.length === flows.length || isBroken;
  if (!isWhole || run.signal !== null || !isFine(run.error)) return { answers: [failed(run)], notes: [] };
  return { answers, notes: told.flatMap(({ note }) => note ?? []) };
}

function check(flows, paths) {
  const command = join(process.env.RUNNER_TEMP ?? "", "netverdict", "node_modules", "netverdict", "dist", "cli.js");
  // A path that starts with a dash is no option.
  const args = [command, "check", "--flows", "-", "--json", "--no-color", "--", ...paths];
  const input = flows.map((flow) => `${JSON.stringify(flow)}\n`).join("");
  const run = spawnSync(process.execPath, args, { input, encoding: "utf8", maxBuffer: 2 ** 30 });
  return { ...run, stdout: run.stdout ?? "", stderr: run.stderr ?? "" };
}

/** A command that ends before it has read all flows closes the pipe; why it ended, it says itself. */
function isFine(error) {
  return error === undefined || error.code === "EPIPE";
}

function readLines(text) {
  try {
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** What the command said last, or else how it ended. */
function failed({ error, status, signal, stderr }) {
  const how = isFine(error) ? `exit status ${status ?? signal}` : error.message;
  const said = stderr.trim().split("\n").slice(-5).join("\n");
  const message = `the command failed: ${how}${said === "" ? "" : `: ${said}`}`;
  return { error: { issues: [{ message, code: "core-failure", path: [] }] } };
}

/** Text in which GitHub finds no command: it takes `::error::` for one at a line's beginning, and the older `##[error]` anywhere. */
export function printable(text) {
  return text.replace(/#(?=#\[)|:(?<=^\s*:)(?=:)/gmu, (char) => `\\u{${char.codePointAt(0).toString(16)}}`);
}
