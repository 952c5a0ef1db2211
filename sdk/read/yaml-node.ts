/** What single nodes of YAML say to kubectl, which reads numbers, and keys, as those of YAML 1.1. */
import { isAlias, isMap, isScalar, isSeq, type Scalar } from "./yaml-library.ts";

const TAG = "tag:yaml.org,2002:";
const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
/** A whole number as it is written, in any base. */
const WHOLE = /^[-+]?(?:0x[\da-f_]+|(?:0[bo])?[\d_]+)$/i;

export function scalarValue({ type, tag, value, source }: Scalar): unknown {
  const mayBeNumber = tag === undefined ? type === "PLAIN" : tag === `${TAG}int`;
  return mayBeNumber ? plainValue(value, source) : value;
}

/**
 * A key as text: `on: x` has the key `true` there, and `0x10: x` the key `16`. Undefined where it is null, or a number that
 * kubectl spells in a way of its own: with more digits than it keeps, or an exponent.
 */
export function keyText(key: Scalar): string | undefined {
  const { type, tag, source = "" } = key;
  if (tag === undefined && type === "PLAIN") {
    if (TRUE.test(source)) return "true";
    if (FALSE.test(source)) return "false";
  }
  const value = scalarValue(key);
  if (typeof value !== "number") return value === null || typeof value === "object" ? undefined : String(value);
  const isSpelledAlike = WHOLE.test(source)
    ? Number.isSafeInteger(value)
    : Object.is(value, 0) ||
      (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6 && Number(value.toPrecision(6)) === value);
  return isSpelledAlike ? String(value) : undefined;
}

/** Whether a scalar in quotes ends where its text does: the package cuts one short at a line that is not indented enough. */
export function isWhole({ type, range }: Scalar, text: string): boolean {
  const pattern = type === "QUOTE_SINGLE" ? SINGLE_QUOTED : type === "QUOTE_DOUBLE" ? DOUBLE_QUOTED : undefined;
  return pattern === undefined || range == null || pattern.test(text.slice(range[0], range[1]));
}

const SINGLE_QUOTED = /^'(?:[^']|'')*'$/;
const DOUBLE_QUOTED = /^"(?:[^"\\]|\\[\s\S])*"$/;

/** Whether a key is YAML's merge key. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === "PLAIN" && key.source === "<<" && key.tag === undefined;
}

export function startOf(node: unknown): number {
  return isNode(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;
}

export function endOf(node: unknown): number {
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

const isNode = (node: unknown) => isScalar(node) || isMap(node) || isSeq(node);

/** A number as kubectl takes it, whose YAML is 1.1 here: `0644` is octal, `0b11` binary, `1_000` a thousand; `089` is decimal to both. */
function plainValue(value: unknown, source: string | undefined): unknown {
  if (source === undefined || !/^[-+]?\d/.test(source)) return value;
  const text = source.replaceAll("_", "");
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(text) ?? [];
  const based = /^0([box]?)([\da-f]+)$/i.exec(digits);
  const [base, pattern] = BASES[based?.[1]?.toLowerCase() ?? "none"] ?? [];
  if (base !== undefined && pattern?.test(based?.[2] ?? ""))
    return Number.parseInt(based?.[2] ?? "", base) * (sign === "-" ? -1 : 1);
  return text !== source && /^(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(digits) ? Number(text) : value;
}

/** By what stands behind the zero. */
const BASES: Readonly<Record<string, readonly [base: number, digits: RegExp]>> = {
  "": [8, /^[0-7]+$/],
  b: [2, /^[01]+$/],
  o: [8, /^[0-7]+$/],
  x: [16, /^[\da-f]+$/i],
};
