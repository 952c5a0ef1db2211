/** Reads a section of sources: the objects and options that a state was loaded from, as they were after reading. */
import { parsePrefix } from "../address.ts";
import { checkChoice } from "../cni/choose.ts";
import type { CniChoice } from "../cni/types.ts";
import type { Path, Source } from "../errors.ts";
import type { Labels, LoadedObjects, Origin, PodShape, Prefix } from "../read/objects.ts";
import { labelsFrom } from "../read/selectors.ts";
import { sourceAt } from "../read/text.ts";
import type { LoadOptions } from "../types.ts";
import { damaged } from "./format.ts";
import { parseJson } from "./parts.ts";
import { isPosition, objectShapes, sectionShape } from "./source-shapes.ts";
import {
  defaults,
  SHARED_FIELDS,
  SOURCE_LISTS,
  type SourceList,
  type Sources,
  type StoredObject,
  type StoredPlace,
} from "./sources.ts";

export interface ReadSources {
  readonly objects: LoadedObjects;
  readonly options: LoadOptions;
  /** What the option `cni` came to; undefined where it was not given. */
  readonly cni: readonly CniChoice[] | undefined;
}

/** @throws NetverdictError `invalid-snapshot` */
export function readSources(bytes: Uint8Array): ReadSources {
  const sources = parseJson(bytes, sectionShape()) as Sources;
  const { options, files, shared, skipped, serviceCalls, podMakers, serviceRanges, caveats } = sources;
  const shapes = objectShapes();
  const usual = defaults();
  const lists: Record<string, readonly object[]> = {};
  for (const list of SOURCE_LISTS) {
    lists[list] = sources[list].map((stored) => {
      const { at, ...fields } = list === "pods" ? unshared(stored, shared) : stored;
      const object = { ...usual[list], ...fields };
      if (!shapes[list](object)) throw damaged("an object of its sources does not hold what it should");
      return { ...withPrefixes(list, object), ...withLabels(object), origin: new StoredOrigin(at, files) };
    });
  }
  const objects = lists as unknown as Pick<LoadedObjects, SourceList>;
  return {
    // The names of skipped objects are there for updates alone.
    objects: {
      ...objects,
      skipped: new Map(Object.entries(skipped)),
      skippedNames: [],
      serviceCalls: new Map(Object.entries(serviceCalls)),
      podMakers: new Map(Object.entries(podMakers)),
      serviceRanges: new Map(Object.entries(serviceRanges)),
      caveats,
    },
    options,
    cni: sources.cni?.map(choiceOf),
  };
}

/** A pod with what it shares with others in its place. */
function unshared(pod: StoredObject, shared: readonly object[]): StoredObject {
  const fields = Object.entries(pod).map(([key, value]) => {
    if (!SHARED_FIELDS.has(key) || typeof value !== "number") return [key, value];
    const found = shared[value];
    if (found === undefined) throw damaged("a pod shares what is not there");
    return [key, found];
  });
  return Object.fromEntries(fields);
}

/** Labels and annotations are looked up by any key, so they inherit none, as in what readers make. */
function withLabels({ labels, annotations, template }: Readonly<Record<string, unknown>>): object {
  return {
    ...(labels !== undefined && { labels: labelsFrom(labels as Labels) }),
    ...(annotations !== undefined && { annotations: labelsFrom(annotations as Labels) }),
    ...(template !== undefined && {
      template: { ...(template as PodShape), labels: labelsFrom((template as PodShape).labels) },
    }),
  };
}

/** Prefixes are written as text. */
function withPrefixes(list: SourceList, object: Readonly<Record<string, unknown>>): object {
  if (list !== "networkPolicies" && list !== "tierPolicies") return object;
  const { ingress, egress } = object as Readonly<Record<"ingress" | "egress", readonly StoredRule[]>>;
  return { ...object, ingress: ingress.map(ruleOf), egress: egress.map(ruleOf) };
}

interface StoredRule {
  readonly peers: readonly StoredPeer[];
}

type StoredPeer =
  | { readonly ipBlock: { readonly cidr: string; readonly except: readonly string[] } }
  | { readonly networks: readonly string[] }
  | { readonly ipBlock?: undefined; readonly networks?: undefined };

function ruleOf(rule: StoredRule): object {
  return { ...rule, peers: rule.peers.map(peerOf) };
}

function peerOf(peer: StoredPeer): object {
  if ("ipBlock" in peer && peer.ipBlock !== undefined) {
    const { cidr, except } = peer.ipBlock;
    return { ipBlock: { cidr: prefixOf(cidr), except: except.map(prefixOf) } };
  }
  if ("networks" in peer && peer.networks !== undefined) return { networks: peer.networks.map(prefixOf) };
  return peer;
}

function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw damaged(`\`${text}\` is no prefix`);
  return prefix;
}

function choiceOf(choice: CniChoice): CniChoice {
  try {
    return checkChoice(choice);
  } catch {
    throw damaged("its CNI plugin is none that there is");
  }
}

class StoredOrigin implements Origin {
  readonly file?: string;
  readonly #position: unknown;

  constructor(at: StoredPlace | undefined, files: readonly string[]) {
    if (at === undefined) return;
    const [file, ...position] = at;
    const name = files[file];
    if (name !== undefined) this.file = name;
    this.#position = position;
  }

  locate(path: Path): Source | undefined {
    if (this.#position === undefined) return undefined;
    let [line, column, children] = positionOf(this.#position);
    for (const step of path) {
      const child = childAt(children, step);
      if (child === undefined) break;
      [line, column, children] = positionOf(child);
    }
    return sourceAt(this.file, line, column);
  }
}

function childAt(children: unknown, step: string | number): unknown {
  if (Array.isArray(children)) return typeof step === "number" ? children[step] : undefined;
  if (typeof children !== "object" || children === null) return undefined;
  return Object.hasOwn(children, step) ? (children as Readonly<Record<string, unknown>>)[step] : undefined;
}

function positionOf(value: unknown): readonly [number, number, unknown?] {
  if (isPosition(value)) return value;
  throw damaged("a position of its sources is none");
}
