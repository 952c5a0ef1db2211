/** `docs/errors.md` lists every code there is and no other, and each one really comes about. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { NetverdictError } from "../../bindings/inline.ts";
import { CAVEATS, ISSUES, REASONS } from "./cases.ts";
import { readDocument, section, tableRows } from "./markdown.ts";

/** The members of an exported union of string literals. */
function unionMembers(file: string, name: string): string[] {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const alias = source.statements.find((node) => ts.isTypeAliasDeclaration(node) && node.name.text === name);
  if (alias === undefined || !ts.isTypeAliasDeclaration(alias) || !ts.isUnionTypeNode(alias.type)) {
    throw new Error(`${file} has no union ${name}`);
  }
  return alias.type.types.map((member) => {
    if (ts.isLiteralTypeNode(member) && ts.isStringLiteral(member.literal)) return member.literal.text;
    throw new Error(`a member of ${name} is no string`);
  });
}

const page = readDocument("docs/errors.md").text;
const LISTS = [
  { heading: "Issues", file: "sdk/errors.ts", union: "IssueCode", cases: ISSUES },
  { heading: "Caveats", file: "sdk/types.ts", union: "CaveatCode", cases: CAVEATS },
  { heading: "Reasons", file: "sdk/types.ts", union: "Reason", cases: REASONS },
] as const;

/** Rows of the tables under a heading, by the code in their first cell. */
function documented(heading: string): Map<string, string> {
  const rows = tableRows(section(page, heading)).map(
    (cells) => [cells[0]!.replaceAll("`", ""), cells.join(" ")] as const,
  );
  expect(new Set(rows.map(([code]) => code)).size, "a code is listed once").toBe(rows.length);
  return new Map(rows);
}

describe.each(LISTS)("$union", ({ heading, file, union, cases }) => {
  it("is documented member by member, and nothing else is", () => {
    expect([...documented(heading).keys()].sort()).toEqual(unionMembers(file, union).sort());
  });

  it("what cannot come about yet is documented so", () => {
    for (const [code, row] of documented(heading)) {
      const provoked = (cases as Readonly<Record<string, unknown>>)[code] !== undefined;
      expect(/not used yet|never seen by design/.test(row), code).toBe(!provoked);
    }
  });
});

describe("each code comes about", () => {
  it.each(Object.entries(ISSUES).filter(([, run]) => run !== undefined))("issue %s", async (code, run) => {
    let codes: readonly string[] = [];
    try {
      await run?.();
    } catch (error) {
      if (!(error instanceof NetverdictError)) throw error;
      codes = error.issues.map((issue) => issue.code);
    }
    expect(codes).toEqual([code]);
  });

  it.each(Object.entries(CAVEATS))("caveat %s", (code, run) => {
    expect(run()).toContain(code);
  });

  it.each(Object.entries(REASONS))("reason %s", (code, run) => {
    expect(run()).toContain(code);
  });
});
