/** The order of findings and of what they name: by names, so that the order in which objects were loaded says nothing. */
import type { ObjectReference } from "../errors.ts";

/** By code units, as every runtime does. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareReferences(a: ObjectReference, b: ObjectReference): number {
  return (
    compareText(a.namespace ?? "", b.namespace ?? "") || compareText(a.name, b.name) || compareText(a.kind, b.kind)
  );
}
