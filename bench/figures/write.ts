/**
 * `npm run figures`: writes the plots and every page's figures from docs/performance/results.json, which
 * `npm run bench -- S M L XL --json docs/performance/results.json` measures.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Report } from "../report.ts";
import { writeBlocks } from "./blocks.ts";
import { drawPictures } from "./plots.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGES = ["docs/performance.md", "README.md"];

const report = JSON.parse(readFileSync(new URL("docs/performance/results.json", ROOT), "utf8")) as Report;
for (const page of PAGES) {
  const file = new URL(page, ROOT);
  writeFileSync(file, writeBlocks(readFileSync(file, "utf8"), report));
}
for (const [file, svg] of drawPictures(report)) writeFileSync(new URL(`docs/performance/${file}`, ROOT), svg);
