/** A run's results: as JSON, as a table, and against the goals. */
import { goalFor, SLACK } from "./goals.ts";
import type { Disagreement } from "./groups/group.ts";
import type { Result } from "./harness/result.ts";

/** The file that `--json` writes. */
export interface Report {
  /** The machine and the versions; figures of two reports compare only if these are alike. */
  readonly machine: Readonly<Record<string, string>>;
  /** Size → what was measured on. */
  readonly clusters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly results: readonly (Result & { readonly goal?: number })[];
  readonly skipped: readonly string[];
  readonly disagreements: readonly Disagreement[];
  /** Size → peer → how many verdicts were compared. */
  readonly compared: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** The report as a file: no figure has more than five digits that count. */
export function formatJson(report: Report): string {
  const round = (_: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
  return `${JSON.stringify(report, round, 1)}\n`;
}

/** What a goal is about: the ratio, or bytes. */
export function figureOf(result: Result): number {
  return result.ratio?.median ?? result.value.median;
}

export function withGoal(result: Result): Result & { readonly goal?: number } {
  const goal = goalFor(result);
  return goal === undefined ? result : { ...result, goal };
}

/** Results beyond their goals, in words; the slack is for machines that are busy with something else. */
export function shortfalls(results: Report["results"], slack: number = SLACK): string[] {
  return results.flatMap((result) => {
    const figure = figureOf(result);
    if (result.goal === undefined || figure <= result.goal * (1 + slack)) return [];
    return [`${title(result)}: ${formatFigure(result, figure)}, goal ${formatFigure(result, result.goal)}`];
  });
}

/** One line for each result. */
export function formatResults(results: Report["results"]): string {
  return results.map(formatResult).join("\n");
}

function formatResult(result: Report["results"][number]): string {
  const { ratio, goal, value, unit } = result;
  const time = unit === "ns" ? formatNanoseconds(value.median) : formatBytes(value.median);
  const figure =
    ratio === undefined
      ? ""
      : `${formatRatio(ratio.median)}× (${formatRatio(ratio.low)} to ${formatRatio(ratio.high)})`;
  const end = goal === undefined ? "" : `${mark(result)} goal ${formatFigure(result, goal)}`;
  return `${title(result).padEnd(66)} ${time.padStart(10)}  ${figure.padEnd(28)} ${end}`.trimEnd();
}

/** Whether a goal is met: exactly, within the slack, or not. */
function mark(result: Report["results"][number]): string {
  const figure = figureOf(result);
  const goal = result.goal ?? Number.POSITIVE_INFINITY;
  return figure <= goal ? "✓" : figure <= goal * (1 + SLACK) ? "~" : "✗";
}

function title({ group, size, case: name, against }: Result): string {
  return `${[size, group].filter((part) => part !== undefined).join(" ")}: ${name}${against === undefined ? "" : ` / ${against}`}`;
}

function formatFigure(result: Result, figure: number): string {
  return result.unit === "bytes" ? formatBytes(figure) : `${formatRatio(figure)}×`;
}

/** Three digits that count. */
export function formatRatio(ratio: number): string {
  if (ratio >= 100) return Math.round(ratio).toLocaleString("en-US");
  return ratio >= 0.1 ? ratio.toFixed(2) : ratio.toPrecision(2);
}

export function formatNanoseconds(nanoseconds: number): string {
  const [divisor, unit] =
    nanoseconds < 1e3 ? [1, "ns"] : nanoseconds < 1e6 ? [1e3, "µs"] : nanoseconds < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  return `${(nanoseconds / divisor).toPrecision(3)} ${unit}`;
}

export function formatBytes(bytes: number): string {
  const [divisor, unit] = bytes < 1e3 ? [1, "B"] : bytes < 1e6 ? [1e3, "KB"] : [1e6, "MB"];
  return `${(bytes / divisor).toPrecision(3)} ${unit}`;
}
