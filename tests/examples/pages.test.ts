/** The examples' pages: what they link to is there, and the index names every example. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchors, localLinks, readDocument } from "../docs/markdown.ts";
import { EXAMPLES } from "./example.ts";

const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const pages = ["README.md", ...folders.map(({ name }) => `${name}/README.md`)].filter((page) =>
  existsSync(join(EXAMPLES, page)),
);

describe.each(pages)("examples/%s", (page) => {
  it("links to what there is", () => {
    const { text } = readDocument(`examples/${page}`);
    for (const link of localLinks(text)) {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : join(dirname(page), file);
      expect(existsSync(join(EXAMPLES, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchors(readDocument(join("examples", target)).text), link).toContain(anchor);
    }
  });
});

describe("the index", () => {
  it("names every example", () => {
    const { text } = readDocument("examples/README.md");
    for (const { name } of folders) expect(text).toContain(`[${name}](`);
  });
});
