/** `netverdict lint --fix`: carries the fixes of findings out in the files that they come from. */
import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import { createTwoFilesPatch } from "diff";
import type { FileInput, Finding, Insertion } from "../bindings/inline.ts";
import { lineStarts } from "../sdk/read/line-breaks.ts";
import { failure } from "./issues.ts";
import { STDIN_NAME } from "./paths.ts";
import { writeWhole } from "./write-file.ts";

/** A file with its fixes carried out, in memory. */
export interface FixedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** What can be fixed: findings that count, and whose change is known as text of a file. */
export function fixable(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    ({ suppressed, fix }) =>
      suppressed === undefined &&
      fix?.insertions?.every(({ source }) => source.file !== undefined && source.file !== STDIN_NAME) === true,
  );
}

/** Inputs with the fixes of `findings` carried out in their texts. */
export function fixedInputs(inputs: readonly FileInput[], findings: readonly Finding[]): readonly FileInput[] {
  const insertions = findings.flatMap(({ fix }) => fix?.insertions ?? []);
  return inputs.map((input) => {
    const own = insertions.filter(({ source }) => source.file === input.file);
    return own.length === 0 ? input : { file: input.file, text: inserted(textOf(input), own) };
  });
}

/** The files that differ. */
export function changedFiles(before: readonly FileInput[], after: readonly FileInput[]): readonly FixedFile[] {
  return before.flatMap((input, i) => {
    const changed = after[i];
    if (changed === undefined || changed === input) return [];
    return [{ file: input.file, before: textOf(input), after: textOf(changed) }];
  });
}

/** The text with the mark that may begin a file, which belongs to no line. */
function textOf({ text }: FileInput): string {
  return typeof text === "string" ? text : new TextDecoder("utf-8", { ignoreBOM: true }).decode(text);
}

function inserted(text: string, insertions: readonly Insertion[]): string {
  const starts = lineStarts(text);
  const inOrder = insertions.toSorted(({ source: a }, { source: b }) => a.line - b.line || a.column - b.column);
  const parts: string[] = [];
  let done = 0;
  for (const { source, text: added } of inOrder) {
    const mark = source.line === 1 && text.startsWith("\ufeff") ? 1 : 0;
    const at = (starts[source.line - 1] ?? text.length) + source.column - 1 + mark;
    parts.push(text.slice(done, at), added);
    done = at;
  }
  return parts.join("") + text.slice(done);
}

/** The changes as a unified diff, which `git apply` and `patch -p1` take where this was run. */
export function diffOf(files: readonly FixedFile[]): string {
  return files
    .map(({ file, before, after }) => {
      const name = relative("", file).split(sep).join("/");
      return createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, HEADERS);
    })
    .join("");
}

const HEADERS = { headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true } };

/**
 * Writes the files, each at once. Links are followed, permissions kept.
 *
 * @throws NetverdictError `invalid-input` for a file that cannot be written or that was changed since it was read
 */
export async function writeFixed(files: readonly FixedFile[]): Promise<void> {
  for (const { file, before } of files) {
    const now = await readFile(file).catch(() => undefined);
    if (now?.compare(Buffer.from(before)) !== 0) {
      throw failure("invalid-input", `\`${file}\` was changed while it was looked at: nothing was written`);
    }
  }
  await writeWhole(files.map(({ file, after }) => ({ path: file, content: after })));
}
