/** Which objects are lists, to be taken apart. */
import { isRecord, type Raw } from "./fields.ts";
import { classify } from "./kinds.ts";

/**
 * Whatever has a list of objects as its `items`, as for kubectl; `List`; and any `XxxList` that has no name of its own (a custom kind
 * may end in "List"), or whose items would be read.
 */
export function isList({ items, metadata }: Raw, apiVersion: string, kind: string): boolean {
  if (kind.length === "List".length && kind.toLowerCase() === "list") return true;
  if (Array.isArray(items) && items.some((item) => isRecord(item) && isText(item.kind))) return true;
  if (!kind.endsWith("List")) return false;
  const isNamed = isRecord(metadata) && (isText(metadata.name) || isText(metadata.generateName));
  return !isNamed || classify(apiVersion, kind.slice(0, -"List".length)).do === "read";
}

/** Whether a value is a text that says something. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
