/**
 * The step of the action that checks: asks the `netverdict` command for the verdict of every expected flow, and tells GitHub
 * what differs. Exits with 0 when all is as expected, 1 on a surprise, 2 on wrong input.
 *
 * Environment: MANIFESTS, EXPECTATIONS; RUNNER_TEMP, GITHUB_OUTPUT and GITHUB_STEP_SUMMARY from the runner.
 */
import { appendFileSync, readFileSync, statSync } from "node:fs";
import { ask } from "./command.mjs";
import { readExpectations } from "./expectations.mjs";
import { annotation, formatFlow, summary } from "./render.mjs";

const EXIT = { expected: 0, surprise: 1, broken: 2 };

const { MANIFESTS = "", EXPECTATIONS = "", GITHUB_OUTPUT, GITHUB_STEP_SUMMARY } = process.env;
try {
  process.exitCode = main();
} catch (error) {
  // Node's own exit status for an uncaught error is 1, which here means a surprise.
  console.log(annotation({ message: `unexpected failure: ${error?.stack ?? error}` }));
  process.exitCode = EXIT.broken;
}

function main() {
  const { expectations, problems } = read(EXPECTATIONS);
  const outcomes = [];
  // An empty line among the inputs is no path.
  const paths = MANIFESTS.split("\n")
    .map((path) => path.trim())
    .filter((path) => path !== "");
  const flows = expectations.map(({ flow }) => flow);
  const { answers, notes } = flows.length > 0 ? ask(flows, paths) : { answers: [], notes: [] };
  for (const answer of answers) {
    const expectation = expectations[answer.line - 1];
    if (answer.error === undefined) outcomes.push({ ...expectation, decision: answer });
    // Problems of the manifests have a place of their own; those of a flow stand where it is expected.
    else problems.push(...answer.error.issues.map((issue) => problemOf(issue, expectation?.line)));
  }
  const surprises = outcomes.filter(({ expect, decision }) => decision.verdict !== expect);
  for (const { line, expect, because, flow, decision } of surprises) {
    const sides = `egress: ${decision.egress.reason}, ingress: ${decision.ingress.reason}`;
    const caveats = decision.caveats.map(({ message }) => `; ${message}`).join("");
    const message = `expected ${expect}${because ? ` (${because})` : ""}, but it is ${decision.verdict}: ${formatFlow(flow)} [${sides}]${caveats}`;
    problems.push({ file: EXPECTATIONS, line, message, isSurprise: true });
  }
  for (const problem of problems) console.log(annotation(problem));
  for (const message of notes) console.log(annotation({ message }, "warning"));
  console.log(`${outcomes.length - surprises.length} as expected, ${surprises.length} not`);
  const isAnswered = problems.length === surprises.length;
  // Where something has no answer, nobody knows how many surprises there are.
  if (GITHUB_OUTPUT && isAnswered) appendFileSync(GITHUB_OUTPUT, `surprises=${surprises.length}\n`);
  if (GITHUB_STEP_SUMMARY) appendFileSync(GITHUB_STEP_SUMMARY, summary(outcomes, problems, notes));
  if (!isAnswered) return EXIT.broken;
  return surprises.length > 0 ? EXIT.surprise : EXIT.expected;
}

function read(file) {
  try {
    // Reading a pipe could wait without end.
    if (statSync(file).isFIFO()) throw new Error(`\`${file}\` is a pipe, not a file`);
    return readExpectations(file, readFileSync(file, "utf8"));
  } catch (error) {
    return { expectations: [], problems: [{ message: `cannot read the expectations: ${error.message}` }] };
  }
}

function problemOf({ message, code, object, source }, line) {
  const place = source ?? (line === undefined ? {} : { file: EXPECTATIONS, line });
  const what =
    object === undefined ? "" : `${object.kind} ${object.namespace ? `${object.namespace}/` : ""}${object.name}: `;
  return { ...place, message: `${what}${message} [${code}]` };
}
