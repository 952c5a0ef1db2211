/** The order in which the API server lists objects: by namespace, then by name. */
export interface Named {
  readonly metadata: { readonly namespace: string; readonly name: string };
}

export function byNamespace(a: Named, b: Named): number {
  return compare(a.metadata.namespace, b.metadata.namespace) || compare(a.metadata.name, b.metadata.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
