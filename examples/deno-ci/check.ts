/**
 * Checks in CI that the NetworkPolicies of a folder let pass what they must, and nothing that they must not.
 *
 *   deno run --allow-read=manifests,expectations.jsonl check.ts [--github] manifests expectations.jsonl
 */
import { evaluate, formatIssue, loadState, NetverdictError, type State } from "./deps.ts";
import { type Expectation, type Problem, parseExpectations } from "./expectations.ts";
import { InputError, readManifests, readText } from "./files.ts";
import { type Outcome, renderAnnotation, renderProblem, renderSurprise, renderTable } from "./render.ts";

const USAGE = `usage: check.ts [--github] <manifests> <expectations>

  <manifests>     a folder of .yaml, .yml and .json files, or one such file
  <expectations>  a file with a JSON object a line, such as
                  {"expect":"deny","from":"shop/cron-0","to":"shop/db-0","port":5432}
  --github        also print annotations for GitHub Actions

exit status: 0 all as expected, 1 a surprise, 2 wrong usage or input`;

const EXIT = { expected: 0, surprise: 1, broken: 2 } as const;

/** Runs the check and answers with the exit status. Broken input outweighs a surprise: the answers are not all there. */
function main(args: readonly string[]): number {
  if (args.includes("--help")) {
    console.log(USAGE);
    return EXIT.expected;
  }
  const [manifests, file, ...more] = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.find((arg) => arg.startsWith("--") && arg !== "--github");
  if (manifests === undefined || file === undefined || more.length > 0 || unknown !== undefined) {
    console.error(unknown === undefined ? USAGE : `unknown option ${unknown}\n\n${USAGE}`);
    return EXIT.broken;
  }
  const annotate = args.includes("--github");
  const { expectations, problems } = parseExpectations(file, readText(file));
  const state = load(manifests, problems, annotate);
  const outcomes = state === undefined ? [] : answer(state, file, expectations, problems);
  const surprises = outcomes.filter(({ expectation, decision }) => decision.verdict !== expectation.expect);

  for (const { message, source } of state?.caveats ?? []) warn({ ...source, message }, annotate);
  if (outcomes.length > 0) console.log(renderTable(outcomes));
  for (const outcome of surprises) {
    report({ file, line: outcome.expectation.line, message: renderSurprise(outcome) }, annotate);
  }
  for (const problem of problems) report(problem, annotate);
  const counts = [`${outcomes.length - surprises.length} as expected`, `${surprises.length} not`];
  if (problems.length > 0) counts.push(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}`);
  console.log(`\n${counts.join(", ")}`);
  if (problems.length > 0) return EXIT.broken;
  return surprises.length > 0 ? EXIT.surprise : EXIT.expected;
}

/** Loads the manifests; what is wrong with them goes to `problems`. */
function load(path: string, problems: Problem[], annotate: boolean): State | undefined {
  const { inputs, left } = readManifests(path);
  const [first, ...more] = left;
  if (first !== undefined) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    const message = `left out, as its name begins with a dot: ${first}${others}; a file that is given by itself is read`;
    warn({ message }, annotate);
  }
  try {
    return loadState(inputs);
  } catch (error) {
    problems.push(...problemsOf(error));
    return undefined;
  }
}

/** Asks for each flow's verdict; a flow that has none, such as one of an unknown pod, goes to `problems`. */
function answer(state: State, file: string, expectations: readonly Expectation[], problems: Problem[]): Outcome[] {
  return expectations.flatMap((expectation) => {
    try {
      return [{ expectation, decision: evaluate(state, expectation.flow) }];
    } catch (error) {
      problems.push(...problemsOf(error).map(({ message }) => ({ file, line: expectation.line, message })));
      return [];
    }
  });
}

function problemsOf(error: unknown): Problem[] {
  if (!(error instanceof NetverdictError)) throw error;
  return error.issues.map(({ source, ...issue }) => ({ ...source, message: formatIssue(issue) }));
}

function report(problem: Problem, annotate: boolean): void {
  console.error(renderProblem(problem));
  if (annotate) console.log(renderAnnotation("error", problem));
}

function warn(problem: Problem, annotate: boolean): void {
  console.error(`note: ${renderProblem(problem)}`);
  if (annotate) console.log(renderAnnotation("warning", problem));
}

try {
  Deno.exit(main(Deno.args));
} catch (error) {
  // Deno's own exit status for an uncaught error is 1, which here means a surprise.
  const message = error instanceof InputError ? error.message : `unexpected failure: ${error}`;
  report({ message }, Deno.args.includes("--github"));
  Deno.exit(EXIT.broken);
}
