/** Carries fixes out: on objects by their patch, on texts by their insertions. */
import type { Finding, Insertion, PatchOperation } from "../../bindings/inline.ts";

/** The object with a JSON Patch applied; `add` alone, which is all that fixes have. [RFC 6902 4.1] */
export function patched(object: object, patch: readonly PatchOperation[]): object {
  const copy = structuredClone(object);
  for (const { path, value } of patch) {
    const steps = path.split("/").slice(1);
    const last = steps.pop()?.replaceAll("~1", "/").replaceAll("~0", "~") ?? "";
    // biome-ignore lint/suspicious/noExplicitAny: any JSON
    const parent = steps.reduce<any>((node, step) => node[step.replaceAll("~1", "/").replaceAll("~0", "~")], copy);
    if (Array.isArray(parent)) {
      if (!(Number(last) <= parent.length)) throw new Error(`there is no place ${path}`);
      parent.splice(Number(last), 0, value);
    } else parent[last] = value;
  }
  return copy;
}

/** The text with insertions made, the last ones first. */
export function inserted(text: string, insertions: readonly Insertion[]): string {
  const lines = text.split(/(?<=\r\n|\n|\r(?!\n))/);
  for (const { source, text: added } of insertions.toReversed()) {
    const line = lines[source.line - 1] ?? "";
    lines[source.line - 1] = line.slice(0, source.column - 1) + added + line.slice(source.column - 1);
  }
  return lines.join("");
}

/** The fix of the one finding of a rule. */
export function fixOf(findings: readonly Finding[], id: string): Finding["fix"] {
  const found = findings.filter((finding) => finding.id === id);
  if (found.length !== 1) throw new Error(`${found.length} findings of ${id}`);
  return found[0]?.fix;
}
