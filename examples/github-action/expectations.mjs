/** Reads the file of expectations, whose form is that of examples/deno-ci. */
import { repeatedKey } from "./json.mjs";

const VERDICTS = ["allow", "deny", "undetermined"];

/**
 * A JSON object a line: `expect`, perhaps `because`, and the fields of a flow, which the command checks. Empty lines, and lines
 * that start with `//`, are skipped; what is wrong with any other line is in `problems`.
 */
export function readExpectations(file, text) {
  const expectations = [];
  const problems = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const content = raw.trim();
    if (content === "" || content.startsWith("//")) continue;
    const line = index + 1;
    const read = readLine(content);
    if (typeof read === "string") problems.push({ file, line, message: read });
    else expectations.push({ line, ...read });
  }
  if (expectations.length + problems.length === 0) problems.push({ file, message: "the file holds no expectation" });
  return { expectations, problems };
}

/** An expectation, or the sentence that says what is wrong with it. */
function readLine(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not a JSON object on one line: ${error.message}`;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "an expectation is a JSON object";
  const twice = repeatedKey(text);
  if (twice !== undefined) return `the key \`${twice}\` is given twice`;
  const { expect, because, ...flow } = value;
  if (!VERDICTS.includes(expect))
    return `\`expect\` must be one of ${VERDICTS.join(", ")}, not ${JSON.stringify(expect)}`;
  if (because !== undefined && typeof because !== "string") return "`because` must be text";
  return { expect, because, flow };
}
