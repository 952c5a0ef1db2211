/** Text for people, and annotations for GitHub. */
import type { Decision, Flow, FlowEnd } from "./deps.ts";
import type { Expectation, Problem } from "./expectations.ts";

/** An expectation with what the policies say. */
export interface Outcome {
  readonly expectation: Expectation;
  readonly decision: Decision;
}

const HEAD = ["line", "expected", "verdict", "flow", "because"];

/** A row a flow; those that differ from what was expected begin with `✗`. */
export function renderTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ expectation: { line, expect, flow, because }, decision: { verdict } }) => {
    const cells = [String(line), expect, verdict, formatFlow(flow), because ?? ""];
    return { mark: verdict === expect ? "✓" : "✗", cells: cells.map(printable) };
  });
  const widths = HEAD.map((title, at) => Math.max(title.length, ...rows.map(({ cells }) => cells[at]?.length ?? 0)));
  return [{ mark: " ", cells: HEAD }, ...rows]
    .map(({ mark, cells }) => `${mark} ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

/** What was expected, what is so, and what either side's policies say. */
export function renderSurprise({ expectation: { expect, flow, because }, decision }: Outcome): string {
  const { verdict, egress, ingress, caveats } = decision;
  const sides = `egress: ${egress.reason}, ingress: ${ingress.reason}`;
  const why = because === undefined ? "" : ` (${because})`;
  const notes = caveats.map(({ message }) => `; ${message}`).join("");
  return `expected ${expect}${why}, but it is ${verdict}: ${formatFlow(flow)} [${sides}]${notes}`;
}

/** `file:line:column: message`, as compilers write it. */
export function renderProblem({ file, line, column, message }: Problem): string {
  const where = [file, line, column].filter((part) => part !== undefined).join(":");
  return printable(where === "" ? message : `${where}: ${message}`);
}

/** One of GitHub's workflow commands: it puts the message beside the line in a pull request. */
export function renderAnnotation(level: "error" | "warning", { file, line, column, message }: Problem): string {
  const places = Object.entries({ file, line, col: column, title: "Netverdict" })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeData(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`);
  return `::${level} ${places.join(",")}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/**
 * Makes control characters visible: whoever wrote a manifest must not steer the terminal, nor write annotations. GitHub takes
 * `::error::` for a command at a line's beginning, which no text here is, and the older `##[error]` anywhere in a line.
 */
function printable(text: string): string {
  const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]|#(?=#\[)/gu;
  return text.replace(unsafe, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function formatFlow({ from, to, port, protocol = "TCP", family }: Flow): string {
  const what = port === undefined ? protocol : `${port}/${protocol}`;
  return `${formatEnd(from)} → ${formatEnd(to)} ${what}${family === undefined ? "" : ` over IPv${family}`}`;
}

function formatEnd(end: FlowEnd): string {
  if (typeof end !== "object") return String(end);
  const [entry, ...more] = Object.entries(end);
  return entry !== undefined && more.length === 0 ? `${entry[0]}:${entry[1]}` : JSON.stringify(end);
}
