/**
 * One load: texts, objects and lists, taken apart into single objects, each sent to the reader of its kind.
 *
 *   input ─▶ texts ─▶ documents ─┐
 *      └──────────▶ objects ─────┴─▶ lists taken apart ─▶ classified ─▶ checked object │ named policy │ count
 */
import { type Issue, NetverdictError, type Path } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Caveat } from "../types.ts";
import { settleAddresses } from "./addresses.ts";
import { readEndpointSlice } from "./endpoint-slice.ts";
import { readEndpoints } from "./endpoints.ts";
import { Fields, isRecord, type Raw, report, typeName } from "./fields.ts";
import { CLUSTER_KINDS, type Classification, classify, groupOf, type ModelledKind, TIER_KINDS } from "./kinds.ts";
import { isList, isText } from "./lists.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import { readNetworkPolicy } from "./network-policy.ts";
import { whatTextIs, whyNoObject } from "./no-object.ts";
import { readNode } from "./node.ts";
import {
  type LoadedObjects,
  type NamespaceObject,
  noObjects,
  type Origin,
  type ReadObjects,
  type ServiceCall,
} from "./objects.ts";
import { readPod } from "./pod.ts";
import { makesPods } from "./pod-makers.ts";
import { readService } from "./service.ts";
import { isEntrance, namesServices, readServiceCalls } from "./service-calls.ts";
import { namesServiceRanges, readServiceRanges } from "./service-ranges.ts";
import type { IssueSink, TextDocument } from "./text.ts";
import { readTierPolicy } from "./tier-policy.ts";
import { readWorkload } from "./workload.ts";

/** Thrown inside a load when a limit of the whole load is passed; its issue has been reported. */
export class LimitReached extends Error {}

const NOWHERE: Origin = { locate: () => undefined };
const NO_PATH: Path = [];

/** What a load knows of one kind. */
class KindState {
  /** What is to be done with objects of this version; the one seen last, which is mostly the only one. */
  apiVersion: string;
  classification: Classification;
  /** By namespace and name: where the first one was. */
  readonly seen = new Map<string, Map<string, Origin>>();

  constructor(apiVersion: string, classification: Classification) {
    this.apiVersion = apiVersion;
    this.classification = classification;
  }
}

/** Is shown an object as it was given, with the name that it goes by; what a list says of its items counts as theirs. */
export type Watch = (apiVersion: string, kind: string, object: Raw, name: string) => void;

/** Kinds of which places inside are asked for after loading. */
const POLICY_KINDS: ReadonlySet<string> = new Set(["NetworkPolicy", ...TIER_KINDS]);

export class Load implements IssueSink {
  readonly objects: ReadObjects = noObjects();
  readonly issues: Issue[] = [];
  readonly #policyCaveats: Caveat[] = [];
  readonly #tierCaveats: Caveat[] = [];
  readonly #defaultNamespace: string;
  readonly #watch: Watch | undefined;
  readonly #kinds = new Map<string, KindState>();
  readonly #fields: Fields = new Fields(this);
  /** How many objects have been named from a `generateName`. */
  readonly #generated = new Map<string, number>();
  #count = 0;
  /** The text that objects come from, and the path in it of the value at hand. */
  #document: TextDocument | undefined;
  readonly #path: (string | number)[] = [];

  constructor(defaultNamespace: string, watch?: Watch) {
    this.#defaultNamespace = defaultNamespace;
    this.#watch = watch;
  }

