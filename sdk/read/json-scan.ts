/**
 * One pass over JSON text, before `JSON.parse`: where each value starts and ends (several may follow one another), keys
 * given twice, nesting, syntax, and where the items of a `List` start. `JSON.parse` says none of these reliably.
 *
 * Iterative and strict (RFC 8259): what passes here, `JSON.parse` accepts.
 */
import type { Path } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { keyText, OpenKeys } from "./json-keys.ts";

/** An offset, its line (from 1), and the offset at which that line starts. */
export interface Place {
  readonly offset: number;
  readonly line: number;
  readonly lineStart: number;
}

/** One value in a text. */
export interface ScannedValue {
  readonly start: Place;
  readonly end: number;
  /**
   * Where the items of its lists start, by the list's path joined by `/`: of an array that is the value itself, and of
   * `items` (List objects), lists in lists included. Three numbers an item: those of a `Place`.
   */
  readonly lists: ReadonlyMap<string, readonly number[]>;
}

export interface ScanFault {
  readonly code: "invalid-syntax" | "limit-exceeded";
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface DuplicateKey {
  /** From the document's root. */
  readonly path: Path;
  readonly line: number;
  readonly column: number;
}

export interface JsonScan {
  readonly values: readonly ScannedValue[];
  readonly duplicates: readonly DuplicateKey[];
  /** The first fault; nothing after it was scanned. */
  readonly fault?: ScanFault;
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

/** Duplicate keys reported of one text. */
const MOST_DUPLICATES = LIMITS.issues;

/** What may come next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;

/** Scans a whole text: any number of JSON values with nothing but white space between them. */
export function scanJson(text: string): JsonScan {
  const { length } = text;
  const values: ScannedValue[] = [];
  const duplicates: DuplicateKey[] = [];
  let line = 1;
  let lineStart = 0;
  let lists = new Map<string, number[]>();
  let start: Place = { offset: 0, line: 1, lineStart: 0 };

  // One entry a level. `place` is an array's index, or the offset of the key that an object is at.
  let depth = 0;
  const isObject: boolean[] = [];
  const place: number[] = [];
  const keyEnd: number[] = [];
  const keys = new OpenKeys(text);
  // What is recorded of each open array that is a list of objects.
  const list: (number[] | undefined)[] = [];

  const failed = (code: ScanFault["code"], message: string, at: number): JsonScan => ({
    values,
    duplicates,
    fault: { code, message, line, column: at - lineStart + 1 },
  });
  const pathHere = (): Path => {
    const path: (string | number)[] = [];
    for (let d = 1; d <= depth; d++) path.push(isObject[d] ? keyText(text, place[d]!, keyEnd[d]!) : place[d]!);
    return path;
  };

  /** Whether an array that starts here is the value itself, an array in a list, or the `items` of an object in one. */
  const isListHere = (): boolean => {
    if (depth === 0) return true;
    if (!isObject[depth]) return list[depth] !== undefined;
    const parent = depth === 1 || list[depth - 1] !== undefined;
    return parent && keyEnd[depth]! - place[depth]! === 7 && text.startsWith('"items"', place[depth]);
  };

  let expect = VALUE;
  let i = 0;
  for (;;) {
    let code = i < length ? text.charCodeAt(i) : -1;
    while (code === 32 || code === 10 || code === 13 || code === 9) {
      i++;
      if (code === 10 || (code === 13 && text.charCodeAt(i) !== 10)) {
        line++;
        lineStart = i;
        // Most of what is written for people is indentation.
        while (i < length && text.charCodeAt(i) === 32) i++;
      }
      code = i < length ? text.charCodeAt(i) : -1;
    }
    if (code < 0) {
      if (depth === 0) return { values, duplicates };
      return failed("invalid-syntax", "the text ends within a JSON value", i);
    }

    if (expect === COLON) {
      if (code !== 58) return failed("invalid-syntax", "expected `:` after a key", i);
      i++;
      expect = VALUE;
      continue;
    }
    if (expect === COMMA_OR_END && code === 44) {
      i++;
      if (isObject[depth]) expect = KEY;
      else {
        place[depth]!++;
        expect = VALUE;
      }
      continue;
    }
    if (code === 125 || code === 93) {
      const closes = isObject[depth] === (code === 125) && depth > 0;
      if (!closes || expect === VALUE || expect === KEY) {
        return failed("invalid-syntax", `unexpected \`${text[i]}\``, i);
      }
      i++;
      if (code === 125) keys.close(depth);
      depth--;
    } else if (expect === COMMA_OR_END) {
      return failed("invalid-syntax", `expected \`,\` or \`${isObject[depth] ? "}" : "]"}\``, i);
    } else if (expect >= KEY) {
      if (code !== 34) return failed("invalid-syntax", "expected a key in double quotes", i);
      const end = stringEnd(text, i);
      if (end < 0) return failed("invalid-syntax", STRING_FAULT, -end - 1);
      place[depth] = i;
      keyEnd[depth] = end;
      if (keys.isTwice(i, end, depth) && duplicates.length < MOST_DUPLICATES) {
        duplicates.push({ path: pathHere(), line, column: i - lineStart + 1 });
      }
      i = end;
      expect = COLON;
      continue;
    } else {
      // A value starts here.
      if (depth === 0) {
        start = { offset: i, line, lineStart };
        lists = new Map();
      } else list[depth]?.push(i, line, lineStart);
      if (code === 123 || code === 91) {
        if (depth === LIMITS.depth) {
          return failed("limit-exceeded", `nested deeper than ${LIMITS.depth} levels`, i);
        }
        const object = code === 123;
        let record: number[] | undefined;
        if (!object && isListHere()) {
          record = [];
          lists.set(pathHere().join("/"), record);
        }
        depth++;
        list[depth] = record;
        isObject[depth] = object;
        place[depth] = 0;
        keys.open(depth);
        i++;
        expect = object ? KEY_OR_END : VALUE_OR_END;
        continue;
      }
      const end = scalarEnd(text, i, code);
      if (end < 0) return failed("invalid-syntax", code === 34 ? STRING_FAULT : "not a JSON value", -end - 1);
      i = end;
    }
    // A value has ended.
    if (depth > 0) expect = COMMA_OR_END;
    else {
      values.push({ start, end: i, lists });
      expect = VALUE;
    }
  }
}

const STRING_FAULT = "a string is not closed, or has a bad escape or a control character";

/** The offset after the scalar at `i`, or minus (1 + the offset of what is wrong). */
function scalarEnd(text: string, i: number, code: number): number {
  switch (code) {
    case 34:
      return stringEnd(text, i);
    case 116:
      return text.startsWith("true", i) ? i + 4 : -1 - i;
    case 110:
      return text.startsWith("null", i) ? i + 4 : -1 - i;
    case 102:
      return text.startsWith("false", i) ? i + 5 : -1 - i;
    default:
      NUMBER.lastIndex = i;
      return NUMBER.test(text) ? NUMBER.lastIndex : -1 - i;
  }
}

/** The offset after the string at `i`, or minus (1 + the offset of what is wrong). */
export function stringEnd(text: string, i: number): number {
  const { length } = text;
  for (let at = i + 1; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return -1 - at;
    if (code === 92) {
      const escaped = text[++at] ?? "";
      if (escaped === "u") {
        for (let k = 1; k <= 4; k++) if (!/[0-9a-fA-F]/.test(text[at + k] ?? "")) return -1 - at;
        at += 4;
      } else if (escaped === "" || !'"\\/bfnrt'.includes(escaped)) return -1 - at;
    }
  }
  return -1 - i;
}
