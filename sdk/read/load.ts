/**
 * One load: texts, objects and lists, taken apart into single objects, each sent to the reader of its kind.
 *
 *   input ─▶ texts ─▶ documents ─┐
 *      └──────────▶ objects ─────┴─▶ lists taken apart ─▶ classified ─▶ checked object │ named policy │ count
 */
import { type Issue, NetverdictError, type ObjectReference, type Path, type Source } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Caveat } from "../types.ts";
import { checkAddresses } from "./addresses.ts";
import { Fields, isRecord, report, type Subject, typeName } from "./fields.ts";
import { classify, type ModelledKind } from "./kinds.ts";
import { type ObjectContext, readMetadata } from "./metadata.ts";
import { readNetworkPolicy } from "./network-policy.ts";
import { readNode } from "./node.ts";
import type { NamespaceObject, Origin, ReadObjects } from "./objects.ts";
import { readPod } from "./pod.ts";
import { readEndpointSlice, readService } from "./service.ts";
import type { IssueSink, TextDocument } from "./text.ts";
import { readWorkload } from "./workload.ts";

/** Thrown inside a load when a limit of the whole load is passed; its issue has been reported. */
export class LimitReached extends Error {}

/** A raw value and where it lies: the root of a document or of the input, or an item of a list. */
class Part {
  readonly value: unknown;
  readonly document: TextDocument | undefined;
  readonly #list: Part | undefined;
  readonly #isItems: boolean;
  readonly #index: number;

  /** `isItems`: the item of the `items` of `list`, not of an array. */
  constructor(value: unknown, document: TextDocument | undefined, list?: Part, isItems = false, index = 0) {
    this.value = value;
    this.document = document;
    this.#list = list;
    this.#isItems = isItems;
    this.#index = index;
  }

  /** From the document's root. */
  path(): Path {
    if (this.#list === undefined) return [];
    return this.#isItems ? [...this.#list.path(), "items", this.#index] : [...this.#list.path(), this.#index];
  }
}

const NOWHERE: Origin = { locate: () => undefined };

/** Kinds that have no namespace. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set(["Namespace", "Node"]);

export class Load implements IssueSink {
  readonly objects: ReadObjects = {
    namespaces: [],
    pods: [],
    nodes: [],
    services: [],
    endpointSlices: [],
    workloads: [],
    networkPolicies: [],
    unmodelled: [],
    skipped: new Map(),
  };
  readonly issues: Issue[] = [];
  readonly caveats: Caveat[] = [];
  readonly #defaultNamespace: string;
  /** By kind, namespace and name: where the first one was. */
  readonly #seen = new Map<string, Map<string, Map<string, Origin>>>();
  /** How many objects have been named from a `generateName`. */
  readonly #generated = new Map<string, number>();
  #count = 0;

  constructor(defaultNamespace: string) {
    this.#defaultNamespace = defaultNamespace;
  }

  /** Takes an issue; past the limit it ends the load. */
  push(issue: Issue): void {
    this.issues.push(issue);
    if (this.issues.length >= LIMITS.issues) {
      this.issues.push({ code: "limit-exceeded", message: `stopped after ${LIMITS.issues} problems`, path: [] });
      throw new LimitReached();
    }
  }

