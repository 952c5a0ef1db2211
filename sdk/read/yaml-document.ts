/** One document of YAML text, and the way back to its lines. */
import type { Path, Source } from "../errors.ts";
import { isAdded, withInsertion } from "./insert.ts";
import { withLineFeeds } from "./line-breaks.ts";
import type { LineIndex } from "./line-index.ts";
import type { Origin } from "./objects.ts";
import { type OffsetChildren, Offsets } from "./offsets.ts";
import { Snippet, type TextFinder } from "./snippet.ts";
import { originAt, type TextDocument } from "./text.ts";
import { compose } from "./yaml-compose.ts";
import { Conversion } from "./yaml-conversion.ts";
import { insertInYaml, startOfBlock } from "./yaml-insert.ts";
import { isAlias, isMap, isScalar, isSeq, type Pair } from "./yaml-library.ts";
import { keyText, startOf } from "./yaml-node.ts";

/** The offsets of a node; what they know a value by is its node. */
function offsetsIn(node: unknown, offset = startOf(node), key = offset): Offsets<unknown> {
  return new Offsets(node, offset, key, () => childrenOf(node));
}

function childrenOf(node: unknown): OffsetChildren<unknown> {
  if (isSeq(node)) return node.items.map((item) => offsetsIn(item));
  if (!isMap(node)) return undefined;
  // Of several fields of a name the last one counts.
  const fields = new Map<string, Offsets<unknown>>();
  for (const pair of node.items) {
    const name = isScalar(pair.key) ? keyText(pair.key) : undefined;
    if (name !== undefined) fields.set(name, offsetsIn(pair.value, offsetOf(pair), startOf(pair.key)));
  }
  return fields;
}

/** Where a field is: a scalar at its value, anything else at its key. */
function offsetOf({ key, value }: Pair): number {
  const atValue = isAlias(value) || (isScalar(value) && !(value.type === "PLAIN" && value.source === ""));
  return startOf(atValue ? value : key);
}

/** Looks at the text of one object, cut out of its document. */
const YAML_FINDER: TextFinder = {
  offsets: (text) => offsetsIn(contentsOf(text)),
  insert(text, path, value) {
    const before = readingOf(text);
    const found = before && insertInYaml(text, before.root, path, value);
    if (found === undefined) return undefined;
    const now = readingOf(withInsertion(text, found));
    return now?.problems === before?.problems && isAdded(before?.value, now?.value, path, value) ? found : undefined;
  },
};

function contentsOf(text: string): unknown {
  for (const document of compose(withLineFeeds(text), () => {})) return document.contents;
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
  const fed = withLineFeeds(text);
  const [document, ...more] = compose(fed, () => {});
  if (document === undefined || more.length > 0 || document.errors.length > 0) return undefined;
  let problems = document.warnings.length;
  const root: unknown = document.contents;
  const value = new Conversion(fed, () => problems++).run(root);
  return { root, value, problems };
}

export class YamlDocument implements TextDocument {
  readonly value: unknown;
  readonly #text: string;
  readonly #lines: LineIndex;
  readonly #offsets: Offsets<unknown>;

  constructor(text: string, lines: LineIndex, root: unknown, value: unknown) {
    this.value = value;
    this.#text = text;
    this.#lines = lines;
    this.#offsets = offsetsIn(root);
  }

  locate(path: Path, atKey = false): Source {
    const { found } = this.#offsets.nearest(path);
    return this.#lines.source(atKey ? found.key : found.offset);
  }

  origin(path: Path, positions: boolean): Origin {
    const { offset, node } = this.#offsets.nearest(path).found;
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
