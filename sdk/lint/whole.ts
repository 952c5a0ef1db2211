/** Whether what was loaded is all of a cluster: then what nothing matches is not somewhere else. */
import type { LintContext } from "./context.ts";

/** Namespaces that every cluster has. */
const OWN = ["default", "kube-system", "kube-public"];

/** It has Nodes, every cluster's own namespaces, and pods that run in the system's; nothing makes pods that are not there now, unread. */
export function isWhole({ full, pods, hostPods }: LintContext): boolean {
  const { nodes, namespaces, podMakers } = full.objects;
  const names = new Set(namespaces.map(({ name }) => name));
  const runs = [...pods, ...hostPods].some(({ namespace, standsIn }) => namespace === "kube-system" && !standsIn);
  return podMakers.size === 0 && nodes.length > 0 && OWN.every((name) => names.has(name)) && runs;
}
