import { requirementText } from "../../explain/misses.ts";
import type { Labels, Selector } from "../../read/objects.ts";
import type { LintRule } from "../types.ts";

export const selectsNothing: LintRule = {
  id: "selects-nothing",
  severity: "warning",
  title: "a policy whose pod selector matches no pod of its namespace",
  help: "mend the selector, or remove the policy",
  silent: "where no pods of the namespace were loaded, or one of its workloads is scaled to zero",
  *run(context) {
    for (const policy of context.policies) {
      const { namespace } = policy;
      const { podSelector } = policy.policy;
      if (namespace === undefined || podSelector.length === 0 || context.isPartial(namespace)) continue;
      if (context.selected(policy).length > 0) continue;
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
  const [first] = selector;
  const value =
    first === undefined ? undefined : pods.map((labels) => labels[first.key]).find((one) => one !== undefined);
  return first === undefined || value === undefined || first.values.includes(value)
    ? undefined
    : `${first.key}=${value}`;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_.]/g, "");
}
