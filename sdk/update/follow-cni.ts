/** With `cni: "auto"`, the plugin is recognised anew where a change to a state shows another one, or another set-up. */

import { enforcementBy } from "../cni/choose.ts";
import type { Evidence } from "../cni/evidence.ts";
import type { Watch } from "../read/index.ts";
import type { Internals } from "../state.ts";
import type { Edits } from "./edits.ts";

/** @param shown the objects that were added or changed, as they were given */
export function recogniseAgain(internals: Internals, edits: Edits, shown: readonly Parameters<Watch>[]): void {
  const { evidence } = internals;
  if (evidence === undefined) return;
  const isForgotten = forget(evidence, edits);
  if (evidence.replace(shown) || isForgotten) internals.enforcement = enforcementBy(evidence);
}

/** Whether any of the objects that a change removes, or removes and adds again, had anything to show. */
function forget(evidence: Evidence, { lists }: Edits): boolean {
  const gone = <T>(list: ReadonlyMap<string, { readonly after: T | undefined; readonly renewed: boolean }>): string[] =>
    [...list].flatMap(([key, { after, renewed }]) => (after === undefined || renewed ? [key] : []));
  const forgotten = [
    ...gone(lists.nodes).map((name) => evidence.remove("", "Node", undefined, name)),
    ...gone(lists.pods).map((key) => {
      const [namespace, name = ""] = key.split("/");
      return evidence.remove("", "Pod", namespace, name);
    }),
    // Of workloads, DaemonSets alone show anything.
    ...gone(lists.workloads).map((key) => {
      const [namespace, kind = "", name = ""] = key.split("/");
      return evidence.remove("apps", kind, namespace, name);
    }),
    // Of skipped objects several may have one name; the number behind it says which.
    ...gone(lists.skipped).map((key) => {
      const [kind = "", group = "", namespace, name = ""] = key.slice(0, key.lastIndexOf("#")).split("/");
      return evidence.remove(group, kind, namespace, name);
    }),
  ];
  return forgotten.includes(true);
}
