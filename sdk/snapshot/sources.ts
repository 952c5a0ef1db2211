/**
 * The section of sources: what a snapshot's tables were compiled from, as JSON. Fields that say nothing are left out. It is
 * written of checked objects and not of manifests, which nobody keeps; places in texts are kept without the texts.
 */
import { formatPrefix } from "../address.ts";
import type { CniChoice } from "../cni/types.ts";
import type { Labels, LoadedObjects, Origin, PositionTree, Prefix, ServiceCall } from "../read/objects.ts";
import type { FullState, Internals } from "../state.ts";
import type { Caveat, LoadOptions } from "../types.ts";

export const SOURCE_LISTS = [
  "namespaces",
  "pods",
  "nodes",
  "services",
  "endpointSlices",
  "endpoints",
  "workloads",
  "networkPolicies",
  "tierPolicies",
  "unmodelled",
] as const;
export type SourceList = (typeof SOURCE_LISTS)[number];

/** Where an object was written: the file's index, or -1, and its position with those inside. */
export type StoredPlace = readonly [file: number, ...position: PositionTree];

/** Fields of pods that are written as an index into `shared`: most pods have them from a template. */
export const SHARED_FIELDS: ReadonlySet<string> = new Set(["labels", "ports", "owners", "hostIPs"]);
/** Larger ones are written where they are, so that bytes and what they stand for remain in proportion. */
export const SHARED_ENTRIES = 32;

/** An object without what `defaults` has; prefixes as text, and `at` for its origin. */
export type StoredObject = Readonly<Record<string, unknown>> & { readonly at?: StoredPlace };

export interface Sources extends Readonly<Record<SourceList, readonly StoredObject[]>> {
  readonly options: Omit<LoadOptions, "cni">;
  /** What the option `cni` came to. */
  readonly cni?: readonly CniChoice[];
  readonly files: readonly string[];
  /** What pods have in common. */
  readonly shared: readonly object[];
  /** Objects of kinds that no verdict depends on, counted by kind. */
  readonly skipped: Readonly<Record<string, number>>;
  /** What of them calls Services. */
  readonly serviceCalls: Readonly<Record<string, readonly ServiceCall[]>>;
  readonly podMakers: Readonly<Record<string, string>>;
  readonly serviceRanges: Readonly<Record<string, readonly string[]>>;
  readonly caveats: readonly Caveat[];
}

/** What is not written, because most objects have it. Made when asked for: nothing is done at import. */
export function defaults(): Readonly<Record<SourceList, Readonly<Record<string, unknown>>>> {
  const named = { namespace: "", labels: {}, annotations: {} };
  return {
    namespaces: { ...named, kind: "Namespace" },
    pods: {
      ...named,
      kind: "Pod",
      hostNetwork: false,
      nodeName: undefined,
      ownDNS: false,
      ports: [],
      owners: [],
      finished: false,
      terminating: false,
      ready: undefined,
      ips: [],
      hostIPs: [],
      serviceRanges: undefined,
    },
    nodes: { ...named, kind: "Node", addresses: [], podCIDRs: [] },
    services: {
      ...named,
      kind: "Service",
      type: "ClusterIP",
      headless: false,
      ports: [],
      publishNotReadyAddresses: false,
      addresses: [],
      externalAddresses: [],
    },
    endpointSlices: { ...named, kind: "EndpointSlice", addressType: "IPv4", endpoints: [], ports: [] },
    endpoints: { ...named, kind: "Endpoints", slices: [] },
    workloads: { ...named, owners: [], replicas: 1, firstOrdinal: 0, indexed: false },
    networkPolicies: { ...named, kind: "NetworkPolicy", podSelector: [], ingress: [], egress: [] },
    tierPolicies: { ...named, priority: 0, ingress: [], egress: [] },
    unmodelled: { namespace: "", annotations: {} },
  };
}

/** The section of a state. */
export function encodeSources(full: FullState, enforcement: Internals["enforcement"]): Uint8Array {
  const { defaultNamespace, podCIDRs, undeclaredNamespaces, domains } = full.options;
  const files = new Map<string, number>();
  const shared = new SharedValues();
  const usual = defaults();
  const listOf = (list: SourceList): StoredObject[] =>
    full.objects[list].map((object) => {
      const stored = storedObject(object, usual[list], files);
      return list === "pods" ? shared.replaceIn(stored) : stored;
    });
  const lists: Record<string, readonly StoredObject[]> = {};
  for (const list of SOURCE_LISTS) lists[list] = listOf(list);
  const { skipped, serviceCalls, podMakers, serviceRanges, caveats }: LoadedObjects = full.objects;
  const sources: Sources = {
    options: {
      ...(defaultNamespace !== undefined && { defaultNamespace }),
      ...(podCIDRs !== undefined && { podCIDRs }),
      ...(undeclaredNamespaces !== undefined && { undeclaredNamespaces }),
      ...(domains !== undefined && { domains }),
    },
    ...(enforcement !== undefined && { cni: enforcement.choices }),
    files: [...files.keys()],
    shared: shared.values,
    ...(lists as Pick<Sources, SourceList>),
    skipped: Object.fromEntries(skipped),
    serviceCalls: Object.fromEntries(serviceCalls),
    podMakers: Object.fromEntries(podMakers),
    serviceRanges: Object.fromEntries(serviceRanges),
    caveats,
  };
  return new TextEncoder().encode(
    JSON.stringify(sources, (_, value) => (isPrefix(value) ? formatPrefix(value) : value)),
  );
}

