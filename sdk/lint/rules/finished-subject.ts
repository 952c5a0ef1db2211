import { subjectPath } from "../../places.ts";
import type { PodObject } from "../../read/objects.ts";
import type { LintContext } from "../context.ts";
import type { LintRule } from "../rule.ts";

export const finishedSubject: LintRule = {
  id: "finished-subject",
  severity: "info",
  title: "a policy meant for pods that have finished, which have no address any more",
  help: "remove it with the pods, unless more like them will come",
  silent:
    "where the policy selects other pods too, or a workload that is scaled to zero has the labels; where a workload makes more such pods (anything but a Job that no CronJob made), or the pod's owner was not loaded",
  *run(context) {
    for (const policy of context.policies) {
      if (context.selected(policy).length > 0) continue;
      // The Job that they were of has ended with them.
      if (context.absentSelected(policy).some(({ name }) => !name.startsWith("Job/"))) continue;
      const meant = context.meant(policy).filter(({ finished }) => finished);
      const [pod] = meant;
      if (pod === undefined || meant.length < context.meant(policy).length) continue;
      if (meant.some((one) => mayComeAgain(context, one))) continue;
      const message = `only \`${pod.namespace}/${pod.name}\` and its like have these labels, and they have finished`;
      yield context.at(policy, subjectPath(policy.policy), message);
    }
  },
};

function mayComeAgain({ full }: LintContext, { namespace, owners }: PodObject): boolean {
  return owners.some(({ kind, name }) => {
    const owner = full.objects.workloads.find(
      (one) => one.kind === kind && one.name === name && one.namespace === namespace,
    );
    return owner === undefined || owner.kind !== "Job" || owner.owners.length > 0;
  });
}
