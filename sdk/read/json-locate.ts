/** Positions in JSON text that is known to be well-formed: found when a problem or an explanation asks for one. */
import type { Path } from "../errors.ts";
import type { FlowEntries } from "./insert.ts";
import { keyText } from "./json-keys.ts";
import { stringEnd } from "./json-scan.ts";
import type { OffsetTree } from "./snippet.ts";

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

/**
 * The offset of what lies at `path` in the value at `start`, or of its nearest existing parent. A mapping or list that is
 * a field is where its key is; with `atKey` every field is.
 */
export function findInJson(text: string, start: number, path: Path, atKey = false): number {
  let at = start;
  let found = start;
  for (const step of path) {
    const open = text.charCodeAt(at);
    const next = open === 123 ? findField(text, at, String(step)) : open === 91 ? findItem(text, at, step) : undefined;
    if (next === undefined) break;
    at = next.value;
    const code = text.charCodeAt(at);
    found = atKey || code === 123 || code === 91 ? next.key : at;
  }
  return found;
}

/** The offset of the value at `path` in the value at `start`, if it is there. */
export function valueInJson(text: string, start: number, path: Path): number | undefined {
  let at = start;
  for (const step of path) {
    const open = text.charCodeAt(at);
    const next = open === 123 ? findField(text, at, String(step)) : open === 91 ? findItem(text, at, step) : undefined;
    if (next === undefined) return undefined;
    at = next.value;
  }
  return at;
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

/** What `findInJson` finds in the value at `at`, all of it; the value itself is at `offset`. */
export function offsetsInJson(text: string, at: number, offset: number): OffsetTree {
  const open = text.charCodeAt(at);
  if (open === 123) {
    const fields = new Map<string, OffsetTree>();
    // Of several fields of a name the last one counts.
    for (const { name, key, value } of fieldsOf(text, at)) {
      const code = text.charCodeAt(value);
      fields.set(name, offsetsInJson(text, value, code === 123 || code === 91 ? key : value));
    }
    return { offset, children: fields };
  }
  if (open === 91) return { offset, children: [...itemsOf(text, at)].map((item) => offsetsInJson(text, item, item)) };
  return { offset };
}

interface Found {
  readonly key: number;
  readonly value: number;
}

/** The last field of that name, which is the one that `JSON.parse` keeps. */
function findField(text: string, open: number, name: string): Found | undefined {
  let found: Found | undefined;
  for (const field of fieldsOf(text, open)) if (field.name === name) found = field;
  return found;
}

function findItem(text: string, open: number, step: string | number): Found | undefined {
  let index = 0;
  for (const item of itemsOf(text, open)) if (index++ === step) return { key: item, value: item };
  return undefined;
}

function* fieldsOf(text: string, open: number): Generator<Found & { readonly name: string }> {
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