/** Each distinct value once. */
class SharedValues {
  readonly values: object[] = [];
  readonly #indices = new Map<string, number>();

  replaceIn(stored: StoredObject): StoredObject {
    const fields = Object.entries(stored).map(([key, value]) => [
      key,
      SHARED_FIELDS.has(key) ? this.#of(value) : value,
    ]);
    return Object.fromEntries(fields);
  }

  #of(value: unknown): unknown {
    if (typeof value !== "object" || value === null || Object.keys(value).length > SHARED_ENTRIES) return value;
    const text = JSON.stringify(value);
    let index = this.#indices.get(text);
    if (index === undefined) {
      index = this.values.length;
      this.#indices.set(text, index);
      this.values.push(value);
    }
    return index;
  }
}

function storedObject(
  object: { readonly origin: Origin; readonly annotations: Labels },
  usual: Readonly<Record<string, unknown>>,
  files: Map<string, number>,
): StoredObject {
  const { origin, ...fields } = object;
  const said = Object.entries(fields).filter(([key, value]) => !isDefault(value, usual[key]));
  const at = placeOf(origin, files, Object.keys(object.annotations));
  return { ...Object.fromEntries(said), ...(at !== undefined && { at }) };
}

function isDefault(value: unknown, usual: unknown): boolean {
  if (value === usual || value === undefined) return true;
  return isEmpty(value) && isEmpty(usual) && Array.isArray(value) === Array.isArray(usual);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** @param ours keys of annotations */
function placeOf(origin: Origin, files: Map<string, number>, ours: readonly string[]): StoredPlace | undefined {
  const start = origin.locate([]);
  if (start === undefined) return undefined;
  let file = -1;
  if (start.file !== undefined) {
    file = files.get(start.file) ?? files.size;
    files.set(start.file, file);
  }
  const [line, column, children] = origin.positions?.() ?? [start.line, start.column];
  const kept: Record<string, PositionTree> = {};
  // Whoever asks for a place in a policy asks for one in its spec, or for an annotation that speaks to us.
  const spec = fieldOf(children, "spec");
  if (spec !== undefined) kept.spec = withoutInsides(spec);
  const metadata = fieldOf(children, "metadata");
  if (metadata !== undefined && ours.length > 0) kept.metadata = withAnnotations(metadata, ours);
  return Object.keys(kept).length === 0 ? [file, line, column] : [file, line, column, kept];
}

/** The place of a metadata with those of these annotations alone. */
function withAnnotations([line, column, children]: PositionTree, keys: readonly string[]): PositionTree {
  const annotations = fieldOf(children, "annotations");
  if (annotations === undefined) return [line, column];
  const [atLine, atColumn, all] = annotations;
  const fields = keys.flatMap((key) => {
    const place = fieldOf(all, key);
    return place === undefined ? [] : [[key, place] as const];
  });
  return [line, column, { annotations: [atLine, atColumn, Object.fromEntries(fields)] }];
}

function fieldOf(children: PositionTree[2], key: string): PositionTree | undefined {
  if (children === undefined || Array.isArray(children) || !Object.hasOwn(children, key)) return undefined;
  return (children as Readonly<Record<string, PositionTree>>)[key];
}

/** Fields whose insides nobody is told the places of: a selector is named as a whole. */
const WHOLE: ReadonlySet<string> = new Set([
  "podSelector",
  "namespaceSelector",
  "policyTypes",
  "subject",
  "namespaces",
  "nodes",
]);

function withoutInsides([line, column, children]: PositionTree): PositionTree {
  if (children === undefined) return [line, column];
  if (Array.isArray(children)) return [line, column, children.map(withoutInsides)];
  const fields = Object.entries(children as Readonly<Record<string, PositionTree>>).map(([key, child]) => {
    return [key, WHOLE.has(key) ? ([child[0], child[1]] as const) : withoutInsides(child)] as const;
  });
  return [line, column, Object.fromEntries(fields)];
}

function isPrefix(value: unknown): value is Prefix {
  return typeof value === "object" && value !== null && "address" in value && value.address instanceof Uint8Array;
}
