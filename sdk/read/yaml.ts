/**
 * The reader of YAML and JSON text.
 *
 * YAML 1.2 core schema: `y`, `on` and `yes` are strings. Merge keys, anchors and aliases are read; unknown tags, duplicate keys and keys
 * that are no scalars are problems. Numbers are what kubectl takes them for.
 */
import type { Issue, Path, Source } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { isAdded, withInsertion } from "./insert.ts";
import { jsonDocuments, looksLikeJson } from "./json.ts";
import { scanJson } from "./json-scan.ts";
import { withLineFeeds } from "./line-breaks.ts";
import { LineIndex } from "./line-index.ts";
import type { Origin } from "./objects.ts";
import { type OffsetTree, Snippet, type TextFinder } from "./snippet.ts";
import { TemplateHint } from "./template-hint.ts";
import { type IssueSink, originAt, type TextDocument } from "./text.ts";
import { insertInYaml, startOfBlock } from "./yaml-insert.ts";
import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
} from "./yaml-library.ts";
import { plainValue } from "./yaml-number.ts";

const OPTIONS = {
  version: "1.2",
  schema: "core", // whatever a `%YAML` line says
  merge: false, // done below, with the limit on aliases
  resolveKnownTags: false,
  uniqueKeys: false, // compares every key with every other one; done below
  prettyErrors: false,
  logLevel: "silent",
} as const;

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
  const long = longDocument(withLineFeeds(text));
  if (long !== undefined) {
    const message = `a YAML document is longer than ${LIMITS.yamlDocumentLength} characters: use JSON (\`-o json\`), or several documents`;
    return fail("limit-exceeded", message, long);
  }
  let count = 0;
  for (const document of compose(text, (message, offset) => fail("limit-exceeded", message, offset))) {
    const start = document.range[0];
    if (++count > LIMITS.documents) return fail("limit-exceeded", `more than ${LIMITS.documents} documents`, start);
    const error = document.errors[0];
    if (error !== undefined) {
      // What follows the first error in a document is mostly its consequence.
      fail("invalid-syntax", firstLine(error.message), error.pos[0]);
      continue;
    }
    for (const { code, message, pos } of document.warnings) {
      if (code !== "BAD_DIRECTIVE") fail("invalid-syntax", firstLine(message), pos[0]);
    }
    const root: unknown = document.contents;
    if (root === null || (isScalar(root) && root.value === null)) continue;
    const conversion = new Conversion(fail);
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

/** Composes one document after the other; stops before one gets too deep for the recursion that follows. */
function* compose(text: string, stopped: (message: string, offset: number) => void): Iterable<Document.Parsed> {
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  for (const lexeme of new Lexer().lex(withLineFeeds(text))) {
    for (const token of parser.next(lexeme)) yield* composer.next(token);
    // The stack holds the document, the open collections, and perhaps a scalar.
    const { stack, offset } = parser;
    if (stack.length > LIMITS.depth + 1 && stack.filter(({ type }) => COLLECTIONS.has(type)).length > LIMITS.depth) {
      return stopped(`nested deeper than ${LIMITS.depth} levels`, offset);
    }
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(true, text.length);
}

const COLLECTIONS: ReadonlySet<string> = new Set(["block-map", "block-seq", "flow-collection"]);

const firstLine = (message: string): string => message.split("\n", 1)[0]!;

class AliasLimit extends Error {}

/** Turns nodes into values: what the package's own `toJS` does, but with limits, and with no key treated specially. */
class Conversion {
  /** The document has no value: its aliases expand to too much. */
  aborted = false;
  readonly #fail: (code: Issue["code"], message: string, offset: number, path: Path) => void;
  readonly #anchors = new Map<string, { readonly value: unknown; readonly size: number }>();
  readonly #path: (string | number)[] = [];
  /** Nodes so far, those behind aliases included. */
  #nodes = 0;
  #expanded = 0;

  constructor(fail: (code: Issue["code"], message: string, offset: number, path: Path) => void) {
    this.#fail = fail;
  }

  run(root: unknown): unknown {
    try {
      return this.#convert(root);
    } catch (error) {
      if (!(error instanceof AliasLimit)) throw error;
      this.aborted = true;
      return undefined;
    }
  }

  #convert(node: unknown): unknown {
    if (isAlias(node)) return this.#resolve(node.source, startOf(node));
    const before = this.#nodes++;
    let value: unknown = null;
    if (isScalar(node)) value = isUntagged(node) ? plainValue(node.value, node.source) : node.value;
    else if (isMap(node)) value = this.#convertMap(node);
    else if (isSeq(node)) {
      value = node.items.map((item, i) => this.#within(i, item));
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, { value, size: this.#nodes - before });
    }
    return value;
  }

  #within(step: string | number, node: unknown): unknown {
    this.#path.push(step);
    const value = this.#convert(node);
    this.#path.pop();
    return value;
  }

  #resolve(name: string, offset: number): unknown {
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      this.#fail("invalid-syntax", `the alias \`*${name}\` has no anchor before it`, offset, [...this.#path]);
      return null;
    }
    this.#nodes += anchor.size;
    this.#expanded += anchor.size;
    if (this.#expanded > LIMITS.aliasExpansions) {
      const message = `aliases expand to more than ${LIMITS.aliasExpansions} nodes`;
      this.#fail("limit-exceeded", message, offset, [...this.#path]);
      throw new AliasLimit();
    }
    return anchor.value;
  }

  #convertMap(map: YAMLMap): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    const merged: unknown[] = [];
    let merges = 0;
    for (const pair of map.items) {
      const offset = startOf(pair.key);
      if (isMergeKey(pair.key)) {
        if (merges++ > 0) this.#duplicate("<<", offset);
        merged.push(this.#within("<<", pair.value));
        continue;
      }
      const key = this.#key(pair);
      if (key === undefined) this.#fail("invalid-syntax", "a key must be a string", offset, [...this.#path]);
      else {
        if (Object.hasOwn(record, key)) this.#duplicate(key, offset);
        setOwn(record, key, this.#within(key, pair.value));
      }
    }
    for (const source of merged.flat()) {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        this.#fail("invalid-syntax", "`<<` needs a mapping or a list of mappings", startOf(map), [...this.#path]);
        continue;
      }
      for (const [key, value] of Object.entries(source)) {
        if (!Object.hasOwn(record, key)) setOwn(record, key, value);
      }
    }
    return record;
  }

  #duplicate(key: string, offset: number): void {
    this.#fail("invalid-syntax", `the key \`${key}\` is given twice`, offset, [...this.#path, key]);
  }

  /** A scalar key as text; numbers and booleans too, as in JSON. */
  #key(pair: Pair): string | undefined {
    if (isMap(pair.key) || isSeq(pair.key)) return undefined;
    const value = this.#convert(pair.key);
    return value === null || typeof value === "object" ? undefined : String(value);
  }
}

