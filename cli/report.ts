/** The end of a run that failed: every problem on standard error, or as JSON on standard output. */
import { CommanderError } from "commander";
import { formatIssue } from "../bindings/inline.ts";
import { EXIT, type ExitStatus } from "./exit.ts";
import { issue, issuesOf } from "./issues.ts";
import { printJson } from "./output.ts";
import { colorsFor, printable } from "./terminal.ts";

/** Reports what was thrown and returns the exit status; `--help` and `--version` arrive here too, and are no failures. */
export async function reportError(error: unknown, json: boolean, color: boolean | undefined): Promise<ExitStatus> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.allowed;
    // commander has written its own text already.
    if (json) await printJson({ error: { issues: [issue("invalid-option", usageMessage(error))] } });
    return EXIT.failed;
  }
  const issues = issuesOf(error);
  if (json) {
    await printJson({ error: { issues } });
    return EXIT.failed;
  }
  const colors = colorsFor(process.stderr, color);
  const lines = issues.map((found) => {
    const text = printable(formatIssue(found));
    return found.source === undefined ? `${colors.red("error:")} ${text}` : text;
  });
  if (issues.length > 1) lines.push(`${colors.red("error:")} ${issues.length} problems, so no verdict`);
  process.stderr.write(`${lines.join("\n")}\n`);
  return EXIT.failed;
}

function usageMessage(error: CommanderError): string {
  if (error.code === "commander.help") return "no command given";
  return error.message.replace(/^error: /, "").trim();
}
