/** Texts of which there are a few. */
import type { Fields } from "./fields.ts";

/** One of `values`; `absent` where there is none, and where there is a problem, which is reported. */
export function oneOf<T extends string>(fields: Fields, raw: unknown, key: string, values: readonly T[], absent: T): T {
  const text = fields.string(raw, key);
  if (text === undefined || text === "") return absent;
  const value = values.find((candidate) => candidate === text);
  if (value !== undefined) return value;
  const all = values.map((candidate) => `\`${candidate}\``).join(", ");
  fields.fail("unsupported-value", `\`${text}\` is not one of ${all}`, key);
  return absent;
}
