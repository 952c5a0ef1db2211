import { requirementText } from "../../explain/misses.ts";
import type { Labels, Selector } from "../../read/objects.ts";
import type { LintRule } from "../types.ts";

export const selectsNothing: LintRule = {
  id: "selects-nothing",
  severity: "warning",
  title: "a policy whose pod selector matches no pod of its namespace",
  help: "mend the selector, or remove the policy",
  silent: "where no pods of the namespace were loaded, or a workload that is scaled to zero has the labels",
  *run(context) {
    for (const policy of context.policies) {
      const { namespace } = policy;
      const { podSelector } = policy.policy;
      if (namespace === undefined || podSelector.length === 0 || context.podsOf(namespace).length === 0) continue;
      if (context.selected(policy).length + context.absentSelected(policy).length > 0) continue;
      // Pods that are there, but on the host network or finished, have rules of their own.
      if (context.meant(policy).length > 0) continue;
      const pods = [...context.pods, ...context.hostPods].filter((pod) => pod.namespace === namespace);
      const near = nearMiss(
        podSelector,
        pods.map(({ labels }) => labels),
      );
      const hint = near === undefined ? "" : `; there is \`${near}\``;
      const asked = podSelector.map(requirementText).join(",");
      yield context.at(policy, ["spec", "podSelector"], `no pod of \`${namespace}\` has \`${asked}\`${hint}`);
    }
  },
};

/** A label of some pod that differs from a wanted one by case, hyphens and the like, or by its value. */
export function nearMiss(selector: Selector, pods: readonly Labels[]): string | undefined {
  const near = nearSpelling(selector, pods);
  const [first] = selector;
  if (near !== undefined || first?.operator !== "In") return near;
  const value = pods.map((labels) => labels[first.key]).find((one) => one !== undefined);
  return value === undefined || first.values.includes(value) ? undefined : `${first.key}=${value}`;
}

/** A label of some pod that differs from a wanted one by case, hyphens and the like. */
export function nearSpelling(selector: Selector, pods: readonly Labels[]): string | undefined {
  for (const { key, operator, values } of selector) {
    if (operator !== "In") continue;
    for (const labels of pods) {
      if (values.includes(labels[key] ?? "")) continue;
      for (const [other, value] of Object.entries(labels)) {
        const sameKey = plain(other) === plain(key);
        if (sameKey && values.some((wanted) => plain(wanted) === plain(value))) return `${other}=${value}`;
      }
    }
  }
  return undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_.]/g, "");
}
