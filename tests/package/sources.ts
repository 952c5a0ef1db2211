/** The project's sources as TypeScript's parser sees them, for tests of how they hang together. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

const NOT_OURS = new Set(["node_modules", "dist", ".git", ".vite", ".wrangler", "coverage"]);

/** Paths of the project's files under a folder, relative to the root, with `/`. */
export function filesUnder(folder: string): string[] {
  let entries: { name: string; parentPath: string; isFile(): boolean }[];
  try {
    entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)).split(sep).join("/"))
    .filter((path) => !path.split("/").some((part) => NOT_OURS.has(part)))
    .sort();
}

/** The TypeScript and JavaScript sources under a folder, declarations included. */
export function sourcesUnder(folder: string): string[] {
  return filesUnder(folder).filter((path) => /\.(ts|mts|cts|js|mjs|cjs)$/.test(path));
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

export function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
}

export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The file that a relative specifier leads to, from the root; undefined for packages. */
  readonly target: string | undefined;
}

/** Everything that a file imports or exports from, dynamic imports, `require` and import types included. */
export function importsOf(path: string): Import[] {
  const specifiers: string[] = [];
  walk(parse(path), (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) specifiers.push(specifier.text);
  });
  return specifiers.map((specifier) => ({
    specifier,
    target: specifier.startsWith(".") ? posix.join(dirname(path), specifier) : undefined,
  }));
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === "require");
  return loads ? node.arguments[0] : undefined;
}

/** Visits a node and everything below it; a visit that answers false goes no deeper. */
export function walk(node: ts.Node, visit: (node: ts.Node) => unknown): void {
  if (visit(node) === false) return;
  node.forEachChild((child) => walk(child, visit));
}

/** Identifiers that stand for a variable or a type, each with whether it is in a type. */
export function namesIn(path: string): { readonly name: string; readonly inType: boolean }[] {
  const names: { name: string; inType: boolean }[] = [];
  walk(parse(path), (node) => {
    if (!ts.isIdentifier(node) || isLabelOfSomething(node)) return;
    names.push({ name: node.text, inType: isInType(node) });
  });
  return names;
}

/** The name of a property, member or import: it says nothing about a variable of that name. */
function isLabelOfSomething(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isGetAccessorDeclaration(parent)) &&
    parent.name === node
  );
}

function isInType(node: ts.Node): boolean {
  for (let up: ts.Node | undefined = node.parent; up !== undefined; up = up.parent) if (ts.isTypeNode(up)) return true;
  return false;
}
