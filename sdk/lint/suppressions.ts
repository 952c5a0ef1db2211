/** Which findings do not count: by the options, or by annotations `netverdict.dev/suppress.<rule>: <reason>`. */
import type { Fail } from "../check-options.ts";
import type { ObjectReference } from "../errors.ts";
import { didYouMean } from "../read/nearest.ts";
import type { Labels, Origin } from "../read/objects.ts";
import type { FullState } from "../state.ts";
import type { Finding, Hit } from "./types.ts";

const PREFIX = "netverdict.dev/suppress.";

/** What tells of annotations that suppress nothing cannot be suppressed by one. */
export const BAD_SUPPRESSION = "bad-suppression";

type Suppression = Required<Pick<Finding, "suppressed" | "suppressedBy">>;

/** An object that says something to this package. */
export interface Annotated {
  readonly reference: ObjectReference;
  readonly annotations: Labels;
  readonly origin: Origin;
}

export class Suppressions {
  readonly #options: ReadonlyMap<string, string>;
  /** By object, then by rule, the reasons that hold. */
  readonly #reasons = new Map<string, ReadonlyMap<string, string>>();

  constructor(rules: ReadonlySet<string>, options: ReadonlyMap<string, string>, full: FullState) {
    this.#options = options;
    for (const { reference, annotations } of annotated(full)) {
      const reasons = Object.entries(annotations).filter(([key, reason]) => faultOf(rules, key, reason) === undefined);
      this.#reasons.set(keyOf(reference), new Map(reasons.map(([key, reason]) => [key.slice(PREFIX.length), reason])));
    }
  }

  /** Why a finding of a rule on an object does not count. A Namespace speaks for all that is in it. */
  of(rule: string, object: ObjectReference): Suppression | undefined {
    const { namespace } = object;
    const space = namespace === undefined ? undefined : { kind: "Namespace", name: namespace };
    return (
      suppression(this.#options.get(rule), "options") ??
      suppression(this.#reasons.get(keyOf(object))?.get(rule), "object") ??
      suppression(space && this.#reasons.get(keyOf(space))?.get(rule), "namespace")
    );
  }
}

function suppression(reason: string | undefined, by: Suppression["suppressedBy"]): Suppression | undefined {
  return reason === undefined ? undefined : { suppressed: reason, suppressedBy: by };
}

/** Annotations that speak to this package but suppress nothing. */
export function* badSuppressions(rules: ReadonlySet<string>, full: FullState): Generator<Hit> {
  for (const { reference, annotations, origin } of annotated(full)) {
    for (const [key, reason] of Object.entries(annotations)) {
      const message = faultOf(rules, key, reason);
      const path = ["metadata", "annotations", key];
      if (message !== undefined) yield { message, object: reference, path, source: origin.locate(path) };
    }
  }
}

function faultOf(rules: ReadonlySet<string>, key: string, reason: string): string | undefined {
  if (!key.startsWith(PREFIX)) return `the annotation \`${key}\` means nothing: \`${PREFIX}<rule>\` suppresses a rule`;
  const rule = key.slice(PREFIX.length);
  if (rule === BAD_SUPPRESSION) return `the annotation \`${key}\` suppresses nothing: no annotation silences this rule`;
  if (!rules.has(rule)) return `the annotation \`${key}\` suppresses nothing: there is no rule \`${rule}\``;
  return reason.trim() === "" ? `the annotation \`${key}\` suppresses nothing: it gives no reason` : undefined;
}

function* annotated({ objects }: FullState): Generator<Annotated> {
  const { namespaces, pods, nodes, services, endpointSlices, endpoints, workloads } = objects;
  const { networkPolicies, tierPolicies, unmodelled } = objects;
  // All calls of an object have the same.
  for (const [call] of objects.serviceCalls.values()) {
    const own = call?.annotated;
    if (call === undefined || own === undefined) continue;
    yield { reference: call.reference, annotations: own.annotations, origin: { locate: () => own.source } };
  }
  const things = [namespaces, pods, nodes, services, endpointSlices, endpoints, workloads];
  for (const list of [...things, networkPolicies, tierPolicies]) {
    for (const { kind, namespace, name, annotations, origin } of list) {
      if (Object.keys(annotations).length === 0) continue;
      yield { reference: namespace === "" ? { kind, name } : { kind, namespace, name }, annotations, origin };
    }
  }
  yield* unmodelled.filter(({ annotations }) => Object.keys(annotations).length > 0);
}

function keyOf({ kind, namespace = "", name }: ObjectReference): string {
  return `${kind}/${namespace}/${name}`;
}

/** The option `suppress`: rules with the reasons why they don't count. */
export function checkSuppress(rules: ReadonlySet<string>, suppress: unknown, fail: Fail): ReadonlyMap<string, string> {
  if (suppress === undefined) return new Map();
  if (typeof suppress !== "object" || suppress === null || Symbol.iterator in suppress) {
    fail(["suppress"], "`suppress` must map rules to reasons");
    return new Map();
  }
  for (const [id, reason] of Object.entries(suppress)) {
    if (!rules.has(id)) fail(["suppress", id], `there is no rule \`${id}\`${didYouMean(id, rules)}`);
    else if (typeof reason !== "string" || reason.trim() === "")
      fail(["suppress", id], `\`${id}\` is suppressed without a reason`);
  }
  return new Map(Object.entries(suppress));
}
