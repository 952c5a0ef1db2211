/** The figures that pages show are those of the committed results. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BLOCKS, blocksOf, writeBlocks } from "../../bench/figures/blocks.ts";
import { LINES } from "../../bench/figures/lines.ts";
import { drawPictures } from "../../bench/figures/plots.ts";
import { goalFor } from "../../bench/goals.ts";
import type { Report } from "../../bench/report.ts";
import { localLinks, ROOT, readDocument } from "./markdown.ts";

const report = JSON.parse(readFileSync(join(ROOT, "docs/performance/results.json"), "utf8")) as Report;

describe("docs/performance.md", () => {
  const { text } = readDocument("docs/performance.md");

  it("has every block of figures once", () => {
    expect(blocksOf(text).sort()).toEqual(Object.keys(BLOCKS).sort());
  });

  it("links to files that there are", () => {
    for (const link of localLinks(text)) expect(existsSync(join(ROOT, "docs", link)), link).toBe(true);
  });

  it("shows every picture", () => {
    for (const { file } of LINES) expect(text).toContain(`](performance/${file})`);
  });
});

describe.each(["docs/performance.md", "README.md"])("the figures of %s", (page) => {
  it("are those of the committed results: npm run figures changes nothing", () => {
    const { text } = readDocument(page);
    expect(writeBlocks(text, report)).toBe(text);
  });
});

describe("the plots", () => {
  const pictures = drawPictures(report);

  it.each(LINES.map(({ file }) => file))("%s is drawn from the committed results", (file) => {
    expect(pictures.get(file)).toBe(readFileSync(join(ROOT, "docs/performance", file), "utf8"));
  });
});

describe("the committed results", () => {
  it("name the goals that hold now", () => {
    for (const result of report.results) expect(result.goal, JSON.stringify(result)).toBe(goalFor(result));
  });
});

describe("blocks of figures", () => {
  const block = (name: string, end: string): string => `a\n<!-- figures: ${name}. Written. -->\nold\n${end}\nb\n`;

  it("are replaced, and nothing around them", () => {
    const written = writeBlocks(block("machine", "<!-- end of figures -->"), report);
    expect(written.startsWith("a\n<!-- figures: machine.")).toBe(true);
    expect(written.endsWith("<!-- end of figures -->\nb\n")).toBe(true);
    expect(written).not.toContain("old");
  });

  it("that nobody writes, or that do not end, are errors", () => {
    expect(() => writeBlocks(block("nonsense", "<!-- end of figures -->"), report)).toThrow("nonsense");
    expect(() => writeBlocks(block("machine", ""), report)).toThrow("machine");
  });
});
