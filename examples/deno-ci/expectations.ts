/**
 * The file of expectations: a JSON object a line. Empty lines, and lines that start with `//`, say nothing.
 *
 *   {"expect":"deny","from":"shop/cron-0","to":"shop/db-0","port":5432,"because":"reports read from the replica"}
 */
import type { Flow, Verdict } from "./deps.ts";
import { FLOW_FIELDS, readFlow } from "./flow.ts";
import { repeatedKey } from "./json.ts";

const VERDICTS: readonly Verdict[] = ["allow", "deny", "undetermined"];
const FIELDS: readonly string[] = ["expect", "because", ...FLOW_FIELDS];

/** What a line asks for. */
export interface Expectation {
  readonly line: number;
  readonly flow: Flow;
  readonly expect: Verdict;
  readonly because: string | undefined;
}

/** What is wrong, and on which line of which file; `line` and `column` count from 1. */
export interface Problem {
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly message: string;
}

/** Reads every line; what is wrong with any is in `problems`. Whether a flow's ends exist is for the engine to say. */
export function parseExpectations(file: string, text: string): { expectations: Expectation[]; problems: Problem[] } {
  const expectations: Expectation[] = [];
  const problems: Problem[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const content = raw.trim();
    if (content === "" || content.startsWith("//")) continue;
    const line = index + 1;
    const parsed = parseLine(content);
    if (typeof parsed === "string") problems.push({ file, line, message: parsed });
    else expectations.push({ line, ...parsed });
  }
  if (expectations.length + problems.length === 0) problems.push({ file, message: "the file holds no expectation" });
  return { expectations, problems };
}

/** An expectation, or the sentence that says what is wrong with it. */
function parseLine(text: string): Omit<Expectation, "line"> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not a JSON object on one line: ${error instanceof Error ? error.message : error}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "an expectation is a JSON object";
  const twice = repeatedKey(text);
  if (twice !== undefined) return `the key \`${twice}\` is given twice`;
  // A misspelt `protocol` would mean TCP: what is unknown must not pass.
  const unknown = Object.keys(value).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) return `\`${unknown}\` is not a field here: an expectation has ${FIELDS.join(", ")}`;
  const { expect, because, ...fields } = value as Record<string, unknown>;
  const verdict = VERDICTS.find((known) => known === expect);
  if (verdict === undefined) return `\`expect\` must be one of ${VERDICTS.join(", ")}, not ${JSON.stringify(expect)}`;
  if (because !== undefined && typeof because !== "string") return "`because` must be text";
  const flow = readFlow(fields);
  return typeof flow === "string" ? flow : { flow, expect: verdict, because };
}
