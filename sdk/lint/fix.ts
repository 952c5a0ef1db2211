/** Makes fixes. What may have one is the rules' affair. */
import type { Path } from "../errors.ts";
import type { Origin } from "../read/objects.ts";
import type { Fix } from "./types.ts";

/** A fix that adds a value to an object, at a path: one more item of a list, or a field that is a list. */
export function addition(origin: Origin, message: string, path: Path, value: string | readonly string[]): Fix {
  const insertion = origin.insertion?.(path, value);
  return {
    message,
    patch: [{ op: "add", path: pointerOf(path), value }],
    ...(insertion !== undefined && { insertions: [insertion] }),
  };
}

/** A path as a JSON Pointer. [RFC 6901] */
function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
