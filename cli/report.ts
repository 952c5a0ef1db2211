/** The end of a run that failed: every problem on standard error, or as JSON on standard output. */
import { CommanderError } from "commander";
import { formatIssue, type Issue } from "../bindings/inline.ts";
import { printable } from "../sdk/printable.ts";
import { EXIT, type ExitStatus } from "./exit.ts";
import { issuesOf } from "./issues.ts";
import { optionOf } from "./option-names.ts";
import { printJson } from "./output.ts";
import { type Colors, colorsFor } from "./terminal.ts";
import { type Usage, usageHint, usageIssue } from "./usage.ts";

export interface Report extends Usage {
  readonly json: boolean;
  readonly color: boolean | undefined;
}

/** Reports what was thrown and returns the exit status; `--help` and `--version` arrive here too, and are no failures. */
export async function reportError(error: unknown, report: Report): Promise<ExitStatus> {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.allowed;
  const issues = error instanceof CommanderError ? [usageIssue(error, report)] : issuesOf(error);
  if (report.json) {
    await printJson({ error: { issues } });
    return EXIT.failed;
  }
  const colors = colorsFor(process.stderr, report.color);
  if (error instanceof CommanderError && error.code === "commander.help" && report.argv.length === 0) {
    process.stderr.write(`${report.program.helpInformation({ error: true })}\n`);
  }
  const lines = issues.map((found) => errorLine(withOption(found, report.command?.name()), colors));
  if (issues.length > 1) lines.push(colors.dim(`${issues.length} problems`));
  if (issues.every(({ code }) => code === "invalid-option")) lines.push(colors.dim(usageHint(report)));
  process.stderr.write(lines.map((line) => `${line}\n`).join(""));
  return EXIT.failed;
}

/** A problem on one line, as every command tells it: `error: where: what [code]`. */
export function errorLine(found: Issue, colors: Colors, where = ""): string {
  return `${colors.red("error:")} ${printable(where + formatIssue(found))}`;
}

/** Names the option where the library names its own parameter, and says in the command's words what to give. */
function withOption({ object, ...found }: Issue, command: string | undefined): Issue {
  // Of a policy that is not there, the message has the name.
  const absent = object !== undefined && found.code === "unknown-object";
  if (found.source !== undefined || (object !== undefined && !absent)) return { ...found, ...(object && { object }) };
  const message = found.message
    .replace(/\{ (workload|service|node|pod): "([^"]*)" \}/g, "`$1:$2`")
    .replace(/: ask a state that loadState made$/, ": give the manifests that it was made of")
    .replace(
      /make it with `snapshot\(.*$/,
      "write it with `netverdict snapshot --explain`, or give the manifests that it was made of",
    );
  const option = optionOf(absent ? ["policy"] : found.path, command);
  return option === undefined ? { ...found, message } : { ...found, message: `${option}: ${message}`, path: [] };
}
