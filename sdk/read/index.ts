/** Reads whatever `loadState` is given into checked, defaulted objects. */

import { LIMITS } from "../limits.ts";
import { isArrayBuffer } from "../typed-arrays.ts";
import type { LoadInput } from "../types.ts";
import { decodeText } from "./encoding.ts";
import { typeName } from "./fields.ts";
import { LimitReached, Load } from "./load.ts";
import type { Watch } from "./object-reader.ts";
import type { LoadedObjects } from "./objects.ts";
import type { TextReader } from "./text.ts";

export type { Watch } from "./object-reader.ts";
export type { IssueSink, TextDocument, TextReader } from "./text.ts";

export interface ReadOptions {
  readonly defaultNamespace: string;
  /** Injected, so that a build without YAML is possible: `readYaml` of `yaml.ts`, or `readJson` of `json.ts`. */
  readonly readText: TextReader;
  /** Shown every object that is not refused, as it was given. */
  readonly watch?: Watch | undefined;
}

/**
 * Reads text, objects, lists and iterables of them. Unknown kinds are counted, policies of kinds that are not modelled are
 * named; the rest is checked and defaulted as the API server does.
 *
 * @throws NetverdictError with every problem of the whole input
 */
export function readInput(input: LoadInput, options: ReadOptions): LoadedObjects {
  return readUnjudged(input, options).finish();
}

/** Reads as `readInput` does; what the objects are together, and whether there is an issue, is left to the caller. */
export function readUnjudged(input: LoadInput, options: ReadOptions): Load {
  const load = new Load(options.defaultNamespace, options.watch);
  try {
    readEntry(input, undefined, options.readText, load, 0);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
  }
  return load;
}

function readEntry(input: unknown, file: string | undefined, readText: TextReader, load: Load, depth: number): void {
  if (typeof input === "string") readTexts(input, file, readText, load);
  else if (ArrayBuffer.isView(input)) {
    readTexts(new Uint8Array(input.buffer, input.byteOffset, input.byteLength), file, readText, load);
  } else if (isArrayBuffer(input)) readTexts(new Uint8Array(input), file, readText, load);
  else if (typeof input !== "object" || input === null) {
    invalid(load, `input must be text, an object or an iterable of them, not ${typeName(input)}`);
  } else if (Symbol.iterator in input) {
    load.count();
    if (depth >= LIMITS.depth) invalid(load, `iterables are nested deeper than ${LIMITS.depth} levels`);
    else for (const entry of input as Iterable<unknown>) readEntry(entry, undefined, readText, load, depth + 1);
  } else if (Symbol.asyncIterator in input || ("then" in input && typeof input.then === "function")) {
    invalid(load, "input must be there already: await it, and collect an async iterable, before");
  } else if (isFile(input)) readEntry(input.text, input.file, readText, load, depth);
  else if ("text" in input && "file" in input && !("kind" in input)) {
    invalid(load, "a file must be `{ file, text }`, with a string as `file` and a string or bytes as `text`");
  } else load.add(input, undefined);
}

/** `{ file, text }`; `file` may be left out. */
function isFile(
  input: object,
): input is { readonly file?: string; readonly text: string | ArrayBufferView | ArrayBuffer } {
  if (!("text" in input) || "kind" in input) return false;
  const { text } = input;
  const isText = typeof text === "string" || ArrayBuffer.isView(text) || isArrayBuffer(text);
  return isText && (!("file" in input) || input.file === undefined || typeof input.file === "string");
}

function readTexts(input: string | Uint8Array, file: string | undefined, readText: TextReader, load: Load): void {
  load.count();
  const text = decodeText(input, file, load);
  if (text === undefined) return;
  for (const document of readText(text, file, load)) load.add(document.value, document);
}

function invalid(load: Load, message: string): void {
  load.push({ code: "invalid-input", message, path: [] });
}
