/**
 * Workloads: which loaded pods descend from them, and the pods that stand for those that have none.
 *
 *   Pod ─owner─▶ ReplicaSet ─owner─▶ Deployment          Pod ─owner─▶ Job ─owner─▶ CronJob
 */
import type { Labels, OwnerReference, PodObject, WorkloadObject } from "../read/objects.ts";

/** A pod that a workload would make. */
export interface StandIn {
  readonly workload: WorkloadObject;
  /** The pod's own name where the workload's kind fixes it (StatefulSet). */
  readonly podName?: string;
  readonly labels: Labels;
}

/** `namespace/Kind/name` */
export function workloadKey(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}

/** The workloads that a pod descends from, nearest first, as keys. */
export function ancestorsOf(pod: PodObject, workloads: ReadonlyMap<string, WorkloadObject>): string[] {
  const ancestors: string[] = [];
  let owner = controllerOf(pod.owners);
  while (owner !== undefined) {
    const key = workloadKey(pod.namespace, owner.kind, owner.name);
    if (ancestors.includes(key)) break;
    ancestors.push(key);
    const workload = workloads.get(key);
    owner = workload === undefined ? impliedOwner(owner, pod.labels) : controllerOf(workload.owners);
  }
  return ancestors;
}

/** The pods that stand for workloads without loaded pods. */
export function standInsFor(
  workloads: ReadonlyMap<string, WorkloadObject>,
  withPods: ReadonlySet<string>,
  podExists: (namespace: string, name: string) => boolean,
): StandIn[] {
  const standIns: StandIn[] = [];
  for (const [key, workload] of workloads) {
    if (withPods.has(key) || workload.replicas === 0) continue;
    const owner = controllerOf(workload.owners);
    // A ReplicaSet of a Deployment that is loaded too makes no pods of its own.
    if (owner !== undefined && workloads.has(workloadKey(workload.namespace, owner.kind, owner.name))) continue;
    if (workload.kind === "StatefulSet") standIns.push(...statefulPods(workload, podExists));
    else standIns.push({ workload, labels: { ...workload.template.labels, ...controllerLabels(workload) } });
  }
  return standIns;
}

function statefulPods(workload: WorkloadObject, podExists: (namespace: string, name: string) => boolean): StandIn[] {
  const pods: StandIn[] = [];
  for (let i = 0; i < workload.replicas; i++) {
    const ordinal = workload.firstOrdinal + i;
    const podName = `${workload.name}-${ordinal}`;
    if (podExists(workload.namespace, podName)) continue;
    const labels = {
      ...workload.template.labels,
      "statefulset.kubernetes.io/pod-name": podName,
      "apps.kubernetes.io/pod-index": String(ordinal),
    };
    pods.push({ workload, podName, labels });
  }
  return pods;
}

/** Labels that the Job controller adds to its pods. */
function controllerLabels(workload: WorkloadObject): Labels {
  if (workload.kind !== "Job") return {};
  return { "job-name": workload.name, "batch.kubernetes.io/job-name": workload.name };
}

function controllerOf(owners: readonly OwnerReference[]): OwnerReference | undefined {
  return owners.find((owner) => owner.controller) ?? owners[0];
}

/** The owner of an owner that was not loaded, as far as its name tells: a ReplicaSet is named after its Deployment and the template's hash. */
function impliedOwner(owner: OwnerReference, podLabels: Labels): OwnerReference | undefined {
  const hash = podLabels["pod-template-hash"];
  if (owner.kind !== "ReplicaSet" || hash === undefined || !owner.name.endsWith(`-${hash}`)) return undefined;
  return { kind: "Deployment", name: owner.name.slice(0, -hash.length - 1), controller: true };
}
