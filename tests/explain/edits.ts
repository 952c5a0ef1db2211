/** Manifests changed as an explanation says, for tests that ask the engine again. */
import type { Explanation } from "../../bindings/inline.ts";
import type { IPBlock, NetworkPolicy, PlainObject, PolicyPeer, PolicyPort, PolicyRule } from "../reference/objects.ts";

export type Direction = "egress" | "ingress";
type NearMiss = Explanation["ingress"]["nearMisses"][number];
type Miss = NearMiss["misses"][number];
type Reference = NearMiss["policy"];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A peer that nothing is. */
export const NOBODY: PolicyPeer = { podSelector: { matchLabels: { "nobody.example/has": "this" } } };

/** Whether an object is the one that is referred to; one without a namespace is in the default one. */
export function isOf(object: PlainObject, { kind, namespace, name }: Reference, defaultNamespace: string): boolean {
  const own = object.metadata.namespace || defaultNamespace;
  return object.kind === kind && object.metadata.name === name && (namespace === undefined || namespace === own);
}

/** Objects as they are once a change has been applied. */
export function applied(
  objects: readonly PlainObject[],
  { apply, remove }: Pick<Explanation["changes"][number], "apply" | "remove">,
  defaultNamespace: string,
): object[] {
  const gone = [...apply.map((one) => referenceOf(one as PlainObject)), ...remove];
  return [...objects.filter((object) => !gone.some((one) => isOf(object, one, defaultNamespace))), ...apply];
}

const referenceOf = ({ kind, metadata: { namespace, name } }: PlainObject): Reference => ({
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

/** The objects with the rules of one direction of a policy changed; its types stay what they are. */
export function withRules(
  objects: readonly PlainObject[],
  policy: Reference,
  direction: Direction,
  defaultNamespace: string,
  change: (rule: PolicyRule, index: number) => PolicyRule,
): PlainObject[] {
  return objects.map((object) => {
    if (!isOf(object, policy, defaultNamespace)) return object;
    const { spec } = object as NetworkPolicy;
    const written = spec?.policyTypes ?? [];
    const types = written.length > 0 ? written : ["Ingress", ...((spec?.egress ?? []).length > 0 ? ["Egress"] : [])];
    const rules = (spec?.[direction] ?? []).map(change);
    return { ...object, spec: { ...spec, policyTypes: types, [direction]: rules } } as PlainObject;
  });
}

export const peersKey = (direction: Direction): "from" | "to" => (direction === "egress" ? "to" : "from");

/** A rule that asks no more for some of `all` that it missed, and for all else as before. */
export function mended(
  rule: PolicyRule,
  misses: readonly Miss[],
  flow: { family: 4 | 6; port?: number; protocol: string },
  all: readonly Miss[] = misses,
): PolicyRule {
  const changed = misses.reduceRight((one, miss) => mend(one, miss, flow), structuredClone(rule));
  // A name whose port is not amiss stands for the flow's, under its own protocol or the flow's: mended by its number.
  const [only, ...more] = misses.length === all.length ? misses.filter(({ path }) => path[3] === "ports") : [];
  if (only?.code !== "other-protocol" || more.length > 0) return changed;
  return { ...changed, ports: changed.ports?.map((one, i) => (i === only.path[4] ? withNumber(one, flow.port) : one)) };
}

const withNumber = (entry: PolicyPort, port: number | undefined): PolicyPort =>
  typeof entry.port === "string" && port !== undefined ? { ...entry, port } : entry;

function mend(
  rule: PolicyRule,
  miss: Miss,
  { family, port, protocol }: { family: 4 | 6; port?: number; protocol: string },
): PolicyRule {
  const [, , , list, index] = miss.path;
  const entries = [...((rule[list as "from"] ?? []) as object[])];
  const entry = entries[index as number];
  if (entry === undefined) throw new Error(`no entry at ${miss.path.join(".")}`);
  entries[index as number] = mendEntry(entry, miss, family, port, protocol);
  return { ...rule, [list as string]: entries };
}

function mendEntry(entry: PolicyPeer, miss: Miss, family: 4 | 6, port: number | undefined, protocol: string): object {
  const everywhere = { cidr: family === 4 ? "0.0.0.0/0" : "::/0" };
  const { except } = (entry.ipBlock ?? {}) as Mutable<IPBlock>;
  switch (miss.code) {
    case "pod-labels":
      return { ...entry, podSelector: withoutRequirement(entry.podSelector, miss.expected) };
    case "namespace-labels":
      return { ...entry, namespaceSelector: withoutRequirement(entry.namespaceSelector, miss.expected) };
    case "other-namespace":
      return { ...entry, namespaceSelector: {} };
    case "not-a-pod":
      return { ipBlock: everywhere };
    case "outside-cidr":
      return { ipBlock: everywhere };
    case "in-except":
      // From the last one on, so that the places of the others hold.
      return { ipBlock: { ...entry.ipBlock, except: except?.filter((_, i) => i !== miss.path.at(-1)) } };
    case "other-protocol":
      return { ...entry, protocol };
    case "other-port":
    case "no-such-port-name": {
      const { endPort: _, ...rest } = entry as Record<string, unknown>;
      return { ...rest, port };
    }
    default:
      throw new Error(`nothing mends ${miss.code}`);
  }
}

/** A selector without the requirement that a text names. */
function withoutRequirement(selector: PolicyPeer["podSelector"], text: string | undefined): object {
  const labels = Object.entries(selector?.matchLabels ?? {}).filter(([key, value]) => `${key}=${value}` !== text);
  const expressions = (selector?.matchExpressions ?? []).filter(({ key, operator, values }) => {
    const list = values ?? [];
    const written = {
      In: list.length === 1 ? `${key}=${list[0]}` : `${key} in (${list.join(",")})`,
      NotIn: `${key} notin (${list.join(",")})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    }[operator];
    return written !== text;
  });
  return { matchLabels: Object.fromEntries(labels), matchExpressions: expressions };
}
