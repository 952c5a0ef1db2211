/** Workflow commands, read as GitHub's runner reads them. */
import { describe, expect, it } from "vitest";
import { formatReference, toGithub } from "../../bindings/inline.ts";
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

describe.each(Object.entries(SORTS))("annotations of findings: %s", (_, findings) => {
  it("say all that counts, a line each, whatever characters there are", () => {
    const counted = findings.filter(({ suppressed }) => suppressed === undefined);
    const lines = toGithub(findings).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map(read)).toEqual(
      counted.map(({ id, severity, message, object, source }) => ({
        name: severity === "info" ? "notice" : severity,
        properties: {
          ...(source?.file !== undefined && {
            file: source.file,
            line: String(source.line),
            col: String(source.column),
          }),
          title: id,
        },
        data: `${formatReference(object)}: ${message}`,
      })),
    );
  });
});
