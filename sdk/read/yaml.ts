/**
 * The reader of YAML and JSON text.
 *
 * YAML 1.2 core schema, in which `y`, `on` and `yes` are strings. Merge keys, anchors and aliases are read; unknown tags, duplicate keys
 * and keys that are no scalars are problems. Numbers, keys, line breaks and the ends of documents are what kubectl takes them for.
 */
import type { Issue, Path } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { jsonDocuments, looksLikeJson } from "./json.ts";
import { scanJson } from "./json-scan.ts";
import { withLineFeeds } from "./line-breaks.ts";
import { LineIndex } from "./line-index.ts";
import { TemplateHint } from "./template-hint.ts";
import type { IssueSink, TextDocument } from "./text.ts";
import { compose } from "./yaml-compose.ts";
import { Conversion } from "./yaml-conversion.ts";
import { YamlDocument } from "./yaml-document.ts";
import { isScalar } from "./yaml-library.ts";
import { startOf } from "./yaml-node.ts";

/** Above this length, text that starts as JSON but is not is not tried as YAML, which is a hundred times slower. */
const LONG_TEXT = 1 << 20;

/** Reads YAML documents, or JSON values one after the other. */
export function readYaml(text: string, file: string | undefined, issues: IssueSink): Iterable<TextDocument> {
  return readDocuments(text, file, new TemplateHint(text, issues));
}

function* readDocuments(text: string, file: string | undefined, issues: IssueSink): Iterable<TextDocument> {
  if (!looksLikeJson(text)) return yield* yamlDocuments(text, file, issues);
  const scan = scanJson(text);
  if (scan.fault?.code !== "invalid-syntax") return yield* jsonDocuments(text, file, scan, issues);
  // No JSON; it may be YAML's flow style, or JSON documents with YAML's marker between them.
  const meantAsJson = /^[ \t\r\n]*[{[][ \t\r\n]*["{[\]}]/.test(text) && !/[\r\n]---/.test(text);
  if (!meantAsJson) return yield* yamlDocuments(text, file, issues);
  if (text.length <= LONG_TEXT) {
    const found: Issue[] = [];
    const documents = [...yamlDocuments(text, file, found)];
    if (!found.some((issue) => issue.code === "invalid-syntax")) {
      for (const issue of found) issues.push(issue);
      return yield* documents;
    }
  }
  yield* jsonDocuments(text, file, scan, issues);
}

function* yamlDocuments(text: string, file: string | undefined, issues: IssueSink): Iterable<TextDocument> {
  const lines = new LineIndex(text, file);
  const fail = (code: Issue["code"], message: string, offset: number, path: Path = []): void => {
    issues.push({ code, message, path, source: lines.source(offset) });
  };
  const fed = withLineFeeds(text);
  const mark = fed.indexOf("\n\uFEFF") + 1;
  if (mark > 0) return fail("invalid-syntax", "a byte order mark (U+FEFF) stands within the text: take it out", mark);
  const long = longDocument(fed);
  if (long !== undefined) {
    const message = `a YAML document is longer than ${LIMITS.yamlDocumentLength} characters: use JSON (\`-o json\`), or several documents`;
    return fail("limit-exceeded", message, long);
  }
  let count = 0;
  let before: number | undefined;
  for (const document of compose(fed, (message, offset) => fail("limit-exceeded", message, offset))) {
    const start = document.range[0];
    if (++count > LIMITS.documents) return fail("limit-exceeded", `more than ${LIMITS.documents} documents`, start);
    const root: unknown = document.contents;
    // kubectl cuts the text at the lines that start so, and reads the first document of each part.
    const place = root === null ? start : startOf(root);
    const isCutOff = before !== undefined && !/\n\uFEFF?---/.test(text.slice(before, place));
    before = place;
    const error = document.errors.find(({ message, pos }) => !isCommentOnItsLine(message, fed, pos[0]));
    if (error !== undefined) {
      // What follows the first error in a document is mostly its consequence.
      fail("invalid-syntax", firstLine(error.message), error.pos[0]);
      continue;
    }
    for (const { code, message, pos } of document.warnings) {
      if (code !== "BAD_DIRECTIVE") fail("invalid-syntax", firstLine(message), pos[0]);
    }
    if (root === null || (isScalar(root) && root.value === null)) continue;
    if (isCutOff) {
      fail("invalid-syntax", "kubectl does not read this document: begin it with a line `---`", startOf(root));
      continue;
    }
    const conversion = new Conversion(fed, fail);
    const value = conversion.run(root);
    if (!conversion.aborted) yield new YamlDocument(text, lines, root, value);
  }
}

/** Where a document begins that is too long. Told before any is parsed, which takes seconds for so much text. */
function longDocument(text: string): number | undefined {
  const marker = /\n(?:---|\.\.\.)/g;
  for (let start = 0; text.length - start > LIMITS.yamlDocumentLength; ) {
    marker.lastIndex = start;
    const next = marker.exec(text)?.index ?? text.length;
    if (next - start > LIMITS.yamlDocumentLength) return start;
    start = next + 1;
  }
  return undefined;
}

/** The package wants a blank before a comment that follows a value between brackets, and takes no line's end for one. */
function isCommentOnItsLine(message: string, text: string, offset: number): boolean {
  // By the message: other errors that a comment is in front of have the same code.
  return message.startsWith("Comments must be separated") && text[offset] === "#" && text[offset - 1] === "\n";
}

const firstLine = (message: string): string => message.split("\n", 1)[0]!;
