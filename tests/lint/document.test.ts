import { describe, expect, it } from "vitest";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { lintDocument } from "../../tools/lint-document.ts";
import { anchors, section, tableRows } from "../docs/markdown.ts";
import { parse, read } from "../package/sources.ts";

describe("docs/lint.md", () => {
  it("is made from the rules", () => {
    expect(read("docs/lint.md")).toBe(lintDocument());
  });

  it("has an anchor for each rule, which SARIF's `helpUri` names", () => {
    expect([...anchors(section(read("docs/lint.md"), "Rules"))]).toEqual(LINT_RULES.map(({ id }) => id));
  });

  it("has a short table, and a section for each rule with when it is silent, point by point", () => {
    const rules = section(read("docs/lint.md"), "Rules");
    expect(tableRows(rules)).toEqual(
      LINT_RULES.map(({ id, severity, title }) => [`[\`${id}\`](#${id})`, severity, title]),
    );
    for (const { id, help, silent } of LINT_RULES) {
      const text = section(rules, `\`${id}\``);
      expect(text).toContain(help);
      const points = text.split("\n").filter((line) => line.startsWith("- "));
      expect(points.map((point) => point.slice(2)).join("; ")).toBe(silent);
      // A point with half of a pair of brackets would be half a point.
      for (const point of points) expect(point.split("(").length, point).toBe(point.split(")").length);
    }
  });

  it("has rules of one file each, but for two of one subject", () => {
    expect(parse("sdk/lint/rules/index.ts").statements.length).toBeGreaterThan(LINT_RULES.length - 2);
  });
});

describe("a rule's name", () => {
  it.each(LINT_RULES.map(({ id }) => id))("%s fits into an annotation's key", (id) => {
    // The part after the `/` has 63 characters at the most. [apimachinery validation]
    expect(`suppress.${id}`).toMatch(/^[a-z](?:[a-z.-]{0,61}[a-z])$/);
  });
});
