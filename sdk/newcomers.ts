/** Namespaces and nodes that a state did not have when it was built: the core is told of each once. */
import type { Index } from "./model/model.ts";
import type { FullState } from "./state.ts";

/** A namespace's index. */
export function namespaceIndex({ namespaces, builder }: FullState, name: string): Index {
  if (namespaces.find(name) === undefined) builder.addNamespace(namespaces.undeclared(name));
  return namespaces.indexOf(name);
}

/** A node that a pod runs on, or is to run on. */
export function knowNode({ nodes, builder }: FullState, name: string): void {
  const before = nodes.list.length;
  const node = nodes.list[nodes.indexOf(name)];
  if (nodes.list.length > before && node !== undefined) builder.addNode(node);
}
