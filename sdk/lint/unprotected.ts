/** Pods that no policy selects in one direction. */
import type { Direction } from "../model/model.ts";
import type { LintContext } from "./context.ts";
import { addTo } from "./order.ts";
import type { Hit } from "./types.ts";

/** When rules on unprotected pods are silent. */
export const MAY_BE_SELECTED =
  "where policies that are not modelled may select the pods; for namespaces of the cluster's own (`kube-…`, `openshift-…`) without a NetworkPolicy; once for each namespace";

/** Names of namespaces that are kept for what a cluster is made of, which nobody who uses it isolates. */
const SYSTEM = /^(?:kube|openshift)-/;

/** A finding for each namespace that has such pods. */
export function* unprotected(context: LintContext, direction: Direction): Generator<Hit> {
  const selected = new Set(
    context.policies
      .filter(({ policy }) => policy.directions.includes(direction))
      .flatMap((policy) => context.selected(policy).map(({ endpoint }) => endpoint)),
  );
  const policed = new Set(context.policies.map(({ namespace }) => namespace));
  const isLeft = (name: string): boolean => SYSTEM.test(name) && !policed.has(name);
  const open = new Map<string, string[]>();
  for (const { endpoint, namespace, display } of context.pods) {
    if (isLeft(namespace) || context.hasUnmodelled(namespace)) continue;
    if (!selected.has(endpoint)) addTo(open, namespace, display);
  }
  for (const [namespace, pods] of open) {
    const object = { kind: "Namespace", name: namespace };
    const origin = context.full.objects.namespaces.find(({ name }) => name === namespace)?.origin;
    const some = pods.slice(0, 3).join(", ");
    const more = pods.length > 3 ? ` and ${pods.length - 3} more` : "";
    const message = `no policy selects ${some}${more} for ${direction}`;
    yield { message, object, path: [], source: origin?.locate([]) };
  }
}
