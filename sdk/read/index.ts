/** Reads whatever `loadState` is given into checked, defaulted objects. */
import type { LoadInput } from "../types.ts";
import { decodeText } from "./encoding.ts";
import { typeName } from "./fields.ts";
import { LimitReached, Load } from "./load.ts";
import type { ReadObjects } from "./objects.ts";
import type { TextReader } from "./text.ts";
import type { Caveat } from "../types.ts";
import { LIMITS } from "../limits.ts";

export type { IssueSink, TextDocument, TextReader } from "./text.ts";

export interface ReadOptions {
  readonly defaultNamespace: string;
  /** Injected, so that a build without YAML is possible: `readYaml` of `yaml.ts`, or `readJson` of `json.ts`. */
  readonly readText: TextReader;
}

/**
 * Reads text, objects, lists and iterables of them. Unknown kinds are counted, policies of kinds that are not modelled are
 * named; the rest is checked and defaulted as the API server does.
 *
 * @throws NetverdictError with every problem of the whole input
 */
export function readInput(input: LoadInput, options: ReadOptions): ReadObjects & { caveats: Caveat[] } {
  const load = new Load(options.defaultNamespace);
  try {
    readEntry(input, undefined, options.readText, load, 0);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
  }
  return load.finish();
}

function readEntry(input: unknown, file: string | undefined, readText: TextReader, load: Load, depth: number): void {
  if (typeof input === "string") return readTexts(input, file, readText, load);
  if (ArrayBuffer.isView(input)) {
    const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    return readTexts(bytes, file, readText, load);
  }
  if (typeof input !== "object" || input === null) {
    return invalid(load, `input must be text, an object or an iterable of them, not ${typeName(input)}`);
  }
  if (Symbol.iterator in input) {
    if (depth >= LIMITS.depth) return invalid(load, `iterables are nested deeper than ${LIMITS.depth} levels`);
    load.count();
    for (const entry of input as Iterable<unknown>) readEntry(entry, undefined, readText, load, depth + 1);
    return;
  }
  if (Symbol.asyncIterator in input || "then" in input) {
    return invalid(load, "input must be there already: await it, and collect an async iterable, before");
  }
  if ("text" in input && !("kind" in input)) {
    const { file: name, text } = input as { file?: unknown; text: unknown };
    const isText = typeof text === "string" || ArrayBuffer.isView(text);
    if (isText && (name === undefined || typeof name === "string")) return readEntry(text, name, readText, load, depth);
    return invalid(load, "a file must be `{ file, text }`, with a string as `file` and a string or bytes as `text`");
  }
  load.add(input, undefined);
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
