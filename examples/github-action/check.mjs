/**
 * The step of the action that checks: asks the `netverdict` command for the verdict of every expected flow, and tells GitHub
 * what differs. Exits with 0 when all is as expected, 1 on a surprise, 2 on wrong input.
 *
 * Environment: MANIFESTS, EXPECTATIONS; RUNNER_TEMP, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY from the runner.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readExpectations } from "./expectations.mjs";
import { annotation, formatFlow, summary } from "./render.mjs";

const EXIT = { expected: 0, surprise: 1, broken: 2 };

const { MANIFESTS = "", EXPECTATIONS = "", RUNNER_TEMP = "", GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = process.env;
process.exitCode = main();

function main() {
  const { expectations, problems } = read(EXPECTATIONS);
  const outcomes = [];
  for (const answer of expectations.length > 0 ? ask(expectations) : []) {
    const expectation = expectations[answer.line - 1];
    if (answer.error === undefined) outcomes.push({ ...expectation, decision: answer });
    // Problems of the manifests have a place of their own; those of a flow stand where it is expected.
    else problems.push(...answer.error.issues.map((issue) => problemOf(issue, expectation?.line)));
  }
  const surprises = outcomes.filter(({ expect, decision }) => decision.verdict !== expect);
  for (const { line, expect, because, flow, decision } of surprises) {
    const sides = `egress: ${decision.egress.reason}, ingress: ${decision.ingress.reason}`;
    const message = `expected ${expect}${because ? ` (${because})` : ""}, but it is ${decision.verdict}: ${formatFlow(flow)} [${sides}]`;
    problems.push({ file: EXPECTATIONS, line, message, isSurprise: true });
  }
  for (const problem of problems) console.log(annotation(problem));
  console.log(`${outcomes.length - surprises.length} as expected, ${surprises.length} not`);
  if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `surprises=${surprises.length}\n`);
  if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, summary(outcomes, problems));
  if (problems.length > surprises.length) return EXIT.broken;
  return surprises.length > 0 ? EXIT.surprise : EXIT.expected;
}

function read(file) {
  try {
    return readExpectations(file, readFileSync(file, "utf8"));
  } catch (error) {
    return { expectations: [], problems: [{ message: `cannot read the expectations: ${error.message}` }] };
  }
}

/** The command's answers: one for each flow, whose `line` is its place among the expectations; or one with what is wrong with the manifests. */
function ask(expectations) {
  const command = join(RUNNER_TEMP, "netverdict", "node_modules", "netverdict", "dist", "cli.js");
  // An empty line among the inputs is no path, and a path that starts with a dash is no option.
  const paths = MANIFESTS.split("\n").map((path) => path.trim());
  const args = [command, "check", "--flows", "-", "--json", "--", ...paths.filter((path) => path !== "")];
  const input = expectations.map(({ flow }) => `${JSON.stringify(flow)}\n`).join("");
  const run = spawnSync(process.execPath, args, { input, encoding: "utf8", maxBuffer: 2 ** 30 });
  process.stderr.write(run.stderr ?? "");
  const answers = (run.stdout ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const isWhole = answers.length === expectations.length || (answers[0]?.error && answers[0].line === undefined);
  if (isWhole && run.error === undefined && run.signal === null) return answers;
  const message = `the command failed: ${run.error?.message ?? `exit status ${run.status ?? run.signal}`}`;
  return [{ error: { issues: [{ message, code: "core-failure", path: [] }] } }];
}

function problemOf({ message, code, object, source }, line) {
  const place = source ?? (line === undefined ? {} : { file: EXPECTATIONS, line });
  const what =
    object === undefined ? "" : `${object.kind} ${object.namespace ? `${object.namespace}/` : ""}${object.name}: `;
  return { ...place, message: `${what}${message} [${code}]` };
}
