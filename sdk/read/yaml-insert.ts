/** One more item or field in YAML text, with everything else left as it stands. */
import type { Path } from "../errors.ts";
import { insertInFlow, type TextInsertion, writtenString } from "./insert.ts";
import { lineBreakOf, lineEnd, lineStart } from "./line-breaks.ts";
import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq } from "./yaml-library.ts";
import { endOf, keyText, startOf } from "./yaml-node.ts";

/**
 * Undefined where there is no such list or mapping, where the field is there already and says something, and under anchors,
 * aliases and merge keys: what is written there speaks in other places too.
 */
export function insertInYaml(
  text: string,
  root: unknown,
  path: Path,
  value: string | readonly string[],
): TextInsertion | undefined {
  const parent = nodeAt(root, path.slice(0, -1));
  const step = path.at(-1);
  if (isSeq(parent) && typeof value === "string") {
    return step === parent.items.length ? insertItem(text, parent, value) : undefined;
  }
  if (!isMap(parent) || typeof step !== "string" || typeof value === "string") return undefined;
  const present = fieldOf(parent, step);
  if (present === undefined) return insertField(text, parent, step, value);
  const list = present.value;
  if (!isSeq(list) || !isOwn(list) || list.items.length > 0 || !list.flow) return undefined;
  const items = value.map((item) => writtenString(item, isQuoted(present.key))).join(", ");
  return insertInFlow(text, { open: startOf(list), first: undefined, end: 0 }, items);
}

function nodeAt(root: unknown, path: Path): unknown {
  let node = root;
  for (const step of path) {
    if (!isOwn(node)) return undefined;
    if (isMap(node)) node = fieldOf(node, String(step))?.value;
    else node = isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
  }
  return isOwn(node) ? node : undefined;
}

/** Whether what is written here is said here and nowhere else. */
function isOwn(node: unknown): boolean {
  if (isMap(node) && fieldOf(node, "<<") !== undefined) return false;
  return !isAlias(node) && !((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined);
}

function fieldOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.findLast(({ key }) => isScalar(key) && keyText(key) === name);
}

function insertItem(text: string, list: YAMLSeq, value: string): TextInsertion | undefined {
  const [first, last] = [list.items[0], list.items.at(-1)];
  const item = writtenString(value, isQuoted(last));
  if (list.flow) {
    return insertInFlow(
      text,
      { open: startOf(list), first: first === undefined ? undefined : startOf(first), end: endOf(last) },
      item,
    );
  }
  if (!isOneLine(text, last)) return undefined;
  return newLine(text, endOf(last), columnOf(text, startOf(list)), `- ${item}`);
}

function insertField(text: string, map: YAMLMap, key: string, list: readonly string[]): TextInsertion | undefined {
  const [first, last] = [map.items[0], map.items.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const quoted = isQuoted(first.key);
  const items = list.map((item) => writtenString(item, quoted));
  const written = writtenString(key, quoted);
  if (map.flow) {
    const end = endOf(last.value ?? last.key);
    return insertInFlow(
      text,
      { open: startOf(map), first: startOf(first.key), end },
      `${written}: [${items.join(", ")}]`,
    );
  }
  if (!isOneLine(text, last.value)) return undefined;
  const column = columnOf(text, startOfBlock(text, startOf(first.key)));
  const separator = `${lineBreakOf(text)}${" ".repeat(column + 2)}- `;
  return newLine(text, endOf(last.value), column, `${written}:${separator}${items.join(separator)}`);
}

/** A line after that of `offset`, so that a comment there stays where it is. */
function newLine(text: string, offset: number, column: number, line: string): TextInsertion {
  return { offset: lineEnd(text, offset), text: `${lineBreakOf(text)}${" ".repeat(column)}${line}` };
}

/**
 * Where a block mapping begins whose first key is at `offset`: with the mark of an explicit key (`?`), or the tag or anchor of
 * the key. Only list items, and the value of an explicit key, begin on a line that says something before them.
 */
export function startOfBlock(text: string, offset: number): number {
  const line = lineStart(text, offset);
  const before = /^ *(?:[-:] +)*/.exec(text.slice(line, offset))?.[0] ?? "";
  return line + before.length;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** A value on one line, with nothing but a comment after it. */
function isOneLine(text: string, node: unknown): boolean {
  if (!isScalar(node) && !((isMap(node) || isSeq(node)) && node.flow)) return false;
  if (isScalar(node) && (node.source === "" || node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL"))
    return false;
  const end = endOf(node);
  return /^[ \t]*(?:#.*)?$/.test(text.slice(end, lineEnd(text, end)));
}

function isQuoted(node: unknown): boolean {
  return isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
}
