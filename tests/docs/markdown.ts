/** Reads the pages of the documentation: sections, tables, code, links. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** The pages whose claims the tests here hold. */
export const PAGES = [
  "docs/cli.md",
  "docs/lint.md",
  "docs/runtimes.md",
  "docs/cni.md",
  "docs/describe.md",
  "docs/explain.md",
  "README.md",
  "docs/semantics.md",
  "docs/errors.md",
  "docs/input.md",
  "docs/updates.md",
  "docs/matrix.md",
  "docs/snapshots.md",
] as const;

export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Reads a page, named from the root of the repository. */
export function readDocument(path: string): Document {
  return { path, text: readFileSync(new URL(`../../${path}`, import.meta.url), "utf8") };
}

/** The text under a heading, up to the next one of its level or above. */
export function section(text: string, heading: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const level = lines[start]!.indexOf(" ");
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

/** The cells of every row of every table, without the heads. */
export function tableRows(text: string): string[][] {
  const lines = text.split("\n");
  const isRow = (line: string | undefined): boolean => line?.startsWith("|") === true;
  const isRule = (line: string | undefined): boolean => /^\|[-|: ]+\|$/.test(line ?? "");
  return lines
    .filter((line, i) => isRow(line) && !isRule(line) && !isRule(lines[i + 1]))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf("|"))
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll("\\|", "|")),
    );
}

/** A fenced block of code: its language, its text and the line that it starts on. */
export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** Every fenced block, in order. */
export function codeBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; lines: string[]; line: number } | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.startsWith("```")) open?.lines.push(line);
    else if (open === undefined) open = { language: line.slice(3).trim(), lines: [], line: index + 1 };
    else {
      blocks.push({ language: open.language, text: open.lines.join("\n"), line: open.line });
      open = undefined;
    }
  }
  return blocks;
}

/** The targets of links that do not leave the repository. */
export function localLinks(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((to) => !/^[a-z]+:/.test(to));
}

/** The text of every `code` that is not in a block. */
export function codeSpans(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** The anchors that the headings of a page have. */
export function anchors(text: string): Set<string> {
  const headings = withoutBlocks(text)
    .split("\n")
    .filter((line) => /^#+ /.test(line));
  return new Set(
    headings.map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}
