/** Namespaces by name: those declared and those that objects are in. */
import type { NamespaceObject } from "../read/objects.ts";
import type { Index, ModelNamespace } from "./model.ts";

/** Set by the API server on every namespace, over any other value. [core/v1 defaults] */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

export class Namespaces {
  readonly list: ModelNamespace[] = [];
  readonly #indices = new Map<string, Index>();
  readonly #undeclaredAreOpen: boolean;

  constructor(declared: readonly NamespaceObject[], undeclared: "unknown" | "unlabelled") {
    this.#undeclaredAreOpen = undeclared === "unknown";
    for (const namespace of declared) this.declare(namespace);
  }

  /** Adds a namespace by its object. */
  declare({ name, labels }: NamespaceObject): ModelNamespace {
    const namespace = { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name }, declared: true, open: false };
    this.#add(namespace);
    return namespace;
  }

  /** The namespace's index; one that nobody declared is added, with its name as the only label that is known. */
  indexOf(name: string): Index {
    return this.#indices.get(name) ?? this.#add(this.undeclared(name));
  }

  /** The index of a namespace that is there already. */
  find(name: string): Index | undefined {
    return this.#indices.get(name);
  }

  /** What a namespace is without a Namespace object. */
  undeclared(name: string): ModelNamespace {
    return { name, labels: { [NAMESPACE_NAME_LABEL]: name }, declared: false, open: this.#undeclaredAreOpen };
  }

  #add(namespace: ModelNamespace): Index {
    const index = this.list.length;
    this.list.push(namespace);
    this.#indices.set(namespace.name, index);
    return index;
  }
}
