/** Single objects, each classified and sent to the reader of its kind: checked object │ named policy │ count. */
import type { Path } from "../errors.ts";
import type { Caveat } from "../types.ts";
import { readEndpointSlice } from "./endpoint-slice.ts";
import { readEndpoints } from "./endpoints.ts";
import { Fields, isRecord, type Raw } from "./fields.ts";
import { CLUSTER_KINDS, type Classification, classify, groupOf, type ModelledKind, TIER_KINDS } from "./kinds.ts";
import { isText } from "./lists.ts";
import { type ObjectContext, readAnnotations, readMetadata } from "./metadata.ts";
import { readNetworkPolicy } from "./network-policy.ts";
import { readNode } from "./node.ts";
import { type NamespaceObject, noObjects, type Origin, type ReadObjects, type ServiceCall } from "./objects.ts";
import { readPod } from "./pod.ts";
import { makesPods } from "./pod-makers.ts";
import { readService } from "./service.ts";
import { isEntrance, namesServices, readServiceCalls } from "./service-calls.ts";
import { namesServiceRanges, readServiceRanges } from "./service-ranges.ts";
import type { IssueSink, TextDocument } from "./text.ts";
import { readTierPolicy } from "./tier-policy.ts";
import { readWorkload } from "./workload.ts";

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

export class ObjectReader {
  readonly objects: ReadObjects = noObjects();
  readonly #policyCaveats: Caveat[] = [];
  readonly #tierCaveats: Caveat[] = [];
  readonly #defaultNamespace: string;
  readonly #watch: Watch | undefined;
  readonly #kinds = new Map<string, KindState>();
  readonly #fields: Fields;
  /** How many objects have been named from a `generateName`. */
  readonly #generated = new Map<string, number>();

  constructor(issues: IssueSink, defaultNamespace: string, watch: Watch | undefined) {
    this.#fields = new Fields(issues);
    this.#defaultNamespace = defaultNamespace;
    this.#watch = watch;
  }

  /** Those of NetworkPolicies first, wherever the policies stand: so they are after updates too. */
  get caveats(): readonly Caveat[] {
    return [...this.#policyCaveats, ...this.#tierCaveats];
  }

  /** Takes an object in; `path` is where it stands in the document, if it comes from one. */
  add(value: Raw, apiVersion: string, kind: string, document: TextDocument | undefined, path: Path): void {
    const state = this.#kindState(apiVersion, kind);
    const { classification } = state;
    if (classification.do === "skip") {
      this.#skip(value, apiVersion, kind, document, path);
      return;
    }
    const clusterScoped = classification.do === "name" ? classification.clusterScoped : CLUSTER_KINDS.has(kind);
    const metadata = isRecord(value.metadata) ? value.metadata : undefined;
    const namespace = clusterScoped ? "" : textOr(metadata?.namespace, this.#defaultNamespace);
    const name = this.#nameOf(metadata, kind, namespace);
    this.#watch?.(apiVersion, kind, value, name);

    const fields = this.#fields;
    const place = document === undefined ? NO_PATH : [...path];
    fields.start(kind, clusterScoped ? undefined : namespace, name, document, place);
    if (classification.do === "refuse") {
      fields.fail("unsupported-api-version", classification.message, classification.key);
      return;
    }
    const origin = document?.origin(place, POLICY_KINDS.has(kind) && classification.do === "read") ?? NOWHERE;
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

  #skip(value: Raw, apiVersion: string, kind: string, document: TextDocument | undefined, path: Path): void {
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
      document,
      document === undefined ? NO_PATH : [...path],
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