  /** Counts one object, text or iterable; past the limit it ends the load. */
  count(): void {
    if (++this.#count <= LIMITS.objects) return;
    this.issues.push({ code: "limit-exceeded", message: `more than ${LIMITS.objects} objects`, path: [] });
    throw new LimitReached();
  }

  /** @throws NetverdictError with every issue, where there is one. */
  finish(): ReadObjects & { caveats: Caveat[] } {
    checkAddresses(this.objects, this.issues);
    if (this.issues.length > 0) throw new NetverdictError(this.issues);
    const { skipped } = this.objects;
    if (skipped.size > 0) {
      const kinds = [...skipped].map(([kind, count]) => `${count} ${kind}`).join(", ");
      this.caveats.push({ code: "skipped-kinds", message: `skipped, because no verdict depends on them: ${kinds}` });
    }
    return { ...this.objects, caveats: this.caveats };
  }

  /** Adds a document of a text, or with `document` undefined a JavaScript object. */
  add(value: unknown, document: TextDocument | undefined): void {
    this.#addPart(new Part(value, document), undefined, 0);
  }

  #addPart(part: Part, inherited: { apiVersion: string; kind: string } | undefined, depth: number): void {
    const { value } = part;
    if (depth > LIMITS.depth) {
      this.#fail(part, "limit-exceeded", `lists are nested deeper than ${LIMITS.depth} levels`);
      throw new LimitReached();
    }
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        this.#addPart(new Part(value[i], part.document, part, false, i), inherited, depth + 1);
      }
      return;
    }
    this.count();
    if (!isRecord(value)) {
      this.#fail(part, "invalid-object", `a Kubernetes object must be a mapping, not ${typeName(value)}`);
      return;
    }
    const apiVersion = value.apiVersion ?? inherited?.apiVersion;
    const kind = value.kind ?? inherited?.kind;
    if (!isText(apiVersion) || !isText(kind)) {
      const [key, wrong] = isText(apiVersion) ? ["kind", kind] : ["apiVersion", apiVersion];
      const isMissing = wrong === undefined || wrong === null || wrong === "";
      if (isMissing) this.#fail(part, "invalid-object", `not a Kubernetes object: \`${key}\` is missing`, key);
      else this.#fail(part, "invalid-type", `must be a string, not ${typeName(wrong)}`, key);
      return;
    }
    if (isList(kind, value)) this.#addList(part, value, apiVersion, kind, depth);
    else this.#addObject(part, value, apiVersion, kind);
  }

  #addList(part: Part, list: Readonly<Record<string, unknown>>, apiVersion: string, kind: string, depth: number): void {
    const items = list.items;
    if (items === null) return; // Go writes an empty list so
    if (!Array.isArray(items)) {
      if (items === undefined) this.#fail(part, "required", `a ${kind} needs \`items\``, "items");
      else this.#fail(part, "invalid-type", `\`items\` must be a list, not ${typeName(items)}`, "items");
      return;
    }
    // Items of a typed list may leave out what the list says.
    const inherited = kind === "List" ? undefined : { apiVersion, kind: kind.slice(0, -"List".length) };
    for (let i = 0; i < items.length; i++) {
      this.#addPart(new Part(items[i], part.document, part, true, i), inherited, depth + 1);
    }
  }

  #addObject(part: Part, value: Readonly<Record<string, unknown>>, apiVersion: string, kind: string): void {
    const classification = classify(apiVersion, kind);
    if (classification.do === "skip") {
      const { skipped } = this.objects;
      skipped.set(kind, (skipped.get(kind) ?? 0) + 1);
      return;
    }
    const clusterScoped = classification.do === "name" ? classification.clusterScoped : CLUSTER_KINDS.has(kind);
    const metadata = isRecord(value.metadata) ? value.metadata : {};
    const generated = !isText(metadata.name) && isText(metadata.generateName);
    const namespace = clusterScoped ? "" : textOr(metadata.namespace, this.#defaultNamespace);
    let name = textOr(metadata.name, textOr(metadata.generateName, ""));
    if (generated) name = this.#uniqueName(kind, namespace, name);
    const reference: ObjectReference = clusterScoped ? { kind, name } : { kind, namespace, name };

    if (classification.do === "refuse") {
      this.#fail(part, "unsupported-api-version", classification.message, "apiVersion", reference);
      return;
    }
    const origin =
      part.document?.origin(part.path(), kind === "NetworkPolicy" && classification.do === "read") ?? NOWHERE;
    if (classification.do === "name") {
      this.objects.unmodelled.push({ reference, namespace, origin });
      return;
    }
    this.#checkDuplicate(kind, namespace, name, origin, part, reference);
    const root = new Fields(new PartSubject(part, reference, this), value);
    this.#readKind(classification.kind, { root, metadata: root.object("metadata"), name, namespace, origin });
  }

  #readKind(kind: ModelledKind, context: ObjectContext): void {
    const { objects } = this;
    switch (kind) {
      case "Namespace":
        objects.namespaces.push(readNamespace(context));
        return;
      case "Pod":
        objects.pods.push(readPod(context));
        return;
      case "Node":
        objects.nodes.push(readNode(context));
        return;
      case "Service":
        pushDefined(objects.services, readService(context));
        return;
      case "EndpointSlice":
        pushDefined(objects.endpointSlices, readEndpointSlice(context));
        return;
      case "NetworkPolicy":
        pushDefined(objects.networkPolicies, readNetworkPolicy(context, this.caveats));
        return;
      default:
        pushDefined(objects.workloads, readWorkload(context, kind));
    }
  }

  #seenOf(kind: string, namespace: string): Map<string, Origin> {
    const namespaces = this.#seen.get(kind) ?? new Map<string, Map<string, Origin>>();
    const names = namespaces.get(namespace) ?? new Map<string, Origin>();
    if (names.size === 0) this.#seen.set(kind, namespaces.set(namespace, names));
    return names;
  }

  #checkDuplicate(
    kind: string,
    namespace: string,
    name: string,
    origin: Origin,
    part: Part,
    object: ObjectReference,
  ): void {
    if (name === "") return;
    const seen = this.#seenOf(kind, namespace);
    const first = seen.get(name);
    if (first === undefined) {
      seen.set(name, origin);
      return;
    }
    const place = first.locate([]);
    const where = place === undefined ? "" : ` at ${place.file ?? "<input>"}:${place.line}:${place.column}`;
    this.#fail(
      part,
      "duplicate-object",
      `the same object is given twice: first${where || " before this one"}`,
      undefined,
      object,
    );
  }

  /**
   * The server makes names from `generateName`; here the first object gets it as it stands, the next ones with a suffix
   * that no real name can have.
   */
  #uniqueName(kind: string, namespace: string, generateName: string): string {
    const key = `${kind}/${namespace}/${generateName}`;
    const count = (this.#generated.get(key) ?? 0) + 1;
    this.#generated.set(key, count);
    return count === 1 ? generateName : `${generateName}~${count}`;
  }

  #fail(part: Part, code: Issue["code"], message: string, key?: string, reference?: ObjectReference): void {
    // A problem that has no object to name it by has its path from the document's root.
    const inner = key === undefined ? [] : [key];
    const path = [...part.path(), ...inner];
    const subject = { issues: this, ...(reference && { reference }) };
    report(subject, code, message, reference ? inner : path, part.document?.locate(path));
  }
}

class PartSubject implements Subject {
  readonly reference: ObjectReference;
  readonly issues: IssueSink;
  readonly #part: Part;

  constructor(part: Part, reference: ObjectReference, issues: IssueSink) {
    this.#part = part;
    this.reference = reference;
    this.issues = issues;
  }

  locate(path: Path, atKey?: boolean): Source | undefined {
    return this.#part.document?.locate([...this.#part.path(), ...path], atKey);
  }
}

function readNamespace(context: ObjectContext): NamespaceObject {
  const { name, namespace, origin } = context;
  return { kind: "Namespace", namespace, name, labels: readMetadata(context, "label"), origin };
}

/** `List`, and any `XxxList` that has no name of its own (a custom kind may end in "List"). */
function isList(kind: string, value: Readonly<Record<string, unknown>>): boolean {
  if (kind === "List") return true;
  if (!kind.endsWith("List")) return false;
  const metadata = value.metadata;
  return !(isRecord(metadata) && isText(metadata.name));
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const textOr = (value: unknown, absent: string): string => (isText(value) ? value : absent);

function pushDefined<T>(into: T[], value: T | undefined): void {
  if (value !== undefined) into.push(value);
}
