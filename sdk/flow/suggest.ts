/** What was probably meant by a name that nothing has. */
import type { Directory } from "../model/directory.ts";
import { nearest } from "../read/nearest.ts";

/** The end of a message: a pod of nearly this name, in this namespace or in one that is spelt nearly so, or of this very name elsewhere. */
export function suggestPod(directory: Directory, namespace: string, name: string): string {
  const namesIn = (one: string) => directory.podsIn(one).map((pod) => pod.name);
  const near = nearest(name, namesIn(namespace));
  if (near !== undefined) return asked(`${namespace}/${near}`);
  const namespaces = [...directory.podNamespaces()].sort(); // whatever the order in which they came
  const elsewhere = namespaces.find((one) => namesIn(one).includes(name));
  if (elsewhere !== undefined) return asked(`${elsewhere}/${name}`);
  const nearNamespace = nearest(namespace, namespaces);
  const there = nearNamespace === undefined ? undefined : nearest(name, namesIn(nearNamespace));
  return there === undefined ? "" : asked(`${nearNamespace}/${there}`);
}

/** The same for names of one list; for one without its namespace too. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = [...known];
  const near = nearest(name, names) ?? names.filter((one) => one.endsWith(`/${name}`)).sort()[0];
  return near === undefined ? "" : asked(near);
}

function asked(name: string): string {
  return `; did you mean \`${name}\`?`;
}
