/** What is public says what it is: editors show it where it is used. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
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

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => (ts.isIdentifier(name) ? name.text : ""));
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Node };
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}
