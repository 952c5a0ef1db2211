/** Workflow commands, read as GitHub's runner reads them. */
import { describe, expect, it } from "vitest";
import { formatReference, toGithub } from "../../bindings/inline.ts";
import { printable } from "../../sdk/printable.ts";
import { SORTS } from "./findings.ts";

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** One command a line, `::name key=value,key=value::data`; escapes undone, `%25` last. [actions/runner ActionCommand] */
function read(line: string): Command {
  const [, name = "", list = "", data = ""] = /^::(\w+) ([^:]*)::(.*)$/.exec(line) ?? [];
  const undo = (text: string): string => text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  const properties = list.split(",").map((pair) => {
    const [key = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    return [key, undo(value).replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%25", "%")];
  });
  return { name, properties: Object.fromEntries(properties), data: undo(data).replaceAll("%25", "%") };
}

/** Line breaks are kept, and other control characters written as escapes. */
const shown = (text: string): string => text.replace(/[^\r\n]+/g, printable);

describe.each(Object.entries(SORTS))("annotations of findings: %s", (_, findings) => {
  it("say all that counts and what to do, a line each, whatever characters there are", () => {
    const counted = findings.filter(({ suppressed }) => suppressed === undefined);
    const lines = toGithub(findings).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map(read)).toEqual(
      counted.map(({ id, severity, message, help, object, source }) => ({
        name: severity === "info" ? "notice" : severity,
        properties: {
          ...(source?.file !== undefined && {
            file: shown(source.file),
            line: String(source.line),
            col: String(source.column),
          }),
          title: id,
        },
        data: shown(`${formatReference(object)}: ${message}\n${help}`),
      })),
    );
  });
});

it("controls of the terminal are shown, not obeyed", () => {
  const { suppressed: _, ...finding } = Object.values(SORTS).flat()[0]!;
  const message = "a\u001b[31mb\u009b2Jc\u202ed\u2028e\tf\ng";
  const line = toGithub([{ ...finding, message }]);
  expect(line).toContain(String.raw`a\u{1b}[31mb\u{9b}2Jc\u{202e}d\u{2028}e\tf%0Ag`);
});
