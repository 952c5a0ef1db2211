/** Findings as workflow commands, which GitHub shows as annotations. */
import { formatReference } from "../../errors.ts";
import { printable } from "../../printable.ts";
import type { Finding, Severity } from "../types.ts";

const COMMANDS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

/** Findings as lines to print in a workflow of GitHub Actions, which shows each with its help at its place; what is suppressed is left out. */
export function toGithub(findings: readonly Finding[]): string {
  return findings
    .filter(({ suppressed }) => suppressed === undefined)
    .map(({ id, severity, message, help, object, source }) => {
      const place =
        source?.file === undefined
          ? []
          : [`file=${property(source.file)}`, `line=${source.line}`, `col=${source.column}`];
      const properties = [...place, `title=${property(id)}`].join(",");
      return `::${COMMANDS[severity]} ${properties}::${data(`${formatReference(object)}: ${message}\n${help}`)}\n`;
    })
    .join("");
}

function data(text: string): string {
  return printable(text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A"));
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