  /** Those of NetworkPolicies first, wherever the policies stand: so they are after updates too. */
  get caveats(): readonly Caveat[] {
    return [...this.#policyCaveats, ...this.#tierCaveats];
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
  finish(): LoadedObjects {
    const pods = settleAddresses(this.objects, this.issues);
    if (this.issues.length > 0) throw new NetverdictError(this.issues);
    return { ...this.objects, pods, caveats: [...this.caveats, ...skippedKinds(this.objects.skipped)] };
  }

  /** Adds a document of a text, or with `document` undefined a JavaScript object. */
  add(value: unknown, document: TextDocument | undefined): void {
    this.#document = document;
    if (this.#path.length > 0) this.#path.length = 0;
    this.#addValue(value, undefined, 0);
  }

  #addValue(value: unknown, inherited: { apiVersion: string; kind: string } | undefined, depth: number): void {
    if (depth > LIMITS.depth) {
      this.#fail("limit-exceeded", `lists are nested deeper than ${LIMITS.depth} levels`);
      throw new LimitReached();
    }
    if (Array.isArray(value)) {
      this.#addItems(value, inherited, depth);
      return;
    }
    this.count();
    if (!isRecord(value)) {
      const hint = typeof value === "string" ? whatTextIs(value) : "";
      this.#fail("invalid-object", `a Kubernetes object must be a mapping, not ${typeName(value)}${hint}`);
      return;
    }
    const kind = value.kind ?? inherited?.kind;
    // A List says all that is needed by its kind.
    const apiVersion = value.apiVersion ?? inherited?.apiVersion ?? (kind === "List" ? "v1" : undefined);
    if (!isText(apiVersion) || !isText(kind)) {
      const [key, wrong] = isText(apiVersion) ? ["kind", kind] : ["apiVersion", apiVersion];
      const isMissing = wrong === undefined || wrong === null || wrong === "";
      if (isMissing) this.#fail("invalid-object", `not a Kubernetes object: \`${key}\` is missing`, key);
      else this.#fail("invalid-type", `must be a string, not ${typeName(wrong)}`, key);
      return;
    }
    const reason = whyNoObject(apiVersion, kind, value);
    if (reason !== undefined)
      this.#fail("invalid-object", isText(value.message) ? `${reason}: ${value.message}` : reason);
    else if (isList(value, apiVersion, kind)) this.#addList(value, apiVersion, kind, depth);
    else this.#addObject(value, apiVersion, kind);
  }

  #addItems(
    items: readonly unknown[],
    inherited: { apiVersion: string; kind: string } | undefined,
    depth: number,
  ): void {
    const step = this.#path.length;
    for (let i = 0; i < items.length; i++) {
      this.#path[step] = i;
      this.#addValue(items[i], inherited, depth + 1);
    }
    this.#path.length = step;
  }

  #addList(list: Raw, apiVersion: string, kind: string, depth: number): void {
    const items = list.items;
    if (items === null) return; // Go writes an empty list so
    if (!Array.isArray(items)) {
      if (items === undefined) this.#fail("required", `a ${kind} needs \`items\``, "items");
      else this.#fail("invalid-type", `\`items\` must be a list, not ${typeName(items)}`, "items");
      return;
    }
    const continued = isRecord(list.metadata) ? list.metadata.continue : undefined;
    if (isText(continued)) {
      const message = "this is a part of a list, and the rest of it is missing: ask for all of it at once";
      this.#fail("invalid-object", message, "metadata", "continue");
      return;
    }
    // Items of a typed list may leave out what the list says.
    const itemKind = kind.endsWith("List") ? kind.slice(0, -"List".length) : "";
    const inherited = itemKind === "" ? undefined : { apiVersion, kind: itemKind };
    this.#path.push("items");
    this.#addItems(items, inherited, depth);
    this.#path.pop();
  }

