/** Pods that no policy selects in one direction. */

import { addTo } from "../add-to.ts";
import type { Source } from "../errors.ts";
import type { LivePodEntry } from "../model/directory.ts";
import type { Direction } from "../model/model.ts";
import { workloadKey } from "../model/workloads.ts";
import type { LintContext } from "./context.ts";
import type { Hit } from "./types.ts";

/** When rules on unprotected pods are silent. */
export const MAY_BE_SELECTED =
  "where policies that are not modelled may select the pods; for namespaces of the cluster's own (`kube-…`, `openshift-…`) without a NetworkPolicy; once for each namespace";

/** Names of namespaces that are kept for what a cluster is made of, which nobody who uses it isolates. */
export const SYSTEM: RegExp = /^(?:kube|openshift)-/;

/** A finding for each namespace that has such pods. */
export function* unprotected(context: LintContext, direction: Direction): Generator<Hit> {
  const selected = new Set(
    context.policies
      .filter(({ policy }) => policy.directions.includes(direction))
      .flatMap((policy) => context.selected(policy).map(({ endpoint }) => endpoint)),
  );
  const policed = new Set(context.policies.map(({ namespace }) => namespace));
  const isLeft = (name: string): boolean => SYSTEM.test(name) && !policed.has(name);
  const open = new Map<string, LivePodEntry[]>();
  for (const pod of context.pods) {
    const { endpoint, namespace } = pod;
    if (isLeft(namespace) || context.hasUnmodelled(namespace)) continue;
    if (!selected.has(endpoint)) addTo(open, namespace, pod);
  }
  for (const [namespace, pods] of open) {
    const object = { kind: "Namespace", name: namespace };
    const some = pods.slice(0, 3).map(({ display }) => display);
    const more = pods.length > 3 ? ` and ${pods.length - 3} more` : "";
    const message = `no policy selects ${some.join(", ")}${more} for ${direction}`;
    yield { message, object, path: [], source: sourceOf(context, namespace, pods) };
  }
}

/** Where the Namespace stands, or else the first of the pods or workloads. */
function sourceOf({ full }: LintContext, namespace: string, pods: readonly LivePodEntry[]): Source | undefined {
  const { namespaces, pods: loaded, workloads } = full.objects;
  const own = namespaces.find(({ name }) => name === namespace);
  if (own !== undefined) return own.origin.locate([]);
  const names = new Set(pods.map(({ display }) => display));
  const placed =
    loaded.find((one) => names.has(`${one.namespace}/${one.name}`)) ??
    workloads.find((one) => names.has(workloadKey(one.namespace, one.kind, one.name)));
  return placed?.origin.locate([]);
}