/** Sets an own property, `__proto__` included. */
function setOwn(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
  } else record[key] = value;
}

const isMergeKey = (key: unknown): boolean => isScalar(key) && key.type === "PLAIN" && key.source === "<<";

/** Whether a scalar is what it looks like: neither quoted, nor told to be something else. */
const isUntagged = ({ type, tag }: Scalar): boolean => type === "PLAIN" && tag === undefined;

function startOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

/** The offset of what lies at `path`, or of its nearest existing parent, and the node if it is there itself. */
function findInYaml(root: unknown, path: Path, atKey = false): { offset: number; node: unknown } {
  let node = root;
  let offset = startOf(root);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return { offset, node: undefined };
      node = pair.value;
      offset = offsetOf(pair, atKey);
    } else if (isSeq(node) && typeof step === "number" && step < node.items.length) {
      node = node.items[step];
      offset = startOf(node);
    } else return { offset, node: undefined };
  }
  return { offset, node };
}

/** Where a field is: a scalar at its value, anything else at its key. */
function offsetOf({ key, value }: Pair, atKey = false): number {
  const atValue = !atKey && (isAlias(value) || (isScalar(value) && !(value.type === "PLAIN" && value.source === "")));
  return startOf(atValue ? value : key);
}

/** What `findInYaml` finds in a node, all of it. */
function treeOf(node: unknown, offset: number): OffsetTree {
  if (isSeq(node)) return { offset, children: node.items.map((item) => treeOf(item, startOf(item))) };
  if (!isMap(node)) return { offset };
  const fields = node.items.flatMap((pair) => {
    return isScalar(pair.key) ? [[String(pair.key.value), treeOf(pair.value, offsetOf(pair))] as const] : [];
  });
  return { offset, children: new Map(fields) };
}

/** Looks at the text of one object, cut out of its document. */
const YAML_FINDER: TextFinder = {
  find: (text, path) => findInYaml(contentsOf(text), path).offset,
  insert(text, path, value) {
    const before = readingOf(text);
    const found = before && insertInYaml(text, before.root, path, value);
    if (found === undefined) return undefined;
    const now = readingOf(withInsertion(text, found));
    return now?.problems === before?.problems && isAdded(before?.value, now?.value, path, value) ? found : undefined;
  },
  tree(text) {
    const root = contentsOf(text);
    return treeOf(root, startOf(root));
  },
};

function contentsOf(text: string): unknown {
  for (const document of compose(text, () => {})) return document.contents;
  return undefined;
}

/** What the text of one object says. */
interface Reading {
  readonly root: unknown;
  readonly value: unknown;
  /** How many there are beside the syntax: anchors of the rest of the document are none of its own text. */
  readonly problems: number;
}

/** Undefined where it is no text of one document. */
function readingOf(text: string): Reading | undefined {
  const [document, ...more] = compose(text, () => {});
  if (document === undefined || more.length > 0 || document.errors.length > 0) return undefined;
  let problems = document.warnings.length;
  const root: unknown = document.contents;
  const value = new Conversion(() => problems++).run(root);
  return { root, value, problems };
}

class YamlDocument implements TextDocument {
  readonly value: unknown;
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #root: unknown;

  constructor(text: string, lines: LineIndex, root: unknown, value: unknown) {
    this.value = value;
    this.#text = text;
    this.#lines = lines;
    this.#root = root;
  }

  locate(path: Path, atKey = false): Source {
    return this.#lines.source(findInYaml(this.#root, path, atKey).offset);
  }

  origin(path: Path, positions: boolean): Origin {
    const { offset, node } = findInYaml(this.#root, path);
    const source = this.#lines.source(offset);
    if (!positions || !isMap(node)) return originAt(source);
    // What is written under an anchor may be said elsewhere too, outside the object.
    const finder = node.anchor === undefined ? YAML_FINDER : { ...YAML_FINDER, insert: () => undefined };
    const end = node.range?.[1];
    if (node.flow) return new Snippet(this.#text.slice(offset, end), source, finder);
    // The first line needs the indentation of the others.
    const start = startOfBlock(this.#text, offset);
    const own = " ".repeat(this.#lines.source(start).column - 1) + this.#text.slice(start, end);
    return new Snippet(own, { ...source, column: 1 }, finder);
  }
}
