/** One more item or field in JSON text. */
import type { Path } from "../errors.ts";
import { type FlowEntries, insertInFlow, type TextInsertion } from "./insert.ts";
import { entriesInJson, valueInJson } from "./json-locate.ts";

/** Undefined where there is no such list or mapping, or the field is there already and says something. */
export function insertInJson(text: string, path: Path, value: string | readonly string[]): TextInsertion | undefined {
  const step = path.at(-1);
  const parent = valueInJson(text, 0, path.slice(0, -1));
  if (parent === undefined) return undefined;
  const { count, ...entries } = entriesInJson(text, parent);
  if (text[parent] === "[" && typeof value === "string") {
    return step === count ? insertInFlow(text, entries, JSON.stringify(value)) : undefined;
  }
  if (text[parent] !== "{" || typeof value === "string") return undefined;
  const items = value.map((item) => JSON.stringify(item)).join(", ");
  const present = valueInJson(text, parent, [step ?? ""]);
  if (present === undefined) return insertInFlow(text, entries, `${JSON.stringify(String(step))}: [${items}]`);
  return fillEmptyList(text, present, items);
}

function fillEmptyList(text: string, at: number, items: string): TextInsertion | undefined {
  if (text[at] !== "[") return undefined;
  const entries: FlowEntries & { readonly count: number } = entriesInJson(text, at);
  return entries.count === 0 ? insertInFlow(text, entries, items) : undefined;
}
