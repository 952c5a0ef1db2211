/** Positions in JSON text that is known to be well-formed: found when a problem or an explanation asks for one. */
import type { FlowEntries } from "./insert.ts";
import { keyText } from "./json-keys.ts";
import { stringEnd } from "./json-scan.ts";
import { type OffsetChildren, Offsets } from "./offsets.ts";

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

function skipSpace(text: string, i: number): number {
  while (i < text.length && isSpace(text.charCodeAt(i))) i++;
  return i;
}

/** The offset after the value at `i`. */
export function valueEnd(text: string, i: number): number {
  let depth = 0;
  do {
    const code = text.charCodeAt(i);
    if (code === 34) i = stringEnd(text, i);
    else {
      if (code === 123 || code === 91) depth++;
      else if (code === 125 || code === 93) depth--;
      i++;
    }
    if (depth > 0) continue;
    // A number or literal goes on to the next delimiter.
    if (code !== 34 && code !== 125 && code !== 93) {
      while (i < text.length && !isSpace(text.charCodeAt(i)) && !",]}".includes(text[i]!)) i++;
    }
    return i;
  } while (i < text.length);
  return i;
}

/** The offsets of the value at `at`; what they know a value by is its own offset. */
export function offsetsInJson(text: string, at: number, offset: number = at, key: number = at): Offsets<number> {
  return new Offsets(at, offset, key, () => childrenInJson(text, at));
}

function childrenInJson(text: string, at: number): OffsetChildren<number> {
  const open = text.charCodeAt(at);
  if (open === 91) return [...itemsOf(text, at)].map((item) => offsetsInJson(text, item));
  if (open !== 123) return undefined;
  const fields = new Map<string, Offsets<number>>();
  // Of several fields of a name the last one counts, as for `JSON.parse`.
  for (const { name, key, value } of fieldsOf(text, at)) {
    const code = text.charCodeAt(value);
    fields.set(name, offsetsInJson(text, value, code === 123 || code === 91 ? key : value, key));
  }
  return fields;
}

/** The entries of the mapping or list that opens at `open`: where the first is, where the last ends, how many there are. */
export function entriesInJson(text: string, open: number): FlowEntries & { readonly count: number } {
  const start = skipSpace(text, open + 1);
  const inMapping = text.charCodeAt(open) === 123;
  let end = start;
  let count = 0;
  for (let i = start; i < text.length && text.charCodeAt(i) !== 93 && text.charCodeAt(i) !== 125; count++) {
    const value = inMapping ? skipSpace(text, skipSpace(text, stringEnd(text, i)) + 1) : i;
    end = valueEnd(text, value);
    i = skipSpace(text, end);
    if (text.charCodeAt(i) === 44) i = skipSpace(text, i + 1);
  }
  return { open, first: count === 0 ? undefined : start, end, count };
}

/** A field, and where its key and its value start. */
interface Field {
  readonly name: string;
  readonly key: number;
  readonly value: number;
}

function* fieldsOf(text: string, open: number): Generator<Field> {
  let i = skipSpace(text, open + 1);
  while (i < text.length && text.charCodeAt(i) === 34) {
    const key = i;
    const keyEnd = stringEnd(text, key);
    const value = skipSpace(text, skipSpace(text, keyEnd) + 1);
    yield { name: keyText(text, key, keyEnd), key, value };
    i = skipSpace(text, valueEnd(text, value));
    if (text.charCodeAt(i) !== 44) break;
    i = skipSpace(text, i + 1);
  }
}

function* itemsOf(text: string, open: number): Generator<number> {
  let i = skipSpace(text, open + 1);
  while (i < text.length && text.charCodeAt(i) !== 93) {
    yield i;
    i = skipSpace(text, valueEnd(text, i));
    if (text.charCodeAt(i) !== 44) break;
    i = skipSpace(text, i + 1);
  }
}
