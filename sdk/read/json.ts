/** The reader of JSON text: one value or several one after the other (JSON Lines, `kubectl cluster-info dump`). */
import type { Path, Source } from "../errors.ts";
import { isAdded, withInsertion } from "./insert.ts";
import { insertInJson } from "./json-insert.ts";
import { offsetsInJson, valueEnd } from "./json-locate.ts";
import { type JsonScan, type Place, type ScannedValue, scanJson } from "./json-scan.ts";
import { LineIndex } from "./line-index.ts";
import type { Origin } from "./objects.ts";
import type { Offsets } from "./offsets.ts";
import { Snippet, type TextFinder } from "./snippet.ts";
import { type IssueSink, originAt, sourceAt, type TextDocument } from "./text.ts";

/** Reads JSON text, and reports YAML text as what it is. The reader of builds without YAML. */
export function readJson(text: string, file: string | undefined, issues: IssueSink): Iterable<TextDocument> {
  const scan = scanJson(text);
  if (scan.fault?.code === "invalid-syntax" && scan.values.length === 0 && !looksLikeJson(text)) {
    const message =
      "this is not JSON, and this build reads JSON only: convert the YAML, or use the build that reads it";
    issues.push({ code: "invalid-syntax", message, path: [], source: sourceAt(file, 1, 1) });
    return [];
  }
  return jsonDocuments(text, file, scan, issues);
}

/** Whether the first character that is no space opens a JSON object or array. */
export function looksLikeJson(text: string): boolean {
  return /^[ \t\r\n]*[{[]/.test(text);
}

/** Reports what a scan found, then parses its values one by one. */
export function* jsonDocuments(
  text: string,
  file: string | undefined,
  scan: JsonScan,
  issues: IssueSink,
): Iterable<TextDocument> {
  for (const { path, line, column } of scan.duplicates) {
    const message = `the key \`${String(path.at(-1))}\` is given twice`;
    issues.push({ code: "invalid-syntax", message, path, source: sourceAt(file, line, column) });
  }
  for (const value of scan.values) yield new JsonDocument(text, file, value);
  if (scan.fault !== undefined) {
    const { code, message, line, column } = scan.fault;
    issues.push({ code, message, path: [], source: sourceAt(file, line, column) });
  }
}

class JsonDocument implements TextDocument {
  readonly value: unknown;
  readonly #text: string;
  readonly #file: string | undefined;
  readonly #scanned: ScannedValue;
  /** The object that was asked about last: what comes after mostly asks about the same. */
  #object: JsonObject | undefined;

  constructor(text: string, file: string | undefined, scanned: ScannedValue) {
    this.value = JSON.parse(text.slice(scanned.start.offset, scanned.end));
    this.#text = text;
    this.#file = file;
    this.#scanned = scanned;
  }

  locate(path: Path, atKey = false): Source {
    const { object, rest } = this.#find(path);
    const { found } = object.offsets.nearest(rest);
    return object.source(atKey ? found.key : found.offset);
  }

  origin(path: Path, positions: boolean): Origin {
    const { object, rest } = this.#find(path);
    const { node, offset } = object.offsets.nearest(rest).found;
    const source = object.source(offset);
    if (!positions) return originAt(source);
    return new Snippet(this.#text.slice(node, valueEnd(this.#text, node)), source, JSON_FINDER);
  }

  #find(path: Path): { readonly object: JsonObject; readonly rest: Path } {
    const { place, rest } = this.#nearestPlace(path);
    const last = this.#object;
    const object = last?.place.offset === place.offset ? last : new JsonObject(this.#text, this.#file, place);
    this.#object = object;
    return { object, rest };
  }

  /** The last place on the way to `path` that the scan recorded, and the path from there. */
  #nearestPlace(path: Path): { place: Place; rest: Path } {
    let place = this.#scanned.start;
    let taken = 0;
    let prefix = "";
    for (let i = 0; i < path.length; i++) {
      const step = path[i]!;
      const items = typeof step === "number" ? this.#scanned.lists.get(prefix) : undefined;
      if (items !== undefined && typeof step === "number" && step * 3 < items.length) {
        place = { offset: items[step * 3]!, line: items[step * 3 + 1]!, lineStart: items[step * 3 + 2]! };
        taken = i + 1;
      } else if (step !== "items") break;
      prefix = i === 0 ? String(step) : `${prefix}/${step}`;
    }
    return { place, rest: path.slice(taken) };
  }
}

/** What starts at a place that the scan recorded. */
class JsonObject {
  readonly place: Place;
  readonly offsets: Offsets<number>;
  readonly #text: string;
  readonly #file: string | undefined;
  #lines: LineIndex | undefined;

  constructor(text: string, file: string | undefined, place: Place) {
    this.place = place;
    this.offsets = offsetsInJson(text, place.offset);
    this.#text = text;
    this.#file = file;
  }

  source(offset: number): Source {
    const { place } = this;
    if (offset === place.offset) return sourceAt(this.#file, place.line, offset - place.lineStart + 1);
    this.#lines ??= new LineIndex(this.#text.slice(place.offset, valueEnd(this.#text, place.offset)), this.#file);
    const { line, column } = this.#lines.source(offset - place.offset);
    const before = line === 1 ? place.offset - place.lineStart : 0;
    return sourceAt(this.#file, place.line + line - 1, before + column);
  }
}

const JSON_FINDER: TextFinder = {
  offsets: (text) => offsetsInJson(text, 0),
  insert(text, path, value) {
    const found = insertInJson(text, path, value);
    if (found === undefined) return undefined;
    const now = withInsertion(text, found);
    const isRead = scanJson(now).fault === undefined;
    return isRead && isAdded(JSON.parse(text), JSON.parse(now), path, value) ? found : undefined;
  },
};
