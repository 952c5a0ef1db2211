/** What is public says what it is: editors show it where it is used. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { ROOT } from "./sources.ts";

it.each(["dist/index.d.ts", "dist/slim.d.ts"])("every export of %s has a docstring", (file) => {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true);
  const exported = new Set(
    source.statements.flatMap((statement) =>
      ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
        ? statement.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
        : [],
    ),
  );
  const without: string[] = [];
  for (const statement of source.statements) {
    for (const name of namesOf(statement)) {
      if (exported.delete(name) && ts.getJSDocCommentsAndTags(statement).length === 0) without.push(name);
    }
  }
  expect(without).toEqual([]);
  // Each was found, whatever it is.
  expect([...exported]).toEqual([]);
});

describe.each(["dist/index.d.ts", "dist/slim.d.ts"])("%s", (file) => {
  const text = readFileSync(join(ROOT, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

  it("refers to files of the package alone", () => {
    const comments = [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].join("\n");
    const named = [...comments.matchAll(/`([\w/-]+\.(?:ts|md))`/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) {
      expect(name).toMatch(/^docs\/[\w-]+\.md$/);
      expect(existsSync(join(ROOT, name)), name).toBe(true);
    }
  });

  it.each(["Reason", "CaveatCode", "IssueCode"])("%s says where its members are described", (name) => {
    const type = source.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === name);
    const [doc] = type === undefined ? [] : ts.getJSDocCommentsAndTags(type);
    expect(doc?.getText()).toContain("`docs/errors.md`");
  });

  it("has a name for every parameter", () => {
    const nameless = source.statements
      .filter((one) => ts.isFunctionDeclaration(one))
      .filter(({ parameters }) => parameters.some(({ name }) => !ts.isIdentifier(name)));
    expect(nameless.map(({ name }) => name?.text)).toEqual([]);
  });
});

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}
