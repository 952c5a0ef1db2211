import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse, read } from "./sources.ts";

const doc = read("docs/abi.md");

/** abi.ts's constants with their literals as they are written. */
const constants = new Map(
  [...parse("assembly/abi.ts").statements, ...parse("assembly/abi-trace.ts").statements].flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name, initializer }): [string, string] => [
          name.getText(),
          initializer?.getText() ?? "",
        ])
      : [],
  ),
);

describe("docs/abi.md", () => {
  it("names every constant of abi.ts with its value", () => {
    const missing = [...constants].filter(([name, value]) => !doc.includes(`\`${name}\` ${value}`));
    expect(missing).toEqual([]);
  });

  it("gives no constant another value, wherever it says one", () => {
    const said = [...doc.matchAll(/`?\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`? (?:= )?\(?(-?(?:0x[0-9a-f]+|[0-9][0-9,]*))/g)];
    const wrong = said.flatMap(([text, name = "", value = ""]) =>
      constants.has(name) && Number(constants.get(name)) !== Number(value.replaceAll(",", "")) ? [text] : [],
    );
    expect(wrong).toEqual([]);
    expect(said.length).toBeGreaterThan(constants.size);
  });

  it("names no constant that abi.ts does not have", () => {
    const named = [...doc.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, name]) => name ?? "");
    expect(named.filter((name) => !constants.has(name))).toEqual([]);
  });

  it("names every function that the core exports but those that only count", () => {
    const functions = read("tests/package/exports.txt")
      .split("\n")
      .filter((line) => line.endsWith(" function"))
      .map((line) => line.split(" ")[0] ?? "");
    expect(functions.filter((name) => !doc.includes(name))).toEqual(["classCount"]);
  });

  it("draws a header word for each section of the input and of the arena", () => {
    for (const name of constants.keys()) {
      if (name.startsWith("INPUT_") || name.startsWith("SECTION_"))
        expect(doc.split(name).length, name).toBeGreaterThan(2);
    }
  });
});
