import { describe, expect, it } from "vitest";
import { LINT_RULES } from "../../sdk/lint/rules/index.ts";
import { lintDocument } from "../../tools/lint-document.ts";
import { parse, read } from "../package/sources.ts";

describe("docs/lint.md", () => {
  it("is made from the rules", () => {
    expect(read("docs/lint.md")).toBe(lintDocument());
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