  #addObject(value: Raw, apiVersion: string, kind: string): void {
    const state = this.#kindState(apiVersion, kind);
    const { classification } = state;
    if (classification.do === "skip") {
      this.#skip(value, apiVersion, kind);
      return;
    }
    const clusterScoped = classification.do === "name" ? classification.clusterScoped : CLUSTER_KINDS.has(kind);
    const metadata = isRecord(value.metadata) ? value.metadata : undefined;
    const namespace = clusterScoped ? "" : textOr(metadata?.namespace, this.#defaultNamespace);
    const name = this.#nameOf(metadata, kind, namespace);
    this.#watch?.(apiVersion, kind, value, name);

    const fields = this.#fields;
    const document = this.#document;
    const path = document === undefined ? NO_PATH : [...this.#path];
    fields.start(kind, clusterScoped ? undefined : namespace, name, document, path);
    if (classification.do === "refuse") {
      fields.fail("unsupported-api-version", classification.message, classification.key);
      return;
    }
    const origin = document?.origin(path, POLICY_KINDS.has(kind) && classification.do === "read") ?? NOWHERE;
    if (classification.do === "name") {
      const annotations = readAnnotations({ metadata });
      const group = groupOf(apiVersion);
      const reach = isOfMesh(group, namespace) ? "" : namespace;
      this.objects.unmodelled.push({ reference: fields.reference, group, namespace: reach, annotations, origin });
      return;
    }
    this.#checkDuplicate(state, namespace, name, origin);
    if (metadata === undefined) fields.object(value.metadata, "metadata");
    this.#readKind(classification.kind, { fields, root: value, metadata, name, namespace, origin });
  }

  #skip(value: Raw, apiVersion: string, kind: string): void {
    const { skipped, skippedNames, serviceCalls, podMakers, serviceRanges } = this.objects;
    skipped.set(kind, (skipped.get(kind) ?? 0) + 1);
    const { namespace, name, generateName } = isRecord(value.metadata) ? value.metadata : {};
    const known = textOr(name, textOr(generateName, ""));
    this.#watch?.(apiVersion, kind, value, known);
    const space = textOr(namespace, this.#defaultNamespace);
    const key = `${kind}/${groupOf(apiVersion)}/${space}/${known}`;
    skippedNames.push(key);
    if (makesPods(apiVersion, kind)) podMakers.set(key, space);
    const saysRanges = namesServiceRanges(apiVersion, kind);
    if (!saysRanges && !namesServices(apiVersion, kind)) return;
    this.#fields.start(
      kind,
      isEntrance(kind) ? space : undefined,
      known,
      this.#document,
      this.#document === undefined ? NO_PATH : [...this.#path],
    );
    if (saysRanges) {
      serviceRanges.set(key, readServiceRanges(this.#fields, value));
      return;
    }
    const calls = readServiceCalls(this.#fields, kind, value);
    if (calls.length > 0) serviceCalls.set(key, this.#annotated(calls, value));
  }

  #annotated(calls: readonly ServiceCall[], { metadata }: Raw): readonly ServiceCall[] {
    const annotations = readAnnotations({ metadata: isRecord(metadata) ? metadata : undefined });
    if (Object.keys(annotations).length === 0) return calls;
    const source = this.#fields.source("metadata", "annotations");
    return calls.map((call) => ({ ...call, annotated: { annotations, ...(source && { source }) } }));
  }

  #kindState(apiVersion: string, kind: string): KindState {
    const state = this.#kinds.get(kind);
    if (state === undefined) {
      const added = new KindState(apiVersion, classify(apiVersion, kind));
      this.#kinds.set(kind, added);
      return added;
    }
    if (state.apiVersion !== apiVersion) {
      state.apiVersion = apiVersion;
      state.classification = classify(apiVersion, kind);
    }
    return state;
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
      case "Endpoints":
        objects.endpoints.push(readEndpoints(context));
        return;
      case "NetworkPolicy":
        pushDefined(objects.networkPolicies, readNetworkPolicy(context, this.#policyCaveats));
        return;
      case "ClusterNetworkPolicy":
      case "AdminNetworkPolicy":
      case "BaselineAdminNetworkPolicy":
        pushDefined(objects.tierPolicies, readTierPolicy(context, kind, this.#tierCaveats));
        return;
      default:
        pushDefined(objects.workloads, readWorkload(context, kind));
    }
  }

  #checkDuplicate(state: KindState, namespace: string, name: string, origin: Origin): void {
    if (name === "") return;
    let names = state.seen.get(namespace);
    if (names === undefined) {
      names = new Map();
      state.seen.set(namespace, names);
    }
    const first = names.get(name);
    if (first === undefined) names.set(name, origin);
    else {
      const place = first.locate([]);
      const where =
        place === undefined ? " before this one" : ` at ${place.file ?? "<input>"}:${place.line}:${place.column}`;
      this.#fields.fail("duplicate-object", `the same object is given twice: first${where}`);
    }
  }

  #nameOf(metadata: Raw | undefined, kind: string, namespace: string): string {
    if (metadata === undefined) return "";
    if (isText(metadata.name)) return metadata.name;
    return isText(metadata.generateName) ? this.#uniqueName(kind, namespace, metadata.generateName) : "";
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

  /** Reports a problem that has no object to name it by: its path is from the document's root. */
  #fail(code: Issue["code"], message: string, ...keys: readonly string[]): void {
    const path = [...this.#path, ...keys];
    report(this, undefined, code, message, path, this.#document?.locate(path));
  }
}

/** What a state says of the objects that were skipped, by kind. */
export function skippedKinds(skipped: ReadonlyMap<string, number>): Caveat[] {
  if (skipped.size === 0) return [];
  const kinds = [...skipped].map(([kind, count]) => `${count} ${kind}`).join(", ");
  return [{ code: "skipped-kinds", message: `skipped, because no verdict depends on them: ${kinds}` }];
}

function readNamespace(context: ObjectContext): NamespaceObject {
  const { name, namespace, origin } = context;
  const labels = readMetadata(context, "label");
  return { kind: "Namespace", namespace, name, labels, annotations: readAnnotations(context), origin };
}

const textOr = (value: unknown, absent: string): string => (isText(value) ? value : absent);

/** Policies of a mesh in its own namespace hold for all namespaces. [Istio, AuthorizationPolicy; Kuma, MeshTrafficPermission] */
const isOfMesh = (group: string, namespace: string): boolean =>
  (group === "security.istio.io" && namespace === "istio-system") ||
  (group === "kuma.io" && namespace === "kuma-system");

function pushDefined<T>(into: T[], value: T | undefined): void {
  if (value !== undefined) into.push(value);
}
