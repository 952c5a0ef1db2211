/** What the pages refer to exists: files, anchors, tests by name. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { e2eStates } from "../conformance/e2e.ts";
import { anchors, codeSpans, localLinks, PAGES, ROOT, readDocument, section, tableRows } from "./markdown.ts";

/** The names that a test file gives to its tests and groups. */
function testNames(file: string): Set<string> {
  const names = new Set<string>();
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.ES2022);
  const visit = (node: ts.Node): void => {
    const first = ts.isCallExpression(node) ? node.arguments[0] : undefined;
    if (ts.isCallExpression(node) && first !== undefined && ts.isStringLiteralLike(first) && isTest(node.expression)) {
      names.add(first.text);
    }
    // A name that ends in what varies is known up to there.
    if (ts.isCallExpression(node) && first !== undefined && ts.isTemplateExpression(first) && isTest(node.expression)) {
      names.add(first.head.text.replace(/\W*\(?[A-Z_]*=?$/, ""));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (file === "tests/conformance/e2e.test.ts") {
    for (const { name } of e2eStates()) names.add(name.replace(/ \[step \d\/\d\]$/, ""));
  }
  return names;
}

/** `it`, `test` or `describe`, with or without `.each(…)`. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return ["it", "test", "describe"].includes(callee.text);
  if (ts.isCallExpression(callee)) return isTest(callee.expression);
  return ts.isPropertyAccessExpression(callee) && isTest(callee.expression);
}

const REPOSITORY_PATH = /^(?:assembly|sdk|bindings|cli|tests|examples|docs|tools)\/[\w./-]*$/;
const TEST_REFERENCE = /`([a-z0-9-]+\/[a-z0-9-]+)` "([^"]+)"/g;

describe.each([...PAGES, "CHANGELOG.md"])("%s", (path) => {
  const { text } = readDocument(path);

  it("links to what there is", () => {
    for (const link of localLinks(text)) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : normalize(join(dirname(path), file));
      expect(existsSync(join(ROOT, target)), link).toBe(true);
      if (anchor !== undefined && target.endsWith(".md")) {
        expect(anchors(readDocument(target).text), link).toContain(anchor);
      }
    }
  });

  it("names files that there are", () => {
    for (const span of codeSpans(text).filter((code) => REPOSITORY_PATH.test(code))) {
      // A test file may be named without its ending.
      expect(existsSync(join(ROOT, span)) || existsSync(join(ROOT, "tests", `${span}.test.ts`)), span).toBe(true);
    }
  });
});

describe("docs/semantics.md", () => {
  const { text } = readDocument("docs/semantics.md");
  const references = [...text.matchAll(TEST_REFERENCE)].map((match) => ({ file: match[1]!, name: match[2]! }));

  it("names tests that there are", () => {
    expect(references.length).toBeGreaterThan(80);
    const known = new Map<string, Set<string>>();
    for (const { file, name } of references) {
      const path = `tests/${file}.test.ts`;
      if (!known.has(path)) known.set(path, existsSync(join(ROOT, path)) ? testNames(path) : new Set());
      expect(known.get(path)?.has(name), `${path}: ${name}`).toBe(true);
    }
  });

  it("has a test and a place in the code for every rule but a few", () => {
    const rows = ["NetworkPolicy v1", "Ordered tiers", "What the specification leaves open", "Flows"].flatMap(
      (heading) => tableRows(section(text, heading)),
    );
    expect(rows.length).toBeGreaterThan(80);
    const without = rows.filter((cells) => cells.at(-1) === "–").map(([rule]) => rule);
    expect(without).toEqual(["Replies"]);
    for (const cells of rows.filter(([rule]) => rule !== "Replies")) {
      for (const [, file] of cells.at(-2)!.matchAll(/`([^`]+)`/g)) {
        expect(statSync(join(ROOT, file!)).isFile(), file).toBe(true);
      }
      expect(cells.at(-2), cells[0]).toMatch(/`/);
    }
  });

  it("every test of this folder about rules is named there", () => {
    const named = new Set(references.map(({ file, name }) => `${file} ${name}`));
    for (const file of ["policies", "tiers", "flows", "services", "backends", "entrances", "workloads"]) {
      const source = readFileSync(join(ROOT, `tests/docs/${file}.test.ts`), "utf8");
      for (const [, name] of source.matchAll(/^ {2}it\("([^"]+)"/gm)) expect(named).toContain(`docs/${file} ${name}`);
    }
  });
});
