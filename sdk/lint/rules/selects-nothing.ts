import { requirementText } from "../../explain/misses.ts";
import type { LivePodEntry } from "../../model/directory.ts";
import { subjectPath } from "../../places.ts";
import type { LintContext } from "../context.ts";
import { nearMiss, nearSpelling } from "../labels.ts";
import { isOutOfPlace, labelled } from "../meant-peers.ts";
import type { LintPolicy } from "../policies.ts";
import type { LintRule } from "../rule.ts";
import { isWhole } from "../whole.ts";

export const selectsNothing: LintRule = {
  id: "selects-nothing",
  severity: "warning",
  title:
    "a policy whose pod selector matches no pod of its namespace; a cluster-wide one that selects none of a whole cluster's, or where a label differs in case, hyphens and the like",
  help: "mend the selector, or remove the policy",
  silent:
    "where no pods of the namespace were loaded, unless it is the default one, nothing else is in it, pods of another one have the labels, and a whole cluster was loaded or no other policy is alone in its namespace; where a workload that is scaled to zero has the labels; where objects of the namespace that are not read make pods (Argo Rollouts, OpenShift's DeploymentConfigs, virtual machines, Knative's Services and the like), but for a label that differs in case, hyphens and the like",
  *run(context) {
    for (const policy of context.policies) {
      const { namespace } = policy;
      const said = namespace === undefined ? ofCluster(context, policy) : undefined;
      if (said !== undefined) yield context.at(policy, subjectPath(policy.policy), said);
      const { podSelector } = policy.policy;
      const elsewhere = podsElsewhere(context, policy)[0];
      if (elsewhere !== undefined) {
        const message = `\`${namespace}\` has no pods; \`${elsewhere.display}\`, which has the labels, is in another namespace`;
        yield context.at(policy, subjectPath(policy.policy), message);
      }
      if (namespace === undefined || podSelector.length === 0 || context.podsOf(namespace).length === 0) continue;
      if (context.selected(policy).length + context.absentSelected(policy).length > 0) continue;
      // Pods that are there, but on the host network or finished, have rules of their own.
      if (context.meant(policy).length > 0) continue;
      const isPartial = context.hasOtherMakers(namespace);
      const pods = [...context.pods, ...context.hostPods].filter((pod) => pod.namespace === namespace);
      const near = (isPartial ? nearSpelling : nearMiss)(
        podSelector,
        pods.map(({ labels }) => labels),
      );
      if (near === undefined && isPartial) continue;
      const hint = near === undefined ? "" : `; there is \`${near}\``;
      const asked = podSelector.map(requirementText).join(",");
      yield context.at(policy, subjectPath(policy.policy), `no pod of \`${namespace}\` has \`${asked}\`${hint}`);
    }
  },
};

/** Pods that a policy would select in another namespace, where its own was probably left out. */
function podsElsewhere(context: LintContext, policy: LintPolicy): readonly LivePodEntry[] {
  if (!isOutOfPlace(context, policy)) return [];
  if (context.meant(policy).length + context.absentSelected(policy).length > 0) return [];
  return context.asMeant(labelled(policy.policy));
}

/** A cluster-wide policy may be for namespaces and pods to come: only what is plainly misspelt is told. */
function ofCluster(context: LintContext, policy: LintPolicy): string | undefined {
  const { podSelector } = policy.policy;
  const selected = [context.selected(policy), context.meant(policy), context.absentSelected(policy)];
  if (selected.some(({ length }) => length > 0)) return undefined;
  const pods = context.pods.map(({ labels }) => labels);
  const near = podSelector.length === 0 ? undefined : nearSpelling(podSelector, pods);
  if (near !== undefined) return `no pod has \`${podSelector.map(requirementText).join(",")}\`; there is \`${near}\``;
  return context.once(isWhole) ? "it selects no pod of the whole cluster" : undefined;
}
