/** Numbers in YAML, which kubectl reads as those of YAML 1.1. */

/** A number as kubectl takes it, whose YAML is 1.1 here: `0644` is octal, `0b11` binary, `1_000` a thousand; `089` is decimal to both. */
export function plainValue(value: unknown, source: string | undefined): unknown {
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
