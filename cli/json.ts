/** JSON that users write. */
import type { Issue, Path } from "../bindings/inline.ts";
import { scanJson } from "../sdk/read/json-scan.ts";
import { issue } from "./issues.ts";

/**
 * The value of a JSON text; adds to `issues` the keys that are given twice, of which `JSON.parse` takes the last.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string, at: Path, issues: Issue[]): unknown {
  const value: unknown = JSON.parse(text);
  const { duplicates, fault } = scanJson(text);
  for (const { path } of duplicates) {
    issues.push(issue("invalid-syntax", `the key \`${String(path.at(-1))}\` is given twice`, [...at, ...path]));
  }
  if (fault !== undefined) issues.push(issue(fault.code, fault.message, at));
  return value;
}
