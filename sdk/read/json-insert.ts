/** One more item or field in JSON text. */
import type { Path } from "../errors.ts";
import { type FlowEntries, insertInFlow, type TextInsertion } from "./insert.ts";
import { entriesInJson, offsetsInJson } from "./json-locate.ts";

/** Undefined where there is no such list or mapping, or the field is there already and says something. */
export function insertInJson(text: string, path: Path, value: string | readonly string[]): TextInsertion | undefined {
  const step = path.at(-1);
  const parent = offsetsInJson(text, 0).at(path.slice(0, -1))?.node;
  if (parent === undefined) return undefined;
  const { count, ...entries } = entriesInJson(text, parent);
  if (text[parent] === "[" && typeof value === "string") {
    return step === count ? insertInFlow(text, entries, JSON.stringify(value)) : undefined;
  }
  if (text[parent] !== "{" || typeof value === "string") return undefined;
  const items = value.map((item) => JSON.stringify(item)).join(", ");
  const present = offsetsInJson(text, parent).at([step ?? ""])?.node;
  if (present === undefined) return insertInFlow(text, entries, `${JSON.stringify(String(step))}: [${items}]`);
  return fillEmptyList(text, present, items);
}

function fillEmptyList(text: string, at: number, items: string): TextInsertion | undefined {
  if (text[at] !== "[") return undefined;
  const entries: FlowEntries & { readonly count: number } = entriesInJson(text, at);
  return entries.count === 0 ? insertInFlow(text, entries, items) : undefined;
}
